"""Tests for whet.ladder.rungs.self_training: what a student learns, and how many messages."""

from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.ladder import context as context_module
from whet.ladder.context import Context
from whet.ladder.rungs import self_training
from whet.ladder.rungs.self_training import SelfTrainingRung, as_examples
from whet.ladder.rungs.words import Examples
from whet.models.output import Floats, Ids


def context_with(folder: Path, base: Path, unlabelled: list[str]) -> Context:
    """Return a build of 60 labelled rows and these messages."""
    data = {"source": {"path": "rows.csv"}, "unlabelled": {"path": "more.csv"}}
    card = write_card(folder, base, data=data)
    write_rows(folder / "more.csv", [(text, "") for text in unlabelled])
    return context_of(card)


def test_an_answer_counts_as_much_as_it_is_probable() -> None:
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7]], dtype=np.float32)
    found = as_examples(np.array([10, 12]), probabilities)
    assert (found.rows.tolist(), found.labels.tolist()) == ([10, 12], [0, 1])
    np.testing.assert_allclose(found.weights, [0.9, 0.7])


def test_no_more_messages_are_learnt_from_than_the_bound(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context_module, "MAX_UNLABELLED", 7)
    texts = [text for text, _ in make_rows(40, start=60)]
    context = context_with(tmp_path, base, texts)
    chosen = [context.texts[row] for row in context.unlabelled_rows]
    assert len(chosen) == 7 and set(chosen) <= set(texts)
    assert len(context.out_of_scope_rows) == 0


def test_the_student_learns_all_messages_as_their_neighbours_answer(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[Examples] = []

    def spy(rows: Ids, answers: Floats) -> Examples:
        learnt.append(as_examples(rows, answers))
        return learnt[-1]

    monkeypatch.setattr(self_training, "as_examples", spy)
    messages = make_rows(40, start=60)
    context = context_with(tmp_path, base, [text for text, _ in messages])
    rung, rows = SelfTrainingRung(context), context.development_rows
    fitted = rung.fit(rows)
    (told,) = learnt
    assert np.array_equal(told.rows, context.unlabelled_rows) and len(told.rows) == 40
    assert np.array_equal(told.labels, rung.answers(rows).argmax(axis=1))
    right = fitted.predict(rows).logits.argmax(axis=1) == context.labels[rows]
    assert right.mean() > 0.6  # a third by chance
