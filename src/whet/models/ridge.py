"""How far does a straight line go to a number? Ridge regression on views, and on n-grams.

The strength on views is the one with the smallest error when each row is left out in turn, which
ridge regression tells without another fit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

from whet.models.linear import LinearFit, chosen_features, weighed
from whet.models.probe import ProbeFit, standardised

STRENGTHS = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5)
"""Penalties tried on standardised views, weakest first; they are per fit, not per row."""
WORD_STRENGTHS = (0.1, 0.3, 1.0, 3.0)
"""Penalties tried on n-grams."""
SEARCH_HELD_BACK = 0.2
"""Share of the rows that judge the penalties on n-grams."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class RidgeFit:
    """A fitted line, and what it says of each row when it has not seen that row."""

    probe: ProbeFit
    left_out: Values
    """(n,)."""


def fit_ridge(
    views: NDArray[np.floating],
    values: NDArray[np.floating],
    *,
    strengths: tuple[float, ...] = STRENGTHS,
) -> RidgeFit:
    """Return ridge regression of numbers (n,) on views (n, w), at the best of the strengths.

    Source of the errors left out: Golub, Heath, Wahba 1979, Technometrics 21.
    """
    mean, scale, rows = standardised(views)
    features, middle = rows.astype(np.float64), float(values.mean())
    centred = values.astype(np.float64) - middle
    roots, directions = np.linalg.eigh(features.T @ features)
    turned = features @ directions
    share, of_target = np.square(turned), turned.T @ centred
    best: tuple[float, float, Values] = (strengths[0], np.inf, centred)
    for strength in strengths:
        shrunk = 1 / (np.maximum(roots, 0) + strength)
        # The intercept is learnt from each row as well: a part of 1 / n.
        leverage = np.minimum(share @ shrunk + 1 / len(centred), 1 - 1e-6)
        errors = (centred - turned @ (shrunk * of_target)) / (1 - leverage)
        if (loss := float(np.square(errors).mean())) < best[1]:
            best = (strength, loss, errors)
    strength, _, errors = best
    slope = directions @ (of_target / (np.maximum(roots, 0) + strength))
    probe = ProbeFit(
        mean,
        scale,
        slope[:, None].astype(np.float32),
        np.array([middle], dtype=np.float32),
        strength,
    )
    return RidgeFit(probe, values - errors)


def fit_word_ridge(
    counts: csr_matrix,
    values: NDArray[np.floating],
    *,
    seed: int,
    strength: float | None = None,
) -> LinearFit:
    """Return ridge regression of numbers (n,) on n-gram counts (n, v).

    `strength` is the penalty; when None it is the one with the smallest squared error on a fifth
    of the rows.
    """
    columns, idf = chosen_features(counts)
    features = weighed(counts[:, columns], idf)
    if strength is None:
        strength = _best_strength(features, values, seed)
    model = _solve(features, values, strength)
    return LinearFit(
        columns,
        idf,
        model.coef_.astype(np.float32)[:, None],
        np.array([model.intercept_], dtype=np.float32),
        strength,
    )


def _best_strength(features: csr_matrix, values: NDArray[np.floating], seed: int) -> float:
    """Return the penalty with the smallest squared error on rows held back."""
    held: NDArray[np.bool_] = np.random.default_rng(seed).random(len(values)) < SEARCH_HELD_BACK
    if held.sum() < 20:
        return 1.0
    errors = [
        float(
            np.square(
                _solve(features[~held], values[~held], strength).predict(features[held])
                - values[held]
            ).mean()
        )
        for strength in WORD_STRENGTHS
    ]
    return WORD_STRENGTHS[int(np.argmin(errors))]


def _solve(features: csr_matrix, values: NDArray[np.floating], strength: float) -> Ridge:
    """Return a fitted line over sparse features."""
    return Ridge(alpha=strength, solver="sparse_cg", tol=1e-4).fit(features, values)
