import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.cash.months import DAYS_PER_MONTH, Months
from whet.company.cash.revenue import (
    DataService,
    Flow,
    Licence,
    Revenue,
    Sales,
    Solutions,
    Subscription,
    Tier,
    Usage,
    one_customer,
    revenue_flow,
    survivors,
    tier_price,
)
from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.streams import Streams
from whet.core.errors import InputError

MONTHS = Months(date(2027, 1, 1), 4)
STREAMS = Streams(500, 0)
LAST = float("inf")


def sales(**changes: Any) -> Sales:
    given: dict[str, Any] = {"id": "p", "per_month": certain(10), "counted": False}
    return Sales(**(given | changes))


def flow(line: Revenue, begin: float = 0.0, **more: Any) -> Flow:
    return revenue_flow(line, MONTHS, STREAMS, begin=np.full(500, begin), **more)


def test_cohorts_of_a_subscription_by_hand() -> None:
    line = Subscription(sales(spend=certain(7)), certain(20), certain(0.1), certain(5))
    found = flow(line)
    # 10, then nine of ten stay and ten come: 19, 27.1, 34.39.
    assert found.active[0] == pytest.approx([10, 19, 27.1, 34.39])
    assert found.earned[0] == pytest.approx([200, 380, 542, 687.8])
    assert found.cost[0] == pytest.approx([50, 95, 135.5, 171.95])
    assert found.spend[0] == pytest.approx([70, 70, 70, 70])


def test_sales_begin_within_a_month_and_grow_from_then() -> None:
    found = flow(Subscription(sales(growth=0.1), certain(1), certain(0)), begin=1.25)
    assert found.new[0] == pytest.approx([0, 7.5, 10 * 1.1**0.75, 10 * 1.1**1.75])


def test_each_draw_has_its_own_start() -> None:
    begin = np.array([0.0, 2.0, np.inf])
    line = Subscription(sales(), certain(1), certain(0))
    found = revenue_flow(line, MONTHS, Streams(3, 0), begin=begin)
    assert found.new.tolist() == [[10, 10, 10, 10], [0, 0, 10, 10], [0, 0, 0, 0]]


def test_running_customers_pay_the_part_of_the_first_month_that_is_left() -> None:
    half = Months(date(2026, 11, 16), 3)
    line = Subscription(sales(per_month=certain(0), existing=8), certain(10), certain(0.5))
    found = revenue_flow(line, half, Streams(2, 0), begin=np.full(2, half.begin))
    assert found.earned[0] == pytest.approx([40, 40, 20])


MONTH_AND_A_HALF = 1.5 * DAYS_PER_MONTH


def test_customers_of_the_first_day_still_pay_for_the_days_before_it() -> None:
    late = sales(existing=8, delay_days=MONTH_AND_A_HALF)
    three = (Tier(10, 2.0), Tier(LAST, 1.0))
    lines: list[tuple[Revenue, float]] = [
        (Subscription(late, certain(10), certain(0.5)), 80),
        (Usage(late, certain(15), three, certain(0.5), units_growth=0.1), 8 * 25),
        (Licence(late, certain(1200), upkeep=0.2), 8 * 20),
    ]
    for line, monthly in lines:
        assert flow(line).receivables[0] == pytest.approx([monthly, monthly / 2, 0, 0])


def test_data_that_were_sold_before_are_still_to_be_paid_and_projects_are_not_made_up() -> None:
    late = sales(delay_days=MONTH_AND_A_HALF)
    assert flow(DataService(late, certain(3))).receivables[0] == pytest.approx([30, 15, 0, 0])
    for new in ({"start": date(2026, 12, 1)}, {"after": "launch"}):
        line = DataService(replace(late, **new), certain(3))
        assert not flow(line).receivables.any()
    sold_since = replace(late, start=date(2026, 11, 1))
    assert flow(DataService(sold_since, certain(3))).receivables[0, 0] == pytest.approx(30)
    assert not flow(Solutions(late, certain(3000))).receivables.any()


def test_receivables_that_the_books_know_come_over_the_days_that_customers_take() -> None:
    known = sales(existing=8, delay_days=2 * DAYS_PER_MONTH, receivables=500.0)
    line = Subscription(known, certain(10), certain(0))
    assert flow(line).receivables[0] == pytest.approx([250, 250, 0, 0])
    at_once = Subscription(replace(known, delay_days=0), certain(10), certain(0))
    assert flow(at_once).receivables[0] == pytest.approx([500, 0, 0, 0])
    none = Subscription(replace(known, receivables=0.0), certain(10), certain(0))
    assert not flow(none).receivables.any()


def test_a_licence_is_paid_once_and_upkept() -> None:
    line = Licence(sales(per_month=certain(1)), certain(1200), upkeep=0.2, unit_cost=certain(100))
    found = flow(line)
    assert found.earned[0] == pytest.approx([1200 + 20 * k for k in (1, 2, 3, 4)])
    assert found.cost[0] == pytest.approx([100] * 4)


