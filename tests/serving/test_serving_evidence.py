"""Tests for whet.serving.evidence: rows and lines that belong together, and those that do not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tests.serving.tiny_package import EVIDENCE, contents

from whet.core.errors import IntegrityError
from whet.serving.evidence import load_examples
from whet.serving.outputs import Outputs


def outputs(views: list[list[float]]) -> Outputs:
    n = len(views)
    even = np.full((n, 3), 1 / 3, dtype=np.float32)
    return Outputs(
        even,
        even,
        np.array(views, dtype=np.float32),
        np.ones(n, dtype=np.int64),
        np.zeros(n, dtype=bool),
    )


def test_the_nearest_by_hand(onnx_package: Path) -> None:
    # Axis 1 is `login`: the two login rows lead, and the third place is far behind.
    found = load_examples(onnx_package, contents()).nearest(outputs([[0, 1, 0]]))[0]
    assert [neighbour.label for neighbour in found[:2]] == ["login", "login"]
    assert {neighbour.text for neighbour in found[:2]} == {"login help", "the login"}
    assert found[1].similarity > 0.9 > found[2].similarity


def test_lines_keep_texts_with_any_line_separator(onnx_package: Path) -> None:
    file = onnx_package / "evidence.jsonl"
    odd = '{"text": "a\u2028b\u0085c", "label": "card", "row": 1}\n'
    file.write_bytes((odd * len(EVIDENCE)).encode())
    examples = load_examples(onnx_package, contents())
    assert {line.text for line in examples.lines} == {"a\u2028b\u0085c"}


def test_a_package_without_evidence_shows_none(onnx_package: Path) -> None:
    (onnx_package / "evidence.jsonl").write_text("")
    arrays: dict[str, NDArray[Any]] = {
        "views": np.zeros((0, 3), dtype=np.float16),
        "log_probabilities": np.zeros((0, 3), dtype=np.float16),
        "label": np.zeros(0, dtype=np.int32),
    }
    save_file(arrays, onnx_package / "evidence.safetensors")
    assert load_examples(onnx_package, contents()).nearest(outputs([[0, 1, 0]] * 2)) == [(), ()]


def test_rows_and_lines_must_be_as_many(onnx_package: Path) -> None:
    file = onnx_package / "evidence.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(IntegrityError) as error:
        load_examples(onnx_package, contents())
    assert str(error.value) == (
        f"{onnx_package / 'evidence.safetensors'} must hold arrays of the shapes "
        "((5, 3), (5, 3), (5,)) for 5 lines of evidence.jsonl and 3 labels; "
        "found ((6, 3), (6, 3), (6,))."
    )


def test_a_missing_array_is_named(onnx_package: Path) -> None:
    file = onnx_package / "evidence.safetensors"
    arrays = load_file(file)
    del arrays["label"]
    save_file(arrays, file)
    with pytest.raises(IntegrityError) as error:
        load_examples(onnx_package, contents())
    assert str(error.value) == f"{file} cannot be read: 'label'."


def test_a_line_that_is_no_example_is_refused(onnx_package: Path) -> None:
    file = onnx_package / "evidence.jsonl"
    file.write_text('{"text": "a"}\n')
    with pytest.raises(IntegrityError) as error:
        load_examples(onnx_package, contents())
    assert str(error.value) == f"{file} cannot be read: Field required."
