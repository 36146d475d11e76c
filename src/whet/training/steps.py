"""How is the gradient of one batch computed? In parts, in half precision, over several processes.

However it is computed, it is the gradient of the mean loss of the whole batch: each part counts by
its share in that mean, and parts and processes are added up.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from whet.models.encoder import length_batches
from whet.models.output import Ids
from whet.training.group import ALONE, Group

LossOfPart = Callable[[Ids, Ids], torch.Tensor]
"""Maps a part of a batch and the whole batch, positions of rows, to the part's share of the loss.

The shares of all parts add up to the mean loss of the batch.
"""

LEAST_SCALE = 2.0**-10
"""Factor on an fp16 loss below which its gradients overflow for another reason than their size."""


@dataclass(frozen=True)
class StepPlan:
    """How a step is computed; the defaults are the whole batch at once, in float32."""

    half: torch.dtype | None = None
    """Half precision of the passes; the weights stay in float32."""
    tokens_at_once: int | None = None
    """Padded tokens of a part of a batch, at most; None takes the batch whole."""
    checkpointing: bool = False
    """Whether each layer's activations are computed again in the backward pass."""
    compiled: bool = False
    """Whether the transformer runs as compiled code."""
    group: Group = ALONE
    """The processes that train together."""


WHOLE = StepPlan()


class Stepper:
    """Takes optimiser steps by a plan."""

    def __init__(
        self,
        loss: LossOfPart,
        lengths: Sequence[int],
        learning: Sequence[torch.nn.Parameter],
        optimizer: torch.optim.Optimizer,
        *,
        clip: float,
        plan: StepPlan,
    ) -> None:
        self.loss, self.lengths, self.learning = loss, lengths, learning
        self.optimizer, self.clip, self.plan = optimizer, clip, plan
        self.device = learning[0].device
        # Gradients below what fp16 can hold would be zero: its loss is scaled up for them.
        is_scaled = plan.half == torch.float16
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=is_scaled)

    def take(self, batch: Ids) -> float:
        """Take one step and return the mean loss of the batch.

        Where the loss or its gradient is no number, the parameters stay as they are and the loss
        that is returned is NaN. An fp16 gradient that overflows is left out, with a smaller scale
        from then on.
        """
        self.optimizer.zero_grad(set_to_none=True)
        loss = float(self._gradient(batch))
        if not math.isfinite(loss):
            return math.nan
        self.scaler.unscale_(self.optimizer)
        clipped = torch.nn.utils.clip_grad_norm_(self.learning, self.clip)
        norm = float(self.plan.group.whole(clipped))
        if self._is_lost(norm):
            return math.nan
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss

    def _is_lost(self, norm: float) -> bool:
        """Return whether a gradient is of no use and a smaller scale would not help."""
        if self.scaler.is_enabled():
            return self.scaler.get_scale() < LEAST_SCALE
        return not math.isfinite(norm)

    def _gradient(self, batch: Ids) -> torch.Tensor:
        """Leave the gradient of the batch in the parameters, and return its mean loss."""
        total, group = torch.zeros((), device=self.device), self.plan.group
        mine = parts(group.share(batch), self.lengths, self.plan.tokens_at_once)
        for number in range(group.passes(len(mine))):
            is_mine = number < len(mine)
            with _half(self.device, self.plan.half):
                # Where all must take as many passes, one without rows takes one that counts 0.
                loss = self.loss(mine[number] if is_mine else batch[:1], batch) * float(is_mine)
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            total = total + loss.detach()
        return group.add_gradients(total, self.learning)

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep beside parameters and optimiser."""
        return self.scaler.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a saved state; a training that goes on in another precision has none."""
        if state and self.scaler.is_enabled():
            self.scaler.load_state_dict(state)


def parts(batch: Ids, lengths: Sequence[int], tokens: int | None) -> list[Ids]:
    """Return a batch cut into parts of at most so many padded tokens, and at least one row each.

    >>> import numpy as np
    >>> [part.tolist() for part in parts(np.array([3, 0, 2]), [9, 3, 8, 2], 18)]
    [[0, 2], [3]]
    """
    if tokens is None:
        return [batch] if len(batch) else []
    sizes = [lengths[row] for row in batch]
    return [batch[places] for places in length_batches(sizes, tokens=tokens, rows=len(batch))]


@contextmanager
def formed(transformer: Any, plan: StepPlan) -> Iterator[None]:
    """Let a transformer run inside the block as a plan says."""
    if plan.checkpointing:
        transformer.activation_checkpointing_enable()
    if plan.compiled:
        transformer.compile(dynamic=True)
    try:
        yield
    finally:
        if plan.checkpointing:
            transformer.activation_checkpointing_disable()
        if plan.compiled:
            transformer._compiled_call_impl = None  # torch has no other way back


@contextmanager
def _half(device: torch.device, half: torch.dtype | None) -> Iterator[None]:
    """Compute in half precision where it is safe inside the block."""
    if half is None:
        yield
        return
    with torch.autocast(device.type, dtype=half):
        yield
