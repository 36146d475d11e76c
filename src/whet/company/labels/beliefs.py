"""What is believed of a curve once it was measured at a size? Its draws, weighted by that score.

Measured scores fall into bins: of a size, a `Column` holds how likely each draw falls into each
bin, and the weights of the draws once it did. Prices and paces change nothing of it, so that
purchases under several of them share one `Beliefs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from whet.company.labels.curve import Floats
from whet.company.labels.forecast import Forecast

BINS = 15
"""Bins of a measured score."""

_LEAST = 1e-12


@dataclass(frozen=True)
class Column:
    """One size at which a stage may end."""

    size: float
    """Labels there are."""
    errors: Floats
    """Draws of the error, shape (d,)."""
    likelihood: Floats
    """How likely each draw puts the measurement into each bin, shape (d, bins)."""
    belief: Floats
    """Weights of the draws once it fell into each bin; columns sum to 1, shape (d, bins)."""


class Beliefs:
    """What the draws of one forecast say at any size; columns that are asked again are kept."""

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self.noise = max(float(forecast.noise.std()), _LEAST)
        self._kept: dict[float, Column] = {}
        self._chances: dict[tuple[float, float], Floats] = {}

    def column(self, size: float) -> Column:
        """Return the column of a size; the largest one that may be forecast where it is beyond."""
        errors = self.forecast.at(min(size, float(self.forecast.sizes[-1])))
        edges = np.quantile(errors, np.arange(1, BINS) / BINS)
        below = ndtr((edges[None, :] - errors[:, None]) / self.noise)
        padded = np.pad(below, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
        likelihood = np.maximum(np.diff(padded, axis=1), _LEAST)
        return Column(size, errors, likelihood, likelihood / likelihood.sum(axis=0))

    def kept(self, size: float) -> Column:
        """Return the column of a size, computed once."""
        if size not in self._kept:
            self._kept[size] = self.column(size)
        return self._kept[size]

    def chances(self, small: Column, larger: Sequence[Column]) -> list[Floats]:
        """Return how likely each bin of a size leads to each bin of larger ones, (bins, bins) each.

        Args:
            small: a size.
            larger: columns that are `kept`.
        """
        if self._kept.get(small.size) is small:
            return [self._kept_chance(small, large) for large in larger]
        together = small.belief.T @ np.concatenate([one.likelihood for one in larger], axis=1)
        return np.split(together, len(larger), axis=1)

    def _kept_chance(self, small: Column, large: Column) -> Floats:
        """Return how likely bins of a size lead to bins of a larger one, computed once."""
        pair = small.size, large.size
        if pair not in self._chances:
            self._chances[pair] = small.belief.T @ large.likelihood
        return self._chances[pair]


def first_chance(column: Column) -> Floats:
    """Return how likely the first measurement at a size falls into each bin, (1, bins)."""
    told: Floats = column.likelihood.mean(axis=0, keepdims=True)
    return told