def test_use_is_billed_by_tier_with_a_minimum() -> None:
    tiers = (Tier(1000, 0.1), Tier(5000, 0.05), Tier(LAST, 0.01))
    units = np.array([0.0, 500, 1000, 3000, 9000])
    assert tier_price(tiers, units) == pytest.approx([0, 50, 100, 200, 340])
    line = Usage(sales(per_month=certain(0), existing=1), certain(500), tiers, minimum=60)
    assert flow(line).earned[0] == pytest.approx([60] * 4)
    growing = Usage(
        sales(per_month=certain(0), existing=1),
        certain(500),
        tiers,
        units_growth=1.0,
        unit_cost=certain(0.01),
    )
    assert flow(growing).earned[0] == pytest.approx([50, 100, 150, 250])
    assert flow(growing).cost[0] == pytest.approx([5, 10, 20, 40])


def test_projects_are_paid_in_parts() -> None:
    line = Solutions(
        sales(per_month=certain(1)),
        certain(3000),
        months=1.5,
        upfront=0.4,
        unit_cost=certain(600),
    )
    # 40 % with the order, the rest over a month and a half.
    found = flow(line, demand=np.tile([1.0, 0.0, 0.0, 0.0], (500, 1)))
    assert found.earned[0] == pytest.approx([1200 + 1200, 600, 0, 0])
    assert found.cost[0] == pytest.approx([400, 200, 0, 0])
    assert found.active[0] == pytest.approx([1, 0.5, 0, 0])


def test_data_are_paid_by_the_unit() -> None:
    line = DataService(sales(per_month=certain(4000)), certain(0.2), certain(0.05))
    assert flow(line).earned[0] == pytest.approx([800] * 4)
    assert flow(line).cost[0] == pytest.approx([200] * 4)


def test_lost_demand_takes_new_customers_only() -> None:
    line = Subscription(sales(existing=10), certain(1), certain(0))
    demand = np.tile([1.0, 0.5, 0.0, 1.0], (500, 1))
    assert flow(line, demand=demand).active[0] == pytest.approx([20, 25, 25, 35])


def test_customers_come_by_chance_around_the_rate() -> None:
    streams = Streams(20_000, 1)
    line = Subscription(sales(counted=True, per_month=certain(0.4)), certain(1), certain(0))
    new = revenue_flow(line, MONTHS, streams, begin=np.zeros(20_000)).new
    assert new.mean() == pytest.approx(0.4, abs=0.01)
    assert new.var() == pytest.approx(0.4, abs=0.015)
    assert np.array_equal(new, np.round(new))


def test_a_later_launch_wins_no_customer_more_in_any_draw() -> None:
    line = Subscription(sales(counted=True, per_month=ThreePoint(2, 5, 12)), certain(1), certain(0))
    assert np.all(flow(line, begin=1.5).new <= flow(line, begin=0.5).new)


def test_survivors_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(0)
    new, churn = rng.poisson(3, (20, 12)).astype(float), rng.uniform(0, 0.4, 20)
    expected = [
        [sum(new[d, c] * (1 - churn[d]) ** (m - c) for c in range(m + 1)) for m in range(12)]
        for d in range(20)
    ]
    assert survivors(new, churn) == pytest.approx(np.array(expected))


def test_one_customer_is_followed_by_the_odds_of_staying() -> None:
    line = Subscription(sales(existing=50), certain(10), certain(0.2), certain(4))
    earned, cost = one_customer(line, STREAMS, 3)
    assert earned[0] == pytest.approx([10, 8, 6.4])
    assert cost[0] == pytest.approx([4, 3.2, 2.56])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"delay_days": -1},
            "The sales of 'p' need a growth above -1 and delay, customers and receivables of at "
            "least 0; found 0, -1, 0 and 0.",
        ),
        ({"bad_debt": 1.5}, "The share that never pays for 'p' must be from 0 to 1; found 1.5."),
    ],
)
def test_wrong_sales_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        sales(**changes)


@pytest.mark.parametrize(
    ("tiers", "found"),
    [
        ((), "none"),
        ((Tier(10, 1.0),), "10"),
        ((Tier(10, 1.0), Tier(5, 1), Tier(LAST, 1)), "10, 5, inf"),
    ],
)
def test_wrong_tiers_are_refused(tiers: tuple[Tier, ...], found: str) -> None:
    sentence = (
        "The tiers of 'p' must rise from above 0 and the last must have no end; found "
        + found
        + "."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Usage(sales(), certain(1), tiers)


def test_negative_prices_of_tiers_are_refused() -> None:
    sentence = "The least payment and the prices of 'p' must be at least 0."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Usage(sales(), certain(1), (Tier(LAST, -0.1),))


def test_wrong_projects_are_refused() -> None:
    sentence = (
        "The projects of 'p' need months above 0 and a share up front from 0 to 1; found 0 and 0."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Solutions(sales(), certain(1), months=0)
