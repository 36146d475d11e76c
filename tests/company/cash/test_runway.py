from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from whet.company.cash.accounts import Accounts, close_accounts
from whet.company.cash.months import Months
from whet.company.cash.runway import (
    gone_by_month,
    lowest_balance,
    ruin_before,
    ruin_positions,
    runway,
)
from whet.company.simulation.streams import Draws


def accounts(flow: Draws, opening: float = 100.0, start: date = date(2027, 1, 1)) -> Accounts:
    months = Months(start, flow.shape[1])
    return close_accounts({"all": flow}, months, opening=opening, draws=len(flow))


@pytest.mark.parametrize(("opening", "drift"), [(15.0, -0.05), (12.0, 0.05), (18.0, 0.0)])
def test_ruin_of_a_gaussian_walk_is_its_closed_form(opening: float, drift: float) -> None:
    # Brownian motion from x with drift m, spread 1, falls below 0 by T with probability
    # Phi((-x - mT) / sqrt T) + exp(-2mx) Phi((-x + mT) / sqrt T). Looking once a month it is
    # seen later: x is moved by 0.5826 spreads (Broadie, Glasserman & Kou, Math. Finance 7 (1997)).
    n, months = 40_000, 240
    walk = accounts(np.random.default_rng(1).normal(drift, 1, (n, months)), opening)
    gone = gone_by_month(walk.balance).mean(axis=0)
    for t in (120, 180, 240):
        x = opening + 0.5826
        closed = norm.cdf((-x - drift * t) / t**0.5) + np.exp(-2 * drift * x) * norm.cdf(
            (-x + drift * t) / t**0.5
        )
        assert 0.05 < closed < 0.95
        assert gone[t - 1] == pytest.approx(closed, abs=0.01)


def test_ruin_of_a_gaussian_walk_is_its_recursion() -> None:
    # Exact for a walk that is looked at once a month: the density of what is not ruined yet,
    # month by month, on a grid of 0.01.
    step, drift, opening, months = 0.01, -0.3, 8.0, 12
    grid = np.arange(step / 2, 30, step)
    kernel = norm.pdf(np.arange(-8, 8 + step / 2, step), drift, 1) * step
    density = norm.pdf(grid, opening + drift, 1)
    alive = [density.sum() * step]
    for _ in range(months - 1):
        density = np.convolve(density, kernel, mode="same")
        alive.append(density.sum() * step)
    walk = accounts(np.random.default_rng(1).normal(drift, 1, (200_000, months)), opening)
    for estimate, odds in zip(runway(walk).ruin_by_month, alive, strict=True):
        assert estimate.value == pytest.approx(1 - odds, abs=4 * estimate.error + 1e-4)


def test_ruin_of_a_coin_walk_is_exact() -> None:
    n, months = 200_000, 24
    steps = np.where(np.random.default_rng(2).random((n, months)) < 0.55, -1.0, 1.0)
    found = runway(accounts(steps, 4.0))
    odds = {4: 1.0}  # of each balance that was never below 0
    for month in range(months):
        reached: dict[int, float] = {}
        for balance, p in odds.items():
            for step, q in ((-1, 0.55), (1, 0.45)):
                if balance + step >= 0:
                    reached[balance + step] = reached.get(balance + step, 0.0) + p * q
        odds = reached
        estimate = found.ruin_by_month[month]
        assert estimate.value == pytest.approx(1 - sum(odds.values()), abs=4.5 * estimate.error)


def test_the_runway_by_hand() -> None:
    walk = accounts(np.array([[-40.0, -40, -40, 500], [-10, -10, -10, -10], [-100, 0, -1, 0]]))
    # 100 less 40 a month ends in the middle of the third; 0 is not below 0.
    assert ruin_positions(walk).tolist() == [2.5, np.inf, 2.0]
    assert lowest_balance(walk).tolist() == [-20, 60, -1]
    assert gone_by_month(walk.balance)[0].tolist() == [False, False, True, True]
    assert runway(walk).months[0.5] == 2.5
    assert runway(walk).months[0.9] == np.inf


def test_the_runway_counts_from_the_first_day() -> None:
    walk = accounts(np.array([[-50.0, -100.0, -100.0]]), 100.0, date(2026, 11, 16))
    assert runway(walk).months[0.5] == pytest.approx(1.0)  # half of November, half of December


def test_ruin_before_a_milestone_counts_the_draws_in_which_money_ends_first() -> None:
    walk = accounts(np.array([[-40.0, -40, -40, 0], [-40, -40, -40, 0], [0, 0, 0, 0]]))
    reached = np.array([2.0, 3.0, np.inf])
    assert ruin_before(walk, reached).value == pytest.approx(1 / 3)


def test_the_fan_and_the_tail() -> None:
    flow = np.tile(np.arange(-100.0, 100.0)[:, None], (1, 2))
    found = runway(accounts(flow, 1000.0))
    assert found.fan[0.5] == pytest.approx([999.5, 999.0])
    assert found.fan[0.05][1] < found.fan[0.95][1]
    # The lowest of the worst 5 %, drifts of -100 … -91, after two months.
    assert found.lowest_cvar.value == pytest.approx(1000 - 2 * 95.5, abs=1.5)


def test_a_plan_without_money_flows_lasts() -> None:
    found = runway(accounts(np.zeros((10, 3))))
    assert found.ruin.value == 0
    assert set(found.months.values()) == {np.inf}
