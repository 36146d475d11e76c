"""What do matrices of low rank beside the projections learn? LoRA and its kin, by peft.

Every linear projection of every layer gets them: with a small encoder, queries and values alone
learn too little. They merge into the projections, so a package is as fast as the base.
Sources: Hu et al. 2021, arXiv:2106.09685; Kalajdzievski 2023, arXiv:2312.03732 (`rslora`);
Liu et al. 2024, arXiv:2402.09353 (`dora`).
"""

import math
from collections.abc import Callable
from typing import Any

from whet.models.anatomy import linear_paths
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup, freeze_encoder, plain

ADAPTER = "default"
"""Name that peft gives to what it adds."""
SCALE = 2.0
"""Factor on what the matrices say, at any rank, unless the card sets `alpha`."""


def lora(model: Classifier, setup: Setup) -> Adapted:
    """Add matrices scaled by alpha over the rank."""
    return _low_rank(model, setup, lora_alpha=setup.tuning.alpha or SCALE * setup.tuning.rank)


def rslora(model: Classifier, setup: Setup) -> Adapted:
    """Add matrices scaled by alpha over the square root of the rank."""
    alpha = setup.tuning.alpha or SCALE * math.sqrt(setup.tuning.rank)
    return _low_rank(model, setup, lora_alpha=alpha, use_rslora=True)


def dora(model: Classifier, setup: Setup) -> Adapted:
    """Add matrices that turn each weight, and its length as a parameter of its own."""
    alpha = setup.tuning.alpha or SCALE * setup.tuning.rank
    return _low_rank(model, setup, lora_alpha=alpha, use_dora=True)


def _low_rank(model: Classifier, setup: Setup, **options: Any) -> Adapted:
    """Return the classifier with LoRA in its layers."""
    from peft import LoraConfig, LoraModel  # seconds to import, and few builds need it

    config = LoraConfig(
        r=setup.tuning.rank,
        target_modules=linear_paths(model.views.transformer),
        lora_dropout=setup.tuning.dropout or 0.0,
        **options,
    )
    return injected(model, lambda transformer: LoraModel(transformer, {ADAPTER: config}, ADAPTER))


def injected(model: Classifier, inject: Callable[[Any], Any]) -> Adapted:
    """Return a classifier with parts of peft in its layers, which can be merged into them.

    Args:
        inject: maps the transformer to the tuner of peft that has changed it in place.
    """
    freeze_encoder(model)
    tuner = inject(model.views.transformer)

    def merged() -> Classifier:
        model.views.transformer = tuner.merge_and_unload()
        return model

    unmerged = plain(model)
    return Adapted(model, unmerged.logits, merged)
