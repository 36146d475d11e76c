"""Tests for whet.serving.transformer: the outputs of the graph, and graphs that are refused."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from tests.serving.tiny_package import contents

from whet.core.errors import IntegrityError
from whet.serving.tokens import TextReader
from whet.serving.transformer import TransformerModel


def model(folder: Path, **fields: int) -> TransformerModel:
    return TransformerModel(folder, contents(max_length=32, **fields), threads=1)


def test_agrees_with_one_run_per_text(onnx_package: Path) -> None:
    texts = ["my card " * n for n in range(1, 40)] + ["退", "login"]
    outputs = model(onnx_package, batch_size=4).outputs(texts)
    session = onnxruntime.InferenceSession(onnx_package / "model.onnx")
    for i, ids in enumerate(TextReader(onnx_package / "tokenizer.json", 32).read(texts).ids):
        feed = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, len(ids)), np.int64)}
        probabilities, views = session.run(["probabilities", "views"], feed)
        np.testing.assert_allclose(outputs.probabilities[i], probabilities[0], rtol=1e-5)
        np.testing.assert_allclose(outputs.views[i], views[0], rtol=1e-5)
        assert outputs.tokens[i] == len(ids)


def test_a_graph_with_other_outputs_is_refused(onnx_package: Path) -> None:
    file = onnx_package / "model.onnx"
    graph = onnx.load(file)
    del graph.graph.output[1]
    onnx.save(graph, file)
    with pytest.raises(IntegrityError) as error:
        model(onnx_package)
    assert str(error.value) == (
        f"{file} must have probabilities and views; found ('probabilities',)."
    )


def test_a_file_that_is_no_graph_is_refused(onnx_package: Path) -> None:
    (onnx_package / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(IntegrityError, match=r"model\.onnx cannot be loaded by onnxruntime: "):
        model(onnx_package)
