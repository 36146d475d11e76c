"""What would a training do? A few steps that are undone, for what is decided by trying it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count, islice
from pathlib import Path

import torch

from whet.models.methods.contract import Adapted
from whet.models.output import Ids
from whet.training.batches import epoch_batches, padding_share
from whet.training.finetune import ClassLesson, Evaluate, Recipe, TrainingData
from whet.training.loop import Loop
from whet.training.steps import StepPlan, formed

TRIED_BATCHES = 4
"""Batches whose time says what a training will take."""


@contextmanager
def tried(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    plan: StepPlan,
    evaluate: Evaluate = lambda logits, labels: 0.0,
) -> Iterator[Loop]:
    """Yield a training at its first step; afterwards the parameters are what they were."""
    torch.manual_seed(recipe.seed)
    loop = Loop(ClassLesson(adapted, data, recipe, evaluate), recipe, Path(), "", plan)
    start = loop.copy()
    try:
        with formed(loop.lesson.transformer, plan):
            yield loop
    finally:
        loop.take(start)


def first_batches(lengths: Sequence[int], recipe: Recipe, steps: int) -> list[Ids]:
    """Return the first batches of a training, from as many epochs as they take."""
    epochs = (
        epoch_batches(lengths, rows=recipe.rows_per_batch, seed=recipe.seed, epoch=epoch)
        for epoch in count()
    )
    return list(islice(chain.from_iterable(epochs), steps))


def seconds_per_row(
    loss: Callable[[Ids], torch.Tensor], lengths: Sequence[int], rows_per_batch: int
) -> float:
    """Return the time that a row takes for its loss and gradient, where an epoch groups by length.

    A first pass is not counted. What few rows waste on padding, which many do not, is taken off.

    Args:
        loss: mean loss of some rows, with gradients.
        lengths: tokens of each row that may be tried.
        rows_per_batch: rows that a batch of the training holds.
    """
    batches = epoch_batches(lengths, rows=rows_per_batch, seed=0, epoch=0)
    loss(batches[0]).backward()  # type: ignore[no-untyped-call]
    started = time.perf_counter()
    for batch in batches:
        loss(batch).backward()  # type: ignore[no-untyped-call]
    seconds = time.perf_counter() - started
    return seconds * (1 - padding_share(lengths, batches)) / len(lengths)


def seconds_of(loop: Loop, batch: Ids) -> tuple[float, float]:
    """Return the seconds that one step at the full rate takes, and its loss."""
    _wait(loop.stepper.device)
    started = time.perf_counter()
    loss = loop.learn(batch, 1.0)
    _wait(loop.stepper.device)
    return time.perf_counter() - started, loss


def _wait(device: torch.device) -> None:
    """Wait until a device has done what it was given."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
