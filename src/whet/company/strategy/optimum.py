"""Which split is best? One way per kind of problem, each with a bound that no split exceeds.

Concave, only the budget shared: one price by halving, exact. Concave with limits: linear programmes
of tangents, then the multipliers are made exact by Newton's method. S-curves: mixed-integer
programmes (without limits also dynamic programming on a grid, of which the better one is kept),
then the concave rest around the answer is solved again.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import root

from whet.company.strategy.envelope import envelope
from whet.company.strategy.families import Array
from whet.company.strategy.grid import STEPS, best_on_grid
from whet.company.strategy.infeasible import check_feasible
from whet.company.strategy.problem import Problem
from whet.company.strategy.programme import GAP, Programme, solve_programme
from whet.company.strategy.separable import split

_FITS = 1e-10
"""Share of a limit by which a split may exceed it through rounding."""


@dataclass(frozen=True)
class Optimum:
    """The best split that was found."""

    x: Array
    """(n,) spending of each line."""
    value: float
    """Its value."""
    bound: float
    """No split has a larger value."""
    is_local: bool
    """Whether prices hold near this split only, because a curve is S-shaped."""
    method: str
    """How it was found, in a few words."""

    @property
    def gap(self) -> float:
        """Share of the value by which a better split could be better; 0 is proved to be best."""
        rest = max(self.bound - self.value, 0.0)
        return rest / max(abs(self.value), abs(self.bound), 1e-300) if rest > 0 else 0.0


def optimum(problem: Problem, *, seconds: float = 30.0, gap: float = GAP) -> Optimum:
    """Return the best split of a problem.

    Raises:
        InputError: no split meets all requirements; the text names a smallest set that conflicts.
    """
    check_feasible(problem)
    if problem.is_concave and not problem.limits:
        return _by_price(problem)
    if problem.is_concave:
        found = solve_programme(problem, seconds=seconds, gap=gap)
        return _polished(problem, found, "linear programmes of tangents")
    return _s_shaped(problem, seconds=seconds, gap=gap)


def _by_price(problem: Problem) -> Optimum:
    """Return the best split of a concave problem in which only the budget is shared."""
    lines = envelope(problem.curves, problem.low, problem.reachable)
    found = split(lines, problem.budget)
    value = problem.value(found.x)
    spare = max(problem.budget - float(found.x.sum()), 0.0)
    bound = value + float(found.price) * spare
    return Optimum(found.x, value, bound, is_local=False, method="one price, by halving")


def _s_shaped(problem: Problem, *, seconds: float, gap: float) -> Optimum:
    """Return the best split where some curves are S-shaped."""
    found = solve_programme(problem, seconds=seconds, gap=gap)
    starts = [found.x] if problem.limits else [found.x, grid_split(problem)]
    tried = [_around(problem, x, gap=gap) for x in starts]
    x = max([*starts, *tried], key=problem.value)
    dust = 1e-12 * problem.budget  # what a solver's rounding leaves, below any currency's unit
    x = np.where(x - problem.low < dust, problem.low, x)
    value = problem.value(x)
    how = "mixed-integer programmes of chords and tangents"
    return Optimum(x, value, max(found.bound, value), is_local=True, method=how)


def grid_split(problem: Problem) -> Array:
    """Return the best split (n,) on a grid of money, where only the budget is shared."""
    step = max(problem.budget - float(problem.low.sum()), 0.0) / STEPS
    spent = problem.low + np.arange(STEPS + 1)[:, None] * step
    values = problem.curves.value(spent)
    values[spent > problem.high * (1 + 1e-12)] = -np.inf
    return np.asarray(problem.low + best_on_grid(values.T)[0] * step)


def _around(problem: Problem, x: Array, *, gap: float) -> Array:
    """Return the best split near `x`: lines on their concave part move there, the others stay."""
    bend = problem.curves.inflection()
    moves = (x >= bend) & (problem.high > bend)
    lines = tuple(
        replace(line, least=max(line.least, float(bend[i])))
        if moves[i]
        else replace(line, least=float(x[i]), most=float(x[i]))
        for i, line in enumerate(problem.lines)
    )
    near = replace(problem, lines=lines)
    if float(near.low.sum()) > problem.budget:
        return x
    if not problem.limits:
        return split(envelope(near.curves, near.low, near.reachable), near.budget).x
    return _polished(near, solve_programme(near, gap=gap), "").x


def _polished(problem: Problem, found: Programme, method: str) -> Optimum:
    """Return a programme's split after its multipliers are made exact, if that works.

    With the right multipliers each line's spending follows from its own slope, and every shared
    requirement with a price is used up: as many equations as prices.
    """
    rough = Optimum(found.x, found.value, max(found.bound, found.value), False, method)
    table = np.vstack([np.ones(len(problem.lines)), problem.uses])
    room = np.concatenate([[problem.budget], problem.room])
    prices = np.concatenate([[found.price], found.limit_prices])
    priced = prices > 1e-9 * max(float(np.abs(prices).max()), 1e-300)
    between = (found.x > problem.low) & (found.x < problem.reachable)
    if not priced.any() or np.any(problem.curves.straight() & between):
        return rough
    size = np.abs(table).max(axis=1) * max(problem.budget, 1e-300)

    def spending(scaled: Array) -> Array:
        slope = (scaled * prices[priced]) @ table[priced]
        free = np.where(slope > 0, problem.curves.reach(np.maximum(slope, 1e-300)), np.inf)
        return np.clip(free, problem.low, problem.reachable)

    answer = root(
        lambda scaled: (table[priced] @ spending(scaled) - room[priced]) / size[priced],
        np.ones(int(priced.sum())), tol=1e-15,
    )  # fmt: skip
    x = spending(answer.x)
    fits = np.all(table @ x - room <= _FITS * np.maximum(size, np.abs(room)))
    value = problem.value(x)
    if np.any(answer.x < 0) or not fits or value < found.value - 1e-9 * abs(found.value):
        return rough
    spare = np.maximum(room - table @ x, 0)[priced]
    bound = value + float((answer.x * prices[priced]) @ spare)
    return Optimum(x, value, max(min(bound, found.bound), value), False, method)
