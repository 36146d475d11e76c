"""How do several processes train one model? Each takes its rows of a batch; gradients are added up.

Every process holds the whole model, in the same state. The sums are the same on all of them, so
their decisions are too. A training in one process is a group of one, in which nothing is sent.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import torch
import torch.distributed as dist

from whet.core.errors import InputError
from whet.core.seeds import derived_seed
from whet.models.output import Floats, Ids


class Group(Protocol):
    """What a training asks of the processes that take part in it."""

    rank: int
    """Number of this process, from 0; only process 0 writes files."""

    def share(self, rows: Ids) -> Ids:
        """Return the rows that this process works on; may be none."""

    def add_gradients(
        self, loss: torch.Tensor, learning: Sequence[torch.nn.Parameter]
    ) -> torch.Tensor:
        """Return the sum of a loss over all processes; leave sums in the parameters' gradients."""

    def total(self, values: Floats) -> Floats:
        """Return the sum of an array over all processes."""

    def is_over(self, deadline: float) -> bool:
        """Return whether any process is past `deadline`, a value of `time.monotonic()`."""

    def any(self, is_so: bool) -> bool:
        """Return whether something is so in any process."""

    def shard(self, model: torch.nn.Module) -> None:
        """Let each process keep a part of the weights of a model only, where the group does so."""

    def passes(self, count: int) -> int:
        """Return how many passes a process takes whose rows need `count`: maybe more."""

    def whole(self, state: Any) -> Any:
        """Return a state in which no tensor is a part; every process must ask."""

    def placed(self, value: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """Return a whole tensor in the form of another of its shape."""

    def in_turn(self, work: Callable[[], None]) -> None:
        """Do in every process what writes to a shared folder: the first alone, then the others."""

    def reseed(self, seed: int, step: int) -> None:
        """Give this process its own random numbers for a step."""

    def check_agreed(self, fingerprint: str) -> None:
        """Refuse to train when the processes were given different data, weights or settings."""


class Alone:
    """A group of one process."""

    rank = 0

    def share(self, rows: Ids) -> Ids:
        """Return all rows."""
        return rows

    def add_gradients(
        self, loss: torch.Tensor, learning: Sequence[torch.nn.Parameter]
    ) -> torch.Tensor:
        """Return the loss."""
        return loss

    def total(self, values: Floats) -> Floats:
        """Return the array."""
        return values

    def is_over(self, deadline: float) -> bool:
        """Return whether the deadline has passed."""
        return time.monotonic() >= deadline

    def any(self, is_so: bool) -> bool:
        """Return it."""
        return is_so

    def shard(self, model: torch.nn.Module) -> None:
        """Leave the model whole."""

    def passes(self, count: int) -> int:
        """Return it."""
        return count

    def whole(self, state: Any) -> Any:
        """Return it."""
        return state

    def placed(self, value: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """Return it."""
        return value

    def in_turn(self, work: Callable[[], None]) -> None:
        """Do it."""
        work()

    def reseed(self, seed: int, step: int) -> None:
        """Leave the random numbers as they are: a checkpoint keeps them."""

    def check_agreed(self, fingerprint: str) -> None:
        """Agree."""


ALONE = Alone()


class Together(Alone):
    """The processes of torch's default group, over gloo or NCCL; each holds the whole model."""

    def __init__(
        self, device: torch.device, is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.device, self.is_stopped = device, is_stopped
        self.rank, self.size = dist.get_rank(), dist.get_world_size()

    def share(self, rows: Ids) -> Ids:
        """Return every n-th row, so that each process gets long and short ones."""
        return rows[self.rank :: self.size]

    def add_gradients(
        self, loss: torch.Tensor, learning: Sequence[torch.nn.Parameter]
    ) -> torch.Tensor:
        """Return the sum of a loss over all processes; leave sums in the parameters' gradients.

        All of them travel in one message. A parameter that no process has a gradient for keeps
        none, as in one process: an optimiser would decay it otherwise.
        """
        has = torch.tensor([float(p.grad is not None) for p in learning], device=self.device)
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in learning]
        message = torch.cat([loss.reshape(1), has, *(g.reshape(-1) for g in gradients)])
        dist.all_reduce(message)
        anywhere = message[1 : 1 + len(learning)].tolist()
        start = 1 + len(learning)
        for parameter, count in zip(learning, anywhere, strict=True):
            end = start + parameter.numel()
            if count:
                parameter.grad = message[start:end].view_as(parameter).clone()
            start = end
        return message[0]

    def total(self, values: Floats) -> Floats:
        """Return the sum of an array over all processes."""
        message = torch.from_numpy(values).to(self.device)
        dist.all_reduce(message)
        return np.asarray(message.cpu().numpy())

    def is_over(self, deadline: float) -> bool:
        """Return whether any process is past its deadline, or was asked to stop."""
        return self.any(time.monotonic() >= deadline or self.is_stopped())

    def any(self, is_so: bool) -> bool:
        """Return whether something is so in any process."""
        message = torch.tensor([float(is_so)], device=self.device)
        dist.all_reduce(message)
        return bool(message.item() > 0)

    def in_turn(self, work: Callable[[], None]) -> None:
        """Do in every process what writes to a shared folder: the first alone, then the others."""
        if self.rank == 0:
            work()
        dist.barrier()
        if self.rank != 0:
            work()

    def reseed(self, seed: int, step: int) -> None:
        """Draw the dropout of a step from its number, so that a checkpoint need not keep it."""
        torch.manual_seed(derived_seed(seed, "step", step, "process", self.rank))

    def check_agreed(self, fingerprint: str) -> None:
        """Refuse to train when the processes were given different data, weights or settings.

        Raises:
            InputError: they were; every process raises the same.
        """
        told: list[str] = [""] * self.size
        dist.all_gather_object(told, fingerprint)
        others = [rank for rank, one in enumerate(told) if one != told[0]]
        if others:
            raise InputError(
                f"All {self.size} processes of a training must hold the same data, weights and "
                f"settings; process {others[0]} holds others than process 0. Give every process "
                "the same files and the same version of Whet."
            )
