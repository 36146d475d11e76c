"""Tests of whet.evaluation.metrics: by hand, against scikit-learn, weights, refusals."""

import numpy as np
import pytest
from sklearn import metrics as reference

from whet.cards.schema import METRICS as NAMES
from whet.core.errors import InputError
from whet.evaluation.calibration import calibration_error
from whet.evaluation.metrics import METRICS


def test_every_metric_of_a_card_is_there() -> None:
    assert set(METRICS) == set(NAMES)


def test_four_rows_by_hand() -> None:
    # Answers 0, 0, 1, 1 for truths 0, 1, 1, 1: three of four are right.
    # F1 of class 0 is 2*1/(1+2), of class 1 2*2/(3+2).
    truth = np.array([0, 1, 1, 1])
    probabilities = np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.1, 0.9]])
    assert METRICS["accuracy"](truth, probabilities) == 0.75
    assert METRICS["micro_f1"](truth, probabilities) == 0.75
    assert METRICS["macro_f1"](truth, probabilities) == pytest.approx((2 / 3 + 4 / 5) / 2)
    loss = -np.log([0.8, 0.4, 0.7, 0.9]).mean()
    assert METRICS["log_loss"](truth, probabilities) == pytest.approx(loss)
    # Each row has a bin of its own: gaps 0.2, 0.6, 0.3, 0.1.
    assert METRICS["ece"](truth, probabilities) == pytest.approx(1.2 / 4)


@pytest.mark.parametrize(("n", "k"), [(1, 2), (30, 5), (30, 50), (500, 77)])
def test_agrees_with_scikit_learn(rng: np.random.Generator, n: int, k: int) -> None:
    probabilities = rng.dirichlet(np.ones(k), size=n)
    answer = probabilities.argmax(axis=1)
    truth = np.where(rng.random(n) < 0.5, answer, rng.integers(0, k, n))
    expected = {
        "accuracy": reference.accuracy_score(truth, answer),
        "macro_f1": reference.f1_score(truth, answer, average="macro"),
        "micro_f1": reference.f1_score(truth, answer, average="micro"),
        "log_loss": reference.log_loss(truth, probabilities, labels=range(k)),
        "ece": calibration_error(probabilities, truth),
    }
    for name, value in expected.items():
        assert METRICS[name](truth, probabilities) == pytest.approx(value), name


@pytest.mark.parametrize("name", NAMES)
def test_a_weight_counts_a_row_that_often(rng: np.random.Generator, name: str) -> None:
    truth, probabilities = rng.integers(0, 6, 40), rng.dirichlet(np.ones(6), size=40)
    weights = rng.integers(0, 3, size=(7, 40))
    resampled = METRICS[name].resampled(truth, probabilities, weights)
    for i, weight in enumerate(weights):
        rows = np.repeat(np.arange(40), weight)
        repeated = METRICS[name](truth[rows], probabilities[rows])
        assert resampled[i] == pytest.approx(repeated)
        assert METRICS[name](truth, probabilities, weight) == pytest.approx(repeated)


def test_a_truth_with_probability_0_costs_a_finite_loss() -> None:
    metric = METRICS["log_loss"]
    assert metric(np.array([1]), np.array([[1.0, 0.0]])) == pytest.approx(metric.upper)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        METRICS["accuracy"](np.zeros(3, dtype=int), np.full((2, 2), 0.5))
    assert str(caught.value) == (
        "Truth must be (n,) and probabilities (n, k) with n > 0; got (3,) and (2, 2). "
        "Pass the same rows in both."
    )


def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError, match=r"got \(0,\) and \(0, 2\)"):
        METRICS["accuracy"](np.zeros(0, dtype=int), np.zeros((0, 2)))


@pytest.mark.parametrize("wrong", [-1, 2])
def test_a_class_id_out_of_range_is_refused(wrong: int) -> None:
    with pytest.raises(InputError) as caught:
        METRICS["accuracy"](np.array([wrong, 1]), np.full((2, 2), 0.5))
    assert str(caught.value) == (
        f"Class ids must lie in [0, 2); got {min(wrong, 1)} to {max(wrong, 1)}. "
        "Use positions in the list of labels."
    )


@pytest.mark.parametrize(
    ("row", "total"), [([3.0, 2.0], "5"), ([1.5, -0.5], "1"), ([np.nan, 1.0], "nan")]
)
def test_what_is_not_a_distribution_is_refused(row: list[float], total: str) -> None:
    with pytest.raises(InputError) as caught:
        METRICS["ece"](np.array([0, 0]), np.array([[0.5, 0.5], row]))
    assert str(caught.value) == (
        f"Row 1 of the probabilities sums to {total} and must be a distribution. "
        "If these are logits, apply softmax first."
    )
