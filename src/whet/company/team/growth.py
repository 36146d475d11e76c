"""How should money for culture, training and growth be split, and how firm is that answer?

S(z): each line brings points of satisfaction and innovation, less with every further unit of money.
Points and curves are what the team and its leaders say, not what anybody measured. The answer
therefore always stands beside what it would be had the weights been half or double, and the curves
anywhere in their ranges: how far each line moves, and what the split at hand would lose then.
"""

from dataclasses import dataclass

import numpy as np

from whet.company.strategy.envelope import envelope
from whet.company.strategy.families import Array
from whet.company.strategy.optimum import optimum
from whet.company.strategy.problem import Problem
from whet.company.strategy.sampling import drawn_curves, parameter_draws
from whet.company.strategy.separable import split
from whet.core.errors import InputError
from whet.core.seeds import generator

_DRAWS = 1000
_FACTOR = 2.0
"""Weights may be wrong by this factor either way in four of five draws."""
_TENTH = 1.2815515655446004
"""Standard normal deviate that one in ten exceeds."""

STATED = (
    "Weights and curves are stated preferences, not measurements: read the ranges, not the points."
)


@dataclass(frozen=True)
class GrowthLine:
    """One line: money in the best split and today, and where it lies in four of five draws.

    `points` that it brings at the stated weights; `used` the share of draws in which it gets money.
    """

    id: str
    money: float
    low: float
    high: float
    points: float
    used: float
    today: float


@dataclass(frozen=True)
class Growth:
    """The split of a budget over lines that raise satisfaction and innovation.

    `price`: points of one more unit of money. `equal` and `today`: points of the equal split and of
    today's, in the proportions of today. `regret`: the share of points that this split loses to the
    best one of a draw, on average; `worst_regret` is exceeded in one draw of ten.
    """

    lines: tuple[GrowthLine, ...]
    points: float
    price: float
    equal: float
    today: float | None
    regret: float
    worst_regret: float
    warning: str = STATED


def growth(problem: Problem, *, seed: int = 0) -> Growth:
    """Return the best split of a budget over lines, and how it moves with weights and curves.

    Raises:
        InputError: no budget, shared limits, or lines that need more than the budget.

    Source: the separable concave programme of `strategy.separable`; regret over drawn weights is
    the sensitivity analysis of stated preferences in Keeney and Raiffa, Decisions with Multiple
    Objectives (1976), chapter 3.
    """
    if not problem.budget > 0:
        raise InputError("Money for the team must be above 0 to be split; found 0.")
    if problem.limits:
        raise InputError("Lines of a team share their budget only; found further limits.")
    best = optimum(problem)
    more = optimum(problem.with_budget(problem.budget * 1.001))
    moved = _drawn(problem, best.x, seed)
    values = problem.curves.value(best.x) - problem.curves.value(np.zeros(len(best.x)))
    lines = tuple(
        GrowthLine(
            line.id,
            float(best.x[i]),
            float(np.quantile(moved.money[:, i], 0.1)),
            float(np.quantile(moved.money[:, i], 0.9)),
            float(values[i]),
            float((moved.money[:, i] > problem.budget * 1e-4).mean()),
            line.today,
        )
        for i, line in enumerate(problem.lines)
    )
    return Growth(
        lines,
        float(values.sum()),
        (more.value - best.value) / (problem.budget * 0.001),
        problem.value(_within(problem, np.full(len(lines), 1.0))),
        _of_today(problem),
        float(moved.regret.mean()),
        float(np.quantile(moved.regret, 0.9)),
    )


@dataclass(frozen=True)
class _Drawn:
    """Best splits (draws, n) of drawn problems, and what a fixed split loses in each (draws,)."""

    money: Array
    regret: Array


def _drawn(problem: Problem, x: Array, seed: int) -> _Drawn:
    """Return how the best split moves when weights and curves are drawn."""
    numbers = parameter_draws(problem, _DRAWS, seed=seed)
    normal = generator(seed, "team weights").standard_normal((_DRAWS, len(problem.lines)))
    factors = np.exp(normal * np.log(_FACTOR) / _TENTH)
    for i, table in enumerate(numbers):
        table[:, 0] *= factors[:, i]  # the scale multiplies the whole curve, as a weight does
    curves = drawn_curves(problem, numbers)
    best = split(envelope(curves, problem.low, problem.reachable), problem.budget)
    reached = curves.value(best.x).sum(axis=-1)
    ours = curves.value(x).sum(axis=-1)
    lost = np.maximum(reached - ours, 0)
    return _Drawn(best.x, np.divide(lost, reached, out=np.zeros_like(lost), where=reached > 0))


def _of_today(problem: Problem) -> float | None:
    """Return the points of today's split, scaled to the budget; None where nothing is spent."""
    today = np.array([line.today for line in problem.lines])
    return problem.value(_within(problem, today)) if today.sum() > 0 else None


def _within(problem: Problem, shares: Array) -> Array:
    """Return the budget in the proportions of `shares`, each line kept within its bounds."""
    money = problem.budget * shares / shares.sum()
    return np.asarray(np.clip(money, problem.low, problem.reachable))
