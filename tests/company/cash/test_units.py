from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.cash.company import Company, simulate
from whet.company.cash.revenue import Licence, Sales, Subscription
from whet.company.cash.units import UnitEconomics, payback_months, unit_economics
from whet.company.simulation.estimates import ThreePoint, certain


def economics(line: Subscription | Licence, draws: int = 50, **more: Any) -> UnitEconomics:
    company = Company(
        date(2027, 1, 1), 12, 1000, revenues=(line,), marketing={line.sales.id: 200.0}, **more
    )
    return unit_economics(simulate(company, draws=draws))[0]


def sales(rate: ThreePoint, **more: Any) -> Sales:
    return Sales("app", rate, counted=False, **more)


def test_by_hand() -> None:
    line = Subscription(sales(certain(4), spend=certain(30)), certain(20), certain(0.1), certain(5))
    found = economics(line, discount=0.0)
    assert found.customers.p50 == pytest.approx(48)
    assert found.acquisition.p50 == pytest.approx(200 / 4 + 30)  # 80
    assert found.gross_margin.p50 == pytest.approx(0.75)
    # 15 a month while they stay: 15 (1 - 0.9^60) / 0.1.
    assert found.lifetime.p50 == pytest.approx(150 * (1 - 0.9**60))
    # 15, 28.5, 40.65, … reaches 80 in the eighth month (15 (1 - 0.9^8) / 0.1 = 85.4).
    assert found.payback.p50 == 8
    assert found.pays.value == 1


def test_discounting_makes_later_money_less() -> None:
    line = Subscription(sales(certain(4)), certain(20), certain(0.1), certain(5))
    q = 0.9 / 1.1 ** (1 / 12)
    assert economics(line, discount=0.1).lifetime.p50 == pytest.approx(15 * (1 - q**60) / (1 - q))


def test_a_licence_pays_at_once_what_it_pays() -> None:
    found = economics(
        Licence(sales(certain(1)), certain(500), unit_cost=certain(100)), discount=0.0
    )
    assert found.lifetime.p50 == pytest.approx(400)
    assert found.payback.p50 == 1


def test_one_that_never_pays_back_says_so() -> None:
    found = economics(Subscription(sales(certain(1)), certain(1), certain(0.5)))
    assert found.payback.p50 == np.inf
    assert found.pays.value == 0


def test_intervals_follow_the_draws() -> None:
    line = Subscription(sales(ThreePoint(2, 4, 8)), certain(20), ThreePoint(0.02, 0.05, 0.1))
    found = economics(line, draws=20_000)
    assert found.acquisition.p10 == pytest.approx(200 / 8, rel=0.05)
    assert found.acquisition.p90 == pytest.approx(200 / 2, rel=0.05)
    assert found.lifetime.p10 < found.lifetime.p50 < found.lifetime.p90


def test_draws_without_customers_are_counted_and_left_out() -> None:
    line = Subscription(Sales("app", certain(0.1)), certain(20), certain(0.1))
    found = economics(line, draws=20_000)
    assert found.without == pytest.approx(np.exp(-1.2), abs=0.01)
    assert np.isfinite(found.acquisition.p90)
    never = economics(Subscription(sales(certain(0)), certain(20), certain(0.1)))
    assert never.without == 1 and np.isnan(never.acquisition.p50)
    assert np.isnan(never.pays.value)  # not "never pays": nobody was there to pay


def test_payback_by_hand() -> None:
    margin = np.array([[5.0, 5, 5], [5, 5, 5], [1, 0, 0]])
    assert payback_months(margin, np.array([10.0, 11, 2])).tolist() == [2, 3, np.inf]
    free = payback_months(np.array([[0.0, 5, 5]]), np.array([0.0]))
    assert free.tolist() == [0]  # nothing to bring back
