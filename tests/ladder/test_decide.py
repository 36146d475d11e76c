"""Tests for whet.ladder.decide: no calibration row sees what its own fold could have learnt."""

import time
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.ladder import decide as module
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.climb import climb
from whet.ladder.context import Context
from whet.ladder.decide import decide
from whet.ladder.rungs.contract import Classifying
from whet.serving.confidence import signals


def fitted_to_all(context: Context, winner: Candidate) -> Classifying:
    return cast(Classifying, winner.rung.fit(context.development_rows))


def climbed(context: Context) -> Climb:
    return climb(
        context,
        started=time.monotonic(),
        on_step=lambda step: None,
        after_first=lambda first: None,
    )


def test_every_candidate_answers_each_row_by_a_model_that_did_not_learn_it(
    tmp_path: Path, base: Path
) -> None:
    context = context_of(write_card(tmp_path, base))
    winner = climbed(context).winner
    assert winner.rows.tolist() == context.development_rows.tolist()
    for number, fold in enumerate(context.folds):
        assert (winner.fold_of[fold.held_out] == number).all()
        again = winner.rung.fit(fold.train).predict(fold.held_out)
        np.testing.assert_array_equal(winner.output.take(fold.held_out).logits, again.logits)


def test_calibration_rows_see_the_evidence_of_other_folds_only(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_of(write_card(tmp_path, base))
    winner = climbed(context).winner
    seen = []

    def watch(*given, groups):  # type: ignore[no-untyped-def]
        seen.append(groups)
        return signals(*given, groups=groups)

    monkeypatch.setattr(module, "signals", watch)
    decider = decide(context, winner, fitted_to_all(context, winner))
    ((asked, known),) = seen
    assert asked.tolist() == winner.fold_of.tolist()
    assert known.tolist() == winner.fold_of[np.searchsorted(winner.rows, decider.rows)].tolist()
    assert set(asked) == {0, 1, 2}


def test_with_a_validation_file_the_training_rows_are_the_evidence(
    tmp_path: Path, base: Path
) -> None:
    split = {"kind": "stratified", "validation": "validation.csv"}
    card = write_card(tmp_path, base, split=split)
    write_rows(tmp_path / "validation.csv", make_rows(21, start=60))
    context = context_of(card)
    winner = climbed(context).winner
    assert winner.fitted is not None
    decider = decide(context, winner, cast(Classifying, winner.fitted))
    assert decider.rows.tolist() == list(range(48))
    assert winner.rows.tolist() == list(range(48, 69))


def test_more_evidence_than_fits_is_thinned_at_random_but_the_same_each_time(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_EVIDENCE", 10)
    context = context_of(write_card(tmp_path, base))
    winner = climbed(context).winner
    fitted = fitted_to_all(context, winner)
    first, again = (decide(context, winner, fitted).rows.tolist() for _ in range(2))
    assert first == again == sorted(set(first))
    assert len(first) == 10


def test_test_rows_are_not_looked_at_before_the_end(tmp_path: Path, base: Path) -> None:
    """Other labels and texts in the test part change nothing that is decided before it."""
    decided = []
    for folder in ("a", "b"):
        split = {"kind": "official", "test": "test.csv", "folds": 3}
        card = write_card(tmp_path / folder, base, split=split)
        test = make_rows(12, start=60 if folder == "a" else 80)
        write_rows(tmp_path / folder / "test.csv", test if folder == "a" else test[::-1])
        context = context_of(card)
        winner = climbed(context).winner
        decider = decide(context, winner, fitted_to_all(context, winner))
        decided.append((winner.temperature, winner.output.logits.tolist(), decider.choice))
    assert decided[0] == decided[1]
