import numpy as np
import pytest
from scipy.stats import norm, poisson

from whet.company.simulation.counts import poisson_at


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0, 4.0, 9.99])
def test_small_rates_are_exact(rate: float) -> None:
    z = np.linspace(-4, 4, 400)
    expected = poisson.ppf(norm.cdf(z), rate)
    assert np.array_equal(poisson_at(np.full(400, rate), z), expected)


@pytest.mark.parametrize("rate", [10.0, 40.0, 3000.0])
def test_large_rates_are_off_by_one_at_most_and_rarely(rate: float) -> None:
    z = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    difference = poisson_at(np.full(20_000, rate), z) - poisson.ppf(norm.cdf(z), rate)
    assert np.abs(difference).max() <= 1
    assert np.mean(difference != 0) < 0.005


def test_a_lower_rate_never_gives_more() -> None:
    z = np.random.default_rng(0).standard_normal(2000)
    rates = np.linspace(0, 30, 61)
    counts = np.array([poisson_at(np.full(2000, rate), z) for rate in rates])
    assert np.all(np.diff(counts, axis=0) >= 0)


def test_a_rate_of_nothing_gives_nothing() -> None:
    assert poisson_at(np.zeros(3), np.array([-2.0, 0.0, 5.0])).tolist() == [0, 0, 0]


def test_shapes_are_those_of_both() -> None:
    assert poisson_at(np.ones((4, 1)), np.zeros((1, 3))).shape == (4, 3)
