"""Does compiling the encoder pay? Only in a long training, where a trial on the device says so.

Compiling takes minutes and rounds a little differently, so a training on a CPU is never compiled:
there it would change answers for a gain that was never measured.
"""

import importlib.util
import time
from dataclasses import dataclass, replace

import torch

from whet.models.methods.contract import Adapted
from whet.training.finetune import Recipe, TrainingData
from whet.training.precision import STEPS, step_seconds
from whet.training.steps import StepPlan
from whet.training.trials import first_batches

LONG_S = 600.0
"""Predicted seconds of a training below which compiling is not even tried."""


@dataclass(frozen=True)
class CompilationTrial:
    """What compiling cost, and seconds of a step without and with it."""

    compiling_s: float
    plain_s: float
    compiled_s: float
    steps: int
    """Steps of the training."""

    @property
    def pays(self) -> bool:
        """Return whether the steps save more than what compiling costs once more.

        >>> CompilationTrial(60.0, 0.5, 0.25, 1000).pays
        True
        >>> CompilationTrial(60.0, 0.5, 0.45, 900).pays
        False
        """
        return (self.plain_s - self.compiled_s) * self.steps > self.compiling_s


def has_compiler(device: torch.device) -> bool:
    """Return whether torch can compile for a device: for GPUs it needs Triton."""
    return device.type == "cuda" and importlib.util.find_spec("triton") is not None


def try_compiled(
    adapted: Adapted, data: TrainingData, recipe: Recipe, plan: StepPlan, steps: int
) -> CompilationTrial | None:
    """Return what compiling would bring a training of so many steps; None for a short one."""
    batches = first_batches([len(row) for row in data.ids], recipe, STEPS)
    plain_s = step_seconds(adapted, data, recipe, plan, batches)
    if plain_s * steps < LONG_S:
        return None
    started = time.perf_counter()
    compiled_s = step_seconds(adapted, data, recipe, replace(plan, compiled=True), batches)
    compiling_s = time.perf_counter() - started
    return CompilationTrial(compiling_s, plain_s, compiled_s, steps)
