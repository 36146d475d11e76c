"""Tests for whet.company.labels.prices: what one more is worth, and lower targets."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.company.labels.conftest import MakeCurve

from whet.company.labels import purchases
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


@pytest.mark.parametrize("seed", [None, 2, 3, 5])
@pytest.mark.parametrize(
    ("prices", "pace"),
    [
        (Prices(label=0.3, week_late=1500, miss=60_000), Pace(400, deadline_weeks=8)),
        (Prices(label=0.3, miss=20_000), Pace(400, deadline_weeks=6.3, weeks_per_stage=0.7)),
        (
            Prices(label=0.3, gpu_hour=3, week_late=900, miss=40_000),
            Pace(500, 2, 0.004, 20, deadline_weeks=7),
        ),
        (Prices(label=0.9, week=30, week_late=200, miss=9000), Pace(400, deadline_weeks=30)),
    ],
    ids=["late", "final", "hours", "slack"],
)
def test_prices_of_one_stage_against_every_whole_number_of_labels(
    make_curve: MakeCurve, seed: int | None, prices: Prices, pace: Pace
) -> None:
    forecast = forecast_curve(make_curve(seed, se=0.004), seed=1, n=300)
    once = replace(pace, stages=1)
    sizes = np.arange(3201, 12_801)
    missed = 1 - met_at(forecast, sizes)

    def least(*, weeks: float = 0.0, labels: float = 0.0) -> float:
        bought = np.maximum(sizes - 3200 - labels, 0)
        hours = once.hours_fixed + once.hours_per_label * sizes
        took = bought / once.labels_per_week + hours / once.hours_per_week + once.weeks_per_stage
        cost = prices.label * bought + prices.gpu_hour * hours + prices.week * took
        over = np.maximum(took - once.deadline_weeks - weeks, 0)
        late = np.where(over > 1e-9, np.inf, 0) if prices.week_late is None else 0
        late = late + (prices.week_late or 0) * np.minimum(over, took)
        stop = prices.miss * (1 - chance_at(forecast, TARGET, 3200 + labels))
        return float(min((cost + late + prices.miss * missed).min(), stop))

    told = shadow_prices(forecast, TARGET, prices, once)
    assert plan_purchase(forecast, TARGET, prices, once).best.staged.cost == pytest.approx(
        least(), rel=1e-4
    )
    assert told.week == pytest.approx(least() - least(weeks=1), abs=2.0)
    assert told.label == pytest.approx((least() - least(labels=32)) / 32, abs=0.03)
    is_slack = once.deadline_weeks == 30
    assert told.week is not None and (told.week == 0 if is_slack else told.week > 150)


def met_at(forecast: Forecast, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the chance of the target at many sizes, at once."""
    found = [chance_at(forecast, TARGET, float(size)) for size in sizes[::20]]
    return np.interp(sizes, sizes[::20], found)


def test_prices_of_several_stages_hardly_change_on_a_far_finer_grid(
    make_curve: MakeCurve, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast = forecast_curve(make_curve(3, se=0.004), seed=1, n=200)
    prices = Prices(label=0.3, week_late=1500, miss=60_000)
    pace = Pace(400, deadline_weeks=9, weeks_per_stage=1.1, stages=3)
    told = shadow_prices(forecast, TARGET, prices, pace)
    monkeypatch.setattr(purchases, "SIZES", 65)
    fine = shadow_prices(forecast, TARGET, prices, pace)
    assert told.week is not None and fine.week is not None
    assert fine.week > 100
    assert told.week == pytest.approx(fine.week, rel=0.07)
    assert told.label == pytest.approx(fine.label, rel=0.03)


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
