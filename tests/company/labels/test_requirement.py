"""Tests for whet.company.labels.requirement: labels for a target, chances, dates."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.forecast import Forecast, forecast_curve
from whet.company.labels.requirement import (
    Target,
    chance_at,
    chance_by,
    judging_noise,
    requirement,
    sizes_needed,
)
from whet.company.labels.terms import Pace
from whet.core.errors import InputError


@pytest.fixture
def forecast(make_curve: MakeCurve) -> Forecast:
    return forecast_curve(make_curve(), seed=1)


def needed(score: float) -> float:
    """Return the labels that the fixture's exact curve needs."""
    return float(((1 - score - 0.05) / 1.2) ** (1 / -0.4))


def test_the_median_is_what_the_curve_needs(forecast: Forecast) -> None:
    found = requirement(forecast, Target(0.91))
    half = dict(zip(found.levels, found.quantiles, strict=True))[0.5]
    assert half == pytest.approx(needed(0.91), rel=0.2)
    assert found.within_reach > 0.9
    assert found.already < 0.05
    assert found.farthest == 12_800


def test_quantiles_ascend_and_end_out_of_reach(forecast: Forecast) -> None:
    found = requirement(forecast, Target(0.928))
    reached = [one for one in found.quantiles if one is not None]
    assert reached == sorted(reached)
    assert found.quantiles[-1] is None
    assert 0.1 < found.within_reach < 0.9


def test_a_target_that_is_met_needs_nothing(forecast: Forecast) -> None:
    found = requirement(forecast, Target(0.5))
    assert set(found.quantiles) == {3200.0}
    assert found.already == pytest.approx(1)


def test_chance_rises_with_labels_and_agrees_with_the_sizes_needed(forecast: Forecast) -> None:
    target = Target(0.91)
    chances = [chance_at(forecast, target, size) for size in (3200, 5000, 8000, 12_800)]
    assert chances == sorted(chances)
    share = np.mean(sizes_needed(forecast, target) <= 8000)
    assert chances[2] == pytest.approx(share, abs=0.06)


def test_a_small_future_test_set_blurs_the_chance(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve(test_rows=1000))
    exact = forecast_curve(make_curve())
    target = Target(0.895, test_rows=200)
    share = np.array([0.1])
    noise = judging_noise(forecast, target, share)
    assert noise[0] == pytest.approx(np.sqrt(0.003**2 + 0.09 / 200 + 0.09 / 1000))
    assert judging_noise(exact, Target(0.895), share)[0] == pytest.approx(0.003)
    assert 0.5 < chance_at(forecast, target, 6400) < chance_at(exact, Target(0.895), 6400)


def test_a_loss_gets_no_binomial_noise(make_curve: MakeCurve) -> None:
    forecast = forecast_curve(make_curve(is_error=True, test_rows=100))
    assert judging_noise(forecast, Target(0.1), np.array([0.1]))[0] == pytest.approx(0.003)
    assert chance_at(forecast, Target(0.2), 6400) == pytest.approx(1)
    assert chance_at(forecast, Target(0.01), 6400) < 0.01


def test_chance_by_a_date_is_that_of_the_labels_made_until_then(forecast: Forecast) -> None:
    target, start = Target(0.91), date(2026, 12, 1)
    by = chance_by(forecast, target, start=start, by=date(2026, 12, 28), pace=Pace(500))
    assert by == pytest.approx(chance_at(forecast, target, 3200 + 4 * 500))
    never = chance_by(forecast, target, start=start, by=date(2036, 1, 1), pace=Pace(500))
    assert never == pytest.approx(chance_at(forecast, target, 12_800))
    few = chance_by(forecast, target, start=start, by=date(2036, 1, 1), pace=Pace(500), most=4000)
    assert few == pytest.approx(chance_at(forecast, target, 4000))


def test_chance_by_a_date_leaves_time_to_train(forecast: Forecast) -> None:
    target, start, end = Target(0.91), date(2026, 12, 1), date(2026, 12, 28)

    def size_of(pace: Pace, by: date = end) -> float:
        chance = chance_by(forecast, target, start=start, by=by, pace=pace)
        sizes = np.linspace(3200, 12_800, 2000)
        chances = [chance_at(forecast, target, float(size)) for size in sizes]
        return float(np.interp(chance, chances, sizes))

    assert size_of(Pace(500, weeks_per_stage=1.5)) == pytest.approx(3200 + 2.5 * 500, rel=1e-3)
    # n labels train for 2 h + n / 1,000 h at 10 h a week: (n - 3,200) / 500 + 0.2 + n / 10,000 = 4
    hours = Pace(500, hours_fixed=2, hours_per_label=0.001, hours_per_week=10)
    assert size_of(hours) == pytest.approx((3.8 + 6.4) / (1 / 500 + 1e-4), rel=1e-3)
    at_hand = Pace(500, weeks_per_stage=1.5, free_labels=400)
    assert size_of(at_hand) == pytest.approx(3600 + 2.5 * 500, rel=1e-3)
    assert size_of(at_hand, date(2026, 12, 7)) == 3200  # no time to train at all
    assert size_of(Pace(500, weeks_per_stage=1), date(2026, 12, 7)) == 3200


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        action()
    return str(error.value)


def test_impossible_questions_are_refused(forecast: Forecast) -> None:
    day = date(2026, 12, 1)
    assert refused(lambda: requirement(forecast, Target(90))) == (
        "The target for support/probe must have accuracy in [0, 1]; found 90. Write 90 % as 0.9."
    )
    assert refused(lambda: requirement(forecast, Target(0.9, test_rows=0))) == (
        "The future test set must have at least 1 row; found 0. Give its rows, or leave them out."
    )
    assert (
        refused(lambda: chance_by(forecast, Target(0.9), start=day, by=day, pace=Pace(0)))
        == "Labels a week must be more than 0; found 0. Give a rate of labelling."
    )
    assert refused(
        lambda: chance_by(forecast, Target(0.9), start=day, by=date(2026, 11, 30), pace=Pace(9))
    ) == (
        "The date of a target must not lie before the start 2026-12-01; found 2026-11-30. "
        "Give a later date."
    )
