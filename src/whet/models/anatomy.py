"""Where do a transformer's parts lie? Its layers, and the projections inside each of them.

Architectures name the same parts differently. A dialect is told by the modules that a layer has,
not by the name of the model, so that a new model with known parts works without a change.
"""

from dataclasses import dataclass
from typing import Any

import torch

from whet.core.errors import InputError


@dataclass(frozen=True)
class Dialect:
    """Paths of the projections inside one layer."""

    keys_and_values: tuple[str, ...]
    attention_output: str
    feed_forward_output: str


DIALECTS: dict[str, Dialect] = {
    "BERT": Dialect(
        ("attention.self.key", "attention.self.value"), "attention.output.dense", "output.dense"
    ),
    "DeBERTa": Dialect(
        ("attention.self.key_proj", "attention.self.value_proj"),
        "attention.output.dense",
        "output.dense",
    ),
    # Queries, keys and values are one projection.
    "ModernBERT": Dialect(("attn.Wqkv",), "attn.Wo", "mlp.Wo"),
    "Llama": Dialect(("self_attn.k_proj", "self_attn.v_proj"), "self_attn.o_proj", "mlp.down_proj"),
}
"""Names of the projections in the architectures that are known."""


def layers_of(transformer: Any) -> torch.nn.ModuleList:
    """Return the stack of layers, lowest first.

    Raises:
        InputError: no list of modules is as long as the configuration says.
    """
    return transformer.get_submodule(layers_path(transformer))  # type: ignore[no-any-return]


def layers_path(transformer: Any) -> str:
    """Return where the stack of layers lies inside the transformer."""
    count = int(getattr(transformer.config, "num_hidden_layers", 0))
    for name, module in transformer.named_modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == count > 0:
            return str(name)
    raise InputError(
        f"a base must have one stack of layers to be tuned in part; found none in architecture "
        f"{architecture(transformer)!r}. Use the candidate 'full' or 'probe'."
    )


def dialect_of(transformer: Any, method: str) -> Dialect:
    """Return how the layers name their projections.

    Raises:
        InputError: the architecture names them in a way that is not known.
    """
    layer = layers_of(transformer)[0]
    names = {name for name, _ in layer.named_modules()}
    for dialect in DIALECTS.values():
        wanted = {
            *dialect.keys_and_values,
            dialect.attention_output,
            dialect.feed_forward_output,
        }
        if wanted <= names:
            return dialect
    raise InputError(
        f"method {method!r} needs a base whose layers are built like those of "
        f"{', '.join(DIALECTS)}; found architecture {architecture(transformer)!r}. "
        f"Use the candidate 'lora', 'full' or 'probe'."
    )


def linear_paths(transformer: Any) -> list[str]:
    """Return the paths of all linear projections inside the layers, lowest layer first."""
    stack = layers_path(transformer)
    return [
        f"{stack}.{name}"
        for name, module in layers_of(transformer).named_modules()
        if isinstance(module, torch.nn.Linear)
    ]


def inner_paths(transformer: Any, *parts: str) -> list[str]:
    """Return the paths of parts of every layer, such as `output.dense`, lowest layer first."""
    stack = layers_path(transformer)
    return [f"{stack}.{i}.{part}" for i in range(len(layers_of(transformer))) for part in parts]


def architecture(transformer: Any) -> str:
    """Return the name that transformers gives to the architecture."""
    return str(transformer.config.model_type)
