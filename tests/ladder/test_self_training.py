"""Tests for whet.ladder.rungs.self_training: who is sure, and whose labels are never looked at."""

from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.ladder import context as context_module
from whet.ladder.context import Context
from whet.ladder.rungs import self_training
from whet.ladder.rungs.contrastive import tune
from whet.ladder.rungs.self_training import SelfTrainingRung, sure_of


def context_with(folder: Path, base: Path, unlabelled: list[str]) -> Context:
    """Return a build of 60 labelled rows and these messages."""
    data = {"source": {"path": "rows.csv"}, "unlabelled": {"path": "more.csv"}}
    card = write_card(folder, base, data=data)
    write_rows(folder / "more.csv", [(text, "") for text in unlabelled])
    return context_of(card)


def test_of_each_label_the_surest_rows_are_taken() -> None:
    probabilities = np.array(
        [[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7], [0.55, 0.45], [0.7, 0.3]],
        dtype=np.float32,
    )
    found = sure_of(np.arange(10, 16), probabilities, 0.5)
    assert found.rows.tolist() == [10, 12, 13, 15]
    assert found.labels.tolist() == [0, 0, 1, 0]
    np.testing.assert_allclose(found.weights, [0.9, 0.8, 0.7, 0.7])


def test_no_more_messages_are_learnt_from_than_the_bound(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context_module, "MAX_UNLABELLED", 7)
    texts = [text for text, _ in make_rows(40, start=60)]
    context = context_with(tmp_path, base, texts)
    chosen = [context.texts[row] for row in context.unlabelled_rows]
    assert len(chosen) == 7 and set(chosen) <= set(texts)
    assert len(context.out_of_scope_rows) == 0


def test_the_student_learns_from_what_the_teacher_is_sure_of(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[int] = []

    def spy(context: Context, rows, extra, recipe, deadline):  # type: ignore[no-untyped-def]
        pools.append(len(extra.rows))
        return tune(context, rows, extra, recipe, deadline)

    monkeypatch.setattr(self_training, "tune", spy)
    context = context_with(tmp_path, base, [text for text, _ in make_rows(40, start=60)])
    rung = SelfTrainingRung(context)
    rows = context.development_rows
    fitted = rung.fit(rows)
    words = 3 if rung.probe.word_weight else 0
    assert len(pools) == 1 and 24 <= pools[0] - words <= 27  # each label is rounded up
    right = fitted.predict(rows).logits.argmax(axis=1) == context.labels[rows]
    assert right.mean() > 0.8
