"""Tiny real packages for the tests of serving."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that `tests.serving` can be imported
from tests.serving.tiny_package import make_linear_package, make_onnx_package


@pytest.fixture
def onnx_package(tmp_path: Path) -> Path:
    return make_onnx_package(tmp_path / "onnx")


@pytest.fixture
def linear_package(tmp_path: Path) -> Path:
    return make_linear_package(tmp_path / "linear")
