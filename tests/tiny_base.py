"""Tiny real models in the format of the hub, one per family: 2 layers, 32 dimensions, random."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import BPE, WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    LlamaConfig,
    LlamaModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen2Model,
    RobertaConfig,
    RobertaModel,
)
from transformers.utils import logging

WORDS = "refund invoice password reset crash app money back my the please login card help bill"
_WIDTH: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
_SIZES: dict[str, Any] = {**_WIDTH, "intermediate_size": 64, "max_position_embeddings": 64}
# Fields that the configurations read, but do not declare.
_MODERN: dict[str, Any] = {"global_attn_every_n_layers": 2, "reference_compile": False}
_DISENTANGLED: dict[str, Any] = {
    "position_buckets": 8,
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
}


def make_tiny_base(folder: Path, words: str = WORDS) -> Path:
    """Write an encoder with absolute positions (BERT) to `folder` and return it."""
    size = _write_words(folder, words)
    return _write(folder, BertModel, BertConfig(vocab_size=size, **_SIZES))


def make_tiny_roberta(folder: Path, words: str = WORDS) -> Path:
    """Write an encoder whose first positions are reserved for padding (RoBERTa, XLM-R)."""
    size = _write_words(folder, words)
    return _write(folder, RobertaModel, RobertaConfig(vocab_size=size, pad_token_id=1, **_SIZES))


def make_tiny_modernbert(folder: Path, words: str = WORDS) -> Path:
    """Write an encoder with rotary positions, local attention in one of two layers (ModernBERT)."""
    size = _write_words(folder, words)
    config = ModernBertConfig(
        vocab_size=size,
        pad_token_id=0,
        local_attention=8,
        **_MODERN,
        **_SIZES,
    )
    return _write(folder, ModernBertModel, config)


def make_tiny_deberta(folder: Path, words: str = WORDS) -> Path:
    """Write an encoder with disentangled relative positions, as DeBERTa-v3 has them."""
    size = _write_words(folder, words)
    config = DebertaV2Config(
        vocab_size=size,
        relative_attention=True,
        **_DISENTANGLED,
        pos_att_type=["p2c", "c2p"],
        position_biased_input=False,
        type_vocab_size=0,
        max_relative_positions=-1,
        **_SIZES,
    )
    return _write(folder, DebertaV2Model, config)


def make_tiny_decoder(folder: Path, words: str = WORDS) -> Path:
    """Write a decoder (Qwen2) whose tokenizer adds no special token, as Qwen's own does."""
    size = _write_bytes(folder, words)
    return _write(folder, Qwen2Model, Qwen2Config(**_decoder(size)))


def make_tiny_llama(folder: Path, words: str = WORDS) -> Path:
    """Write a decoder of the Llama kind."""
    size = _write_bytes(folder, words)
    return _write(folder, LlamaModel, LlamaConfig(**_decoder(size)))


FAMILIES: dict[str, Callable[[Path], Path]] = {
    "bert": make_tiny_base,
    "roberta": make_tiny_roberta,
    "modernbert": make_tiny_modernbert,
    "deberta-v2": make_tiny_deberta,
    "qwen2": make_tiny_decoder,
    "llama": make_tiny_llama,
}
"""A maker for each family of architectures, by the `model_type` of its configuration."""


def _decoder(vocabulary: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary,
        "num_key_value_heads": 2,
        "bos_token_id": None,
        "eos_token_id": 0,
        "pad_token_id": None,
        **_SIZES,
    }


def _write(folder: Path, model: type[PreTrainedModel], config: PreTrainedConfig) -> Path:
    """Write weights and configuration; one seed, so two calls give the same bytes."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # tests look at what is printed
    torch.manual_seed(0)
    model(config).save_pretrained(folder)
    return folder


def _write_words(folder: Path, words: str) -> int:
    """Write a word-piece tokenizer, the one that BERT has; return the size of its vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words.split()]
    pieces += [prefix + letter for letter in "abcdefghijklmnopqrstuvwxyz" for prefix in ("", "##")]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(vocabulary)


def _write_bytes(folder: Path, words: str) -> int:
    """Write a byte-level tokenizer, the kind that decoders have; return its vocabulary's size."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {"<|endoftext|>": 0}
    for piece in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocabulary[piece] = len(vocabulary)
    merges: list[tuple[str, str]] = []
    for word in words.split():
        known = "Ġ"
        for letter in word:
            if known + letter not in vocabulary:
                vocabulary[known + letter] = len(vocabulary)
                merges.append((known, letter))
            known += letter
    tokenizer = Tokenizer(BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(vocabulary)
