"""Which split is best when the curves are uncertain? Sample average, bad cases, regret.

Many draws of the curves are taken; the split with the best mean over all draws, or the best mix of
the mean and of the average of the worst draws (CVaR), is the sample-average answer. Knowing the
truth before splitting would bring more: the difference is the value of perfect information.
Sources: Shapiro, Dentcheva and Ruszczynski (2009), *Lectures on Stochastic Programming*, chapter 5;
Rockafellar and Uryasev (2000), "Optimization of conditional value-at-risk".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from whet.company.strategy.curves import Curves
from whet.company.strategy.envelope import Envelope, envelope
from whet.company.strategy.families import Array
from whet.company.strategy.grid import best_on_grid
from whet.company.strategy.optimum import optimum
from whet.company.strategy.problem import Problem
from whet.company.strategy.programme import solve_programme
from whet.company.strategy.sampling import (
    MeanCurves,
    drawn_curves,
    drawn_problem,
    parameter_draws,
)
from whet.company.strategy.separable import split

_DRAW_GAP = 1e-4
_GRID = 100
"""Steps of the grid on which S-curves are split in every draw."""
_KNOTS = 24
_ZOOMS = 5
_CANDIDATES = 100
MOST_EXCHANGED = 20
"""Lines up to which money is moved between every two of them."""


@dataclass(frozen=True)
class Attitude:
    """How much bad cases count."""

    aversion: float = 0.0
    """Weight of the mean of the worst draws against the mean of all; 0 counts the mean alone."""
    tail: float = 0.1
    """Share of worst draws that CVaR averages, in (0, 1)."""

    def score(self, values: Array) -> float:
        """Return (mean + aversion · CVaR) / (1 + aversion) of the draws' values."""
        mean = float(values.mean())
        return (mean + self.aversion * cvar(values, self.tail)) / (1 + self.aversion)


@dataclass(frozen=True)
class Draws:
    """What is known of the curves: draws, and the best that each would allow."""

    numbers: tuple[Array, ...]
    """Per line, its parameters (draws, p)."""
    curves: Curves
    """The drawn curves."""
    best: Array
    """(draws,) value of the best split of each draw."""
    bound: Array
    """(draws,) no split of the draw has a larger value."""
    splits: Array
    """(draws, n) the best split of each draw."""


@dataclass(frozen=True)
class Uncertain:
    """The sample-average answer and what uncertainty costs."""

    x: Array
    """(n,) the split that is best on average, or for the mix of mean and bad cases."""
    score: float
    """What it was chosen by: (mean + aversion · CVaR) / (1 + aversion)."""
    bound: float
    """No split has a larger score on these draws."""
    mean: float
    """Mean value over the draws."""
    mean_se: float
    """Standard error of the mean: how much other draws would move it."""
    cvar: float
    """Mean value of the worst draws."""
    likely_mean: float
    """Mean value of the split that takes the likely parameters for certain."""
    likely_cvar: float
    """Mean value of that split in its worst draws."""
    regret: tuple[float, float, float, float]
    """Value lost against knowing the truth: mean, 50 %, 90 % point and largest of the draws."""
    information: float
    """Value of perfect information: what knowing all curves before splitting brings on average."""
    information_se: float
    """Its standard error."""


def default_draws(problem: Problem) -> int:
    """Return how many draws are worth their time: fewer where each is a programme of its own."""
    return 200 if problem.limits else 500


def cvar(values: Array, tail: float) -> float:
    """Return the mean of the worst `tail` share of values; a value may count in part.

    >>> round(cvar(np.array([1.0, 2.0, 3.0, 4.0]), 0.375), 6)  # (1 + 2 / 2) / 1.5
    1.333333
    """
    return float(_tail_weights(values, tail) @ values)


def _tail_weights(values: Array, tail: float) -> Array:
    """Return the weights (draws,) of the worst share of values; they sum to 1."""
    order = np.argsort(values, kind="stable")
    weights = np.zeros(len(values))
    before = np.arange(len(values)) / (tail * len(values))
    weights[order] = np.clip(1 - before, 0, 1 / (tail * len(values)))
    return weights


def take_draws(problem: Problem, count: int, *, seed: int) -> Draws:
    """Return draws of the uncertain curves with the best split of each."""
    numbers = parameter_draws(problem, count, seed=seed)
    curves = drawn_curves(problem, numbers)
    shape = (count, len(problem.lines))
    low, high = (np.broadcast_to(ends, shape) for ends in (problem.low, problem.reachable))
    lines = envelope(curves, low, high)
    found = split(lines, problem.budget)
    splits, bound = found.x, found.value
    if not lines.is_exact:
        splits = _grid_splits(problem, lines, found.x)
    # Where the best split without the limits keeps them, it is the best with them.
    for s in np.flatnonzero(~_keeps_limits(problem, splits)):
        one = optimum(drawn_problem(problem, numbers, int(s)), gap=_DRAW_GAP, seconds=5)
        splits[s], bound[s] = one.x, min(bound[s], one.bound)
    best = curves.value(splits).sum(axis=-1)
    return Draws(tuple(numbers), curves, best, np.maximum(bound, best), splits)


