"""What do learnt vectors before the keys and values of every layer change? Prefix tuning, by peft.

Prefixes cannot be merged: a package carries them along.
Source: Li and Liang 2021, arXiv:2101.00190.
"""

import inspect
import warnings
from typing import Any

import torch

from whet.core.errors import InputError
from whet.models.anatomy import architecture
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup, freeze_encoder, plain


class Prefixed(torch.nn.Module):
    """A transformer that reads learnt keys and values before those of each text.

    The texts keep the positions that they have without a prefix.
    """

    def __init__(self, prompted: Any) -> None:
        super().__init__()
        self.prompted = prompted
        transformer = prompted.get_base_model()
        self.config = transformer.config
        self.length = int(prompted.active_peft_config.num_virtual_tokens)
        self.is_causal = _is_causal(transformer)
        self.first_position = _first_position(transformer)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **options: Any) -> Any:
        """Return what the transformer makes of the texts after the prefix."""
        rows, width = input_ids.shape
        before = attention_mask.new_ones((rows, self.length))
        mask = torch.cat([before, attention_mask], dim=1)
        if not self.is_causal:
            # In this form encoders take a mask as it is, longer than the text.
            mask = mask.bool()[:, None, None, :].expand(rows, 1, width, self.length + width)
        positions = self.first_position + torch.arange(width, device=input_ids.device)
        options["position_ids"] = positions.expand(rows, width)
        return self.prompted.get_base_model()(
            input_ids=input_ids,
            attention_mask=mask,
            past_key_values=self.prompted.get_prompt(rows),
            **options,
        )


def prefix(model: Classifier, setup: Setup) -> Adapted:
    """Put learnt vectors before the keys and values of every layer.

    Raises:
        InputError: the base's architecture takes no keys and values from outside.
    """
    from peft import PeftModelForFeatureExtraction, PrefixTuningConfig  # seconds to import

    transformer = model.views.transformer
    if "past_key_values" not in inspect.signature(transformer.forward).parameters:
        raise InputError(
            f"method 'prefix' needs a base that takes keys and values from outside; architecture "
            f"{architecture(transformer)!r} does not. Use the candidate 'lora' or 'ia3'."
        )
    freeze_encoder(model)
    config = PrefixTuningConfig(
        task_type="FEATURE_EXTRACTION", num_virtual_tokens=setup.tuning.prefix
    )
    with warnings.catch_warnings():
        # peft asks transformers for a property under its old name.
        warnings.simplefilter("ignore", FutureWarning)
        prompted = PeftModelForFeatureExtraction(transformer, config)
    model.views.transformer = Prefixed(prompted)
    return plain(model)


def _is_causal(transformer: Any) -> bool:
    """Return True for a decoder, whose positions see only those before them."""
    return any(getattr(module, "is_causal", False) for module in transformer.modules())


def _first_position(transformer: Any) -> int:
    """Return the position of a first token: RoBERTa and its kin keep the first for padding."""
    for name, module in transformer.named_modules():
        if name.endswith("position_embeddings"):
            kept = getattr(module, "padding_idx", None)
            return 0 if kept is None else int(kept) + 1
    return 0
