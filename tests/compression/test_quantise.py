"""Tests for whet.compression.quantise: close to the float graph, on any processor."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from whet.compression.export import export_onnx
from whet.compression.quantise import quantise_onnx
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, padded


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> tuple[Path, Path]:
    """Return a float graph and its quantised form."""
    random = np.random.default_rng(0)
    weight = random.normal(0, 3, (3 * encoder.dimension, 3)).astype(np.float32)
    model = Classifier(encoder.module, weight, np.zeros(3, dtype=np.float32), dropout=0.0)
    folder = tmp_path_factory.mktemp("graphs")
    export_onnx(model.eval(), 1.0, encoder.max_tokens, folder / "float.onnx")
    quantise_onnx(folder / "float.onnx", folder / "int8.onnx")
    return folder / "float.onnx", folder / "int8.onnx"


def run(path: Path, ids: list[list[int]]) -> list[NDArray[np.float32]]:
    session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tokens, mask = padded(ids)
    feed = {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()}
    answers: list[NDArray[np.float32]] = session.run(["probabilities", "views"], feed)
    return answers


ROWS = [[2, 8, 9, 3], [2, 5, 6, 7, 8, 9, 10, 3], [2, 30, 31, 32, 33, 34, 35, 36, 37, 38, 3]]


def test_it_answers_nearly_as_the_float_graph(graphs: tuple[Path, Path]) -> None:
    exact, small = (run(path, ROWS) for path in graphs)
    np.testing.assert_allclose(small[0], exact[0], atol=0.05)
    assert ((small[1] * exact[1]).sum(axis=1) / 3 > 0.999).all()  # three views of length 1


def test_the_products_are_in_integers_and_the_words_stay_in_float(
    graphs: tuple[Path, Path],
) -> None:
    model = onnx.load(str(graphs[1]))
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("MatMulInteger") >= 11  # six products in each of two layers, but for one
    floats = {
        value.name: value
        for value in model.graph.initializer
        if value.data_type == onnx.TensorProto.FLOAT
    }
    assert sum("word_embeddings" in name for name in floats) == 1
    in_float = [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in floats]
    narrowing = [tuple(floats[node.input[1]].dims) for node in in_float]
    assert narrowing == [(64, 32)]  # the one that leads out of the first feed-forward block


def test_weights_keep_seven_bits_so_that_no_processor_overflows(
    graphs: tuple[Path, Path],
) -> None:
    model = onnx.load(str(graphs[1]))
    weights = [
        onnx.numpy_helper.to_array(value)
        for value in model.graph.initializer
        if value.data_type == onnx.TensorProto.INT8 and value.dims and len(value.dims) > 1
    ]
    assert len(weights) >= 11
    assert max(np.abs(weight.astype(int)).max() for weight in weights) <= 64
    scales = [v for v in model.graph.initializer if v.name.endswith("_scale") and v.dims]
    assert any(scale.dims[0] > 1 for scale in scales)  # one for each channel


def test_logging_is_as_it_was(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, root.disabled)
    quantise_onnx(graphs[0], tmp_path / "again.onnx")
    assert (root.handlers[:], root.level, root.disabled) == before
    assert [path.name for path in tmp_path.iterdir()] == ["again.onnx"]
    assert (tmp_path / "again.onnx").read_bytes() == graphs[1].read_bytes()
