"""Tests for whet.compression.quantise: close to the float graph, and blind to its neighbours."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from whet.compression.export import export_onnx
from whet.compression.quantise import BLOCK_SIZE, quantise_onnx
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
    answers: list[NDArray[np.float32]] = session.run(["probabilities", "embedding"], feed)
    return answers


ROWS = [[2, 8, 9, 3], [2, 5, 6, 7, 8, 9, 10, 3], [2, 30, 31, 32, 33, 34, 35, 36, 37, 38, 3]]


def test_it_answers_nearly_as_the_float_graph(graphs: tuple[Path, Path]) -> None:
    exact, small = (run(path, ROWS) for path in graphs)
    np.testing.assert_allclose(small[0], exact[0], atol=0.05)
    assert ((small[1] * exact[1]).sum(axis=1) > 0.999).all()


def test_an_answer_does_not_depend_on_its_neighbours(graphs: tuple[Path, Path]) -> None:
    together = run(graphs[1], ROWS)
    for i, row in enumerate(ROWS):
        alone = run(graphs[1], [row])
        for one, many in zip(alone, together, strict=True):
            np.testing.assert_allclose(one[0], many[i], atol=1e-5)


def test_the_products_are_in_blocks_of_eight_bits_and_the_words_stay_in_float(
    graphs: tuple[Path, Path],
) -> None:
    model = onnx.load(str(graphs[1]))
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("MatMulNBits") >= 12  # six products in each of two layers
    packed = [node for node in model.graph.node if node.op_type == "MatMulNBits"]
    settings = {(attribute.name, attribute.i) for node in packed for attribute in node.attribute}
    assert {("bits", 8), ("block_size", BLOCK_SIZE), ("accuracy_level", 4)} <= settings
    words = [
        value
        for value in model.graph.initializer
        if "word_embeddings" in value.name and value.data_type == onnx.TensorProto.FLOAT
    ]
    assert len(words) == 1


def test_logging_is_as_it_was(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    before = (logging.root.handlers[:], logging.root.level)
    quantise_onnx(graphs[0], tmp_path / "again.onnx")
    assert (logging.root.handlers[:], logging.root.level) == before
    assert (tmp_path / "again.onnx").read_bytes() == graphs[1].read_bytes()
