"""Tests for whet.company.labels.calibration: conformal factor, proper scores."""

import numpy as np
import pytest
from scipy.stats import norm

from whet.company.labels.calibration import (
    SHIPPED,
    SHIPPED_MISSES,
    calibrate,
    conformal_quantile,
    crps,
    pinball,
    relative_miss,
)


def test_the_quantile_has_the_rank_of_split_conformal() -> None:
    assert conformal_quantile([3.0, 1.0, 2.0, 4.0], 0.8) == 4.0
    assert conformal_quantile([5.0], 0.8) == 5.0
    assert conformal_quantile(list(range(1, 10)), 0.5) == 5.0


def test_the_shipped_history_gives_the_shipped_factor() -> None:
    assert len(SHIPPED_MISSES) == 20
    assert SHIPPED.factor == SHIPPED_MISSES[16] == 0.8714
    assert SHIPPED.scored == 0


def test_a_history_of_bad_forecasts_widens_and_of_good_ones_narrows() -> None:
    assert calibrate([3.0] * 10).factor == 3.0
    assert calibrate([0.1] * 80).factor < 0.5
    assert calibrate([0.1] * 80).scored == 80


def test_future_forecasts_are_held_as_promised() -> None:
    random = np.random.default_rng(0)
    held = []
    for _ in range(2000):
        misses = np.abs(random.standard_normal(40))
        held.append(abs(random.standard_normal()) <= conformal_quantile(misses.tolist()))
    assert 0.78 < np.mean(held) < 0.84


def test_a_miss_is_measured_on_its_own_side_before_stretching() -> None:
    assert relative_miss(0.9, (0.7, 0.8, 0.85), 2.0) == pytest.approx(0.1 / (0.05 / 2))
    assert relative_miss(0.75, (0.7, 0.8, 0.85), 2.0) == pytest.approx(0.05 / (0.1 / 2))


def test_pinball_by_hand() -> None:
    told = np.array([0.2, 0.6])
    assert pinball(0.5, told, (0.1, 0.9)) == pytest.approx((0.1 * 0.3 + 0.1 * 0.1) / 2)


def test_crps_of_a_normal_forecast() -> None:
    levels = np.linspace(0.001, 0.999, 999)
    told = norm.ppf(levels)
    z = 0.7
    exact = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    assert crps(z, told, levels.tolist()) == pytest.approx(exact, abs=2e-3)


def test_a_sharper_forecast_that_is_right_scores_better() -> None:
    levels = (0.1, 0.5, 0.9)
    assert crps(0.5, np.array([0.45, 0.5, 0.55]), levels) < crps(
        0.5, np.array([0.3, 0.5, 0.7]), levels
    )
