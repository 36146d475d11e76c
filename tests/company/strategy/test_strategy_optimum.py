"""The best split against known answers, a cone solver, dynamic programming, and in any unit."""

import time
from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
from tests.company.strategy.problems import exponentials, hills, random_problem

from whet.company.strategy.curves import curve
from whet.company.strategy.envelope import envelope
from whet.company.strategy.grid import best_on_grid
from whet.company.strategy.optimum import grid_split, optimum
from whet.company.strategy.prices import prices
from whet.company.strategy.problem import Limit, Line, Problem
from whet.company.strategy.programme import solve_programme
from whet.core.errors import InputError


def test_the_known_separable_answer_to_six_digits() -> None:
    problem = exponentials()
    found = optimum(problem)
    assert found.value == pytest.approx(6.846049, abs=5e-7)
    assert found.x == pytest.approx([1.8712, 1.0323, 0.8062, 0, 0.2903], abs=5e-5)
    assert prices(problem, found.x).money.more == pytest.approx(0.895234, abs=5e-7)
    assert found.gap < 1e-12 and not found.is_local


@pytest.mark.parametrize("money", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("value", [1e-8, 1.0, 1e8])
def test_units_do_not_matter(money: float, value: float) -> None:
    problem = exponentials(money, value)
    found = optimum(problem)
    assert found.x / money == pytest.approx(optimum(exponentials()).x, rel=1e-9, abs=1e-12)
    assert prices(problem, found.x).money.more == pytest.approx(
        0.8952342642 * value / money, rel=1e-9
    )


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_units_do_not_matter_with_limits(unit: float) -> None:
    limits = (
        Limit("a", {"x0": 1, "x1": 1}, 2.0 * unit),
        Limit("b", {"x2": 1, "x4": 3}, 1.5 * unit),
    )
    here = optimum(replace(exponentials(unit, 1 / unit), limits=limits))
    assert here.value * unit == pytest.approx(6.208001386789626, rel=1e-9)


def cone_value(problem: Problem) -> float:
    """Return the best value by Clarabel."""
    x = cp.Variable(len(problem.lines))
    parts = []
    for i, line in enumerate(problem.lines):
        scale, *shape = (p.likely for p in line.curve.parameters)
        parts.append(
            scale
            * {
                "exponential": lambda z, k=shape: 1 - cp.exp(-k[0] * z),
                "log": lambda z, k=shape: cp.log1p(z / k[0]),
                "power": lambda z, k=shape: cp.power(z, k[0], approx=False),
                "linear": lambda z: z,
                "hill": lambda z, k=shape: 1 - k[0] * cp.inv_pos(k[0] + z),
            }[line.curve.kind](x[i])
        )
    rules = [cp.sum(x) <= problem.budget, x >= problem.low]
    rules += [x[i] <= h for i, h in enumerate(problem.high) if np.isfinite(h)]
    rules += [problem.uses @ x <= problem.room] if problem.limits else []
    return float(cp.Problem(cp.Maximize(sum(parts)), rules).solve(solver=cp.CLARABEL))


@pytest.mark.slow
@pytest.mark.parametrize("limited", [False, True])
def test_two_hundred_random_problems_against_a_cone_solver(limited: bool) -> None:
    for seed in range(100):
        problem = random_problem(seed, limited=limited)
        found = optimum(problem)
        assert found.value == pytest.approx(cone_value(problem), rel=2e-6), seed
        assert found.gap < 1e-8, seed
        table = np.vstack([np.ones(len(problem.lines)), problem.uses])
        room = np.concatenate([[problem.budget], problem.room])
        assert np.all(table @ found.x <= room * (1 + 1e-9)), seed
        assert np.all((found.x >= problem.low - 1e-12) & (found.x <= problem.high)), seed


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 5, 7])
def test_random_problems_against_a_cone_solver(limited: bool, seed: int) -> None:
    problem = random_problem(seed, limited=limited)
    assert optimum(problem).value == pytest.approx(cone_value(problem), rel=2e-6)


def test_s_curves_by_integer_programme_and_by_dynamic_programming() -> None:
    problem = hills()
    found = optimum(problem)
    assert found.value == pytest.approx(4.4385, abs=5e-5) and found.is_local
    assert problem.value(grid_split(problem)) == pytest.approx(found.value, abs=1e-4)
    assert solve_programme(problem).value == pytest.approx(found.value, rel=1e-8)
    assert found.value <= found.bound and found.gap < 1e-8
    lines = envelope(problem.curves, problem.low, problem.reachable)
    assert np.all(lines.value(found.x) >= problem.curves.value(found.x) - 1e-12)


def test_s_curves_with_a_limit_against_every_split_of_a_grid() -> None:
    problem = replace(hills(), limits=(Limit("a", {"h1": 1, "h2": 2}, 2.6),))
    found = optimum(problem)
    steps = np.linspace(0, 3, 301)
    first, second = np.meshgrid(steps, steps, indexing="ij")
    third = np.clip(np.minimum(3 - first - second, (2.6 - second) / 2), -1, None)
    x = np.stack([first, second, third], axis=-1)[(third >= 0)]
    best = problem.curves.value(x).sum(axis=-1).max()
    assert best - 1e-12 <= found.value <= best + 2e-3 and found.gap < 1e-6
    assert problem.uses @ found.x <= 2.6 + 1e-9


