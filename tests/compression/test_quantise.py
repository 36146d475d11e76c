"""Tests for whet.compression.quantise: close to the float graph, on any processor."""

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


def test_an_answer_does_not_depend_on_what_is_read_beside_it(graphs: tuple[Path, Path]) -> None:
    together = run(graphs[1], ROWS)
    for i, row in enumerate(ROWS):
        alone = run(graphs[1], [row])
        for beside, single in zip(together, alone, strict=True):
            np.testing.assert_allclose(beside[i], single[0], atol=1e-5)


def test_the_products_are_in_integers_and_the_words_stay_in_float(
    graphs: tuple[Path, Path],
) -> None:
    model = onnx.load(str(graphs[1]))
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("MatMulIntegerToFloat") == 12  # six products in each of two layers
    assert kinds.count("QuantizeLinear") == 8  # query, key and value read the same activations
    floats = [v for v in model.graph.initializer if v.data_type == onnx.TensorProto.FLOAT]
    assert sum("word_embeddings" in value.name for value in floats) == 1
    wide = {value.name for value in floats if len(value.dims) == 2}
    assert not [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in wide]


def test_weights_keep_seven_bits_so_that_no_processor_overflows(
    graphs: tuple[Path, Path],
) -> None:
    exact, small = (
        {v.name: onnx.numpy_helper.to_array(v) for v in onnx.load(str(path)).graph.initializer}
        for path in graphs
    )
    weights = [name for name in small if name.endswith(".weight") and small[name].dtype == np.int8]
    assert len(weights) == 12
    floats = [value for value in exact.values() if value.ndim == 2]
    for name in weights:
        assert np.abs(small[name].astype(int)).max() == 63
        scales = small[f"{name.removesuffix('.weight')}.scale"]  # one for each channel
        rebuilt = small[name] * scales
        same = [v for v in floats if v.shape == rebuilt.shape]
        assert any((np.abs(rebuilt - value) <= scales / 2 + 1e-7).all() for value in same)


def test_a_token_of_zeros_and_a_channel_of_zeros_stay_zero(tmp_path: Path) -> None:
    weight = np.array([[1.0, 0.0], [-0.5, 0.0]], dtype=np.float32)
    kind, shape = onnx.TensorProto.FLOAT, ["n", "t"]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name="product")],
        "one product",
        [onnx.helper.make_tensor_value_info("x", kind, [*shape, 2])],
        [onnx.helper.make_tensor_value_info("y", kind, [*shape, 2])],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    opset = [onnx.helper.make_opsetid("", 23)]
    # onnxruntime refuses files of a newer format than its own
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)
    onnx.save(model, str(tmp_path / "float.onnx"))
    quantise_onnx(tmp_path / "float.onnx", tmp_path / "int8.onnx")
    session: Any = onnxruntime.InferenceSession(
        str(tmp_path / "int8.onnx"), providers=["CPUExecutionProvider"]
    )
    x = np.array([[[0, 0], [2, -3], [1e-3, 0]]], dtype=np.float32)
    (y,) = session.run(None, {"x": x})
    np.testing.assert_allclose(y, x @ weight, rtol=0.05, atol=1e-9)
    assert not y[..., 1].any()


def test_the_same_graph_gives_the_same_file(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    quantise_onnx(graphs[0], tmp_path / "again.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["again.onnx"]
    assert (tmp_path / "again.onnx").read_bytes() == graphs[1].read_bytes()
