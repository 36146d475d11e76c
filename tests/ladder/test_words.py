"""Tests for whet.ladder.rungs.words: whose words count, and that they count where they help."""

from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.ladder.context import Context
from whet.ladder.rungs import words
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.words import choose_weight, own_words
from whet.models.output import Ids
from whet.models.probe import Extra

DESCRIBED = {"column": "label", "labels": {"bill": "bill please", "refund": "money back"}}


@pytest.fixture
def context(tmp_path: Path, base: Path) -> Context:
    """Return a build with the labels bill (described, no row), crash, login and refund."""
    return context_of(write_card(tmp_path, base, target=DESCRIBED))


def told(context: Context, rows: Ids, weight: float) -> list[tuple[str, str, float]]:
    """Return text, label and weight of each example."""
    found = own_words(context, rows, weight)
    labels = context.dataset.labels
    return [
        (context.texts[row], labels[label], float(w))
        for row, label, w in zip(found.rows, found.labels, found.weights, strict=True)
    ]


def test_words_of_labels_among_the_rows_and_of_labels_without_any_row(context: Context) -> None:
    rows = context.development_rows
    alone = [("bill", "bill", 1.0), ("bill please", "bill", 1.0)]
    some = rows[context.labels[rows] != context.dataset.labels.index("login")]
    assert told(context, some, 0.5) == [
        alone[0],
        ("crash", "crash", 0.5),
        ("refund", "refund", 0.5),
        alone[1],
        ("money back", "refund", 0.5),
    ]
    assert told(context, some, 0.0) == alone


def test_words_are_in_no_part_that_is_counted_judged_or_shown(context: Context) -> None:
    for rows in (context.development_rows, context.test_rows, context.out_of_scope_rows):
        assert not np.intersect1d(rows, context.label_rows).size
        assert not {context.texts[row] for row in rows} & {"bill", "bill please", "money back"}
    assert context.texts[context.label_rows[0]] == "bill"
    assert len(context.development) + len(context.dataset.test) == 60


def test_a_label_that_is_only_described_can_be_the_answer(context: Context) -> None:
    fitted = ProbeRung(context).fit(context.development_rows)
    answers = fitted.predict(context.label_rows).logits.argmax(axis=1)
    assert context.dataset.labels[answers[0]] == "bill"


def test_words_that_mislead_get_no_weight(tmp_path: Path, base: Path) -> None:
    swapped = {"crash": "reset my password login", "login": "refund my money back please"}
    target = {"column": "label", "labels": swapped | {"refund": "the app crash"}}
    rows = make_rows(240)
    for i, fields in enumerate(({}, {"target": target})):
        context = context_of(write_card(tmp_path / str(i), base, rows=rows, **fields))
        _, weight = choose_weight(context, context.development_rows, seed=0)
    assert weight == 0.0


def test_with_many_rows_a_class_words_are_not_tried(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []

    def spy(*arguments: object, extra: Extra, **rest: object) -> tuple[float, float]:
        tried.append(len(extra))
        return 0.1, 1 / (1 + len(tried))

    monkeypatch.setattr(words, "best_strength", spy)
    for count, weight in ((60, 1.0), (300, 0.0)):
        context = context_of(write_card(tmp_path / str(count), base, rows=make_rows(count)))
        assert choose_weight(context, context.development_rows, seed=0) == (0.1, weight)
    assert tried == [0, 3, 0]
