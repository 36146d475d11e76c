"""Which curves can an error follow as labels or compute grow, and which one fits best?

Every model is ``error(n) = floor + scale * g(n)`` with a falling shape ``g`` that has at most two
parameters of its own. For a fixed shape the best floor and scale have a closed form (variable
projection: Golub and Pereyra 1973, SIAM J. Numer. Anal. 10), so all shapes of a grid are simply
tried: no starting values, no local optimum, and thousands of bootstrap curves are fitted by a few
matrix products. A test holds the answers against `scipy.optimize.least_squares` from many starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Below 0.05 a power cannot be told from a logarithm; above 1 none is known from theory or practice
# for learning curves (anchors of Hestness et al. 2017, arXiv 1712.00409: 0.07 to 0.5).
_EXPONENTS = np.geomspace(0.05, 1.0, 40)
_FEWER = np.geomspace(0.05, 1.0, 16)
_SHIFTS = np.geomspace(0.01, 3.0, 9)
_HALVES = np.geomspace(0.003, 10.0, 14)

_Shapes = Callable[[Floats, float], Floats]


def _pow3(sizes: Floats, unit: float) -> Floats:
    """Return (n / unit) ** -c for every exponent c: shape (k, p)."""
    return np.power(sizes[None, :] / unit, -_EXPONENTS[:, None])


def _pow4(sizes: Floats, unit: float) -> Floats:
    """Return (n / unit + shift) ** -c for every exponent and shift: shape (k, p)."""
    exponents, shifts = (part.ravel()[:, None] for part in np.meshgrid(_FEWER, _SHIFTS))
    return np.power(sizes[None, :] / unit + shifts, -exponents)


def _mmf4(sizes: Floats, unit: float) -> Floats:
    """Return 1 / (1 + (n / (half * unit)) ** d): Morgan, Mercer and Flodin 1975; shape (k, p)."""
    exponents, halves = (part.ravel()[:, None] for part in np.meshgrid(_FEWER, _HALVES))
    return 1.0 / (1.0 + np.power(sizes[None, :] / (halves * unit), exponents))


def _ilog2(sizes: Floats, unit: float) -> Floats:
    """Return 1 / log(n + 1), the inverse logarithm of Kolachina et al. 2012; shape (1, p)."""
    return 1.0 / np.log1p(sizes)[None, :] + 0.0 * unit


LAST = "last"
"""The null: the last measured value, whatever comes."""

_SHAPES: dict[str, _Shapes] = {"pow3": _pow3, "pow4": _pow4, "mmf4": _mmf4, "ilog2": _ilog2}

MODELS = (*_SHAPES, LAST)
"""Every curve model, by its usual name (Viering and Loog 2023, IEEE TPAMI 45, table 1)."""


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
    """(1, k)."""
    gg: Floats
    """(1, k)."""
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
            shapes, unit = _SHAPES[name], float(sizes[-1])
            fitted[name] = _fit_shapes(shapes(sizes, unit), shapes(ask, unit), errors, weights)
    return fitted


def _fit_shapes(shapes: Floats, asked: Floats, errors: Floats, weights: Floats) -> Fitted:
    """Return the best of k shapes for each curve; shapes (k, p), asked (k, q), errors (b, p)."""
    weighted = errors * weights
    sums = _Sums(
        y=weighted.sum(axis=1)[:, None],
        yy=(weighted * errors).sum(axis=1)[:, None],
        g=(shapes @ weights)[None, :],
        gg=(np.square(shapes) @ weights)[None, :],
        gy=weighted @ shapes.T,
    )
    floor, scale, loss = _best_lines(sums, errors.min(axis=1)[:, None])
    best = loss.argmin(axis=1)
    rows = np.arange(len(errors))
    at = floor[rows, best][:, None] + scale[rows, best][:, None] * asked[best]
    return Fitted(at, np.maximum(loss[rows, best], 0.0))


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
