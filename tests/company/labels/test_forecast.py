"""Tests for whet.company.labels.forecast: known curves, coverage, seeds, one more measurement."""

from dataclasses import replace

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.calibration import Calibration
from whet.company.labels.curve import Curve
from whet.company.labels.forecast import forecast_curve, given
from whet.core.errors import InputError


def truth(size: float) -> float:
    """Return the error of the fixture's curve."""
    return float(0.05 + 1.2 * size**-0.4)


def test_an_exact_power_law_is_continued(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve(se=1e-4))
    for size in (3200, 6400, 12_800):
        assert forecast.point_at(size) == pytest.approx(truth(size), abs=0.004)
        low, high = forecast.quantiles(size, (0.1, 0.9))
        assert low < 1 - truth(size) < high


def test_intervals_of_noisy_power_laws_hold_the_later_measurement(make_curve: MakeCurve) -> None:
    held = []
    for seed in range(120):
        forecast = forecast_curve(make_curve(seed, se=0.005), seed=seed, n=300)
        for size in (6400, 12_800):
            noise = 0.005 * np.random.default_rng([seed, size]).standard_normal()
            low, high = forecast.quantiles(size, (0.1, 0.9))
            held.append(low <= 1 - truth(size) + noise <= high)
    assert 0.75 < np.mean(held) < 0.97


def test_intervals_widen_with_distance_with_noise_and_with_past_misses(
    make_curve: MakeCurve,
) -> None:
    def width(forecast_size: float, se: float = 0.003, factor: float = 1.0) -> float:
        forecast = forecast_curve(make_curve(se=se), calibration=Calibration(factor, 0))
        low, high = forecast.quantiles(forecast_size, (0.1, 0.9))
        return float(high - low)

    assert width(3200) < width(6400) < width(12_800)
    assert width(6400) < width(6400, se=0.01)
    assert width(6400, factor=2.0) == pytest.approx(2 * width(6400), rel=0.05)


def test_one_seed_gives_the_same_bytes(make_curve: MakeCurve) -> None:
    first, again = (forecast_curve(make_curve(1), seed=3) for _ in range(2))
    assert first.draws.tobytes() == again.draws.tobytes()
    assert first.noise.tobytes() == again.noise.tobytes()
    assert first.draws.tobytes() != forecast_curve(make_curve(1), seed=4).draws.tobytes()


def test_scores_of_a_loss_are_losses(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve(is_error=True, metric="log_loss"))
    told = forecast.quantiles(6400, (0.1, 0.5, 0.9))
    assert list(told) == sorted(told)
    assert told[1] == pytest.approx(truth(6400), abs=0.01)


def test_no_forecast_of_what_is_refused(make_curve: MakeCurve) -> None:
    with pytest.raises(InputError, match="must have at least 5 sizes"):
        forecast_curve(make_curve(points=4))
    with pytest.raises(InputError, match="must stay within two doublings"):
        forecast_curve(make_curve()).at(12_801)


def test_one_more_measurement_moves_and_narrows_what_is_believed(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve(se=0.006))
    lucky = truth(6400) - 0.012
    after = given(forecast, 6400, lucky, se=0.003)
    assert after.curve.largest == 6400
    assert after.sizes[0] == 6400
    assert after.sizes[-1] == forecast.sizes[-1]
    assert after.at(12_800).mean() < forecast.at(12_800).mean()
    assert after.at(12_800).std() < forecast.at(12_800).std()
    assert np.all(np.abs(after.at(6400) - lucky) < 0.02)


def test_a_measurement_that_tells_nothing_changes_little(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve())
    after = given(forecast, 6400, truth(6400), se=10.0)
    assert after.at(12_800).mean() == pytest.approx(forecast.at(12_800).mean(), abs=1e-3)
    assert replace(after, curve=forecast.curve).weights == forecast.weights


def test_the_published_scaling_law_of_compute_is_forecast_from_small_runs() -> None:
    """The loss of the best model at each compute, L = E + G C^-(ab / (a + b)) with C = 6 N D.

    Constants: Besiroglu et al. (2024), "Chinchilla scaling: a replication attempt", 2404.10102.
    """
    a, b, floor, alpha, beta = 482.01, 2085.43, 1.8169, 0.3478, 0.3659

    def loss(flop: float) -> float:
        models = np.geomspace(1e6, 1e12, 4001)
        return float((floor + a * models**-alpha + b * (flop / 6 / models) ** -beta).min())

    sizes = tuple(float(one) for one in 1.25e18 * 2.0 ** np.arange(5))
    losses = tuple(loss(size) for size in sizes)
    law = Curve("law", "log_loss", sizes, losses, (0.002,) * 5, is_error=True, unit="FLOP")
    forecast = forecast_curve(law, seed=0, n=300)
    for ahead in (1, 2):
        truth = loss(sizes[-1] * 2**ahead)
        assert forecast.point_at(sizes[-1] * 2**ahead) == pytest.approx(truth, rel=0.01)
        low, high = forecast.quantiles(sizes[-1] * 2**ahead, (0.1, 0.9))
        assert low <= truth <= high
