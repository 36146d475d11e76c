"""Tests for whet.company.team.growth: against another solver, weights that move it, refusals."""

import importlib
from typing import Any

import numpy as np
import pytest

from whet.company.strategy.curves import curve
from whet.company.strategy.problem import Limit, Line, Problem
from whet.company.team.growth import STATED, growth
from whet.core.errors import InputError

cvxpy: Any = importlib.import_module("cvxpy")  # its types are partial

CULTURE = Line("culture", curve("exponential", scale=4, rate=0.0004), today=2500)
TRAINING = Line("training", curve("log", scale=2, half=1500), today=1000)
GROWTH = Line("growth", curve("log", scale=1.5, half=1200), most=3000)
PROBLEM = Problem(12000, (CULTURE, TRAINING, GROWTH))


def test_the_split_is_that_of_another_convex_solver() -> None:
    x = cvxpy.Variable(3, nonneg=True)
    points = (
        4 * (1 - cvxpy.exp(-0.4 * x[0]))
        + 2 * cvxpy.log(1 + x[1] / 1.5)
        + 1.5 * cvxpy.log(1 + x[2] / 1.2)
    )
    problem = cvxpy.Problem(cvxpy.Maximize(points), [cvxpy.sum(x) <= 12, x[2] <= 3])
    problem.solve(solver=cvxpy.CLARABEL)
    found = growth(PROBLEM)
    assert found.points == pytest.approx(problem.value, rel=1e-6)
    assert [line.money for line in found.lines] == pytest.approx(1000 * x.value, rel=1e-3)


def test_returns_fall_so_the_next_unit_brings_less_than_the_last() -> None:
    less, more = growth(Problem(6000, PROBLEM.lines)), growth(PROBLEM)
    assert less.price > more.price > 0
    assert more.price * 6000 < more.points - less.points < less.price * 6000


def test_equal_and_todays_split_are_never_better() -> None:
    found = growth(PROBLEM)
    assert found.today is not None
    assert max(found.equal, found.today) <= found.points + 1e-9
    # Today: 12,000 in the proportions 2,500 and 1,000.
    culture, training = 12000 * 2500 / 3500, 12000 * 1000 / 3500
    points = 4 * (1 - np.exp(-0.0004 * culture)) + 2 * np.log(1 + training / 1500)
    assert found.today == pytest.approx(points)


def test_ranges_show_what_other_weights_would_say() -> None:
    found = growth(PROBLEM, seed=1)
    for line in found.lines:
        assert line.low <= line.money <= line.high
    assert found.lines[0].high - found.lines[0].low > 500
    assert 0 < found.regret < found.worst_regret < 0.5
    assert found.warning == STATED
    assert growth(PROBLEM, seed=1) == found


def test_two_equal_lines_lose_little_by_hand() -> None:
    # a log(1 + x) + b log(1 + 2 - x) with weights a, b: x = 1 at a = b, and the best x otherwise is
    # (a (1 + 2) - b) / (a + b), within [0, 2].
    line = Line("a", curve("log", scale=1, half=1))
    found = growth(Problem(2.0, (line, Line("b", curve("log", scale=1, half=1)))), seed=2)
    rng = np.random.default_rng(0)
    a, b = np.exp(rng.standard_normal((2, 200_000)) * np.log(2) / 1.2815515655446004)
    x = np.clip((3 * a - b) / (a + b), 0, 2)
    best = a * np.log(1 + x) + b * np.log(3 - x)
    lost = (best - (a + b) * np.log(2)) / best
    assert found.regret == pytest.approx(lost.mean(), rel=0.1)
    assert found.worst_regret == pytest.approx(np.quantile(lost, 0.9), rel=0.15)
    assert found.lines[0].low == pytest.approx(np.quantile(x, 0.1), abs=0.1)


def test_without_money_today_there_is_no_todays_split() -> None:
    assert growth(Problem(100, (GROWTH,))).today is None


def test_refusals() -> None:
    with pytest.raises(InputError) as error:
        growth(Problem(0, PROBLEM.lines))
    assert str(error.value) == "Money for the team must be above 0 to be split; found 0."
    with pytest.raises(InputError) as error:
        growth(Problem(10, (GROWTH,), (Limit("days", {"growth": 1.0}, 5.0),)))
    assert str(error.value) == "Lines of a team share their budget only; found further limits."
