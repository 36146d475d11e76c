"""At which rate does each part of a model learn, and how does the rate run over the steps?"""

import math
from collections.abc import Callable
from typing import Any, Protocol

import torch


class Rates(Protocol):
    """What of a recipe sets the rates."""

    @property
    def head_rate(self) -> float:
        """Learning rate of what stands on the encoder."""

    @property
    def encoder_rate(self) -> float:
        """Learning rate of the encoder's top layer."""

    @property
    def layer_decay(self) -> float:
        """Rate of a layer over that of the layer above it."""

    @property
    def weight_decay(self) -> float:
        """Weight decay of matrices."""


def parameter_groups(model: torch.nn.Module, recipe: Rates) -> list[dict[str, Any]]:
    """Return optimiser groups whose rate falls by `layer_decay` from the top layer down.

    Biases and layer norms are not decayed. Source: Howard and Ruder 2018, arXiv:1801.06146.
    """
    learning = {name: p for name, p in model.named_parameters() if p.requires_grad}
    top = max(_numbered(name) for name in learning)
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in learning.items():
        if name.startswith("head."):
            rate = recipe.head_rate
        else:
            rate = recipe.encoder_rate * recipe.layer_decay ** (top - _depth(name, top))
        # Neither do factors, which stand at 1 where they change nothing.
        is_matrix = parameter.ndim > 1 and min(parameter.shape) > 1
        decay = recipe.weight_decay if is_matrix else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": members, "lr": rate, "weight_decay": decay}
        for (rate, decay), members in groups.items()
    ]


def _depth(name: str, top: int) -> int:
    """Return the number of the layer that a parameter belongs to; 0 for embeddings."""
    # What is no layer and no embedding lies above them, but for a prefix, which is in all layers.
    is_below = "embed" in name and "prompt" not in name
    return _numbered(name) or (0 if is_below else top)


def _numbered(name: str) -> int:
    """Return the number of the layer in a name, counted from 1; 0 where there is none."""
    return next((int(part) + 1 for part in name.split(".") if part.isdigit()), 0)


def schedule(step: int, total: int, warmup: float, shape: str = "linear") -> float:
    """Return the factor on the learning rate: a linear rise, then a fall of some shape to zero.

    >>> [round(schedule(step, 10, 0.2, "cosine"), 2) for step in (0, 1, 6, 9)]
    [0.5, 1.0, 0.5, 0.04]
    """
    rise = max(1, int(total * warmup))
    if step < rise:
        return (step + 1) / rise
    left = max(0.0, (total - step) / max(1, total - rise))
    return FALLS[shape](left)


FALLS: dict[str, Callable[[float], float]] = {
    "linear": lambda left: left,
    "cosine": lambda left: (1 - math.cos(math.pi * left)) / 2,
    "constant": lambda left: 1.0,
}
"""Factor on the rate by the share of the steps that is left, after the rise."""
