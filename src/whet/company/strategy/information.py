"""Which curve should be measured next? What knowing one line's curve alone would bring.

For each uncertain line: the mean, over its draws, of the best split once its curve is known while
all others keep their means, less the value of the split that is best without knowing. This is the
expected value of partial perfect information; a real measurement tells less, so that it is the most
that one may pay. Source: Howard (1966), "Information value theory"; Strong, Oakley and Brennan
(2014) for single parameters.
"""

from dataclasses import dataclass

import numpy as np

from whet.company.strategy.families import Array
from whet.company.strategy.grid import joined
from whet.company.strategy.problem import Problem
from whet.company.strategy.programme import solve_programme
from whet.company.strategy.sampling import MeanCurves
from whet.company.strategy.uncertain import (
    MOST_EXCHANGED,
    Attitude,
    Draws,
    best_candidate,
    exchanged,
)

_STEPS = 200
_LIMITED_DRAWS = 16
"""Draws of a line that are solved one by one where lines share limits."""


@dataclass(frozen=True)
class Worth:
    """What knowing one line's curve is worth."""

    id: str
    """The line."""
    value: float
    """Mean value that knowing its curve brings, before the price of measuring it."""
    se: float
    """Standard error of that."""


def worth_of_knowing(problem: Problem, draws: Draws) -> tuple[Worth, ...]:
    """Return what knowing each uncertain line is worth, the largest first.

    Where lines share limits and may be S-shaped, money is moved between the lines as long as that
    helps: what is found is a lower bound. More than `MOST_EXCHANGED` such lines are not judged.
    """
    unsure = [i for i, line in enumerate(problem.lines) if line.curve.is_uncertain]
    if not problem.limits:
        found = _on_grid(problem, draws, unsure)
    elif np.all(np.minimum(draws.curves.inflection(), problem.reachable) <= problem.low):
        found = _by_programmes(problem, draws, unsure)
    elif len(problem.lines) <= MOST_EXCHANGED:
        found = _by_exchange(problem, draws, unsure)
    else:
        return ()
    return tuple(sorted(found, key=lambda one: (-one.value, one.id)))


def _on_grid(problem: Problem, draws: Draws, unsure: list[int]) -> list[Worth]:
    """Return the worth of each line on a grid of money, for curves of any shape."""
    step = max(problem.budget - float(problem.low.sum()), 0.0) / _STEPS
    spent = problem.low + np.arange(_STEPS + 1)[:, None] * step
    blocked = (spent > problem.high * (1 + 1e-12)).T
    drawn = np.array([draws.curves.value(row)[:, unsure] for row in spent])  # (g, draws, unsure)
    means = np.where(
        blocked, -np.inf, np.array([draws.curves.value(r).mean(axis=0) for r in spent]).T
    )
    others = _others(means)
    found = []
    for place, i in enumerate(unsure):
        rest = others[i][::-1]  # what the others bring when the line takes 0, 1, … steps
        values = np.where(blocked[i][:, None], -np.inf, drawn[:, :, place]) + rest[:, None]
        unknown = int(np.argmax(means[i] + rest))
        gain = values.max(axis=0) - values[unknown]
        found.append(_worth(problem.ids[i], gain))
    return found


def _others(values: Array) -> Array:
    """Return, per line, what all other lines bring together for 0, 1, … steps (n, g + 1)."""
    count, length = values.shape
    before, after = np.zeros((count + 1, length)), np.zeros((count + 1, length))
    for i in range(count):
        before[i + 1] = joined(before[i], values[i])[0]
        after[i + 1] = joined(after[i], values[count - 1 - i])[0]
    return np.array([joined(before[i], after[count - 1 - i])[0] for i in range(count)])


def _by_programmes(problem: Problem, draws: Draws, unsure: list[int]) -> list[Worth]:
    """Return the worth of each line by solving again for some of its draws."""
    count = len(draws.best)
    even = np.full(count, 1 / count)
    means = MeanCurves(draws.curves, even)
    unknown = solve_programme(problem, curves=means, gap=1e-7).x
    found = []
    for i in unsure:
        gains = []
        for s in range(min(_LIMITED_DRAWS, count)):
            known = _OneKnown(means, draws, i, s)
            best = solve_programme(problem, curves=known, gap=1e-4)
            gains.append(best.value - float(known.value(unknown).sum()))
        found.append(_worth(problem.ids[i], np.maximum(gains, 0)))
    return found


def _by_exchange(problem: Problem, draws: Draws, unsure: list[int]) -> list[Worth]:
    """Return the worth of each line by moving money once its curve is known."""
    count = len(draws.best)
    means = MeanCurves(draws.curves, np.full(count, 1 / count))
    unknown = best_candidate(problem, draws, Attitude(), draws.splits[0])[0]
    found = []
    for i in unsure:
        gains = []
        for s in range(min(_LIMITED_DRAWS, count)):
            known = _OneKnown(means, draws, i, s)

            def value(x: Array, known: _OneKnown = known) -> float:
                return float(known.value(x).sum())

            gains.append(value(exchanged(problem, value, unknown)) - value(unknown))
        found.append(_worth(problem.ids[i], np.array(gains)))
    return found


def _worth(name: str, gain: Array) -> Worth:
    """Return mean and standard error of what was gained in each draw."""
    return Worth(name, float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain))))


class _OneKnown:
    """Mean curves of all lines but one, whose curve is that of a draw."""

    def __init__(self, means: MeanCurves, draws: Draws, line: int, which: int) -> None:
        self._means, self._line = means, line
        self._drawn = draws.curves.draw(which)
        self.n = means.n

    def value(self, x: Array) -> Array:
        """Return the values (…, n)."""
        return self._with(self._means.value(x), self._drawn.value(x))

    def slope(self, x: Array) -> Array:
        """Return the slopes (…, n)."""
        return self._with(self._means.slope(x), self._drawn.slope(x))

    def inflection(self) -> Array:
        """Return zeros (n,): all are concave."""
        return self._means.inflection()

    def straight(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which lines are straight."""
        return self._means.straight()

    def _with(self, means: Array, drawn: Array) -> Array:
        """Return the means with the known line's own numbers."""
        means[..., self._line] = drawn[..., self._line]
        return means
