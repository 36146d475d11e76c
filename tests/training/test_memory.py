"""Tests for whet.training.memory: what is measured, what is chosen, what is refused."""

import pytest
import torch
from tests.training.conftest import Start

from whet.core.errors import InputError
from whet.training.finetune import Recipe
from whet.training.memory import (
    MemoryTrial,
    fastest_that_fits,
    memory_trials,
    peak_growth,
)
from whet.training.steps import StepPlan

CPU = torch.device("cpu")
RECIPE = Recipe(rows_per_batch=4, dropout=0.0)


def trial(rows: int, growth: int, seconds: float, checkpointing: bool = False) -> MemoryTrial:
    plan = StepPlan(tokens_at_once=rows * 100, checkpointing=checkpointing)
    return MemoryTrial(rows, 100, plan, growth, seconds)


def test_memory_is_the_most_that_was_there_at_one_time() -> None:
    with peak_growth(CPU) as growth:
        first = torch.zeros(1000)
        view = first[:10]
        del first
        second = torch.ones(2000)  # 4 kB are kept by the view
        del view
        third = torch.zeros(500)
        del second, third
    assert growth.peak == 4 * 3000
    assert growth.now == 0


def test_what_a_step_keeps_for_its_gradient_is_counted() -> None:
    weight = torch.zeros(1000, requires_grad=True)
    with peak_growth(CPU) as growth:
        (weight.exp().exp().sum()).backward()  # type: ignore[no-untyped-call]
    assert growth.peak >= 3 * 4000  # two activations and a gradient
    assert growth.now == 4000


def test_the_fastest_plan_that_fits_is_taken() -> None:
    trials = [trial(1, 100, 4.0), trial(2, 300, 3.0), trial(4, 700, 2.0), trial(4, 250, 3.5, True)]
    assert fastest_that_fits(trials, 1000, 0) == trials[2]
    assert fastest_that_fits(trials, 1000, 600) == trials[1]
    assert fastest_that_fits(trials, 1000, 745) == trials[3]
    assert fastest_that_fits(trials, 1000, 900) == trials[0]


def test_a_limit_too_small_for_one_text_names_the_least_that_works() -> None:
    trials = [trial(1, 80_000_000, 4.0), trial(1, 60_500_001, 5.0, True)]
    with pytest.raises(InputError) as error:
        fastest_that_fits(trials, 100_000_000, 50_000_000)
    assert str(error.value) == (
        "budget.memory must be at least 111MB: training one text of 100 tokens at a time takes "
        "that much; found 100.0 MB. Raise it, or take a candidate that changes fewer weights, "
        "such as 'lora'."
    )


def test_more_rows_at_once_need_more_memory_and_checkpointing_less(start: Start) -> None:
    adapted, data = start()
    before = {name: value.clone() for name, value in adapted.model.state_dict().items()}
    trials = memory_trials(adapted, data, RECIPE, 1 << 40)
    plain = [t for t in trials if not t.plan.checkpointing]
    spared = [t for t in trials if t.plan.checkpointing]
    assert [t.rows_at_once for t in plain] == [t.rows_at_once for t in spared] == [1, 2, 4]
    assert [t.plan.tokens_at_once is None for t in plain] == [False, False, True]
    # The whole batch has no gradient of an earlier part to keep: among parts, more need more.
    assert plain[0].growth_bytes < plain[1].growth_bytes
    assert spared[2].growth_bytes < plain[2].growth_bytes
    after = adapted.model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_what_does_not_fit_is_not_tried_any_further(start: Start) -> None:
    adapted, data = start()
    trials = memory_trials(adapted, data, RECIPE, 1)
    assert [(t.rows_at_once, t.plan.checkpointing) for t in trials] == [(1, False), (1, True)]
