"""Tests for whet.company.labels.prices: what one more is worth, and lower targets."""

import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.forecast import Forecast, forecast_curve
from whet.company.labels.prices import lower_targets, shadow_prices
from whet.company.labels.purchases import plan_purchase
from whet.company.labels.requirement import Target, chance_at
from whet.company.labels.terms import Pace, Prices

TARGET = Target(0.91)
PRICES = Prices(label=0.5, gpu_hour=3, miss=9000)


@pytest.fixture
def forecast(make_curve: MakeCurve) -> Forecast:
    return forecast_curve(make_curve(se=0.004), seed=1, n=600)


def test_a_label_is_worth_its_price_where_labels_are_bought(forecast: Forecast) -> None:
    worth = shadow_prices(forecast, TARGET, PRICES, Pace(stages=1))
    assert worth.label == pytest.approx(0.5, rel=0.05)
    assert worth.gpu_hour == 0
    assert worth.week is None


def test_a_label_is_worth_its_chance_where_none_are_bought(forecast: Forecast) -> None:
    prices = Prices(label=50.0, miss=9000)
    assert plan_purchase(forecast, TARGET, prices, Pace()).best.action == "stop"
    worth = shadow_prices(forecast, TARGET, prices, Pace())
    rise = chance_at(forecast, TARGET, 3232) - chance_at(forecast, TARGET, 3200)
    assert worth.label == pytest.approx(9000 * rise / 32, rel=1e-6)


def test_an_hour_is_worth_its_price_and_the_time_that_it_saves(forecast: Forecast) -> None:
    pace = Pace(hours_fixed=20, hours_per_week=10, stages=1)
    assert shadow_prices(forecast, TARGET, PRICES, pace).gpu_hour == pytest.approx(3)
    waiting = Prices(label=0.5, gpu_hour=3, week=100, miss=9000)
    assert shadow_prices(forecast, TARGET, waiting, pace).gpu_hour == pytest.approx(3 + 100 / 10)


def test_a_week_is_worth_more_when_the_deadline_is_near(forecast: Forecast) -> None:
    def week(weeks: float) -> float:
        pace = Pace(labels_per_week=400, deadline_weeks=weeks)
        worth = shadow_prices(forecast, TARGET, PRICES, pace).week
        assert worth is not None
        return worth

    assert week(2) > week(12) >= 0
    assert week(2) > 100


def test_a_week_more_saves_the_penalty_for_lateness(forecast: Forecast) -> None:
    prices = Prices(label=0.5, week_late=70, miss=90_000)
    pace = Pace(labels_per_week=400, deadline_weeks=2, stages=1)
    assert shadow_prices(forecast, TARGET, prices, pace).week == pytest.approx(70)


def test_lower_targets_cost_less(forecast: Forecast) -> None:
    found = lower_targets(forecast, TARGET, PRICES, Pace())
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    saved = [one.saves for one in found]
    assert saved == sorted(saved)
    assert saved[0] > 0
    assert lower_targets(forecast, Target(0.5), PRICES, Pace()) == ()
