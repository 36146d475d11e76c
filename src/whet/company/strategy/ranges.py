"""How far may money or its price move before the answer is another one? And what then?

The answer stays while the same lines are at their least, between, and at their most, and the same
limits are used up. Where only the budget is shared and curves are concave, the ends are exact: they
are the slopes of the lines at their least and most. Otherwise the budget is moved and the problem
solved again, first in growing steps and then by halving.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from whet.company.strategy.optimum import Optimum, optimum
from whet.company.strategy.prices import Price, prices, states
from whet.company.strategy.problem import Problem
from whet.core.errors import InputError

CHANGES = (-0.2, -0.05, 0.05, 0.2)
"""Changes of the budget for which the problem is solved again, as shares of it."""
_SEARCH_GAP = 1e-6
_HALVINGS = 10
_DOUBLINGS = 13
"""Growing steps upwards, from 1 %: beyond 40 times the budget the answer is said to stay."""


@dataclass(frozen=True)
class Stays:
    """Between which ends the same lines stay active."""

    budget: tuple[float, float]
    """Least and most money; the upper end is infinite when no other answer was found."""
    price: tuple[float, float]
    """Price of money at the upper end and at the lower end of the budget."""
    is_exact: bool
    """Whether the ends are exact, rather than found by solving again."""
    is_whole: bool = True
    """False where time ran out: then the same lines may stay active still farther out."""


@dataclass(frozen=True)
class Resolved:
    """The answer for another budget."""

    change: float
    """Change of the budget, as a share of it."""
    budget: float
    """Money to split."""
    found: Optimum | None
    """The best split; None where so little money meets no requirement."""
    price: Price | None
    """Price of money there; None likewise."""


def resolved(problem: Problem, *, seconds: float = 20.0) -> tuple[Resolved, ...]:
    """Return the answers at 80, 95, 105 and 120 % of the budget."""
    answers = []
    for change in CHANGES:
        other = problem.with_budget(problem.budget * (1 + change))
        found = _try(other, seconds / len(CHANGES), 1e-9)
        price = prices(other, found.x).money if found else None
        answers.append(Resolved(change, other.budget, found, price))
    return tuple(answers)


def stays(problem: Problem, found: Optimum, *, seconds: float = 20.0) -> Stays:
    """Return how far the budget and its price may move with the same lines active."""
    between = np.array([s == "between" for s in states(problem, found.x)])
    exact = problem.is_concave and not problem.limits
    if exact and not np.any(problem.curves.straight() & between):
        return _exact(problem, found)
    return _searched(problem, found, seconds)


def _exact(problem: Problem, found: Optimum) -> Stays:
    """Return the ends from the slopes at which lines start and stop."""
    free = problem.high > problem.low
    at_least = problem.curves.slope(problem.low)[free]
    at_most = problem.curves.slope(np.where(np.isinf(problem.high), 0.0, problem.high))
    turns = np.concatenate([at_least, at_most[free & np.isfinite(problem.high)]])
    turns = turns[np.isfinite(turns)]
    price = prices(problem, found.x).money
    lower = float(turns[turns < price.more * (1 - 1e-9)].max(initial=0.0))
    upper = float(turns[turns > price.less * (1 + 1e-9)].min(initial=np.inf))
    if price.is_kink:  # every line is at an end: any other budget moves one of them
        return Stays((problem.budget, problem.budget), (price.more, price.less), True)
    return Stays((_spent(problem, upper), _spent(problem, lower)), (lower, upper), True)


def _spent(problem: Problem, price: float) -> float:
    """Return the money that is spent in all at a price."""
    if price == np.inf:
        return float(problem.low.sum())
    with np.errstate(invalid="ignore"):
        reach = problem.curves.reach(np.full(len(problem.lines), price)) if price > 0 else np.inf
    return float(np.clip(reach, problem.low, problem.high).sum())


def _searched(problem: Problem, found: Optimum, seconds: float) -> Stays:
    """Return the ends by solving again with more and less money."""
    until = time.monotonic() + seconds
    wanted = _pattern(problem, found)

    def same(budget: float) -> bool:
        other = problem.with_budget(budget)
        answer = _try(other, max((until - time.monotonic()) / 4, 0.1), _SEARCH_GAP)
        return answer is not None and _pattern(other, answer) == wanted

    base = problem.budget
    down = [1 - 0.5 ** (7 - k) for k in range(7)] + [0.5**k for k in range(2, _DOUBLINGS)]
    least = _end(same, base, [base * share for share in down] + [0.0], until)
    most = _end(same, base, [base * (1 + 0.01 * 2**k) for k in range(_DOUBLINGS)] + [np.inf], until)
    is_whole = time.monotonic() <= until
    ends = [_price_at(problem, most * (1 - 1e-6)), _price_at(problem, least * (1 + 1e-6))]
    return Stays((least, most), (min(ends), max(ends)), False, is_whole)


def _end(same: Callable[[float], bool], base: float, steps: list[float], until: float) -> float:
    """Return the farthest budget with the same answer, along steps away from `base`."""
    inside, outside = base, steps[-1]
    for step in steps[:-1]:
        if time.monotonic() > until:
            return inside
        if not same(step):
            outside = step
            break
        inside = step
    else:
        return steps[-1]
    for _ in range(_HALVINGS):
        if time.monotonic() > until:
            break
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if same(middle) else (inside, middle)
    return inside


def _pattern(problem: Problem, found: Optimum) -> tuple[object, ...]:
    """Return which lines are where and which shared requirements are used up."""
    at = prices(problem, found.x)
    paid = [p.less > 1e-9 * max(at.money.less, 1e-300) for p in at.limits]
    return (*at.state, at.money.less > 0, *paid)


def _price_at(problem: Problem, budget: float) -> float:
    """Return the price of money at a budget; 0 where it is endless."""
    if not np.isfinite(budget):
        return 0.0
    other = problem.with_budget(budget)
    found = _try(other, 5.0, _SEARCH_GAP)
    return prices(other, found.x).money.more if found else 0.0


def _try(problem: Problem, seconds: float, gap: float) -> Optimum | None:
    """Return the best split, or None when there is none."""
    try:
        return optimum(problem, seconds=seconds, gap=gap)
    except InputError:
        return None
