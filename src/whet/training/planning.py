"""How is a training computed on this device, within the card's limits? Decided by short trials.

    planned = plan_training(adapted, data, recipe, compute=card.compute, hardware=hardware)
    fine_tune(adapted, data, recipe, plan=planned.plan, …)

Without half precision in hardware, without a memory limit and on a CPU there is nothing to try, and
nothing changes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from whet.cards.compute import Compute
from whet.core.page import format_bytes
from whet.models.hardware import Hardware, precision_name
from whet.models.methods.contract import Adapted
from whet.training.compilation import CompilationTrial, has_compiler, try_compiled
from whet.training.finetune import Recipe, TrainingData
from whet.training.memory import MemoryTrial, bytes_in_use, fastest_that_fits
from whet.training.precision import PrecisionTrial, try_precision
from whet.training.steps import StepPlan

HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}
"""Half precisions by the name that cards use."""


@dataclass(frozen=True)
class Planned:
    """How a training is computed, and the trials that say why."""

    plan: StepPlan
    hardware: Hardware
    precision: PrecisionTrial | None = None
    memory: MemoryTrial | None = None
    compilation: CompilationTrial | None = None

    def facts(self) -> dict[str, Any]:
        """Return what a report says of it."""
        trial = self.precision
        return {
            "device": self.hardware.device.type,
            "name": self.hardware.name,
            "precision": precision_name(self.plan.half),
            "float32_step_s": trial.float32_s if trial else None,
            "half_step_s": trial.half_s if trial else None,
            "gain": trial.gain if trial else None,
            "checkpointing": self.plan.checkpointing,
            "tokens_at_once": self.plan.tokens_at_once,
            "compiled": self.plan.compiled,
            "sentences": list(self._sentences()),
        }

    def _sentences(self) -> list[str]:
        """Return what was decided and why, in words."""
        said = [self.precision.sentence if self.precision else self._why_not_tried()]
        if self.memory:
            how = "with" if self.plan.checkpointing else "without"
            said.append(
                f"{self.memory.rows_at_once} of the longest texts at a time, {how} activation "
                f"checkpointing, which took {format_bytes(self.memory.growth_bytes)}"
            )
        if self.compilation:
            trial, taken = self.compilation, "compiled" if self.plan.compiled else "not compiled"
            said.append(
                f"{taken}: {trial.compiling_s:.0f} s of compiling take a step from "
                f"{trial.plain_s:.3g} s to {trial.compiled_s:.3g} s"
            )
        return said

    def _why_not_tried(self) -> str:
        """Return why no precision was tried."""
        if self.plan.half is not None or self.hardware.half is not None:
            return f"{precision_name(self.plan.half)}: the card says so"
        return "float32: this device has no half precision in hardware"


def plan_training(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    *,
    compute: Compute,
    hardware: Hardware,
    limit_bytes: int | None = None,
    memory: Sequence[MemoryTrial] = (),
) -> Planned:
    """Return how a training is computed; the parameters are what they were afterwards.

    Args:
        limit_bytes: memory limit of the card; None without one.
        memory: trials of memory under that limit.

    Raises:
        InputError: one text alone needs more memory than the limit.
    """
    adapted.prepare([*data.ids, *data.held_ids])
    device, chosen, plan = hardware.device, None, StepPlan()
    if limit_bytes is not None:
        chosen = fastest_that_fits(memory, limit_bytes, bytes_in_use(device))
        plan = chosen.plan
    precision = None
    if compute.precision == "auto" and hardware.half is not None:
        precision = try_precision(adapted, data, recipe, plan, hardware.half)
        plan = replace(plan, half=hardware.half if precision.pays else None)
    else:
        plan = replace(plan, half=HALVES.get(compute.precision))
    compilation = None
    # `fgm` acts on the embeddings through hooks, which compiled code does not call.
    if compute.compile == "auto" and has_compiler(device) and not recipe.fgm:
        steps = recipe.epochs * math.ceil(len(data.ids) / recipe.rows_per_batch)
        compilation = try_compiled(adapted, data, recipe, plan, steps)
        plan = replace(plan, compiled=compilation is not None and compilation.pays)
    return Planned(plan, hardware, precision, chosen, compilation)
