"""Tests of whet.evaluation.curves: recovery, against scipy, refusals, and measured curves."""

import csv
import gzip
from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import least_squares, nnls

from whet.core.settings import settings
from whet.evaluation.curves import Gain, Point, Refusal, fit, next_labels

SIZES = (100, 200, 400, 800, 1600, 3200)


def _points(
    errors: NDArray[np.floating], sizes: tuple[int, ...] = SIZES, seed: int = 0
) -> list[Point]:
    return [Point(size, seed, 1 - error) for size, error in zip(sizes, errors, strict=True)]


def _power(floor: float, scale: float, exponent: float) -> NDArray[np.float64]:
    error: NDArray[np.float64] = floor + scale * np.array(SIZES, dtype=float) ** -exponent
    return error


@pytest.mark.parametrize(("floor", "exponent"), [(0.0, 0.3), (0.1, 0.5), (0.05, 1.0)])
def test_the_gain_of_an_exact_curve_is_found(floor: float, exponent: float) -> None:
    errors = _power(floor, 1.0, exponent)
    found = next_labels(_points(errors), 1600, metric_name="macro_f1")
    assert isinstance(found, Gain)
    expected = 3200.0**-exponent - 4800.0**-exponent
    assert found.gain == pytest.approx(expected, rel=0.1)
    assert found.low <= expected <= found.high
    assert found.labels == 1600
    curve = found.floor + found.scale * (np.array(SIZES) / found.unit) ** -found.exponent
    assert curve == pytest.approx(errors, abs=1e-3)


def test_the_fit_is_as_good_as_that_of_a_general_solver(rng: np.random.Generator) -> None:
    sizes = np.array(SIZES, dtype=float)
    for _ in range(20):
        errors = _power(0.1, rng.uniform(0.5, 3), rng.uniform(0.2, 1)) + rng.normal(0, 0.01, 6)
        found = fit(sizes, errors[None])
        ours = sum(float(found.at(s)[0] - e) ** 2 for s, e in zip(sizes, errors, strict=True))

        def residuals(p: NDArray[np.floating], errors: NDArray[np.floating] = errors) -> object:
            return p[0] + p[1] * (sizes / 3200) ** -p[2] - errors

        solver = least_squares(residuals, [0.1, 0.1, 0.5], bounds=([0, 0, 0.05], [1, 9, 2]))
        assert ours <= 1.05 * 2 * solver.cost + 1e-6


def test_no_exponent_has_a_better_floor_and_scale_without_negative_ones(
    rng: np.random.Generator,
) -> None:
    sizes = np.array(SIZES, dtype=float)
    rising, faster_and_faster = np.linspace(0.1, 0.3, 6), 0.5 - 0.02 * np.arange(6.0) ** 2
    for errors in (rising, faster_and_faster, rng.random(6), rng.random(6)):
        found = fit(sizes, errors[None])
        fitted = np.array([found.at(size)[0] for size in sizes])
        assert found.floor >= 0 and found.scale >= 0 and found.exponent > 0
        best = min(
            nnls(np.stack([np.ones(6), (sizes / 3200) ** -c], axis=1), errors)[1] ** 2
            for c in np.geomspace(0.05, 2, 60)
        )
        assert np.square(fitted - errors).sum() <= best * 1.01 + 1e-9


def test_seeds_of_one_size_are_averaged() -> None:
    errors = _power(0.1, 1.0, 0.5)
    spread = [*_points(errors + 0.01, seed=0), *_points(errors - 0.01, seed=1)]
    averaged = next_labels(spread, metric_name="accuracy")
    exact = next_labels(_points(errors), metric_name="accuracy")
    assert isinstance(averaged, Gain) and isinstance(exact, Gain)
    assert (averaged.gain, averaged.high) == pytest.approx((exact.gain, exact.high))


def test_noise_widens_the_interval(rng: np.random.Generator) -> None:
    errors = _power(0.1, 1.5, 0.5)
    exact = next_labels(_points(errors), metric_name="accuracy")
    noisy = next_labels(_points(errors + rng.normal(0, 0.005, 6)), metric_name="accuracy")
    assert isinstance(exact, Gain) and isinstance(noisy, Gain)
    assert noisy.high - noisy.low > 2 * (exact.high - exact.low)


