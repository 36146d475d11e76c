"""Tests of whet.evaluation.calibration: by hand, against a loop, recovery, refusals."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from whet.core.errors import InputError
from whet.evaluation.calibration import (
    Bin,
    calibration_error,
    confidence_bin,
    fit_temperature,
    reliability,
)


def test_two_rows_by_hand() -> None:
    # Right at 0.8: gap 0.2. Wrong at 0.6: gap 0.6. The mean is 0.4.
    probabilities = np.array([[0.8, 0.2], [0.6, 0.4]])
    assert calibration_error(probabilities, np.array([0, 1])) == pytest.approx(0.4)


@pytest.mark.parametrize("bins", [1, 10, 15])
def test_agrees_with_the_formula_written_as_a_loop(rng: np.random.Generator, bins: int) -> None:
    probabilities, truth = rng.dirichlet(np.ones(4), size=200), rng.integers(0, 4, size=200)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    expected = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibration_error(probabilities, truth, bins=bins) == pytest.approx(expected)


@pytest.mark.parametrize("bins", [5, 10, 15])
def test_a_confidence_on_an_edge_belongs_to_the_lower_bin(bins: int) -> None:
    edges = np.arange(1, bins + 1) / bins
    assert confidence_bin(edges, bins).tolist() == list(range(bins))
    assert confidence_bin(np.nextafter(edges[:-1], 1), bins).tolist() == list(range(1, bins))


def test_reliability_lists_the_bins_that_hold_answers() -> None:
    probabilities = np.array([[0.95, 0.05], [0.91, 0.09], [0.4, 0.6]])
    sixth, tenth = reliability(probabilities, np.array([0, 1, 1]), bins=10)
    assert sixth == Bin(low=0.5, high=0.6, confidence=0.6, accuracy=1.0, count=1)
    assert tenth == Bin(low=0.9, high=1.0, confidence=tenth.confidence, accuracy=0.5, count=2)
    assert tenth.confidence == pytest.approx(0.93)


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(
    rng: np.random.Generator, true_temperature: float
) -> None:
    logits = 3 * rng.standard_normal((4000, 5))
    chances = softmax(logits / true_temperature, axis=1).cumsum(axis=1)
    truth = (rng.random(4000)[:, None] > chances[:, :-1]).sum(axis=1)
    assert fit_temperature(logits, truth) == pytest.approx(true_temperature, rel=0.07)


def test_no_other_temperature_has_a_smaller_loss(rng: np.random.Generator) -> None:
    logits, truth = 4 * rng.standard_normal((300, 6)), rng.integers(0, 6, 300)
    logits[np.arange(300), truth] += 4

    def loss(temperature: float) -> float:
        return float(-log_softmax(logits / temperature, axis=1)[np.arange(300), truth].mean())

    best = loss(fit_temperature(logits, truth))
    assert all(best <= loss(t) + 1e-9 for t in np.geomspace(0.05, 20, 200))


def test_logits_and_log_probabilities_give_the_same_temperature(rng: np.random.Generator) -> None:
    logits, truth = 4 * rng.standard_normal((200, 3)), rng.integers(0, 3, 200)
    found = fit_temperature(log_softmax(logits, axis=1), truth)
    assert found == pytest.approx(fit_temperature(logits, truth))


def test_answers_that_are_never_wrong_stop_at_the_bound() -> None:
    assert fit_temperature(np.eye(4), np.arange(4)) == pytest.approx(0.05, rel=0.01)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        fit_temperature(np.zeros((2, 3)), np.zeros(1, dtype=int))
    assert str(caught.value) == (
        "Logits must be (n, k) and truth (n,) with n > 0; got (2, 3) and (1,). "
        "Pass the same rows in both."
    )


def test_the_logarithm_of_0_is_refused_with_its_row() -> None:
    with pytest.raises(InputError) as caught:
        fit_temperature(np.array([[0.0, 0.0], [0.0, -np.inf]]), np.array([0, 0]))
    assert str(caught.value) == (
        "Logits must be finite; row 1 is not. "
        "Clip probabilities away from 0 before taking the logarithm."
    )
