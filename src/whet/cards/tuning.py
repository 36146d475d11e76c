"""How may a card tune an encoder? The methods by name, and the settings that it may change."""

import re
from typing import Literal

from pydantic import Field

from whet.core.yaml.part import Part

METHODS: dict[str, str] = {
    "freeze": "the lowest k layers stay as they are; written `freeze:k`",
    "bitfit": "only the biases of the layers learn",
    "ia3": "learnt factors on keys, values and the feed-forward layer",
    "prefix": "learnt vectors before the keys and values of every layer",
    "adapter": "a small learnt bottleneck after every projection back to the layer's width",
    "lora": "learnt matrices of low rank beside the projections",
    "rslora": "`lora`, scaled by the square root of the rank",
    "dora": "`lora`, with the length of each weight learnt apart from its direction",
    "adalora": "`lora`, which spends its rank where it matters most",
    "full": "all weights learn",
}
"""Name and meaning of every way to tune an encoder, about the cheapest first."""

BLEND = "blend:"
"""Stands before a tuned candidate that is mixed with the linear model, as in `blend:full`."""

_FROZEN = re.compile(r"freeze:([1-9][0-9]*)")


def frozen_layers(candidate: str) -> int | None:
    """Return k of a candidate `freeze:k`; None for any other candidate.

    >>> frozen_layers("freeze:4"), frozen_layers("freeze:0"), frozen_layers("full")
    (4, None, None)
    """
    found = _FROZEN.fullmatch(candidate)
    return int(found[1]) if found else None


def method_of(candidate: str) -> str | None:
    """Return the method of a candidate that tunes an encoder; None for any other candidate.

    >>> method_of("freeze:4"), method_of("lora"), method_of("freeze"), method_of("probe")
    ('freeze', 'lora', None, None)
    """
    if frozen_layers(candidate) is not None:
        return "freeze"
    return candidate if candidate in METHODS and candidate != "freeze" else None


def blended(candidate: str) -> str | None:
    """Return the tuned candidate that `blend:` mixes with the linear model; None for all else.

    >>> blended("blend:freeze:4"), blended("blend"), blended("blend:probe")
    ('freeze:4', None, None)
    """
    tuned = candidate.removeprefix(BLEND)
    return tuned if tuned != candidate and method_of(tuned) is not None else None


class Tuning(Part):
    """How an encoder is tuned; every default works, and a method ignores what is not its own."""

    learning_rate: float | None = Field(default=None, gt=0, lt=1)
    """Learning rate of the encoder; found by short trials around the method's own when left out."""
    epochs: int | None = Field(default=None, ge=1, le=1000)
    """Passes over the training rows; the method's own number when left out."""
    rows_per_batch: int = Field(default=32, ge=1, le=4096)
    """Rows of one optimiser step."""
    rank: int = Field(default=16, ge=1, le=1024)
    """Rank of the matrices of `lora`, `rslora`, `dora` and, on average, `adalora`."""
    alpha: float | None = Field(default=None, gt=0)
    """Strength of these matrices; when left out, what scales them by 2 at any rank."""
    width: int = Field(default=64, ge=1, le=4096)
    """Width of the bottleneck of `adapter`."""
    prefix: int = Field(default=16, ge=1, le=128)
    """Number of vectors of `prefix` in every layer."""
    dropout: float | None = Field(default=None, ge=0, lt=1)
    """Dropout in what learns; when left out, the base's own, and 0.1 under the head."""
    weight_decay: float = Field(default=0.01, ge=0, lt=1)
    """Weight decay of everything but biases, norms and factors."""
    layer_decay: float | None = Field(default=None, gt=0, le=1)
    """Learning rate of a layer over that of the layer above it; the method's own when left out."""
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    """Share of the truth that is spread evenly over all labels."""
    r_drop: float = Field(default=0.0, ge=0)
    """Weight of the divergence between two passes with different dropout; doubles the time."""
    class_weights: Literal["none", "balanced"] = "none"
    """`balanced` lets every class weigh the same, however rare it is."""
    focal: float = Field(default=0.0, ge=0, le=10)
    """Exponent of the focal loss, which looks away from easy rows; 0 is cross-entropy."""
    patience: int = Field(default=6, ge=1)
    """Evaluations, two an epoch, without a better score before training stops."""
