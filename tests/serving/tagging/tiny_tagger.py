"""A tiny real tagger package: a graph that looks up the tag scores of each token.

It knows people and places by a word and its case: `ana` and `li` are people and `rome` is a place
when they begin with an upper-case letter; `new` before a place belongs to it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from tests.serving.tiny_package import contents
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whet.serving.package import write_manifest
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.words import SHAPES

SET = TagSet(["LOC", "PER"])
WORDS = ("ana", "li", "rome", "new", "in", "lives", ".", "京")
SURE = 6.0


def make_tagger_package(folder: Path, *, version: str = "1", **fields: Any) -> Path:
    """Write a package of form `tagger` to `folder` and return it; `fields` go to package.json."""
    folder.mkdir(parents=True)
    vocabulary = {name: i for i, name in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_graph(vocabulary), folder / "model.onnx")
    save_file({"chain": SET.transitions}, folder / "chain.safetensors")
    defaults = {"name": "names", "form": "tagger", "labels": SET.labels, "max_length": 10}
    written = contents(**{**defaults, "dimension": 0, "version": version, **fields})
    (folder / "package.json").write_text(written.model_dump_json(indent=1))
    (folder / "README.md").write_text("# names\n")
    write_manifest(folder)
    return folder


def _graph(vocabulary: dict[str, int]) -> onnx.ModelProto:
    """Return the sum of a score of the token and one of its case as an ONNX model."""
    words = np.zeros((len(vocabulary), len(SET)), dtype=np.float32)
    words[:, 0] = SURE
    for word, names in {
        "ana": ("B-PER", "S-PER"),
        "li": ("E-PER", "S-PER"),
        "new": ("B-LOC",),
        "rome": ("E-LOC", "S-LOC"),
        "京": ("S-LOC",),
    }.items():
        for name, sure in zip(names, (2 * SURE, 1.5 * SURE), strict=False):
            words[vocabulary[word], SET.names.index(name)] = sure
    cases = np.zeros((len(SHAPES), len(SET)), dtype=np.float32)
    cases[SHAPES.index("lower"), 0] = 3 * SURE
    return _model({"words": words, "cases": cases})


def _model(tables: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """Return the graph over two tables of scores."""
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["of_words"]),
        helper.make_node("Gather", ["cases", "shapes"], ["of_cases"]),
        helper.make_node("Add", ["of_words", "of_cases"], ["sum"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["sum", "wide"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask", "shapes")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", "t", len(SET)])
    initial = [numpy_helper.from_array(table, name) for name, table in tables.items()]
    initial.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"))
    graph = helper.make_graph(nodes, "tagger", inputs, [output], initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