def test_a_loss_is_an_error_already() -> None:
    errors = _power(0.1, 1.0, 0.5)
    losses = [Point(size, 0, error) for size, error in zip(SIZES, errors, strict=True)]
    loss = next_labels(losses, metric_name="log_loss")
    share = next_labels(_points(errors), metric_name="macro_f1")
    assert isinstance(loss, Gain) and isinstance(share, Gain)
    assert (loss.gain, loss.low, loss.high) == pytest.approx((share.gain, share.low, share.high))


def test_four_sizes_are_too_few() -> None:
    points = _points(_power(0.1, 1.0, 0.5)[:4], SIZES[:4])
    assert next_labels(points, metric_name="accuracy") == Refusal(
        "A forecast needs at least 5 training sizes; there are 4."
    )


@pytest.mark.parametrize("errors", [np.full(6, 0.2), np.array([0.2, 0.21, 0.19, 0.2, 0.21, 0.2])])
def test_a_flat_curve_shows_no_gain(errors: NDArray[np.floating]) -> None:
    assert next_labels(_points(errors), metric_name="accuracy") == Refusal(
        "No gain can be shown: from 100 to 3200 rows the error does not fall beyond its noise."
    )


def test_a_poor_fit_is_not_stretched_beyond_twice_the_largest_size() -> None:
    errors = np.array([0.60, 0.58, 0.56, 0.54, 0.45, 0.30])
    far = next_labels(_points(errors), 5000, metric_name="accuracy")
    assert isinstance(far, Refusal)
    assert far.reason.startswith(
        "8200 rows are more than 2 times the 3200 that were measured, and forecasts within the "
        "measured ones were off by 0.1"
    )


def test_a_good_fit_may_be_stretched_farther() -> None:
    points = _points(_power(0.1, 1, 0.5))
    assert isinstance(next_labels(points, 6000, metric_name="accuracy"), Gain)


def test_an_interval_too_wide_to_be_of_use_is_not_given() -> None:
    errors = np.array([0.60, 0.58, 0.56, 0.54, 0.45, 0.30])
    found = next_labels(_points(errors), 1000, metric_name="accuracy")
    assert isinstance(found, Refusal)
    assert found.reason.startswith("The gain lies between -0.")
    assert found.reason.endswith(
        ", which is too wide to be of use; measure more sizes or more seeds."
    )


def _measured_curves() -> dict[tuple[str, str], list[tuple[int, float, float]]]:
    """Return (size, mean test error, its standard error) of the learning curves of LCDB 1.1."""
    folder = settings().data
    if folder is None:
        pytest.skip("needs public data: WHET_DATA is not set")
    curves = defaultdict(list)
    with gzip.open(folder / "lcdb11_curves" / "curves.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["learner"] != "DummyClassifier" and row["test_mean"] and int(row["anchor"]) > 31:
                measured = int(row["anchor"]), float(row["test_mean"]), float(row["test_se"])
                curves[row["dataset"], row["learner"]].append(measured)
    return curves


@pytest.mark.data
@pytest.mark.parametrize(("seeds", "least"), [(0, 0.87), (3, 0.93)])
def test_intervals_hold_the_gain_of_measured_curves(seeds: int, least: float) -> None:
    """Forecast up to twice the largest of five to seven sizes, a factor of 1.4 apart."""
    rng, held, zero_miss, miss = np.random.default_rng(1), [], [], []
    for curve in list(_measured_curves().values())[::3]:
        chosen = 4 * np.arange(rng.integers(5, 8))
        last = len(curve) - 9 - chosen[-1]  # eight sizes on, the size has doubled
        if last < 0:
            continue
        chosen += rng.integers(0, last + 1)
        target = curve[chosen[-1] + rng.integers(1, 9)]
        points = [
            # One run's standard deviation is five times the standard error of 25 runs.
            Point(size, s, 1 - error - (5 * spread * rng.standard_normal() if seeds else 0))
            for size, error, spread in (curve[i] for i in chosen)
            for s in range(max(seeds, 1))
        ]
        size, error, _ = curve[chosen[-1]]
        found = next_labels(points, target[0] - size, metric_name="accuracy", n=100)
        if isinstance(found, Gain):
            gain = error - target[1]
            held.append(found.low <= gain <= found.high)
            miss.append(abs(found.gain - gain))
            zero_miss.append(abs(gain))
    assert len(held) > 80
    assert np.mean(held) >= least
    assert np.mean(miss) < 0.75 * np.mean(zero_miss)  # better than to expect no gain