def _keeps_limits(problem: Problem, splits: Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which splits (draws, n) keep all shared limits."""
    used = splits @ problem.uses.T
    return np.asarray(np.all(used <= problem.room + 1e-9 * np.abs(problem.room), axis=1))


def _grid_splits(problem: Problem, lines: Envelope, relaxed: Array) -> Array:
    """Return the better of the grid's split and the envelope's, per draw of S-curves."""
    step = max(problem.budget - float(problem.low.sum()), 0.0) / _GRID
    spent = problem.low + np.arange(_GRID + 1)[:, None] * step
    blocked = spent > problem.high * (1 + 1e-12)
    splits = relaxed.copy()
    reached = lines.curves.value(relaxed).sum(axis=-1)
    values = np.stack([lines.curves.value(row) for row in spent])  # (g, draws, n)
    for s in range(len(relaxed)):
        table = np.where(blocked, -np.inf, values[:, s]).T
        steps, value = best_on_grid(table)
        if value > reached[s]:
            splits[s] = problem.low + steps * step
    return splits


def consider(problem: Problem, draws: Draws, attitude: Attitude) -> Uncertain:
    """Return the sample-average answer on draws."""
    likely = optimum(problem).x
    concave = bool(np.all(np.minimum(draws.curves.inflection(), problem.reachable) <= problem.low))
    if concave:
        x, bound = _concave_answer(problem, draws, attitude)
    else:
        x, bound = best_candidate(problem, draws, attitude, likely)
    if attitude.score(_values(draws, likely)) > attitude.score(_values(draws, x)):
        x = likely
    values, likely_values = _values(draws, x), _values(draws, likely)
    regret = np.maximum(draws.best - values, 0)
    count = np.sqrt(len(values))
    score = attitude.score(values)
    # Perfect information is worth what it adds to the best mean; a cautious split gives some away.
    neutral = values if attitude.aversion == 0 else _values(draws, _neutral(problem, draws, x))
    gain = draws.best - neutral
    return Uncertain(
        x=x,
        score=score,
        bound=max(bound, score),
        mean=float(values.mean()),
        mean_se=float(values.std(ddof=1) / count),
        cvar=cvar(values, attitude.tail),
        likely_mean=float(likely_values.mean()),
        likely_cvar=cvar(likely_values, attitude.tail),
        regret=_spread(regret),
        information=max(float(gain.mean()), 0.0),
        information_se=float(gain.std(ddof=1) / count),
    )


def _spread(regret: Array) -> tuple[float, float, float, float]:
    """Return mean, 50 % and 90 % points and the largest of the draws' regrets."""
    median, ninth, largest = np.quantile(regret, [0.5, 0.9, 1.0])
    return float(regret.mean()), float(median), float(ninth), float(largest)


def _neutral(problem: Problem, draws: Draws, cautious: Array) -> Array:
    """Return the split with the best mean, at least as good as the cautious one."""
    plain = Attitude()
    concave = bool(np.all(np.minimum(draws.curves.inflection(), problem.reachable) <= problem.low))
    if concave:
        return _concave_answer(problem, draws, plain)[0]
    return best_candidate(problem, draws, plain, cautious)[0]


def _values(draws: Draws, x: Array) -> Array:
    """Return the value of a split in every draw (draws,)."""
    return np.asarray(draws.curves.value(x).sum(axis=-1))


def _concave_answer(problem: Problem, draws: Draws, attitude: Attitude) -> tuple[Array, float]:
    """Return the split with the best score, and a bound on it, where all draws are concave.

    The score is the smallest of all means under weights that CVaR allows, so that the best mean
    under any one of these bounds it.
    """
    count = len(draws.best)
    even = np.full(count, 1 / count)
    if attitude.aversion == 0:
        found = solve_programme(problem, curves=MeanCurves(draws.curves, even), gap=1e-7)
        return found.x, found.bound
    x, worst = _risk_programme(problem, draws, attitude)
    weights = (even + attitude.aversion * worst) / (1 + attitude.aversion)
    bound = solve_programme(problem, curves=MeanCurves(draws.curves, weights), gap=1e-7).bound
    return x, bound


def _risk_programme(
    problem: Problem, draws: Draws, attitude: Attitude
) -> tuple[Array, Array]:  # fmt: skip
    """Return the split with the best score on chords, and the weights of the worst draws.

    The chords' knots are moved closer to the answer a few times.
    """
    knots = [np.unique(low + (high - low) * _shares()) for low, high in _ends(problem)]
    for zoom in range(_ZOOMS):
        x, worst = _chord_programme(problem, draws, attitude, knots)
        if zoom < _ZOOMS - 1:
            knots = [_zoomed(own, float(x[i])) for i, own in enumerate(knots)]
    return x, worst


def _shares() -> Array:
    """Return where knots lie between the ends of a line: evenly and closer at the start."""
    return np.union1d(np.linspace(0, 1, _KNOTS), 0.5 ** np.arange(1, 11))


def _ends(problem: Problem) -> list[tuple[float, float]]:
    """Return least and reachable spending of each line."""
    return list(zip(problem.low.tolist(), problem.reachable.tolist(), strict=True))


def _zoomed(knots: Array, x: float) -> Array:
    """Return the knots with four more in the intervals on either side of a point."""
    at = int(np.clip(np.searchsorted(knots, x), 1, len(knots) - 1)) if len(knots) > 1 else 0
    if at == 0:
        return knots
    left, right = knots[max(at - 1, 0)], knots[min(at + 1, len(knots) - 1)]
    return np.union1d(knots, np.linspace(left, right, 9))


def _chord_programme(
    problem: Problem, draws: Draws, attitude: Attitude, knots: Sequence[Array]
) -> tuple[Array, Array]:
    """Return the best split on chords between the knots, and the multipliers of the draws.

    Variables: the filling of each piece, the threshold, and how far each draw falls below it.
    """
    count, lines = len(draws.best), len(problem.lines)
    width = np.concatenate([np.diff(own) for own in knots])
    line = np.repeat(np.arange(lines), [len(own) - 1 for own in knots])
    slopes = np.concatenate([_chords(draws, i, own) for i, own in enumerate(knots)], axis=1)
    start = draws.curves.value(problem.low).sum(axis=-1)
    worth = max(float(np.abs(start).max()), float((slopes * width).sum(axis=1).max()), 1e-300)
    gain, money = slopes * width / worth, width
    table = np.vstack([np.ones(lines), problem.uses])
    room = np.concatenate([[problem.budget], problem.room]) - table @ problem.low
    size = np.maximum(np.abs(table).max(axis=1) * problem.budget, 1e-300)
    rows = np.block(
        [
            [table[:, line] * money / size[:, None], np.zeros((len(room), count + 1))],
            [-gain, np.ones((count, 1)), -np.eye(count)],
        ]
    )
    goal = np.concatenate(
        [
            gain.mean(axis=0),
            [attitude.aversion],
            np.full(count, -attitude.aversion / (attitude.tail * count)),
        ]
    )
    answer = linprog(
        -goal,
        A_ub=rows,
        b_ub=np.concatenate([room / size, start / worth]),
        bounds=[(0, 1)] * len(width) + [(None, None)] + [(0, None)] * count,
        method="highs",
    )
    x = problem.low + np.bincount(line, weights=answer.x[: len(width)] * money, minlength=lines)
    worst = np.maximum(-answer.ineqlin.marginals[len(room) :], 0)
    return np.clip(x, problem.low, problem.reachable), worst / max(worst.sum(), 1e-300)


def _chords(draws: Draws, i: int, knots: Array) -> Array:
    """Return the slopes (draws, pieces) of one line between its knots."""
    x = np.zeros((len(knots), 1, draws.curves.n))
    x[:, 0, i] = knots
    values = np.stack([draws.curves.value(row)[:, i] for row in x], axis=1)
    return np.asarray(np.diff(values, axis=1) / np.diff(knots))


def best_candidate(
    problem: Problem, draws: Draws, attitude: Attitude, likely: Array
) -> tuple[Array, float]:
    """Return the candidate with the best score where curves are S-shaped, and a bound.

    Candidates are the splits that are best in single draws, at the likely parameters, and (without
    limits) for the mean of all draws on a grid. Knowing the draw bounds the score.
    """
    candidates = [likely, *draws.splits[:_CANDIDATES]]
    if not problem.limits:
        candidates.append(_grid_of_means(problem, draws))
    x = max(candidates, key=lambda one: attitude.score(_values(draws, one)))
    if len(problem.lines) <= MOST_EXCHANGED:
        x = exchanged(problem, lambda one: attitude.score(_values(draws, one)), x)
    return x, attitude.score(draws.bound)


def exchanged(problem: Problem, scored: Callable[[Array], float], x: Array) -> Array:
    """Return a split that no move of money between two lines improves, at ever smaller amounts."""
    score = scored(x)
    pairs = [(i, j) for i in range(len(x)) for j in range(len(x)) if i != j]
    for amount in problem.budget * 0.5 ** np.arange(4, 11):
        improved = True
        while improved:
            improved = False
            for giver, taker in pairs:
                other = x.copy()
                moved = min(amount, x[giver] - problem.low[giver], problem.high[taker] - x[taker])
                other[giver] -= moved
                other[taker] += moved
                if moved <= 0 or not _keeps_limits(problem, other[None])[0]:
                    continue
                reached = scored(other)
                if reached > score * (1 + 1e-9):
                    x, score, improved = other, reached, True
    return x


def _grid_of_means(problem: Problem, draws: Draws) -> Array:
    """Return the split with the best mean on a grid."""
    step = max(problem.budget - float(problem.low.sum()), 0.0) / _GRID
    spent = problem.low + np.arange(_GRID + 1)[:, None] * step
    values = np.array([draws.curves.value(row).mean(axis=0) for row in spent])
    values[spent > problem.high * (1 + 1e-12)] = -np.inf
    return np.asarray(problem.low + best_on_grid(values.T)[0] * step)
