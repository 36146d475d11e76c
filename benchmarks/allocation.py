"""Does a budget optimiser find the best split, whatever the units? Ours beside SLSQP and cvxpy.

    python benchmarks/allocation.py [--rounds 5]

Three problems: five exponential curves with a known answer, counted in units of value of 1, 1e-3
and 1e-6; three S-curves; and 1,000 concave lines. SciPy's SLSQP starts from the equal split with
exact gradients and its default tolerance, as budget optimisers call it; cvxpy hands its cones to
Clarabel and cannot hold S-curves. A line of the table is a problem and a solver: the share of the
best known value that is lost, the median of the seconds of all rounds, and what the solver said.
"""

import argparse
import time
import warnings
from collections.abc import Callable

import common
import cvxpy as cp
import numpy as np
from scipy.optimize import minimize

from whet.company.strategy.curves import curve
from whet.company.strategy.families import Array
from whet.company.strategy.optimum import optimum
from whet.company.strategy.prices import prices
from whet.company.strategy.problem import Line, Problem

Found = tuple[float, str]
"""Value of a split on the true curves, and what the solver said of it."""

SCALES = (5, 3, 2, 1.2, 0.8)
RATES = (0.8, 0.5, 1.5, 0.3, 2)
FEASIBLE = 1e-6
"""Share by which a split may exceed the budget before it is scaled down to it."""


def exponentials(unit: float) -> Problem:
    """Return five exponential curves with values in a unit."""
    pairs = zip(SCALES, RATES, strict=True)
    lines = (
        Line(f"x{i}", curve("exponential", scale=b * unit, rate=k))
        for i, (b, k) in enumerate(pairs)
    )
    return Problem(4, tuple(lines))


def hills() -> Problem:
    """Return three S-curves."""
    pairs = zip((5, 4, 3), (2, 1.5, 1), strict=True)
    lines = (
        Line(f"h{i}", curve("hill", scale=b, half=k, shape=3)) for i, (b, k) in enumerate(pairs)
    )
    return Problem(3, tuple(lines))


def thousand() -> Problem:
    """Return 1,000 lines of three concave families."""
    rng = np.random.default_rng(0)
    kinds = (
        ("log", "half", 0.2, 4),
        ("exponential", "rate", 0.1, 2),
        ("power", "exponent", 0.2, 0.9),
    )
    lines = []
    for i in range(1000):
        kind, name, low, high = kinds[i % 3]
        scale, other = float(rng.uniform(0.2, 5)), float(rng.uniform(low, high))
        lines.append(Line(f"x{i}", curve(kind, scale=scale, **{name: other})))
    return Problem(1000, tuple(lines))


def ours(problem: Problem) -> Found:
    """Return what `whet plan allocate` finds, its prices included."""
    found = optimum(problem)
    price = prices(problem, found.x).money.more
    return found.value, f"gap {found.gap:.0e}, price {price:.6g}"


def slsqp(problem: Problem) -> Found:
    """Return what SLSQP finds from the equal split."""
    count = len(problem.lines)
    curves = problem.curves
    # A curve that starts upright has no gradient at 0, so that the peer begins and stays above it.
    found = minimize(
        lambda x: -curves.value(x).sum(),
        np.full(count, problem.budget / count),
        jac=lambda x: -curves.slope(x),
        bounds=[(1e-12, problem.budget)] * count,
        constraints={
            "type": "ineq",
            "fun": lambda x: problem.budget - x.sum(),
            "jac": lambda x: -np.ones(count),
        },
        method="SLSQP",
    )
    return _on_curves(problem, found.x), f"success {found.success}, {found.nit} iterations"


def cone(problem: Problem) -> Found:
    """Return what Clarabel finds; concave problems only."""
    x = cp.Variable(len(problem.lines), nonneg=True)
    total = 0
    for kind in ("exponential", "log", "power"):
        index = [i for i, line in enumerate(problem.lines) if line.curve.kind == kind]
        if not index:
            continue
        numbers = np.array([[p.likely for p in problem.lines[i].curve.parameters] for i in index])
        total += _cone_part(kind, numbers, x[index])
    program = cp.Problem(cp.Maximize(total), [cp.sum(x) <= problem.budget])
    program.solve(solver=cp.CLARABEL)
    return _on_curves(problem, np.asarray(x.value)), str(program.status)


def _cone_part(kind: str, numbers: Array, x: cp.Expression) -> cp.Expression:
    """Return the value of the lines of one family as cvxpy writes it."""
    scale, other = numbers.T
    if kind == "exponential":
        return scale @ (1 - cp.exp(-cp.multiply(other, x)))
    if kind == "log":
        return scale @ cp.log1p(cp.multiply(1 / other, x))
    return sum(s * cp.power(x[i], p) for i, (s, p) in enumerate(zip(scale, other, strict=True)))


def _on_curves(problem: Problem, x: Array) -> float:
    """Return the value of a split that a solver gave, brought back to the budget."""
    x = np.maximum(x, 0)
    return problem.value(x * min(1.0, problem.budget / max(float(x.sum()), 1e-300)))


Solver = Callable[[Problem], Found]
PROBLEMS: dict[str, Callable[[], Problem]] = {
    "5 exponential, value in units of 1": lambda: exponentials(1),
    "5 exponential, value in units of 1e-3": lambda: exponentials(1e-3),
    "5 exponential, value in units of 1e-6": lambda: exponentials(1e-6),
    "3 S-curves": hills,
    "1,000 lines": thousand,
}
SOLVERS: dict[str, Solver] = {"Whet": ours, "SciPy SLSQP": slsqp, "cvxpy + Clarabel": cone}


def measured(problem: Problem, solver: Solver, rounds: int) -> common.Json:
    """Return value, median of seconds, and what the solver said."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of accuracy, from the peers; the value tells it
            value, said = solver(problem)
        seconds.append(time.perf_counter() - started)
    return {"value": value, "seconds": float(np.median(seconds)), "all": seconds, "said": said}


def main() -> None:
    """Solve every problem with every solver and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    results: dict[str, dict[str, common.Json]] = {}
    rows = []
    for name, make in PROBLEMS.items():
        concave = make().is_concave
        found = {
            peer: measured(make(), solver, options.rounds)
            for peer, solver in SOLVERS.items()
            if concave or solver is not cone
        }
        best = max(one["value"] for one in found.values())
        for peer, one in found.items():
            one["lost"] = 1 - one["value"] / best
            lost = f"{max(one['lost'], 0):.4%}"
            rows.append(
                (name, peer, f"{one['value']:.7g}", lost, f"{one['seconds']:.4f}", one["said"])
            )
        results[name] = found
    header = ["problem", "solver", "value", "lost", "seconds", "said"]
    common.finish({"rounds": options.rounds, "problems": results}, header, rows)


if __name__ == "__main__":
    main()
