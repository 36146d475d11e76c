"""In which ways can an encoder be tuned? Every method by name, with defaults that work.

The rates and epochs are measured: docs/experiments.md has the table.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from whet.cards.tuning import frozen_layers, method_of
from whet.core.errors import InputError, did_you_mean
from whet.models.classifier import Classifier
from whet.models.methods.adaptive_rank import adalora
from whet.models.methods.bottleneck import adapter
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.factors import ia3
from whet.models.methods.freeze import freeze
from whet.models.methods.low_rank import dora, lora, rslora
from whet.models.methods.prefix import prefix
from whet.models.methods.whole import bitfit, full


@dataclass(frozen=True)
class Method:
    """One way to tune an encoder, and the settings that suit it."""

    adapt: Callable[[Classifier, Setup], Adapted]
    encoder_rate: float
    head_ratio: float = 10.0
    """Learning rate of the head over that of the encoder."""
    epochs: int = 3
    layer_decay: float = 1.0


METHODS: dict[str, Method] = {
    "freeze": Method(freeze, 5e-4, epochs=2),
    "bitfit": Method(bitfit, 1e-3, head_ratio=3.0),
    "ia3": Method(ia3, 3e-3, head_ratio=1.0),
    "prefix": Method(prefix, 3e-3, head_ratio=1.0),
    "adapter": Method(adapter, 1e-3, head_ratio=3.0),
    "lora": Method(lora, 1e-3, head_ratio=3.0),
    "rslora": Method(rslora, 1e-3, head_ratio=3.0),
    "dora": Method(dora, 1e-3, head_ratio=3.0),
    "adalora": Method(adalora, 2e-3, head_ratio=1.5),
    "full": Method(full, 3e-4),
}
"""Every method by the name that cards use."""


def find_method(candidate: str) -> Method:
    """Return the method of a candidate such as `lora` or `freeze:4`.

    Raises:
        InputError: there is no such method.
    """
    name = method_of(candidate)
    if name is None:
        raise InputError(
            f"{candidate!r} is no method of tuning. {did_you_mean(candidate, METHODS)}"
        )
    return METHODS[name]


def adapt(model: Classifier, candidate: str, setup: Setup, *, seed: int) -> Adapted:
    """Return the classifier in the form in which the candidate's method trains it.

    Args:
        seed: of what a method adds with random numbers.

    Raises:
        InputError: the base's architecture does not support the method, or has too few layers.
    """
    method = find_method(candidate)
    setup = Setup(setup.tuning, setup.steps, setup.folder, frozen_layers(candidate) or 0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        adapted = method.adapt(model, setup)
    adapted.model.to(model.views.device)  # what a method adds begins on the CPU
    if setup.tuning.dropout is not None:
        _set_dropout(adapted, setup.tuning.dropout)
    return adapted


def _set_dropout(adapted: Adapted, share: float) -> None:
    """Set the dropout of everything; in the part that `freeze` leaves out it never acts."""
    for module in adapted.model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share
