"""Tests for whet.compression.export: the graph says what torch says, for every shape."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from whet.compression.export import OPSET, export_onnx
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, padded

TEMPERATURE = 0.6


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> tuple[Path, Classifier]:
    """Return a graph and the classifier that it was exported from."""
    random = np.random.default_rng(0)
    weight = random.normal(0, 3, (3 * encoder.dimension, 3)).astype(np.float32)
    model = Classifier(encoder.module, weight, np.array([0.5, 0, -1], dtype=np.float32), 0.1)
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    export_onnx(model, TEMPERATURE, encoder.max_tokens, path)
    return path, model.eval()


def session_of(path: Path) -> Any:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def random_ids(rows: int, longest: int) -> list[list[int]]:
    """Return rows of token ids of every length up to `longest`."""
    random = np.random.default_rng(rows)
    lengths = np.linspace(longest, 2, rows).astype(int)
    return [random.integers(4, 40, length).tolist() for length in lengths]


@pytest.mark.parametrize(("rows", "longest"), [(1, 2), (1, 64), (2, 3), (7, 33), (64, 64)])
def test_the_graph_says_what_torch_says(
    exported: tuple[Path, Classifier], rows: int, longest: int
) -> None:
    path, model = exported
    tokens, mask = padded(random_ids(rows, longest))
    probabilities, views = session_of(path).run(
        ["probabilities", "views"],
        {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()},
    )
    with torch.inference_mode():
        logits, expected = model(tokens, mask)
    np.testing.assert_allclose(
        probabilities, torch.softmax(logits / TEMPERATURE, dim=-1).numpy(), atol=1e-5
    )
    np.testing.assert_allclose(views, expected.numpy(), atol=1e-5)
    lengths = np.linalg.norm(views.reshape(rows, 3, -1), axis=2)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


def test_padding_changes_nothing(exported: tuple[Path, Classifier]) -> None:
    session = session_of(exported[0])
    tokens, mask = padded([[2, 8, 9, 3]])
    wide = np.zeros((1, 40), dtype=np.int64), np.zeros((1, 40), dtype=np.int64)
    wide[0][:, :4], wide[1][:, :4] = tokens.numpy(), mask.numpy()
    narrow = session.run(None, {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()})
    padded_out = session.run(None, {"input_ids": wide[0], "attention_mask": wide[1]})
    for one, other in zip(narrow, padded_out, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_it_is_one_file_of_the_promised_operators_and_names(
    exported: tuple[Path, Classifier],
) -> None:
    path, _ = exported
    assert [file.name for file in path.parent.iterdir()] == ["model.onnx"]
    model = onnx.load(str(path))
    onnx.checker.check_model(model)
    assert {entry.version for entry in model.opset_import if not entry.domain} == {OPSET}
    assert [value.name for value in model.graph.input] == ["input_ids", "attention_mask"]
    assert [value.name for value in model.graph.output] == ["probabilities", "views"]
    # Attention stays one operator, which is what makes opset 23 fast.
    assert sum(node.op_type == "Attention" for node in model.graph.node) == 2


def test_logging_is_as_it_was(encoder: Encoder, classifier: Classifier, tmp_path: Path) -> None:
    before = logging.root.manager.disable
    with pytest.raises(Exception, match="not-there"):
        export_onnx(classifier, 1.0, encoder.max_tokens, tmp_path / "not-there" / "model.onnx")
    assert logging.root.manager.disable == before
