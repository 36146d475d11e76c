"""How much is each curve model to be believed? By how well it forecast this very curve before.

Rolling origin: each model is fitted to the first 3, 4, … points and must forecast the next two.
A model's weight falls with its mean squared error, in logarithms, so that being wrong by a tenth
counts alike on an easy task and on a hard one.

The constants were chosen on half of the data sets of LCDB 1.1 (`benchmarks/label_forecasts.py`
prints which); the other half judges them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from whet.company.labels.curve import Curve, Floats
from whet.company.labels.models import MODELS, fit_models

PRIORS: Mapping[str, float] = {"pow3": 1.0, "pow4": 1.0, "mmf4": 1.0, "ilog2": 0.1, "last": 1.0}
"""What a model is worth before it has forecast anything."""

_SHARPNESS = 1.5
_LEAST_MISS = 0.02
"""A miss in logarithms below which models are not told apart."""

_FEWEST = 3
"""Points from which the first forecast in hindsight is made."""

_AHEAD = 2
"""Points that each of them must forecast."""

_MISFIT = 0.03
"""Share of the error by which any model may be off where it fits: it keeps one very exact point
from deciding a fit alone."""

OFFSET = 0.003
"""Added to errors before their logarithm is taken: below it, no difference is of use to anyone."""


@dataclass(frozen=True)
class Hindsight:
    """How a curve's own past would have been forecast."""

    weights: Mapping[str, float]
    """By model; they sum to 1."""
    misses: tuple[float, ...]
    """Relative misses per doubling of the averaged forecast, in the order of the origins; what the
    noise of the judging point explains is taken off."""


def fitting_se(curve: Curve) -> Floats:
    """Return the standard errors by which points are weighted in fits, shape (p,)."""
    return np.hypot(curve.se, _MISFIT * np.array(curve.errors))


def look_back(curve: Curve) -> Hindsight:
    """Return the weight of each model and the misses of their average, from rolling origins.

    Source: rolling-origin evaluation: Tashman 2000, Int. J. Forecasting 16.
    """
    sizes, errors, se = np.array(curve.sizes), np.array(curve.errors), fitting_se(curve)
    told, ends = [], []
    for origin in range(_FEWEST, len(sizes)):
        end = min(origin + _AHEAD, len(sizes))
        fitted = fit_models(sizes[:origin], errors[None, :origin], se[:origin], sizes[origin:end])
        told.append(np.array([fitted[model].at[0] for model in MODELS]))
        ends.append((origin, end))
    logs = [
        np.log((said + OFFSET) / (errors[a:b] + OFFSET))
        for said, (a, b) in zip(told, ends, strict=True)
    ]
    squared = np.concatenate([np.square(one) for one in logs], axis=1).mean(axis=1)
    weights = np.array([PRIORS[model] for model in MODELS])
    weights = weights * (squared + _LEAST_MISS**2) ** -_SHARPNESS
    weights = weights / weights.sum()
    misses = [
        _misses(weights @ said, curve, origin, end)
        for said, (origin, end) in zip(told, ends, strict=True)
    ]
    by_model = dict(zip(MODELS, (float(w) for w in weights), strict=True))
    return Hindsight(by_model, tuple(float(m) for m in np.concatenate(misses)))


def _misses(said: Floats, curve: Curve, origin: int, end: int) -> Floats:
    """Return how wrong forecasts from the first `origin` points were, relative and per doubling."""
    errors, noise = np.array(curve.errors[origin:end]), np.array(curve.se[origin:end])
    doublings = np.log2(np.array(curve.sizes[origin:end]) / curve.sizes[origin - 1])
    squared = np.square(said - errors) - np.square(noise)
    misses: Floats = np.sqrt(np.maximum(squared, 0.0)) / (errors + OFFSET) / doublings
    return misses
