"""What do the draws say, and how exactly? Quantiles, probabilities and tail means with errors.

Every number from draws has a Monte Carlo standard error: it falls with the root of the draws, and
says nothing about whether the inputs are right. For Sobol draws the errors given here are too
large, for they count on chance alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.streams import Draws


@dataclass(frozen=True)
class Estimate:
    """A number from draws."""

    value: float
    """The estimate, in the unit of the draws."""
    error: float
    """Its Monte Carlo standard error, in the same unit; at least 0."""


def mean(values: Draws) -> Estimate:
    """Return the mean of draws, shape (draws,)."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return Estimate(float(np.mean(values)), spread / float(np.sqrt(len(values))))


def share(holds: NDArray[np.bool_]) -> Estimate:
    """Return the probability that something holds, in [0, 1].

    The error is that of the adjusted share (two successes and two failures added), so that it is
    not 0 where nothing of the kind was drawn.

    Source: A. Agresti & B. Coull, The American Statistician 52 (1998) 119.
    """
    n = len(holds)
    value = float(np.mean(holds))
    adjusted = (np.count_nonzero(holds) + 2) / (n + 4)
    return Estimate(value, float(np.sqrt(adjusted * (1 - adjusted) / (n + 4))))


def quantile(values: Draws, level: float) -> Estimate:
    """Return the quantile of draws at `level` in (0, 1).

    The error is half the distance between the order statistics one standard deviation of a
    binomial to both sides: no density is guessed.

    Source: R. J. Serfling, Approximation Theorems of Mathematical Statistics (1980), 2.6.
    """
    ordered = np.sort(values)
    n = len(ordered)
    half = np.sqrt(n * level * (1 - level))
    ranks = np.clip(np.round(n * level + np.array([-half, half]) - 0.5), 0, n - 1).astype(int)
    return Estimate(
        float(np.quantile(ordered, level)), float(ordered[ranks[1]] - ordered[ranks[0]]) / 2
    )


def worst_mean(values: Draws, tail: float = 0.05) -> Estimate:
    """Return the mean of the lowest share `tail` of draws: the conditional value at risk.

    Source: R. T. Rockafellar & S. Uryasev, J. Risk 2 (2000) 21; error after Trindade et al.,
    J. Banking & Finance 31 (2007) 3524: that of the mean of q - (q - x)+ / tail.
    """
    bound = float(np.quantile(values, tail))
    inner = bound - np.maximum(bound - values, 0.0) / tail
    return mean(inner)
