"""Tests for whet.ladder.rungs.tuned: what the verdict table says, and what is refused early."""

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card
from tests.tiny_base import FAMILIES

from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.ladder.rungs.registry import open_rung
from whet.ladder.rungs.tuned import TunedRung, note_on
from whet.models.classifier import Classifier
from whet.training.finetune import OUT_OF_TIME, Tuned

ROWS = make_rows(60)


def test_the_rate_that_was_chosen_is_said(tmp_path: Path, base: Path) -> None:
    context = context_of(write_card(tmp_path, base, rows=make_rows(400)))
    fitted = open_rung("full", context).fit(context.development_rows)
    assert fitted.note.startswith("Learning rate ")
    assert (context.work_folder / "full" / "rate.json").is_file()


def test_a_rate_of_the_card_is_taken_without_trials(tmp_path: Path, base: Path) -> None:
    card = write_card(tmp_path, base, rows=make_rows(400), tuning={"learning_rate": 0.002})
    context = context_of(card)
    fitted = open_rung("full", context).fit(context.development_rows)
    assert fitted.note.startswith("Learning rate 0.002.")
    assert not (context.work_folder / "full" / "rate.json").exists()


def test_what_did_not_learn_is_said_with_what_to_try(tmp_path: Path, base: Path) -> None:
    # So fast that nothing is left of what the base knew.
    card = write_card(tmp_path, base, rows=ROWS, tuning={"learning_rate": 0.9, "epochs": 1})
    context = context_of(card)
    fitted = open_rung("full", context).fit(context.development_rows)
    assert fitted.note == (
        "Learning rate 0.9. 'full' did not learn: no state was better on the held-back rows than "
        "the probe that it started from. Try another tuning.learning_rate, more tuning.epochs or "
        "another candidate."
    )


def test_a_loss_that_was_no_number_is_said() -> None:
    model = Classifier.__new__(Classifier)
    reason = "the loss at step 9 was not a finite number, so the best state before it was kept. Try"
    tuned = Tuned(model, 8, 4, -1.0, -0.5, reason)
    assert note_on("full", tuned, 3e-4) == f"Learning rate 0.0003. It ended early: {reason}."


def test_what_the_budget_ended_early_is_said() -> None:
    tuned = Tuned(Classifier.__new__(Classifier), 12, 0, -1.0, -1.0, OUT_OF_TIME)
    assert note_on("lora", tuned, 1e-3) == (
        "Learning rate 0.001. 'lora' did not learn: the budget ended it at step 12, before any "
        "state was better than the probe that it started from. Give it more budget.minutes or "
        "fewer tuning.epochs."
    )


@pytest.mark.parametrize(
    ("family", "candidate", "sentence"),
    [
        (
            "deberta-v2",
            "prefix",
            "method 'prefix' needs a base that takes keys and values from outside; architecture "
            "'deberta-v2' does not. Use the candidate 'lora' or 'ia3'.",
        ),
        (
            "bert",
            "freeze:6",
            "candidate 'freeze:6' must leave at least one layer to learn; the base has 2. "
            "Use 'freeze:1' or fewer, or 'probe' to train none.",
        ),
    ],
)
def test_what_the_base_does_not_support_is_refused_before_any_rung_is_climbed(
    family: str, candidate: str, sentence: str, tmp_path: Path
) -> None:
    folder = FAMILIES[family](tmp_path / "base")
    card = write_card(tmp_path, folder, rows=ROWS, candidates=["linear", candidate])
    with pytest.raises(InputError) as refused:
        build(card, progress=Quiet())
    assert str(refused.value) == sentence
    assert not (tmp_path / "cache").exists()


def test_candidates_are_rows_of_the_verdict_table(tmp_path: Path, base: Path) -> None:
    card = write_card(
        tmp_path, base, rows=ROWS, candidates=["linear", "freeze:1", "lora"], stop="best"
    )
    facts = build(card, progress=Quiet())
    rows = facts["verdicts"]
    assert [row["candidate"] for row in rows] == ["linear", "freeze:1", "lora"]
    assert all("Learning rate" in row["reason"] for row in rows[1:])


@pytest.mark.parametrize("candidate", ["freeze:1", "lora"])
def test_cut_off_after_the_trials_of_rates_it_goes_on_where_it_was(
    candidate: str, tmp_path: Path, base: Path
) -> None:
    class Killed(Exception):
        pass

    def kill_at(step: int, values: dict[str, float]) -> None:
        if step == 20:
            raise Killed

    steps: list[int] = []
    card = write_card(tmp_path, base, rows=make_rows(400), tuning={"epochs": 3})
    for on_training in (kill_at, lambda step, values: steps.append(step)):
        context = context_of(card, on_training=on_training)
        rung = TunedRung(context, candidate)
        rung.recipe = replace(rung.recipe, checkpoint_every_s=0)
        with contextlib.suppress(Killed):
            rung.fit(context.development_rows)
    assert steps[0] == 20  # the checkpoint was written after step 19


def test_the_predicted_time_counts_epochs_and_trials(tmp_path: Path, base: Path) -> None:
    context = context_of(write_card(tmp_path, base, rows=make_rows(400)))
    rung = TunedRung(context, "full")
    assert rung._trial_rows(9000) == 3 * 40 * 32
    assert rung._trial_rows(64) == 0
    assert rung._steps(100) == 4 * rung.recipe.epochs


def test_what_the_training_was_computed_with_is_kept_for_the_report(
    tmp_path: Path, base: Path
) -> None:
    card = write_card(
        tmp_path,
        base,
        rows=ROWS,
        tuning={"learning_rate": 0.002, "epochs": 1},
        compute={"device": "cpu", "precision": "bf16"},
        budget={"minutes": 10, "memory": "100GB"},
    )
    context = context_of(card)
    open_rung("full", context).fit(context.development_rows)
    said = context.trainings["full"]
    assert (said["device"], said["precision"], said["processes"]) == ("cpu", "bf16", 1)
    assert said["sentences"][0] == "bf16: the card says so"
    assert "of the longest texts at a time, with" in said["sentences"][1]


def test_a_memory_limit_too_small_for_one_text_is_refused_before_any_work(
    tmp_path: Path, base: Path
) -> None:
    card = write_card(tmp_path, base, rows=ROWS, budget={"minutes": 10, "memory": "20MB"})
    with pytest.raises(InputError, match=r"budget.memory must be at least [0-9]+MB: training one"):
        open_rung("full", context_of(card))


@pytest.mark.slow
def test_two_processes_tune_what_one_tunes(tmp_path: Path, base: Path) -> None:
    scores = []
    for processes in (1, 2):
        card = write_card(
            tmp_path / str(processes),
            base,
            rows=ROWS,
            tuning={"learning_rate": 0.002, "epochs": 2, "dropout": 0.0},
        )
        context = context_of(card, processes=processes)
        fitted = open_rung("full", context).fit(context.development_rows)
        assert (context.work_folder / "full" / "checkpoint.pt").is_file()
        scores.append(fitted.predict(context.test_rows).logits)
    np.testing.assert_allclose(scores[1], scores[0], atol=0.02)
