"""Tests for whet.compression.parity: what the gate measures, and that it refuses what differs."""

from pathlib import Path

import numpy as np
import pytest
from tests.serving.tiny_package import make_linear_package, make_onnx_package

from whet.cards.schema import Package as Limits
from whet.compression.parity import Replay, replay
from whet.models.output import Floats
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

TEXTS = ["refund please", "my card", "login help", "我要退款", "卡"] * 4
TRUTH = np.array([2, 0, 1, 2, 0] * 4)


def accuracy(probabilities: Floats) -> float:
    return float((probabilities.argmax(axis=1) == TRUTH).mean())


def reference_of(folder: Path, *, flipped: int = 0, shift: float = 0.0) -> Replay:
    """Return a reference as the package answers, but for some rows of another label."""
    probabilities = Predictor(open_package(folder)).probabilities(TEXTS)
    assert accuracy(probabilities) == 1
    probabilities[:flipped] = np.roll(probabilities[:flipped], 1, axis=1)
    return Replay(TEXTS, probabilities * np.float32(1 - shift), accuracy)


@pytest.mark.parametrize(
    ("make", "form"), [(make_linear_package, "linear"), (make_onnx_package, "onnx")]
)
def test_a_package_that_says_the_same_is_kept(tmp_path: Path, make: object, form: str) -> None:
    assert callable(make)
    folder = make(tmp_path / "package")
    found = replay(folder, form, reference_of(folder), Limits(max_flips=0, max_loss=0))
    assert (found.form, found.rows, found.kept) == (form, 20, True)
    assert (found.flips, found.metric_loss, found.max_difference) == (0, 0, 0)
    assert found.reason == "answers as the trained model"
    assert found.bytes == sum(file.stat().st_size for file in folder.iterdir())
    assert found.p50_ms > 0
    assert found.texts_per_s > 0


def test_flips_are_counted_and_borne_up_to_the_limit_of_the_card(tmp_path: Path) -> None:
    folder = make_linear_package(tmp_path / "package")
    reference = reference_of(folder, flipped=2)
    kept = replay(folder, "onnx-int8", reference, Limits(max_flips=0.1))
    assert (kept.flips, kept.kept) == (0.1, True)
    refused = replay(folder, "onnx-int8", reference, Limits(max_flips=0.09))
    assert not refused.kept
    assert refused.reason == "10.00% of the labels flip; the card bears 9.00%"
    # The reference is wrong on the flipped rows, so the form is better than it.
    assert refused.metric_loss == pytest.approx(-0.1)


def test_a_loss_of_the_metric_is_refused_even_where_flips_are_borne(tmp_path: Path) -> None:
    folder = make_linear_package(tmp_path / "package")
    probabilities = Predictor(open_package(folder)).probabilities(TEXTS)
    lower = Replay(TEXTS, probabilities, lambda p: 0.9 if p is probabilities else 0.88)
    refused = replay(folder, "onnx-int8", lower, Limits(max_flips=1, max_loss=0.01))
    assert not refused.kept
    assert refused.reason == "the primary metric falls by 0.0200; the card bears 0.0100"


def test_the_largest_change_of_a_probability_is_named(tmp_path: Path) -> None:
    folder = make_linear_package(tmp_path / "package")
    reference = reference_of(folder, shift=0.1)
    found = replay(folder, "linear", reference, Limits())
    assert found.max_difference == pytest.approx(reference.probabilities.max() / 9, rel=1e-3)
