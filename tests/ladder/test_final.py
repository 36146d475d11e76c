"""Tests for whet.ladder.final: which rows the packaged model has learnt from, and why not all."""

import math
import re
import time
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.test_decide import climbed
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.ladder import final as module
from whet.ladder.candidates import Candidate
from whet.ladder.context import Context
from whet.ladder.decide import decide
from whet.ladder.final import final_model
from whet.ladder.rungs.tuned import FittedTuned

TUNING = {"learning_rate": 0.002, "epochs": 1}


@pytest.fixture
def tuned(tmp_path: Path, base: Path) -> tuple[Context, Candidate]:
    """Return a context and its only candidate, a fine-tuning that the first fold judged."""
    context = context_of(write_card(tmp_path, base, candidates=["full"], tuning=TUNING))
    return context, climbed(context).winner


def test_a_tuned_encoder_learns_again_from_all_rows(tuned: tuple[Context, Candidate]) -> None:
    context, winner = tuned
    final = final_model(context, winner, deadline=math.inf)
    assert isinstance(final.fitted, FittedTuned) and isinstance(winner.fitted, FittedTuned)
    held_out = set(context.folds[0].held_out.tolist())
    assert held_out & set(final.fitted.rows.tolist())
    assert not held_out & set(winner.fitted.rows.tolist())
    assert final.facts() == {"rows": len(context.development_rows), "sentence": ""}


def test_learning_again_keeps_the_state_of_the_first_training(
    tuned: tuple[Context, Candidate],
) -> None:
    context, winner = tuned
    before = (context.work_folder / "full" / "checkpoint.pt").read_bytes()
    again = [final_model(context, winner, deadline=math.inf).fitted for _ in range(2)]
    assert (context.work_folder / "full" / "checkpoint.pt").read_bytes() == before
    one, other = (fitted.predict(context.test_rows).logits for fitted in again)
    np.testing.assert_array_equal(one, other)


def test_the_rate_that_was_found_is_taken_without_new_trials(tmp_path: Path, base: Path) -> None:
    context = context_of(write_card(tmp_path, base, rows=make_rows(400), candidates=["full"]))
    final_model(context, climbed(context).winner, deadline=math.inf)
    found = sorted(path.parent.name for path in context.work_folder.rglob("rate.json"))
    assert found == ["full"]


def test_without_time_the_model_that_was_judged_is_packaged(
    tuned: tuple[Context, Candidate],
) -> None:
    context, winner = tuned
    final = final_model(context, winner, deadline=time.monotonic())
    assert final.fitted is winner.fitted
    assert final.rows == len(context.folds[0].train)
    assert re.fullmatch(r"learning from all rows takes about \d+ s; 0 s are left", final.sentence)


def test_a_training_that_the_budget_ends_is_not_packaged(
    tuned: tuple[Context, Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, winner = tuned
    monkeypatch.setattr(module, "RESERVE", 0.0)
    final = final_model(context, winner, deadline=time.monotonic())
    assert final.fitted is winner.fitted
    assert final.sentence == "the budget ended learning from all rows"


def test_rows_of_a_validation_file_are_kept_apart(tmp_path: Path, base: Path) -> None:
    split = {"kind": "stratified", "validation": "validation.csv"}
    card = write_card(tmp_path, base, candidates=["full"], tuning=TUNING, split=split)
    write_rows(tmp_path / "validation.csv", make_rows(21, start=60))
    context = context_of(card)
    winner = climbed(context).winner
    final = final_model(context, winner, deadline=math.inf)
    assert final.fitted is winner.fitted
    assert final.sentence == "the rows of the validation file are kept apart"


def test_the_threshold_is_that_of_the_judged_model_and_the_evidence_the_packaged_ones(
    tuned: tuple[Context, Candidate],
) -> None:
    context, winner = tuned
    assert isinstance(winner.fitted, FittedTuned)
    judged = decide(context, winner, winner.fitted)
    final = final_model(context, winner, deadline=math.inf).fitted
    assert isinstance(final, FittedTuned)
    packaged = decide(context, winner, final)
    assert packaged.choice == judged.choice
    said = final.predict(packaged.rows)
    np.testing.assert_array_equal(packaged.output.logits, said.logits)
    assert not np.array_equal(judged.output.logits, said.logits)
