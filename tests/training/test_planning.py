"""Tests for whet.training.planning: what is found by itself, and what the card decides."""

from dataclasses import replace

import pytest
import torch
from tests.training.conftest import Start

from whet.cards.compute import Compute
from whet.core.errors import InputError
from whet.models.hardware import Hardware, find_hardware
from whet.training import planning
from whet.training.finetune import Recipe
from whet.training.memory import MemoryTrial
from whet.training.planning import plan_training
from whet.training.precision import PrecisionTrial, try_precision
from whet.training.steps import StepPlan

RECIPE = Recipe(rows_per_batch=5, dropout=0.0)
PLAIN = Hardware(torch.device("cpu"), "a processor", None)
WITH_BF16 = Hardware(torch.device("cpu"), "a processor", torch.bfloat16)


def test_without_half_precision_in_hardware_nothing_is_tried(start: Start) -> None:
    planned = plan_training(*start(), RECIPE, compute=Compute(), hardware=PLAIN)
    assert planned.plan == StepPlan()
    assert planned.facts()["sentences"] == [
        "float32: this device has no half precision in hardware"
    ]


@pytest.mark.parametrize(("half_s", "taken"), [(0.5, torch.bfloat16), (0.97, None)])
def test_half_precision_is_taken_where_a_trial_is_faster(
    start: Start, monkeypatch: pytest.MonkeyPatch, half_s: float, taken: torch.dtype | None
) -> None:
    trial = PrecisionTrial(torch.bfloat16, 1.0, half_s)
    monkeypatch.setattr(planning, "try_precision", lambda *_: trial)
    planned = plan_training(*start(), RECIPE, compute=Compute(), hardware=WITH_BF16)
    assert planned.plan.half == taken
    assert planned.facts()["gain"] == 1 / half_s
    word = "bf16" if taken else "float32"
    assert planned.facts()["sentences"] == [
        f"{word}: a step took {half_s:.3g} s in bf16 and 1 s in float32 "
        f"({1 / half_s:.2f} times as fast)"
    ]


def test_a_trial_measures_both_precisions_and_undoes_its_steps(start: Start) -> None:
    adapted, data = start()
    before = {name: value.clone() for name, value in adapted.model.state_dict().items()}
    trial = try_precision(adapted, data, RECIPE, StepPlan(), torch.bfloat16)
    assert trial.float32_s > 0 and 0 < trial.half_s < float("inf")
    after = adapted.model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_half_precision_in_which_the_loss_is_no_number_is_not_taken(start: Start) -> None:
    adapted, data = start()
    with torch.no_grad():
        adapted.model.head.weight.fill_(1e5)
    trial = try_precision(adapted, data, replace(RECIPE, clip=1.0), StepPlan(), torch.float16)
    assert (trial.gain, trial.pays) == (0.0, False)
    assert trial.sentence == "float32: the loss was no number in fp16"


def test_the_card_decides_over_the_device(start: Start) -> None:
    planned = plan_training(*start(), RECIPE, compute=Compute(precision="bf16"), hardware=PLAIN)
    assert planned.plan.half == torch.bfloat16
    assert planned.facts()["sentences"] == ["bf16: the card says so"]
    planned = plan_training(
        *start(), RECIPE, compute=Compute(precision="float32"), hardware=WITH_BF16
    )
    assert planned.plan.half is None
    assert planned.facts()["sentences"] == ["float32: the card says so"]


def test_a_memory_limit_decides_how_much_is_computed_at_once(start: Start) -> None:
    trial = MemoryTrial(2, 100, StepPlan(tokens_at_once=200, checkpointing=True), 5_000_000, 1.0)
    planned = plan_training(
        *start(),
        RECIPE,
        compute=Compute(),
        hardware=PLAIN,
        limit_bytes=1 << 40,
        memory=[trial],
    )
    assert planned.plan == trial.plan
    assert planned.facts()["sentences"][1] == (
        "2 of the longest texts at a time, with activation checkpointing, which took 5.0 MB"
    )


def test_a_device_that_is_not_there_is_refused() -> None:
    if torch.cuda.is_available():
        pytest.skip("needs a machine without a CUDA device")
    with pytest.raises(InputError) as error:
        find_hardware("cuda")
    assert str(error.value) == (
        f"compute.device must be a device that torch {torch.__version__} finds here: cpu; found "
        "'cuda'. Write 'auto', or install the torch that was built for the device."
    )
    assert find_hardware("auto").device.type in ("cpu", "mps")