def test_the_plain_linear_model_is_a_special_case() -> None:
    lines = tuple(Line(name, curve("linear", scale=1)) for name in ("x1", "x2", "x3"))
    limits = (Limit("a", {"x1": 2, "x2": 1}, 8), Limit("b", {"x3": 3, "x2": 1}, 9))
    found = optimum(Problem(10, lines, limits))
    assert found.value == pytest.approx(25 / 3, rel=1e-12)  # x2 = 8, x3 = 1/3
    at = prices(Problem(10, lines, limits), found.x)
    assert [p.more for p in at.limits] == pytest.approx([2 / 3, 1 / 3], rel=1e-9)
    assert at.money.more == 0


def test_a_line_that_brings_nothing_costs_nothing() -> None:
    lines = (
        Line("dead", curve("exponential", scale=0, rate=1)),
        Line("full", curve("linear", scale=2), most=1),
    )
    problem = Problem(3, lines)
    found = optimum(problem)
    assert found.x.tolist() == [0, 1] and found.value == 2
    assert prices(problem, found.x).money.more == 0


def test_nothing_to_split() -> None:
    found = optimum(replace(exponentials(), budget=0.0))
    assert found.x.tolist() == [0, 0, 0, 0, 0] and found.value == 0


def test_a_thousand_lines_use_one_price() -> None:
    rng = np.random.default_rng(0)
    kinds = [("power", {"exponent": 0.5}), ("log", {"half": 2.0}), ("exponential", {"rate": 0.1})]
    lines = []
    for i in range(1000):
        kind, numbers = kinds[i % 3]
        lines.append(Line(f"x{i}", curve(kind, scale=float(rng.uniform(0.5, 2)), **numbers)))
    problem = Problem(1000, tuple(lines))
    found = optimum(problem)
    slopes = problem.curves.slope(found.x)[found.x > 0]
    assert slopes == pytest.approx(np.full(len(slopes), slopes[0]), rel=1e-9)
    assert found.x.sum() == pytest.approx(1000, rel=1e-12)


def test_the_grid_by_hand() -> None:
    values = np.array([[0.0, 1.0, 5.0], [0.0, 3.0, 4.0]])
    steps, value = best_on_grid(values)
    assert (steps.tolist(), value) == ([2, 0], 5.0)


def test_the_time_limit_is_kept_and_the_gap_is_told() -> None:
    rng = np.random.default_rng(3)
    lines = tuple(
        Line(f"h{i}", curve("hill", scale=float(rng.uniform(1, 5)), half=2, shape=4))
        for i in range(40)
    )
    started = time.monotonic()
    found = optimum(Problem(20, lines), seconds=0.2)
    assert time.monotonic() - started < 30  # far above what it takes: no measurement
    assert found.value <= found.bound


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            Problem(1, tuple(Line(n, curve("linear", scale=1), least=0.5) for n in "abc")),
            "No split meets all of these at once: budget 1; a: least 0.5; b: least 0.5; "
            "c: least 0.5. Each of them is needed for the conflict: relax any one.",
        ),
        (
            Problem(
                10,
                tuple(Line(n, curve("linear", scale=1), least=3) for n in "abc"),
                (Limit("big", {"a": 1}, 80), Limit("days", {"b": 1, "c": 3}, 9)),
            ),
            "No split meets all of these at once: b: least 3; c: least 3; limit days: most 9. "
            "Each of them is needed for the conflict: relax any one.",
        ),
    ],
)
def test_a_smallest_conflict_is_named(problem: Problem, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        optimum(problem)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"least": -1.0}, "a: least must be a number of at least 0; found -1."),
        ({"weight": -2.0}, "a: weight must be a number of at least 0; found -2."),
        ({"least": 2.0, "most": 1.0}, "a: most must be at least `least`; found most 1 and least 2. "
         "Raise one or lower the other."),
    ],
)  # fmt: skip
def test_refused_lines(line: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Problem(1, (replace(Line("a", curve("linear", scale=1)), **line),))  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_refused_problems() -> None:
    a = Line("a", curve("linear", scale=1))
    for arguments, sentence in [
        ((1, ()), "An allocation needs at least one line; found none. Add a line."),
        ((-1, (a,)), "budget must be a number of at least 0; found -1."),
        ((1, (a, a)), "Each line must have an id of its own; found 'a' twice."),
        (
            (1, (a,), (Limit("l", {"b": 1}, 1),)),
            "The limit 'l' names 'b', which is no line. Valid names: a.",
        ),
    ]:
        with pytest.raises(InputError) as caught:
            Problem(*arguments)  # type: ignore[arg-type]
        assert str(caught.value) == sentence
