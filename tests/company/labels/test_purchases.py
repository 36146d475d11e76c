"""Tests for whet.company.labels.purchases: by hand, against simulation, at the edges."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.forecast import Forecast, forecast_curve
from whet.company.labels.purchases import Option, Purchase, plan_purchase
from whet.company.labels.requirement import Target, chance_at
from whet.company.labels.terms import Cleaning, Pace, Prices
from whet.core.errors import InputError

TARGET = Target(0.91)


@pytest.fixture
def forecast(make_curve: MakeCurve) -> Forecast:
    return forecast_curve(make_curve(se=0.004), seed=1, n=600)


def at(plan: Purchase, size: float) -> Option:
    return next(one for one in plan.options if one.size == pytest.approx(size, rel=1e-6))


def test_buying_at_once_costs_labels_compute_weeks_and_the_chance_of_a_miss(
    forecast: Forecast,
) -> None:
    prices = Prices(label=0.5, gpu_hour=3, week=20, miss=9000)
    pace = Pace(
        labels_per_week=400,
        hours_fixed=1,
        hours_per_label=0.001,
        hours_per_week=40,
        weeks_per_stage=0.5,
    )
    once = at(plan_purchase(forecast, TARGET, prices, pace), 6400).at_once
    hours, chance = 1 + 6.4, chance_at(forecast, TARGET, 6400)
    weeks = 3200 / 400 + hours / 40 + 0.5
    assert once.bought == pytest.approx(3200)
    assert once.hours == pytest.approx(hours)
    assert once.weeks == pytest.approx(weeks)
    assert once.met == pytest.approx(chance, abs=1e-6)
    assert once.cost == pytest.approx(
        0.5 * 3200 + 3 * hours + 20 * weeks + 9000 * (1 - chance), rel=1e-6
    )


def test_one_stage_is_buying_at_once_and_more_stages_never_cost_more(forecast: Forecast) -> None:
    prices, costs = Prices(label=0.5, week=20, miss=9000), []
    for stages in (1, 2, 3, 6):
        plan = plan_purchase(forecast, TARGET, prices, Pace(weeks_per_stage=0.5, stages=stages))
        costs.append(plan.best.staged.cost)
        if stages == 1:
            assert all(one.staged == one.at_once for one in plan.options)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_the_first_stage_of_two_agrees_with_a_simulation(forecast: Forecast) -> None:
    """Buy to 4,525, measure without bins, then buy to the best size or stop."""
    prices, pace = Prices(label=0.5, miss=6000), Pace(stages=2)
    told = at(plan_purchase(forecast, TARGET, prices, pace), 3200 * math.sqrt(2)).staged
    sizes = np.geomspace(3200, 12_800, 17)
    sizes = sizes[sizes >= 3200 * math.sqrt(2) * 0.999]
    errors = np.stack([forecast.at(min(size, 12_800)) for size in sizes], axis=1)
    noise = forecast.noise.std()
    from scipy.stats import norm

    met = norm.cdf((0.09 - errors) / 0.004)
    random, costs = np.random.default_rng(0), []
    for true in range(len(errors)):
        measured = errors[true, 0] + noise * random.standard_normal()
        weights = norm.pdf((measured - errors[:, 0]) / noise)
        chances = weights @ met / weights.sum()
        choices = 0.5 * (sizes - sizes[0]) + 6000 * (1 - chances)
        best = int(choices.argmin())
        costs.append(0.5 * (sizes[best] - 3200) + 6000 * (1 - met[true, best]))
    assert told.cost == pytest.approx(np.mean(costs), rel=0.04)


def test_nothing_is_bought_for_a_target_that_is_met_or_out_of_reach_or_worth_little(
    forecast: Forecast,
) -> None:
    prices = Prices(label=0.5, miss=9000)
    for target, worth in ((Target(0.5), prices), (Target(0.99), prices), (TARGET, Prices(0.5))):
        assert plan_purchase(forecast, target, worth, Pace()).best.action == "stop"
    cheap = plan_purchase(forecast, TARGET, replace(prices, miss=100), Pace())
    assert cheap.best.action == "stop"
    assert plan_purchase(forecast, TARGET, prices, Pace()).best.action == "buy"


def test_no_more_is_bought_than_there_is(forecast: Forecast) -> None:
    plan = plan_purchase(forecast, TARGET, Prices(0.1, miss=9000), Pace(), most=4000)
    assert max(one.size for one in plan.options) == pytest.approx(4000)
    none = plan_purchase(forecast, TARGET, Prices(0.1, miss=9000), Pace(), most=100)
    assert [one.action for one in none.options] == ["stop"]


def test_after_a_final_deadline_nothing_is_bought(forecast: Forecast) -> None:
    pace = Pace(labels_per_week=400, deadline_weeks=3)
    plan = plan_purchase(forecast, TARGET, Prices(0.5, miss=9000), pace)
    assert max(one.size for one in plan.options) <= 3200 + 3 * 400
    assert plan.best.staged.weeks <= 3
    late = plan_purchase(forecast, TARGET, Prices(0.5, week_late=50, miss=9000), pace)
    assert max(one.size for one in late.options) == pytest.approx(12_800)


def test_weeks_late_are_paid_once(forecast: Forecast) -> None:
    prices = Prices(0.5, week_late=70, miss=9000)
    timed = plan_purchase(
        forecast, TARGET, prices, Pace(labels_per_week=400, deadline_weeks=3, stages=1)
    )
    free = plan_purchase(forecast, TARGET, prices, Pace(labels_per_week=400, stages=1))
    late = at(timed, 6400).staged.cost - at(free, 6400).staged.cost
    assert late == pytest.approx(70 * (3200 / 400 - 3))


def test_cleaning_is_an_option_where_the_share_of_wrong_labels_is_known(
    forecast: Forecast,
) -> None:
    prices = Prices(label=1.0, miss=9000)
    for price, action in ((0.01, "clean"), (5.0, "buy")):
        plan = plan_purchase(
            forecast, TARGET, prices, Pace(), cleaning=Cleaning(0.1, 0.0, price, 1000)
        )
        assert plan.best.action == action
        clean = next(one for one in plan.options if one.action == "clean")
        assert clean.size == pytest.approx(3200 / 0.64)
        assert clean.at_once.weeks == pytest.approx(3.2)
        assert clean.at_once.met == pytest.approx(chance_at(forecast, TARGET, 5000), abs=0.01)


def test_the_same_question_gets_the_same_answer(make_curve: MakeCurve) -> None:
    first, again = (
        plan_purchase(forecast_curve(make_curve(2), seed=5), TARGET, Prices(0.5, miss=9000), Pace())
        for _ in range(2)
    )
    assert first == again


def test_a_negative_price_is_refused(forecast: Forecast) -> None:
    with pytest.raises(InputError) as error:
        plan_purchase(forecast, TARGET, Prices(label=-0.5), Pace())
    assert str(error.value) == "The price 'label' must be at least 0; found -0.5. Correct it."
