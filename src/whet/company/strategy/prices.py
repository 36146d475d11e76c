"""What is one more unit worth: of money, of each limit, of a line's least and most?

At an optimum every line's slope equals the price of what the next unit uses, unless the line is at
its least (slope at most the price) or at its most (slope at least the price). All prices that agree
with that form an interval: one more unit is worth its lower end, one unit less costs its upper end.
The two differ at a kink only. Source: Boyd and Vandenberghe (2004), sections 5.5.3 and 5.6;
Gauvin (1980), "Shadow prices in nonconvex mathematical programming", for one-sided prices.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from whet.company.strategy.families import Array
from whet.company.strategy.problem import Problem

_AT = 1e-8
"""Share of the money at which a line counts as being at its least or most."""
_USED_UP = 1e-7
"""Share of a limit that may be left when it counts as used up."""


@dataclass(frozen=True)
class Price:
    """What one unit is worth."""

    more: float
    """Value that one more unit brings."""
    less: float
    """Value that one unit less costs; infinite where less is impossible."""

    @property
    def is_kink(self) -> bool:
        """Whether more and less are worth different amounts."""
        return self.less - self.more > 1e-6 * max(abs(self.more), abs(self.less), 1e-300)


@dataclass(frozen=True)
class Prices:
    """Prices at an optimum, in value per unit."""

    money: Price
    """One unit of the budget."""
    limits: tuple[Price, ...]
    """One unit of each shared limit."""
    least: Array
    """(n,) what one unit of each line's least costs; 0 where it does not bind."""
    most: Array
    """(n,) what one more unit of each line's most would bring; 0 where it does not bind."""
    state: tuple[str, ...]
    """Per line: `least`, `between`, `most`, or `fixed` where least and most are equal."""


def prices(problem: Problem, x: Array) -> Prices:
    """Return the prices at a best split."""
    state = states(problem, x)
    table = np.vstack([np.ones(len(problem.lines)), problem.uses])
    room = np.concatenate([[problem.budget], problem.room])
    scale = np.maximum(np.abs(room), np.abs(table).max(axis=1) * max(problem.budget, 1e-300))
    active = room - table @ x <= _USED_UP * scale
    slope = problem.curves.slope(x)
    more, less = np.zeros(len(room)), np.zeros(len(room))
    point = np.zeros(len(room))
    if active.any():
        more[active], less[active], point[active] = _interval(table[active], slope, state)
    cost = point @ table
    is_least = np.array([s == "least" and problem.low[i] > 0 for i, s in enumerate(state)])
    is_most = np.array([s == "most" for s in state])
    return Prices(
        Price(float(more[0]), float(less[0])),
        tuple(Price(float(a), float(b)) for a, b in zip(more[1:], less[1:], strict=True)),
        np.where(is_least, np.maximum(cost - slope, 0), 0.0),
        np.where(is_most, np.maximum(slope - cost, 0), 0.0),
        state,
    )


def states(problem: Problem, x: Array) -> tuple[str, ...]:
    """Return where each line stands between its least and its most."""
    slack = _AT * max(problem.budget, 1e-300)
    kinds = np.select(
        [
            problem.high - problem.low <= slack,
            x <= problem.low + slack,
            x >= problem.high - slack,
        ],
        ["fixed", "least", "most"],
        "between",
    )
    return tuple(map(str, kinds))


def _interval(table: Array, slope: Array, state: tuple[str, ...]) -> tuple[Array, Array, Array]:
    """Return lower and upper ends and one point of the prices (k,) that agree with the slopes."""
    may_rise = np.array([s in ("least", "between") for s in state]) & np.isfinite(slope)
    may_fall = np.array([s in ("most", "between") for s in state]) & np.isfinite(slope)
    if len(table) == 1 and np.all(table == 1):
        return _budget_interval(slope[may_rise], slope[may_fall])
    size = max(float(slope[may_rise | may_fall].max(initial=0.0)), 1e-300)
    unit = np.abs(table).max(axis=1)
    scaled = table / unit[:, None]
    rows = np.vstack([-scaled.T[may_rise], scaled.T[may_fall]])
    room = np.concatenate([-slope[may_rise], slope[may_fall]]) / size
    error = linprog(  # by how much slopes differ from prices at best: rounding
        [*np.zeros(len(table)), 1.0], A_ub=np.c_[rows, -np.ones(len(rows))], b_ub=room
    ).fun
    room = room + error * 1.001 + 1e-11
    ends = []
    for k in range(len(table)):
        for sign in (1.0, -1.0):
            goal = np.zeros(len(table))
            goal[k] = sign
            ends.append(linprog(goal, A_ub=rows, b_ub=room))
    back = size / unit
    low = np.array([max(e.x[k], 0.0) for k, e in enumerate(ends[::2])]) * back
    high = np.array([e.x[k] if e.status == 0 else np.inf for k, e in enumerate(ends[1::2])])
    return low, high * back, ends[0].x * back


def _budget_interval(rises: Array, falls: Array) -> tuple[Array, Array, Array]:
    """Return the prices of money when nothing else is shared."""
    low = max(float(rises.max(initial=0.0)), 0.0)
    high = float(falls.min(initial=np.inf))
    if high < low:  # by rounding: a line between its ends has one slope
        low = high = (low + high) / 2
    return np.array([low]), np.array([high]), np.array([low])
