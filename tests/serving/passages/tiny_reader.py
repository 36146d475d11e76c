"""A tiny real package of answers: a graph that looks up what each token says.

A town is the answer to whatever is asked; `new` before one begins it. The first token says that
there is none, less than a town does and more than any other word.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tests.serving.tiny_package import contents
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whet.serving.package import write_manifest

WORDS = ("rome", "oslo", "new", "where", "is", "she", "in", "?", ".", "京", "她", "在")
TOWNS = ("rome", "oslo", "京")
LIMIT = 24


def make_tokenizer() -> Tokenizer:
    """Return a tokenizer of whole words that puts a token between two texts."""
    vocabulary = {name: i for i, name in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def make_reader_package(folder: Path, *, version: str = "1", **fields: Any) -> Path:
    """Write a package of form `reader` to `folder` and return it; `fields` go to package.json."""
    folder.mkdir(parents=True)
    make_tokenizer().save(str(folder / "tokenizer.json"))
    onnx.save(_graph(), folder / "model.onnx")
    defaults: dict[str, Any] = {
        "name": "notes",
        "kind": "span",
        "form": "reader",
        "labels": ("answers",),
        "inputs": ({"name": "question", "column": "q"}, {"name": "passage", "column": "p"}),
        "max_length": LIMIT,
        "dimension": 0,
        "reading": {"longest": 4, "threshold": 0.0, "slope": 0.5},
        "abstain": {"threshold": 0.7},
    }
    written = contents(**{**defaults, "version": version, **fields})
    (folder / "package.json").write_text(written.model_dump_json(indent=1))
    (folder / "README.md").write_text("# notes\n")
    write_manifest(folder)
    return folder


def _graph() -> onnx.ModelProto:
    """Return a look-up of the scores of each token as an ONNX model."""
    table = np.full((4 + len(WORDS), 2), -6, dtype=np.float32)
    for town in TOWNS:
        table[4 + WORDS.index(town)] = 3
    table[4 + WORDS.index("new"), 0] = 5
    table[2] = 0
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["found"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["found", "wide"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", "t", 2])
    initial = [numpy_helper.from_array(table, "table")]
    initial.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"))
    graph = helper.make_graph(nodes, "reader", inputs, [output], initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
