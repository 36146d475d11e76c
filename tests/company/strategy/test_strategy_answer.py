"""Prices against differences, kinks, ranges, regret, weeks and reasons."""

from dataclasses import replace

import numpy as np
import pytest
from tests.company.strategy.problems import exponentials, hills

from whet.company.strategy.answer import allocate
from whet.company.strategy.curves import curve
from whet.company.strategy.facts import notes
from whet.company.strategy.optimum import optimum
from whet.company.strategy.prices import prices
from whet.company.strategy.problem import Limit, Line, Problem
from whet.company.strategy.ranges import stays

LIMITS = (Limit("a", {"x0": 1, "x1": 1}, 2.0), Limit("b", {"x2": 1, "x4": 3}, 1.5))
STEP = 1e-4


def slope_of(value: object) -> float:
    """Return the central difference of a function at 0."""
    assert callable(value)
    return float((value(STEP) - value(-STEP)) / (2 * STEP))


def test_the_price_of_money_is_the_difference() -> None:
    problem = exponentials()
    at = prices(problem, optimum(problem).x)
    difference = slope_of(lambda d: optimum(problem.with_budget(4 + d)).value)
    assert at.money.more == pytest.approx(difference, rel=1e-6)
    assert at.money.less == at.money.more and not at.money.is_kink


def test_prices_of_limits_are_differences() -> None:
    problem = replace(exponentials(), limits=LIMITS)
    at = prices(problem, optimum(problem).x)
    money = slope_of(lambda d: optimum(problem.with_budget(4 + d)).value)
    assert at.money.more == pytest.approx(money, rel=1e-5)
    for k in range(2):

        def moved(d: float, k: int = k) -> float:
            limits = tuple(
                replace(one, most=one.most + d * (i == k)) for i, one in enumerate(LIMITS)
            )
            return optimum(replace(problem, limits=limits)).value

        assert at.limits[k].more == pytest.approx(slope_of(moved), rel=1e-5)


def test_prices_of_a_lines_least_and_most_are_differences() -> None:
    base = exponentials()
    lines = list(base.lines)
    lines[0], lines[3] = replace(lines[0], most=1.0), replace(lines[3], least=0.4)
    problem = replace(base, lines=tuple(lines))
    at = prices(problem, optimum(problem).x)

    def most(d: float) -> float:
        return optimum(problem.with_line(0, replace(lines[0], most=1.0 + d))).value

    def least(d: float) -> float:
        return optimum(problem.with_line(3, replace(lines[3], least=0.4 - d))).value

    assert at.most[0] == pytest.approx(slope_of(most), rel=1e-5)
    assert at.least[3] == pytest.approx(slope_of(least), rel=1e-5)
    assert at.state == ("most", "between", "between", "least", "between")


def test_left_and_right_prices_at_a_kink() -> None:
    lines = tuple(
        Line(name, curve("linear", scale=s), most=1) for name, s in (("a", 3), ("b", 2), ("c", 1))
    )
    at = prices(Problem(2, lines), np.array([1.0, 1.0, 0.0]))
    assert (at.money.more, at.money.less, at.money.is_kink) == (1, 2, True)


def test_the_budget_range_in_which_the_same_lines_stay_is_exact() -> None:
    problem = exponentials()
    found = stays(problem, optimum(problem))
    assert found.is_exact and found.price == pytest.approx((0.36, 1.5))  # slopes of x3 and x1 at 0
    for budget, active in ((found.budget[0], {0, 2, 4}), (found.budget[1], {0, 1, 2, 4})):
        inside = optimum(problem.with_budget(budget * (1 - 1e-6))).x
        assert set(np.flatnonzero(inside > 1e-9)) == active


def test_a_range_that_time_cuts_short_says_so() -> None:
    problem = replace(hills(), limits=())
    found = optimum(problem)
    cut = stays(problem, found, seconds=0.0)
    assert cut.budget == (problem.budget, problem.budget)
    assert not cut.is_whole and not cut.is_exact


def test_the_searched_range_agrees_with_the_exact_one() -> None:
    problem = exponentials()
    exact = stays(problem, optimum(problem))
    idle = replace(problem, limits=(Limit("idle", {"x0": 1}, 1e6),))
    found = stays(idle, optimum(idle))
    assert not found.is_exact
    assert found.budget == pytest.approx(exact.budget, rel=1e-3)


def test_the_equal_split_loses_what_a_local_solver_would_not_tell() -> None:
    lines = tuple(replace(line, today=2.0 + i) for i, line in enumerate(exponentials().lines))
    answer = allocate(Problem(4, lines))
    assert answer.equal.share == pytest.approx(0.1755, abs=5e-5)
    assert answer.today is not None
    assert answer.today.x == pytest.approx(4 * np.array([2, 3, 4, 5, 6]) / 20)
    assert answer.today.loss == pytest.approx(answer.found.value - answer.today.value)
    assert [one.change for one in answer.resolved] == [-0.2, -0.05, 0.05, 0.2]
    up = next(one for one in answer.resolved if one.change == 0.05)
    assert up.found is not None
    assert up.found.value == optimum(answer.problem.with_budget(4.2)).value


def test_a_split_that_breaks_limits_is_told() -> None:
    answer = allocate(replace(exponentials(), limits=LIMITS), seconds=3)
    assert answer.equal.broken == ("limit b: most 1.5",)


def test_a_split_that_gains_by_breaking_a_limit_is_not_praised() -> None:
    lines = (
        Line("x1", curve("linear", scale=1), most=4),
        *(Line(name, curve("linear", scale=1)) for name in ("x2", "x3")),
    )
    answer = allocate(Problem(10, lines, (Limit("l", {"x2": 1, "x3": 2}, 5),)), seconds=3)
    assert answer.equal.loss < 0
    assert not [sentence for sentence in notes(answer) if "equal split" in sentence]


def test_a_week_of_delay_costs_what_the_line_loses() -> None:
    line = Line("only", curve("linear", scale=2), lost_per_week=0.1)
    answer = allocate(Problem(5, (line,)))
    assert answer.weeks == {"only": pytest.approx(1.0)}  # a tenth of 10


def test_why_in_words() -> None:
    base = exponentials()
    lines = list(base.lines)
    lines[0], lines[3] = replace(lines[0], most=1.0), replace(lines[3], least=0.4)
    answer = allocate(replace(base, lines=tuple(lines)))
    said = {one.kind: one.words for one in answer.binding}
    assert said == {
        "budget": "The budget is spent: one more unit brings 0.771459.",
        "most": "x0 is at its most (1) though its next unit would bring 1.02586 more than it costs "
        "elsewhere.",
        "least": "x3 is held at its least (0.4): its last unit would bring 0.452168 more "
        "elsewhere.",
    }


def test_money_that_cannot_be_spent_has_no_price() -> None:
    answer = allocate(Problem(5, (Line("a", curve("linear", scale=1), most=2),)))
    assert answer.found.x.tolist() == [2]
    assert [one.kind for one in answer.binding] == ["most"]


def test_s_curves_are_said_to_be_local_with_their_bound() -> None:
    answer = allocate(hills(), seconds=3)
    assert answer.found.is_local and answer.found.bound >= answer.found.value
    assert answer.prices.state == ("least", "between", "between")
