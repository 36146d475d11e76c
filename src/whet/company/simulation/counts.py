"""How many customers come in a month, in each draw? Poisson counts that move with their rate.

A count is the quantile of its distribution at a score that stays the same: where a delayed launch
lowers the rate, the count falls or stays and never rises by chance, so that two plans can be
compared draw by draw. Libraries offer either that (slowly) or speed.
"""

import numpy as np
from scipy.special import ndtr

from whet.company.simulation.streams import Draws

_SMALL = 10.0
"""Below this rate the distribution is summed; above, expanded (error at most 1 count, rarely)."""
_MOST_TERMS = 60


def poisson_at(rate: Draws, z: Draws) -> Draws:
    """Return Poisson quantiles of mean `rate` at standard normal scores `z`, the same shape.

    Source: M. B. Giles, "Algorithm 955: Approximation of the Inverse Poisson Cumulative
    Distribution Function", ACM TOMS 42 (2016) 7, equation for Q_N2 (the normal expansion).
    """
    large = rate >= _SMALL
    counts = np.zeros(np.broadcast_shapes(rate.shape, z.shape))
    rates = np.broadcast_to(rate, counts.shape)
    scores = np.broadcast_to(z, counts.shape)
    where = np.broadcast_to(large, counts.shape)
    counts[where] = _expanded(rates[where], scores[where])
    small = ~where & (rates > 0)
    counts[small] = _summed(rates[small], scores[small])
    return counts


def _expanded(rate: Draws, z: Draws) -> Draws:
    """Return quantiles by the normal expansion."""
    root = np.sqrt(rate)
    value = rate + root * z + (2 + z * z) / 6 - (z / 36 + z**3 / 72) / root
    return np.maximum(np.floor(value), 0.0)


def _summed(rate: Draws, z: Draws) -> Draws:
    """Return quantiles by counting the terms of the distribution function below the score."""
    target = ndtr(z)
    term = np.exp(-rate)
    reached = term.copy()
    counts = np.zeros(rate.shape)
    for k in range(1, _MOST_TERMS):
        below = reached < target
        if not below.any():
            break
        counts[below] = k
        term = term * rate / k
        reached = reached + term
    return counts
