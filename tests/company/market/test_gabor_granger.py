"""Tests for whet.company.market.gabor_granger: by hand, against formulas, at the edge, refusals."""

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.company.market.gabor_granger import (
    answers_from_counts,
    price_test,
    wilson,
)
from whet.core.errors import InputError

Floats = NDArray[np.float64]
PRICES = np.array([20.0, 30.0, 40.0, 50.0])


def would_pay(limits: Floats) -> Floats:
    """Return yes up to everybody's limit."""
    return (limits[:, None] >= PRICES).astype(np.float64)


def test_demand_and_revenue_by_hand() -> None:
    # Of 40: 30 would pay 30, 12 would pay 40, none 50.
    found = price_test(PRICES, would_pay(np.array([20.0] * 10 + [30.0] * 18 + [40.0] * 12)))
    assert [row.demand for row in found.prices] == [1, 0.75, 0.3, 0]
    assert [row.revenue for row in found.prices] == pytest.approx([2000, 2250, 1200, 0])
    assert found.best == 30
    assert (found.prices[1].demand_low, found.prices[1].demand_high) == wilson(0.75, 40, 0.9)


def test_the_unit_cost_moves_the_best_price_up() -> None:
    answers = would_pay(np.array([20.0] * 10 + [30.0] * 14 + [40.0] * 16))
    assert price_test(PRICES, answers).best == 30
    found = price_test(PRICES, answers, unit_cost=25)
    # Margins 5 and 15 at 30 and 40: 5 x 30 = 150 against 15 x 16 = 240.
    assert found.best == 40
    assert found.prices[0].profit == pytest.approx(-500)
    assert found.prices[0].profit_low <= found.prices[0].profit_high


def test_revenue_intervals_agree_with_the_normal_formula() -> None:
    rng = np.random.default_rng(0)
    found = price_test(PRICES, would_pay(rng.normal(38, 9, 900)))
    for row in found.prices:
        error = 100 * row.price * np.sqrt(row.demand * (1 - row.demand) / 900)
        assert row.revenue_low == pytest.approx(row.revenue - 1.645 * error, abs=0.35 * error)
        assert row.revenue_high == pytest.approx(row.revenue + 1.645 * error, abs=0.35 * error)


def test_demand_never_rises_with_the_price() -> None:
    # 12 of 30 at 20 and 18 of 30 at 30 are pooled to one half.
    prices, answers = answers_from_counts([(20, 30, 12), (30, 30, 18), (40, 30, 6)])
    found = price_test(prices, answers)
    assert [row.demand for row in found.prices] == pytest.approx([0.5, 0.5, 0.2])


def test_a_close_race_is_said_to_be_one() -> None:
    # 20 sells to all and 40 to exactly half: both bring 2000.
    even = price_test(PRICES[[0, 2]], would_pay(np.array([20.0] * 20 + [40.0] * 20))[:, [0, 2]])
    assert all(row.may_be_best for row in even.prices)
    assert (even.low, even.high) == (20, 40)
    clear = price_test(PRICES[[0, 2]], would_pay(np.array([20.0] * 38 + [40.0] * 2))[:, [0, 2]])
    assert [row.may_be_best for row in clear.prices] == [True, False]
    assert (clear.low, clear.high) == (20, 20)


def test_the_interval_holds_the_best_price_of_the_market() -> None:
    market = would_pay(np.random.default_rng(9).lognormal(np.log(36), 0.35, 200_000))
    truth = PRICES[(PRICES * market.mean(axis=0)).argmax()]
    rng = np.random.default_rng(1)
    hits = []
    for seed in range(40):
        found = price_test(PRICES, would_pay(rng.lognormal(np.log(36), 0.35, 60)), seed=seed)
        hits.append(found.low <= truth <= found.high)
    assert np.mean(hits) >= 0.85


def test_refusals() -> None:
    with pytest.raises(InputError) as error:
        price_test(*answers_from_counts([(20, 30, 12), (30, 19, 5)]))
    assert str(error.value) == (
        "a price test needs at least 20 answers at each price; found 19 at 30. Ask more customers, "
        "or fewer prices."
    )
    with pytest.raises(InputError) as error:
        price_test(*answers_from_counts([(20, 30, 12), (30, 30, 5)]), unit_cost=30)
    assert str(error.value) == (
        "the unit cost must be 0 or more and below the highest price 30; found 30."
    )
    with pytest.raises(InputError) as error:
        answers_from_counts([(20, 30, 12), (30, 30, 31)])
    assert str(error.value) == (
        "a price test must have at most as many who buy as were asked; found 31 of 30 at 30."
    )
    with pytest.raises(InputError) as error:
        answers_from_counts([(20, 30, 12), (20, 30, 1)])
    assert str(error.value) == (
        "a price test needs at least 2 different prices above 0; found 20, 20."
    )
