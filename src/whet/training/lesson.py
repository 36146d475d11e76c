"""What does the training loop ask of a family of tasks? Rows, a loss, a score."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

import torch

from whet.models.methods.contract import StepWork
from whet.models.output import Ids

M_co = TypeVar("M_co", bound=torch.nn.Module, covariant=True)


class Lesson(Protocol[M_co]):
    """A model at work on a task: all that the loop asks of a family of tasks."""

    @property
    def lengths(self) -> Sequence[int]:
        """Return the tokens of each row to learn from; similar lengths are learnt together."""

    @property
    def work(self) -> StepWork | None:
        """Return what the method does at every step beside the gradient."""

    @property
    def model(self) -> torch.nn.Module:
        """Return the model in the form in which it learns."""

    @property
    def transformer(self) -> Any:
        """Return the part of the model that a plan of steps may checkpoint or compile."""

    def prepare(self) -> None:
        """Get ready to be asked for any row, before the first step."""

    def trainable(self) -> dict[str, torch.nn.Parameter]:
        """Return the parameters that learn, by name."""

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of some rows in the mean loss of their batch, with gradients."""

    def score(self) -> float:
        """Return how good the model is on the rows held back, higher is better."""

    def content(self) -> Iterable[bytes]:
        """Yield what decides what is learnt: the weights to start from, and all rows."""

    def merged(self) -> M_co:
        """Return the model in the form in which it is packaged; ends the training."""
