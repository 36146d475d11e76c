"""Tests for whet.ladder.pieces: the same answers from workers, and workers only where they pay."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.ladder import pieces
from whet.ladder.context import Context
from whet.ladder.pieces import Piece, answered, workers_for
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.linear import LinearRung
from whet.models.output import Output
from whet.runtime.local import submit


@pytest.fixture
def context(tmp_path: Path, base: Path) -> Context:
    return context_of(write_card(tmp_path, base, rows=make_rows(150)))


def folds_of(context: Context) -> list[Piece]:
    return [Piece(f"fold {i}", fold.train, fold.held_out) for i, fold in enumerate(context.folds)]


def all_answers(context: Context, rung: Rung[Output], seconds_per_row: float) -> list[Output]:
    found = answered(
        "linear", rung, folds_of(context), deadline=math.inf, seconds_per_row=seconds_per_row
    )
    return list(found)


def test_workers_answer_in_order_what_this_process_answers(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = all_answers(context, LinearRung(context), 0.0)
    monkeypatch.setattr(pieces, "cpu_threads", lambda: 2)
    started: list[int] = []

    def watched(tasks, *, workers, threads_each, attempts, watch):  # type: ignore[no-untyped-def]
        started.append(workers)
        return submit(
            tasks, workers=workers, threads_each=threads_each, attempts=attempts, watch=watch
        )

    monkeypatch.setattr(pieces, "submit", watched)
    there = all_answers(context, LinearRung(context), 1.0)
    assert started == [2]
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(one.logits, other.logits)


def test_workers_start_only_where_they_save_more_than_they_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pieces, "cpu_threads", lambda: 2)
    monkeypatch.setattr(pieces, "available_memory_bytes", lambda: 1 << 50)
    assert workers_for("linear", 4, 30.0) == 2
    assert workers_for("linear", 4, 15.0) == 1
    assert workers_for("probe", 4, 300.0) == 1  # one fit computes on all cores already
    assert workers_for("linear", 1, 300.0) == 1
    monkeypatch.setattr(pieces, "available_memory_bytes", lambda: 1 << 20)
    assert workers_for("linear", 4, 30.0) == 1


def test_a_context_that_travels_leaves_the_encoder_and_its_hearers_behind(
    context: Context,
) -> None:
    context.views(context.test_rows)
    sent = pickle.loads(pickle.dumps(context))
    assert "encoder" not in vars(sent) and "encoder" in vars(context)
    np.testing.assert_array_equal(sent.labels, context.labels)
    np.testing.assert_array_equal(sent.views(sent.test_rows), context.views(context.test_rows))
