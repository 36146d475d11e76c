"""Tests for whet.models.anatomy: the parts of every family, and one that has none."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tests.tiny_base import FAMILIES

from whet.core.errors import InputError
from whet.models.anatomy import dialect_of, inner_paths, layers_of, linear_paths
from whet.models.bases import find_base
from whet.models.encoder import load_encoder


@pytest.mark.parametrize(
    ("family", "linears", "output"),
    [
        ("bert", 6, "encoder.layer.1.output.dense"),
        ("modernbert", 4, "layers.1.mlp.Wo"),
        ("deberta-v2", 6, "encoder.layer.1.output.dense"),
        ("qwen2", 7, "layers.1.mlp.down_proj"),
        ("llama", 7, "layers.1.mlp.down_proj"),
        ("roberta", 6, "encoder.layer.1.output.dense"),
    ],
)
def test_the_parts_of_a_family(family: str, linears: int, output: str, tmp_path: Path) -> None:
    FAMILIES[family](tmp_path / family)
    transformer = load_encoder(find_base(family, tmp_path)).module.transformer
    assert len(layers_of(transformer)) == 2
    paths = linear_paths(transformer)
    assert len(paths) == 2 * linears
    assert all(isinstance(transformer.get_submodule(path), torch.nn.Linear) for path in paths)
    dialect = dialect_of(transformer, "ia3")
    assert inner_paths(transformer, dialect.feed_forward_output)[-1] == output
    assert output in paths


class Strange(torch.nn.Module):
    """A transformer with layers that are built like no other's."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.config = SimpleNamespace(num_hidden_layers=2, model_type="strange")
        self.blocks = torch.nn.ModuleList(torch.nn.Linear(2, 2) for _ in range(layers))


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        dialect_of(Strange(2), "adapter")
    assert str(refused.value) == (
        "method 'adapter' needs a base whose layers are built like those of BERT, DeBERTa, "
        "ModernBERT, Llama; found architecture 'strange'. "
        "Use the candidate 'lora', 'full' or 'probe'."
    )
    with pytest.raises(InputError) as refused:
        layers_of(Strange(3))
    assert str(refused.value) == (
        "a base must have one stack of layers to be tuned in part; found none in architecture "
        "'strange'. Use the candidate 'full' or 'probe'."
    )
