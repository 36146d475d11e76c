"""Is half precision faster here? A few steps in both tell, where the device has it in hardware.

Source: Micikevicius et al. 2018, arXiv:1710.03740 (weights stay in float32; fp16 scales its loss).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from whet.models.hardware import precision_name
from whet.models.methods.contract import Adapted
from whet.models.output import Ids
from whet.training.finetune import Recipe, TrainingData
from whet.training.steps import StepPlan
from whet.training.trials import first_batches, seconds_of, tried

STEPS = 4
"""Steps of a trial in one precision; the first, slower than all others, does not count."""
LEAST_GAIN = 1.05
"""Times by which half precision must be faster to be taken."""


@dataclass(frozen=True)
class PrecisionTrial:
    """Seconds of a step in float32 and in half precision."""

    half: torch.dtype
    float32_s: float
    half_s: float
    """Infinite where a loss was no number."""

    @property
    def gain(self) -> float:
        """Return how many times as fast half precision is; 0 where it does not work."""
        return self.float32_s / self.half_s

    @property
    def pays(self) -> bool:
        """Return whether half precision is worth having."""
        return self.gain >= LEAST_GAIN

    @property
    def sentence(self) -> str:
        """Return what was measured, in words."""
        name = precision_name(self.half)
        if math.isinf(self.half_s):
            return f"float32: the loss was no number in {name}"
        measured = f"a step took {self.half_s:.3g} s in {name} and {self.float32_s:.3g} s in "
        taken = name if self.pays else "float32"
        return f"{taken}: {measured}float32 ({self.gain:.2f} times as fast)"


def try_precision(
    adapted: Adapted, data: TrainingData, recipe: Recipe, plan: StepPlan, half: torch.dtype
) -> PrecisionTrial:
    """Return what steps of a plan take in float32 and in half precision."""
    batches = first_batches([len(row) for row in data.ids], recipe, STEPS)
    full_s, half_s = (
        step_seconds(adapted, data, recipe, replace(plan, half=one), batches)
        for one in (None, half)
    )
    return PrecisionTrial(half, full_s, half_s)


def step_seconds(
    adapted: Adapted, data: TrainingData, recipe: Recipe, plan: StepPlan, batches: list[Ids]
) -> float:
    """Return the median seconds of a step after the first; infinite where a loss was no number."""
    told: list[float] = []
    with tried(adapted, data, recipe, plan) as loop:
        for batch in batches:
            seconds, loss = seconds_of(loop, batch)
            if math.isnan(loss):
                return math.inf
            told.append(seconds)
    return float(np.median(told[1:]))
