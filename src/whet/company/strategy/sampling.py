"""Which curves may be true? Draws of uncertain parameters, and the mean of the drawn curves.

A parameter with low, likely and high values (its 10 %, 50 % and 90 % points) is drawn from a normal
distribution of its logarithm with a spread of its own on either side of the middle: Fechner's
two-piece normal. Source: Wallis (2014), "The Two-Piece Normal, Binormal, or Double Gaussian
Distribution", Statistical Science 29(1).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from whet.company.strategy.curves import Curve, Curves, Parameter, stack
from whet.company.strategy.families import FAMILIES, Array
from whet.company.strategy.problem import Line, Problem
from whet.core.seeds import generator

_TENTH = 1.2815515655446004
"""Standard normal deviate that one in ten exceeds."""


def parameter_draws(problem: Problem, draws: int, *, seed: int) -> list[Array]:
    """Return, per line, its parameters (draws, p); each line has a random stream of its own."""
    return [_line_draws(line, draws, seed) for line in problem.lines]


def _line_draws(line: Line, draws: int, seed: int) -> Array:
    """Return the parameters (draws, p) of one line."""
    chosen = line.curve
    normal = generator(seed, "curve", line.id).standard_normal((draws, len(chosen.parameters)))
    most = (np.inf, *(FAMILIES[chosen.kind].limits or [np.inf] * len(chosen.parameters)))
    columns = [
        np.minimum(_two_piece(parameter, normal[:, p]), most[p])
        for p, parameter in enumerate(chosen.parameters)
    ]
    return np.stack(columns, axis=1)


def _two_piece(parameter: Parameter, normal: Array) -> Array:
    """Return draws with the parameter's three points, given standard normal ones.

    >>> _two_piece(Parameter(1, 2, 8), np.array([-_TENTH, 0.0, _TENTH])).round(9).tolist()
    [1.0, 2.0, 8.0]
    """
    low, likely, high = parameter
    z = normal / _TENTH
    if low > 0:
        logs = np.log(likely) + np.where(z < 0, np.log(likely / low), np.log(high / likely)) * z
        return np.asarray(np.exp(logs))
    plain = likely + np.where(z < 0, likely - low, high - likely) * z
    return np.maximum(plain, 0)


def drawn_curves(problem: Problem, numbers: Sequence[Array]) -> Curves:
    """Return the drawn curves of all lines as one batch (draws, n)."""
    worth = np.array([line.worth for line in problem.lines])
    return stack([line.curve for line in problem.lines], worth, numbers)


def drawn_problem(problem: Problem, numbers: Sequence[Array], which: int) -> Problem:
    """Return the problem in which one draw is the truth."""
    lines = tuple(
        replace(line, curve=_known(line.curve, own[which]))
        for line, own in zip(problem.lines, numbers, strict=True)
    )
    return replace(problem, lines=lines)


def _known(curve: Curve, numbers: Array) -> Curve:
    """Return a curve with certain parameters."""
    sure = tuple(Parameter(v, v, v) for v in map(float, numbers))
    return Curve(curve.kind, sure, curve.base)


class MeanCurves:
    """The mean of drawn curves, for programmes that need values and slopes only.

    A weighted mean of concave curves is concave. Weights of draws (draws,) sum to 1.
    """

    def __init__(self, drawn: Curves, weights: Array) -> None:
        self._drawn = drawn
        self._weights = weights
        self.n = drawn.n

    def value(self, x: Array) -> Array:
        """Return the mean values (…, n)."""
        return self._mean(self._drawn.value, x)

    def slope(self, x: Array) -> Array:
        """Return the mean slopes (…, n)."""
        return self._mean(self._drawn.slope, x)

    def inflection(self) -> Array:
        """Return zeros (n,): only concave curves are averaged here."""
        return np.zeros(self.n)

    def straight(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which curves are straight in every draw."""
        return self._drawn.straight()

    def _mean(self, function: Callable[[Array], Array], x: Array) -> Array:
        """Return the weighted mean over draws, row by row so that memory stays small."""
        rows = np.reshape(x, (-1, self.n))
        return np.reshape(np.array([self._weights @ function(row) for row in rows]), np.shape(x))
