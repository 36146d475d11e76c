"""How does a training stay within a memory limit? Parts of batches, and activations made twice.

What a step needs is measured on the longest rows: parts of one row, of two, of four and so on, with
and without activation checkpointing, as far as the limit allows. The fastest of what fits is taken.
Source: Chen et al. 2016, arXiv:1604.06174 (checkpointing).
"""

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from whet.core.errors import InputError
from whet.core.page import format_bytes
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted
from whet.models.output import Ids
from whet.training.finetune import Recipe, TrainingData
from whet.training.steps import StepPlan
from whet.training.trials import seconds_of, tried


@dataclass(frozen=True)
class MemoryTrial:
    """What steps of one plan need."""

    rows_at_once: int
    tokens: int
    """Tokens of the longest row."""
    plan: StepPlan
    growth_bytes: int
    """Memory on top of what is in use before a training."""
    seconds_per_row: float


def memory_trials(
    adapted: Adapted, data: TrainingData, recipe: Recipe, limit_bytes: int
) -> list[MemoryTrial]:
    """Return what was measured, up to the first plan that does not fit, for each way to compute."""
    adapted.prepare(data.ids)
    lengths = np.array([len(row) for row in data.ids])
    longest = np.argsort(-lengths, kind="stable")
    room = limit_bytes - bytes_in_use(adapted.model.views.device)
    trials: list[MemoryTrial] = []
    for checkpointing in (False, True) if can_checkpoint(adapted.model) else (False,):
        rows = 1
        while True:
            plan = StepPlan(
                tokens_at_once=rows * int(lengths[longest[0]])
                if rows < recipe.rows_per_batch
                else None,
                checkpointing=checkpointing,
            )
            trials.append(_measured(adapted, data, recipe, plan, longest[: 2 * rows]))
            if trials[-1].growth_bytes > room or rows >= min(recipe.rows_per_batch, len(longest)):
                break
            rows = min(2 * rows, recipe.rows_per_batch)
    return trials


def fastest_that_fits(
    trials: Sequence[MemoryTrial], limit_bytes: int, used_bytes: int
) -> MemoryTrial:
    """Return the trial with the fastest steps among those that fit beside what is in use.

    Raises:
        InputError: none does.
    """
    fitting = [trial for trial in trials if used_bytes + trial.growth_bytes <= limit_bytes]
    if not fitting:
        least = min(trials, key=lambda trial: trial.growth_bytes)
        needed = used_bytes + least.growth_bytes
        raise InputError(
            f"budget.memory must be at least {_rounded_up(needed)}: training one text of "
            f"{least.tokens} tokens at a time takes that much; found {format_bytes(limit_bytes)}. "
            "Raise it, or take a candidate that changes fewer weights, such as 'lora'."
        )
    return min(fitting, key=lambda trial: trial.seconds_per_row)


def can_checkpoint(model: Classifier) -> bool:
    """Return whether the architecture can compute a layer's activations again."""
    return bool(getattr(model.views.transformer, "supports_gradient_checkpointing", False))


def bytes_in_use(device: torch.device) -> int:
    """Return the memory in use before a training: of this process on a CPU, else on the device."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.current_allocated_memory()
    return int(psutil.Process().memory_info().rss)


def _measured(
    adapted: Adapted, data: TrainingData, recipe: Recipe, plan: StepPlan, rows: Ids
) -> MemoryTrial:
    """Return what a plan needs for rows that fill one part and, where it has parts, another."""
    with (
        peak_growth(adapted.model.views.device) as growth,
        tried(adapted, data, recipe, plan) as loop,
    ):
        loop.learn(rows[:1], 1.0)  # from now on the optimiser holds its averages
        batch = rows if plan.tokens_at_once else rows[: recipe.rows_per_batch]
        seconds, _ = seconds_of(loop, batch)
    longest = len(data.ids[rows[0]])
    at_once = (plan.tokens_at_once or recipe.rows_per_batch * longest) // longest
    return MemoryTrial(at_once, longest, plan, growth.peak, seconds / len(batch))


class Growth:
    """Bytes of the tensors that were made in a block and are still there, and the most of them."""

    def __init__(self) -> None:
        self.now = self.peak = 0
        self.known: set[int] = set()

    def add(self, storage: torch.UntypedStorage) -> None:
        """Count a storage once, until it is gone."""
        key = storage.data_ptr()
        if key == 0 or key in self.known:
            return
        self.known.add(key)
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, key, storage.nbytes())

    def _gone(self, key: int, size: int) -> None:
        self.known.discard(key)
        self.now -= size


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what every operation returns; operations on a CPU say nothing of what they take."""

    def __init__(self, growth: Growth) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.growth = growth

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        made = [one for one in tree_iter(result) if isinstance(one, torch.Tensor)]
        for tensor in made:
            self.growth.add(tensor.untyped_storage())
        return result


@contextmanager
def peak_growth(device: torch.device) -> Iterator[Growth]:
    """Yield what is filled when the block ends: the most memory that its tensors took together."""
    growth = Growth()
    if device.type == "cuda":
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        yield growth
        growth.peak = torch.cuda.max_memory_allocated(device) - before
        return
    with _Watch(growth):
        yield growth


def _rounded_up(size: int) -> str:
    """Return a size in words that is no smaller, as a card may say it.

    >>> _rounded_up(1_234_500_001)
    '1235MB'
    """
    return f"{-(-size // 1_000_000)}MB"
