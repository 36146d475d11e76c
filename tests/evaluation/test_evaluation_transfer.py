"""Tests for whet.evaluation.transfer: against the evidence written out, and at its edges."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from whet.evaluation.transfer import Agreement, agreement, logme, logme_interval

Matrix = NDArray[np.float64]


def problem(
    n: int, d: int, k: int, *, seed: int, signal: float
) -> tuple[Matrix, NDArray[np.int64]]:
    """Return features of which the first ones carry the label, and labels."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % k
    features = random.normal(size=(n, d))
    features[:, :k] += signal * np.eye(k)[labels]
    return features, labels


def slow(features: Matrix, labels: NDArray[np.int64]) -> float:
    """Return the evidence of a Gaussian of the targets, maximised over both precisions."""
    gram = features @ features.T
    n = len(labels)
    best = []
    for label in np.unique(labels):
        target = (labels == label).astype(float)

        def loss(logs: Matrix, target: Matrix = target) -> float:
            covariance = np.exp(-logs[1]) * np.eye(n) + np.exp(-logs[0]) * gram
            return -float(multivariate_normal.logpdf(target, cov=covariance))

        starts = [(0.0, 0.0), (3.0, 2.0), (-2.0, 3.0)]
        found = [minimize(loss, start, method="Nelder-Mead", tol=1e-9) for start in starts]
        best.append(-min(result.fun for result in found) / n)
    return float(np.mean(best))


@pytest.mark.parametrize(("n", "d"), [(30, 8), (24, 24), (20, 50)])
@pytest.mark.parametrize("signal", [0.5, 2.0])
def test_it_is_the_largest_evidence(n: int, d: int, signal: float) -> None:
    features, labels = problem(n, d, 3, seed=n + d, signal=signal)
    assert logme(features, labels) == pytest.approx(slow(features, labels), abs=2e-4)


def test_it_is_higher_where_the_features_tell_the_classes_apart() -> None:
    values = [logme(*problem(200, 16, 4, seed=0, signal=signal)) for signal in (0, 0.5, 1, 2, 4)]
    assert values == sorted(values)


def test_the_scale_and_the_turn_of_the_features_do_not_matter() -> None:
    features, labels = problem(60, 10, 3, seed=1, signal=1.5)
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(10, 10)))[0]
    value = logme(features, labels)
    assert logme(7 * features @ turn, labels) == pytest.approx(value, abs=1e-5)
    doubled = np.hstack([features, np.zeros((60, 5))])
    assert logme(doubled, labels) == pytest.approx(value, abs=1e-9)


def test_both_shapes_of_the_same_matrix_give_the_same() -> None:
    features, labels = problem(40, 39, 2, seed=3, signal=1.0)
    wide = np.hstack([features, np.zeros((40, 2))])  # now there are more columns than rows
    assert logme(wide, labels) == pytest.approx(logme(features, labels), abs=1e-9)


def test_it_stays_finite_at_the_edges() -> None:
    features, labels = problem(20, 40, 4, seed=4, signal=50.0)  # told apart without an error
    assert math.isfinite(logme(features, labels))
    assert math.isfinite(logme(np.ones((10, 3)), np.arange(10) % 2))


def test_the_interval_holds_the_value_and_shrinks_with_rows() -> None:
    small = logme_interval(*problem(60, 8, 3, seed=5, signal=1.0), seed=0)
    large = logme_interval(*problem(960, 8, 3, seed=5, signal=1.0), seed=0)
    assert small.low < small.value < small.high
    assert large.high - large.low < 0.5 * (small.high - small.low)
    assert logme_interval(*problem(60, 8, 3, seed=5, signal=1.0), seed=0) == small


def test_the_interval_covers_the_values_of_other_samples() -> None:
    values = [logme(*problem(240, 8, 3, seed=seed, signal=1.0)) for seed in range(100, 140)]
    centre, covered = float(np.mean(values)), 0
    for seed in range(40):
        found = logme_interval(*problem(240, 8, 3, seed=seed, signal=1.0), seed=seed)
        covered += found.low <= centre <= found.high
    assert covered >= 34  # 95 % of 40 is 38; fewer than 34 has a chance of 1 in 100


def test_agreement_by_hand() -> None:
    thought = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.3}
    found = {"a": 0.5, "b": 0.7, "c": 0.6, "e": 1.0}
    assert agreement(thought, found) == Agreement(pairs=3, right=2)
    assert agreement(thought, found).tau == pytest.approx(1 / 3)
    assert agreement(thought, found, lower_is_better=True) == Agreement(pairs=3, right=1)


def test_ties_and_single_bases_are_no_evidence() -> None:
    assert agreement({"a": 1, "b": 1}, {"a": 1, "b": 2}) == Agreement(0, 0)
    assert agreement({"a": 1, "b": 2}, {"a": 1, "b": 1}) == Agreement(0, 0)
    assert agreement({"a": 1}, {"a": 1}).tau is None
