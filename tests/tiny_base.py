"""Tiny real models in the format of the hub: 2 layers, 32 dimensions, random weights.

One for each family of architectures: absolute positions, rotary positions, disentangled attention,
and a decoder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    ModernBertConfig,
    ModernBertModel,
    Qwen2Config,
    Qwen2Model,
)

WORDS = "refund invoice password reset crash app money back my the please login card help bill"
_SIZE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


def _bert(vocabulary: int) -> Any:
    return BertModel(BertConfig(vocab_size=vocabulary, **_SIZE))


def _modernbert(vocabulary: int) -> Any:
    special = {"pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3}
    special |= {"bos_token_id": 2, "eos_token_id": 3}
    # One layer sees everything, the other a window of 8 tokens.
    return ModernBertModel(
        ModernBertConfig(
            vocab_size=vocabulary,
            local_attention=8,
            global_attn_every_n_layers=2,
            attention_dropout=0.1,
            mlp_dropout=0.1,
            **special,
            **_SIZE,
        )
    )


def _deberta(vocabulary: int) -> Any:
    # As DeBERTa-v3 sets them.
    attention = {
        "relative_attention": True,
        "position_buckets": 16,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False,
        "type_vocab_size": 0,
    }
    return DebertaV2Model(DebertaV2Config(vocab_size=vocabulary, **attention, **_SIZE))


def _qwen2(vocabulary: int) -> Any:
    return Qwen2Model(
        Qwen2Config(vocab_size=vocabulary, num_key_value_heads=2, attention_dropout=0.1, **_SIZE)
    )


FAMILIES: dict[str, Callable[[int], Any]] = {
    "bert": _bert,
    "modernbert": _modernbert,
    "deberta": _deberta,
    "qwen2": _qwen2,
}
"""A model of each family, from the size of the vocabulary."""


def make_tiny_base(folder: Path, words: str = WORDS, family: str = "bert") -> Path:
    """Write config, tokenizer and weights to `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words.split()]
    pieces += [prefix + letter for letter in "abcdefghijklmnopqrstuvwxyz" for prefix in ("", "##")]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    FAMILIES[family](len(vocabulary)).save_pretrained(folder)
    return folder
