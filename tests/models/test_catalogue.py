"""Tests for whet.models.catalogue: the facts of every entry, counted where they can be."""

from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModel

from whet.data.audit.languages import ENGLISH_BASES
from whet.models.catalogue import CATALOGUE, Entry
from whet.models.hub import is_hub_id

# What the entries leave out of a configuration, by its family; the same in all sizes but where
# the name of a model is given.
MODERN = {"intermediate_size": 1152, "max_position_embeddings": 8192}
DEBERTA = {
    "relative_attention": True,
    "position_buckets": 256,
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "pos_att_type": ["p2c", "c2p"],
    "position_biased_input": False,
    "type_vocab_size": 0,
}
REST: dict[str, dict[str, Any]] = {
    "bert": {},
    "roberta": {"max_position_embeddings": 514, "type_vocab_size": 1},
    "xlm-roberta": {"max_position_embeddings": 514, "type_vocab_size": 1},
    "modernbert": MODERN,
    "deberta-v2": DEBERTA,
    "llama": {"intermediate_size": 1536, "num_attention_heads": 9, "num_key_value_heads": 3},
    "qwen2": {"intermediate_size": 4864, "num_attention_heads": 14, "num_key_value_heads": 2},
    "qwen3": {"intermediate_size": 3072, "num_attention_heads": 16, "num_key_value_heads": 8},
}


def counted(entry: Entry) -> int:
    """Return the parameters of the model that transformers makes of an entry's numbers."""
    sizes = {
        "vocab_size": entry.vocabulary,
        "hidden_size": entry.width,
        "num_hidden_layers": entry.layers,
        "intermediate_size": 4 * entry.width,
        "num_attention_heads": entry.width // 32 if entry.width < 768 else entry.width // 64,
    }
    config = AutoConfig.for_model(entry.family, **sizes | REST[entry.family])
    with torch.device("meta"):
        model = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_parameters_are_those_that_transformers_counts(name: str) -> None:
    assert counted(CATALOGUE[name]) == CATALOGUE[name].parameters


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_entry_is_whole(name: str) -> None:
    entry = CATALOGUE[name]
    assert is_hub_id(entry.hub)
    assert entry.languages and all(len(code) == 2 or code == "many" for code in entry.languages)
    assert entry.licence in ("Apache-2.0", "MIT", "not verified")
    assert set(entry.needs) <= {"pickle", "tokenizer"}
    assert entry.max_tokens >= 512
    assert entry.kind == ("decoder" if entry.family in ("llama", "qwen2", "qwen3") else "encoder")


def test_no_two_names_mean_the_same_model() -> None:
    hubs = [entry.hub for entry in CATALOGUE.values()]
    assert len(set(hubs)) == len(hubs)


def test_the_language_guard_knows_which_bases_are_english() -> None:
    english = {name for name, entry in CATALOGUE.items() if entry.languages == ("en",)}
    ids = {CATALOGUE[name].hub.split("/")[-1].lower() for name in english}
    assert sorted((english | ids) - ENGLISH_BASES) == []
    others = {entry.hub.split("/")[-1].lower() for entry in CATALOGUE.values()} - ids
    assert sorted(others & ENGLISH_BASES) == []
