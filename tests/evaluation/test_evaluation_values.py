"""Tests for metrics of numbers: by hand, against scikit-learn and SciPy, at the edge."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from whet.cards import schema
from whet.core.errors import InputError
from whet.evaluation.sums import interval_of, verdict_on
from whet.evaluation.values import value_sums

RNG = np.random.default_rng(0)
TRUTH = RNG.normal(1000, 20, 200)
ANSWERS = TRUTH + RNG.normal(0, 10, 200)
SETTINGS = schema.Interval(n=200)


def test_by_hand() -> None:
    truth, answers = np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 3.0])
    assert value_sums("mae", truth, answers).value() == pytest.approx(4 / 3)
    assert value_sums("rmse", truth, answers).value() == pytest.approx(np.sqrt(10 / 3))
    assert value_sums("r2", truth, answers).value() == pytest.approx(1 - 10 / 14)


@pytest.mark.parametrize(
    ("metric", "reference"),
    [
        ("mae", mean_absolute_error),
        ("rmse", root_mean_squared_error),
        ("r2", r2_score),
        ("spearman", lambda truth, answers: spearmanr(truth, answers).statistic),
    ],
)
@pytest.mark.parametrize("digits", [6, -1])  # with -1 most values are tied
def test_as_others_compute_it(metric: str, reference: object, digits: int) -> None:
    truth, answers = TRUTH.round(digits), ANSWERS.round(digits)
    assert callable(reference)
    found = value_sums(metric, truth, answers).value()
    assert found == pytest.approx(reference(truth, answers), abs=1e-9)


@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "spearman"])
def test_the_interval_has_the_width_of_a_bootstrap(metric: str) -> None:
    interval = interval_of(value_sums(metric, TRUTH, ANSWERS), None, settings=SETTINGS, seed=0)
    drawn = [RNG.integers(0, len(TRUTH), len(TRUTH)) for _ in range(400)]
    values = [value_sums(metric, TRUTH[rows], ANSWERS[rows]).value() for rows in drawn]
    low, high = np.quantile(values, [0.025, 0.975])
    assert interval.low < interval.value < interval.high
    assert interval.high - interval.low == pytest.approx(high - low, rel=0.25)


def test_the_intervals_hold_the_true_rank_correlation_as_often_as_they_say() -> None:
    rho, held = 0.6, 0
    truth = 6 / np.pi * np.arcsin(rho / 2)  # of the normal distribution; Pearson 1907
    for seed in range(150):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=120)
        y = rho * x + np.sqrt(1 - rho**2) * rng.normal(size=120)
        settings = schema.Interval(n=100, level=0.9)
        interval = interval_of(value_sums("spearman", x, y), None, settings=settings, seed=0)
        held += interval.low <= truth <= interval.high
    assert 0.84 <= held / 150 <= 0.96


def test_answers_that_say_nothing() -> None:
    constant = np.full(len(TRUTH), TRUTH.mean())
    assert value_sums("spearman", TRUTH, constant).value() == 0
    assert value_sums("r2", TRUTH, constant).value() == pytest.approx(0)
    assert value_sums("r2", TRUTH, constant + 1e6).value() == -1
    assert np.isnan(value_sums("r2", np.full(3, 7.1), np.arange(3.0)).value())


def test_a_margin_counts_in_the_unit_of_the_numbers() -> None:
    worse = ANSWERS + 0.1
    words = {}
    for unit in (0.1, 10.0):
        new, old = (value_sums("mae", TRUTH, said, unit=unit) for said in (worse, ANSWERS))
        words[unit] = verdict_on("mae", new, old, None, settings=SETTINGS, seed=0).verdict
    assert words == {0.1: "not enough data", 10.0: "ties"}
    good, bad = value_sums("mae", TRUTH, ANSWERS), value_sums("mae", TRUTH, ANSWERS + 30)
    assert verdict_on("mae", good, bad, None, settings=SETTINGS, seed=0).verdict == "beats"


def test_one_unit_says_nothing() -> None:
    interval = interval_of(
        value_sums("mae", TRUTH, ANSWERS), np.zeros(200), settings=SETTINGS, seed=0
    )
    assert (interval.low, interval.high) == (0.0, np.abs(TRUTH - ANSWERS).max())


def test_other_shapes_are_refused() -> None:
    with pytest.raises(InputError) as error:
        value_sums("mae", np.zeros(3), np.zeros(2))
    assert str(error.value) == (
        "Truth and answers must both be (n,) with n > 0; got (3,) and (2,). Pass the same rows in "
        "both."
    )
