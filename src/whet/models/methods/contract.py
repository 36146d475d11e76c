"""What does a method make of a classifier? One whose chosen parameters train, and a way back.

A method marks the parameters that it changes by `requires_grad`; the training loop learns, saves
and restores these alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from whet.cards.tuning import Tuning
from whet.models.classifier import Classifier
from whet.models.encoder import padded

Rows = Sequence[list[int]]
"""Token ids of some rows."""


class StepWork(Protocol):
    """What a method does at every step beside the gradient."""

    def penalty(self) -> torch.Tensor:
        """Return what is added to the loss."""

    def stepped(self, step: int) -> None:
        """Act on the parameters after optimiser step `step`, which counts from 1."""

    def state(self) -> dict[str, Any]:
        """Return what must be saved beside the parameters for a training to go on as it was."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a saved state."""


@dataclass(frozen=True)
class Setup:
    """What a method may depend on beside the classifier."""

    tuning: Tuning
    steps: int
    """Optimiser steps that the training will take at most."""
    folder: Path
    """Where a method may keep files for as long as the training lasts."""
    frozen: int = 0
    """Number of layers that `freeze` leaves as they are."""


@dataclass(frozen=True)
class Adapted:
    """A classifier in the form in which it is trained."""

    model: Classifier
    logits: Callable[[Rows], torch.Tensor]
    """Maps rows of token ids to logits (n, k), with gradients where they are on."""
    merged: Callable[[], Classifier]
    """Gives the classifier that answers the same in the form to be packaged; ends the training."""
    prepare: Callable[[Rows], None] = lambda rows: None
    """Is told once which rows will be asked for."""
    work: StepWork | None = None

    def trainable(self) -> dict[str, torch.nn.Parameter]:
        """Return the parameters that the method changes, by name."""
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}


def plain(model: Classifier) -> Adapted:
    """Return a classifier that is trained in the form in which it is packaged."""

    def logits(rows: Rows) -> torch.Tensor:
        tokens, mask = padded(rows, device=model.views.device)
        answer: torch.Tensor = model(tokens, mask)[0]
        return answer

    return Adapted(model, logits, merged=lambda: model)


def freeze_encoder(model: Classifier) -> None:
    """Let nothing but the head learn; a method then marks what it changes."""
    model.views.requires_grad_(False)
    model.head.requires_grad_(True)
