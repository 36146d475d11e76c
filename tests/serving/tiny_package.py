"""Two tiny real packages: an ONNX model with a tokenizer, and a linear model.

Both know three labels and decide by the words `refund`, `card` and `login` (and 退, 卡, 登). The
embedding of the ONNX package is the mean of word vectors: the three axes are the three labels.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whet.core.text import text_features
from whet.serving.contents import Contents
from whet.serving.links import softmax
from whet.serving.package import write_manifest

LABELS = ("card", "login", "refund")
KEYWORDS = (("card", "卡"), ("login", "登"), ("refund", "退"))
WORDS = ("please", "my", "the", "a", "lost", "want", "help", "我", "要", "款", "了", "录")
SHARPNESS = 8.0
"""Logit of a text that holds one keyword and nothing else."""

EVIDENCE = (
    ("my card", "card"),
    ("lost card please", "card"),
    ("login help", "login"),
    ("the login", "login"),
    ("refund please", "refund"),
    ("我要退款", "refund"),
)


def make_onnx_package(folder: Path, *, version: str = "1", **fields: Any) -> Path:
    """Write a package of form `onnx` to `folder` and return it; `fields` go to package.json."""
    folder.mkdir(parents=True)
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}
    for word in (*sum(KEYWORDS, ()), *WORDS):
        vocabulary[word] = len(vocabulary)
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    onnx.save(_graph(_vectors(vocabulary)), folder / "model.onnx")
    embedding = np.array([_embedding(text) for text, _ in EVIDENCE], dtype=np.float32)
    _write_rest(folder, embedding, {"form": "onnx", "version": version, "max_length": 32, **fields})
    return folder


def make_linear_package(folder: Path, *, version: str = "1", **fields: Any) -> Path:
    """Write a package of form `linear` to `folder` and return it; `fields` go to package.json."""
    folder.mkdir(parents=True)
    texts = [*(text for text, _ in EVIDENCE), "help", "lost", "登录"]
    vocabulary = sorted({feature for text in texts for feature in text_features(text)})
    coefficients = np.zeros((len(vocabulary), len(LABELS)), dtype=np.float32)
    for i, feature in enumerate(vocabulary):
        for k, keywords in enumerate(KEYWORDS):
            if feature[1:] in keywords:
                coefficients[i, k] = SHARPNESS
    arrays = {
        "idf": np.linspace(1, 2, len(vocabulary), dtype=np.float32),
        "coefficients": coefficients,
        "intercept": np.array([0.1, 0.0, -0.1], dtype=np.float32),
        "temperature": np.array([0.5], dtype=np.float32),
    }
    save_file(arrays, folder / "linear.safetensors")
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    embedding = np.zeros((len(EVIDENCE), 0), dtype=np.float32)
    _write_rest(folder, embedding, {"form": "linear", "version": version, **fields})
    return folder


def change_one_byte(file: Path) -> None:
    """Flip one bit in the middle of a file."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def contents(**fields: Any) -> Contents:
    """Return contents with small defaults."""
    defaults: dict[str, Any] = {
        "name": "support",
        "version": "1",
        "created": "2026-01-02T03:04:05+00:00",
        "whet": "0.1.0",
        "form": "onnx",
        "labels": LABELS,
        "dimension": 3,
        "data_version": "0" * 64,
    }
    return Contents.model_validate({**defaults, **fields})


def _write_rest(folder: Path, embedding: NDArray[np.float32], fields: dict[str, Any]) -> None:
    """Write evidence, contents, model card and manifest."""
    label = np.array([LABELS.index(name) for _, name in EVIDENCE], dtype=np.int32)
    logits = SHARPNESS * np.eye(len(LABELS), dtype=np.float32)[label]
    arrays: dict[str, NDArray[Any]] = {
        "views": embedding.astype(np.float16),
        "log_probabilities": np.log(softmax(logits)).astype(np.float16),
        "label": label,
    }
    save_file(arrays, folder / "evidence.safetensors")
    lines = [
        json.dumps({"text": text, "label": name, "row": row}, ensure_ascii=False)
        for row, (text, name) in enumerate(EVIDENCE, start=1)
    ]
    (folder / "evidence.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    written = contents(**{"dimension": embedding.shape[1], **fields})
    (folder / "package.json").write_text(written.model_dump_json(indent=1))
    (folder / "README.md").write_text("# support\n")
    write_manifest(folder)


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    """Return a tokenizer of whole words, with each Chinese character a word."""
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = [("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=special
    )
    return tokenizer


def _vectors(vocabulary: dict[str, int]) -> NDArray[np.float32]:
    """Return a vector for each word, (v, 3): keywords lie on the axes, the rest near the middle."""
    vectors = np.full((len(vocabulary), len(LABELS)), 0.1, dtype=np.float32)
    for k, keywords in enumerate(KEYWORDS):
        for word in keywords:
            vectors[vocabulary[word]] = np.eye(len(LABELS), dtype=np.float32)[k]
    return vectors


def _graph(vectors: NDArray[np.float32]) -> onnx.ModelProto:
    """Return embedding lookup, masked mean, L2 norm, MatMul, Softmax as an ONNX model."""
    weights = SHARPNESS * np.eye(len(LABELS), dtype=np.float32)
    constants = {"vectors": vectors, "weights": weights, "last": np.array([-1], dtype=np.int64)}
    constants["one"] = np.array([1], dtype=np.int64)
    nodes = [
        helper.make_node("Gather", ["vectors", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
        helper.make_node("Mul", ["words", "wide_mask"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "one"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "one"], ["count"], keepdims=1),
        helper.make_node("Div", ["sum", "count"], ["mean"]),
        helper.make_node("LpNormalization", ["mean"], ["views"], axis=-1, p=2),
        helper.make_node("MatMul", ["views", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask")
    ]
    results = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3])
        for name in ("probabilities", "views")
    ]
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", tokens, results, initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _embedding(text: str) -> Sequence[float]:
    """Return the embedding of a text by hand: the mean over its tokens, scaled to length 1."""
    words = text.split() if text.isascii() else list(text)
    rows = [[0.1] * 3, [0.1] * 3]  # [CLS] and [SEP]
    for word in words:
        axis = next((k for k, known in enumerate(KEYWORDS) if word in known), None)
        rows.append([0.1] * 3 if axis is None else [float(k == axis) for k in range(3)])
    mean = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    length = math.sqrt(sum(value * value for value in mean))
    return [value / length for value in mean]
