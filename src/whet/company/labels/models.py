"""Which curves can an error follow as labels or compute grow, and which one fits best?

Every model is ``error(n) = floor + scale * g(n)`` with a falling shape ``g`` that has at most two
parameters of its own. For a fixed shape the best floor and scale have a closed form (variable
projection: Golub and Pereyra 1973, SIAM J. Numer. Anal. 10), so all shapes of a grid are simply
tried, and the best one is refined by ever finer grids around it: no starting values, no local
optimum worth the name, and thousands of bootstrap curves are fitted by a few matrix products. A
test holds the answers against `scipy.optimize.least_squares` from many starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Shape:
    """A falling curve without its floor and scale."""

    at: Callable[[Floats, float, Floats], Floats]
    """From sizes (p,), the largest fitted size and parameters (…, m) to values (…, p)."""
    axes: tuple[Floats, ...]
    """Values of each parameter on the coarse grid, in equal ratios; the ends are its bounds."""


def _pow3(sizes: Floats, unit: float, shape: Floats) -> Floats:
    """Return (n / unit) ** -c."""
    return np.power(sizes / unit, -shape[..., :1])


def _pow4(sizes: Floats, unit: float, shape: Floats) -> Floats:
    """Return (n / unit + shift) ** -c."""
    return np.power(sizes / unit + shape[..., 1:], -shape[..., :1])


def _mmf4(sizes: Floats, unit: float, shape: Floats) -> Floats:
    """Return 1 / (1 + (n / (half * unit)) ** d): Morgan, Mercer and Flodin 1975."""
    return 1.0 / (1.0 + np.power(sizes / unit / shape[..., 1:], shape[..., :1]))


def _ilog2(sizes: Floats, unit: float, shape: Floats) -> Floats:
    """Return 1 / log(n + 1), the inverse logarithm of Kolachina et al. 2012."""
    return np.broadcast_to(1.0 / np.log1p(sizes), (*shape.shape[:-1], len(sizes)))


LAST = "last"
"""The null: the last measured value, whatever comes."""

# Below 0.05 a power cannot be told from a logarithm; above 1 none is known from theory or practice
# for learning curves (Hestness et al. 2017, arXiv 1712.00409, found 0.07 to 0.5).
_EXPONENTS = np.geomspace(0.05, 1.0, 16)

_SHAPES: dict[str, _Shape] = {
    "pow3": _Shape(_pow3, (_EXPONENTS,)),
    "pow4": _Shape(_pow4, (_EXPONENTS, np.geomspace(0.01, 3.0, 9))),
    "mmf4": _Shape(_mmf4, (_EXPONENTS, np.geomspace(0.003, 10.0, 14))),
    "ilog2": _Shape(_ilog2, ()),
}

MODELS = (*_SHAPES, LAST)
"""Every curve model, by its usual name (Viering and Loog 2023, IEEE TPAMI 45, table 1)."""

_ROUNDS = 4
"""Refinements; each halves the grid's step."""

_AROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Where a refinement looks, in steps of the grid before."""


@dataclass(frozen=True)
class Fitted:
    """What one model says of a batch of curves at the sizes that were asked."""

    at: Floats
    """Errors, shape (b, q)."""
    loss: Floats
    """Weighted mean squared residual on the fitted points, shape (b,)."""


@dataclass(frozen=True)
class _Sums:
    """Weighted sums that a least-squares line needs, for b curves and k shapes."""

    y: Floats
    """(b, 1)."""
    yy: Floats
    """(b, 1)."""
    g: Floats
    """(b or 1, k)."""
    gg: Floats
    """(b or 1, k)."""
    gy: Floats
    """(b, k)."""

    def loss(self, floor: Floats, scale: Floats) -> Floats:
        """Return the weighted mean squared residual, shape (b, k)."""
        loss: Floats = (
            self.yy
            - 2 * (floor * self.y + scale * self.gy)
            + floor * (floor + 2 * scale * self.g)
            + scale * scale * self.gg
        )
        return loss


def fit_models(
    sizes: Floats, errors: Floats, se: Floats, ask: Floats, *, models: Sequence[str] = MODELS
) -> dict[str, Fitted]:
    """Return what each model says of every curve at the sizes in `ask`.

    Floors lie in [0, lowest error of the curve], scales are not negative.

    Args:
        sizes: training sizes, ascending, at least 2 of them, shape (p,).
        errors: one curve a row, shape (b, p).
        se: standard error of each point, all positive, shape (p,).
        ask: sizes to forecast, shape (q,).
        models: names out of `MODELS`.

    Returns:
        By model; the arrays have shapes (b, q) and (b,).

    Source: pow3, pow4, mmf4, ilog2 and last1 of Viering and Loog 2023.
    """
    weights = 1.0 / np.square(se)
    weights = weights / weights.sum()
    fitted = {}
    for name in models:
        if name == LAST:
            last = np.repeat(errors[:, -1:], len(ask), axis=1)
            fitted[name] = Fitted(last, np.square(errors - errors[:, -1:]) @ weights)
        else:
            fitted[name] = _fit(_SHAPES[name], sizes, ask, errors=errors, weights=weights)
    return fitted


def _fit(shape: _Shape, sizes: Floats, ask: Floats, *, errors: Floats, weights: Floats) -> Fitted:
    """Return the best curve of one model for each row of errors, shape (b, p), at `ask`."""
    unit, rows = float(sizes[-1]), np.arange(len(errors))
    points = list(product(*shape.axes))  # one without coordinates where there are no parameters
    grid = np.array(points).reshape(1, len(points), len(shape.axes))
    floor, scale, loss, best = _lines(shape.at(sizes, unit, grid), errors, weights)
    chosen = grid[0, best]
    if shape.axes:
        low, high = (np.array([axis[end] for axis in shape.axes]) for end in (0, -1))
        steps = np.array([np.log(axis[1] / axis[0]) for axis in shape.axes])
        around = np.array(list(product(_AROUND, repeat=len(shape.axes))))
        for _ in range(_ROUNDS):
            near = np.clip(chosen[:, None] * np.exp(around * steps), low, high)
            floor, scale, loss, best = _lines(shape.at(sizes, unit, near), errors, weights)
            chosen, steps = near[rows, best], steps / 2
    at = floor[:, None] + scale[:, None] * shape.at(ask, unit, chosen[:, None])[:, 0]
    return Fitted(at, np.maximum(loss, 0.0))


def _lines(
    values: Floats, errors: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.intp]]:
    """Return floor, scale, loss, each (b,), and the number of the best shape for each curve.

    Values of the shapes are (b or 1, k, p), errors (b, p), weights (p,).
    """
    weighted = errors * weights
    sums = _Sums(
        y=weighted.sum(axis=1)[:, None],
        yy=(weighted * errors).sum(axis=1)[:, None],
        g=values @ weights,
        gg=np.square(values) @ weights,
        gy=(values @ weighted[:, :, None])[:, :, 0],
    )
    floor, scale, loss = _best_lines(sums, errors.min(axis=1)[:, None])
    best = loss.argmin(axis=1)
    rows = np.arange(len(errors))
    return floor[rows, best], scale[rows, best], loss[rows, best], best


def _best_lines(sums: _Sums, highest: Floats) -> tuple[Floats, Floats, Floats]:
    """Return floor, scale and loss, each (b, k), with 0 <= floor <= highest and scale >= 0.

    The loss is convex in both: where the free optimum is outside the box, the best lies on an edge.
    """
    spread = np.maximum(sums.gg - np.square(sums.g), 1e-300)
    scale = (sums.gy - sums.g * sums.y) / spread
    floor = sums.y - scale * sums.g
    is_inside = (scale >= 0) & (floor >= 0) & (floor <= highest)
    loss = np.where(is_inside, sums.loss(floor, scale), np.inf)
    edges = [
        (np.clip(sums.y, 0, highest) + 0 * floor, 0 * floor),
        *((edge + 0 * floor, _scale_for(sums, edge)) for edge in (0 * highest, highest)),
    ]
    for edge_floor, edge_scale in edges:
        edge_loss = sums.loss(edge_floor, edge_scale)
        is_better = ~is_inside & (edge_loss < loss)
        floor = np.where(is_better, edge_floor, floor)
        scale = np.where(is_better, edge_scale, scale)
        loss = np.where(is_better, edge_loss, loss)
    return floor, scale, loss


def _scale_for(sums: _Sums, floor: Floats) -> Floats:
    """Return the best scale that is not negative for a given floor."""
    scale: Floats = np.maximum((sums.gy - floor * sums.g) / sums.gg, 0.0)
    return scale
