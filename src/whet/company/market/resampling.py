"""How would a survey have come out with other customers? The bootstrap that price tests share."""

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import generator

Floats = NDArray[np.float64]


def resampled_counts(n: int, *, resamples: int, seed: int, name: str) -> Floats:
    """Return how often each of `n` respondents is drawn in each resample, (resamples, n).

    Every row sums to n. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993).
    """
    rng = generator(seed, "bootstrap", name)
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)


def percentile_interval(values: Floats, level: float) -> tuple[float, float]:
    """Return the percentile interval of resampled values.

    >>> percentile_interval(np.arange(101.0), 0.5)
    (25.0, 75.0)
    """
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
