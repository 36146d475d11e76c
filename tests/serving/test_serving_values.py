"""Tests for packages of numbers: the interval, the embedding they may lack, damage."""

import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.serving.tiny_package import make_onnx_package
from tests.serving.tiny_scores import SPREAD, make_value_package

from whet.core.errors import InputError, IntegrityError
from whet.serving.opening import load_predictor
from whet.serving.package import open_package, write_manifest
from whet.serving.values import ValuePredictor


def predictor(folder: Path) -> ValuePredictor:
    loaded = load_predictor(open_package(folder))
    assert isinstance(loaded, ValuePredictor)
    return loaded


def test_an_interval_of_one_width(tmp_path: Path) -> None:
    folder = make_value_package(tmp_path / "a", band={"coverage": 0.9, "factor": 3.0})
    lamp, other = predictor(folder).predict(["a lamp", "a bed"])
    assert (lamp.value, lamp.low, lamp.high) == (50, 47, 53)
    assert (other.value, other.low, other.high) == (40, 37, 43)
    assert lamp.evidence == () and (lamp.tokens, other.tokens) == (1, 0) and not lamp.truncated


def test_an_interval_by_the_expected_error(tmp_path: Path) -> None:
    band = {"coverage": 0.9, "factor": 2.0, "is_scaled": True}
    lamp, other = predictor(make_value_package(tmp_path / "a", band=band)).predict(["lamp", "x"])
    assert lamp.high == pytest.approx(50 + 2 * math.exp(2.5))
    assert other.low == pytest.approx(40 - 2 * math.exp(2))


def test_without_a_promise_there_is_no_interval(tmp_path: Path) -> None:
    loaded = predictor(make_value_package(tmp_path / "a"))
    (answer,) = loaded.predict(["lamp"])
    assert (answer.low, answer.high) == (None, None)
    np.testing.assert_array_equal(loaded.values(["lamp", "x"]), [50, 40])
    assert (loaded.name, loaded.has_embedding) == ("prices", False)


def test_an_empty_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Text 2 must not be empty"):
        predictor(make_value_package(tmp_path / "a")).predict(["lamp", " "])


def test_a_model_of_other_scores_is_refused(tmp_path: Path) -> None:
    folder = make_onnx_package(tmp_path / "a", kind="real", labels=["price"])
    with pytest.raises(IntegrityError, match="values"):
        load_predictor(open_package(folder))


@pytest.mark.parametrize("weight", [np.zeros(5, np.float32), None])
def test_a_damaged_spread_is_refused(tmp_path: Path, weight: np.ndarray | None) -> None:
    band = {"coverage": 0.9, "factor": 2.0, "is_scaled": True}
    folder = make_value_package(tmp_path / "a", band=band)
    arrays = {"numbers": SPREAD["numbers"]} | ({} if weight is None else {"weight": weight})
    save_file(arrays, folder / "spread.safetensors")
    write_manifest(folder)
    with pytest.raises(IntegrityError, match="Build the package again"):
        load_predictor(open_package(folder))
    (folder / "spread.safetensors").unlink()
    write_manifest(folder)
    with pytest.raises(IntegrityError, match="Build the package again"):
        load_predictor(open_package(folder))
