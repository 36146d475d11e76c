"""How wrong were forecasts before, and by how much must intervals be stretched for that?

Every scored forecast leaves one number: its miss as a share of the half-width that its 80 %
interval had before stretching, on the side of the miss. The factor is the conformal quantile of
those numbers: stretched by it, as many past intervals as promised would have held the truth. A new
store has no history of its own, so that it starts from the shipped one: the misses on half of the
data sets of LCDB 1.1, in twenty quantiles. `benchmarks/label_forecasts.py factor` computes them
again, and `… forecasts` judges the factor on the other half.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whet.company.labels.curve import Floats

LEVEL = 0.8
"""What an interval promises to hold."""

# fmt: off
SHIPPED_MISSES: tuple[float, ...] = (
    0.0196, 0.056, 0.0912, 0.1258, 0.1608, 0.1992, 0.2371, 0.2796, 0.3206, 0.3686,
    0.4214, 0.4753, 0.5327, 0.6003, 0.6804, 0.77, 0.8714, 0.9988, 1.2047, 1.7202,
)
# fmt: on
"""Quantiles of 4,512 misses of forecasts one and two doublings ahead, on 20 data sets."""


@dataclass(frozen=True)
class Calibration:
    """By how much spreads are stretched, and what that rests on."""

    factor: float
    """Multiplies every distance from the point forecast."""
    scored: int
    """Forecasts of the store itself that are in it; the rest is the shipped history."""


def calibrate(misses: Sequence[float] = ()) -> Calibration:
    """Return the factor for a store whose scored forecasts left `misses`, one each.

    The shipped history counts as much as twenty of them.

    Source: split conformal quantile, Vovk et al. 2005; Lei et al. 2018, JASA 113.
    """
    return Calibration(conformal_quantile([*SHIPPED_MISSES, *misses]), len(misses))


def conformal_quantile(misses: Sequence[float], level: float = LEVEL) -> float:
    """Return the smallest miss that at least a share `level` of n + 1 would not exceed.

    >>> conformal_quantile([1, 2, 3, 4, 5, 6, 7, 8, 9])
    8.0
    """
    rank = min(math.ceil(level * (len(misses) + 1)), len(misses))
    return float(np.sort(misses)[rank - 1])


def relative_miss(truth: float, quantiles: tuple[float, float, float], factor: float) -> float:
    """Return a miss as a share of the half-width before stretching, on the side of the miss.

    Args:
        truth: the score that was measured.
        quantiles: the forecast's 10 %, 50 % and 90 % quantile.
        factor: by how much it had been stretched.
    """
    low, middle, high = quantiles
    width = (high - middle if truth > middle else middle - low) / factor
    return abs(truth - middle) / max(width, 1e-9)


def pinball(truth: float, quantiles: Floats, levels: Sequence[float]) -> float:
    """Return the mean pinball loss over the levels, in units of the score; 0 is perfect.

    Source: Koenker and Bassett 1978, Econometrica 46.
    """
    told, asked = np.asarray(quantiles), np.asarray(levels)
    miss = truth - told
    return float(np.mean(np.maximum(asked * miss, (asked - 1) * miss)))


def crps(truth: float, quantiles: Floats, levels: Sequence[float]) -> float:
    """Return the continuous ranked probability score, from quantiles; 0 is perfect.

    It is twice the integral of the pinball loss over all levels; between the levels given the loss
    is taken as a straight line, beyond the outer ones as constant.

    Source: Gneiting and Raftery 2007, JASA 102, section 4.2.
    """
    asked = np.asarray(levels)
    miss = truth - np.asarray(quantiles)
    loss = np.maximum(asked * miss, (asked - 1) * miss)
    tails = loss[0] * asked[0] + loss[-1] * (1 - asked[-1])
    return float(2 * (np.trapezoid(loss, asked) + tails))


SHIPPED = calibrate()
"""The calibration of a store without a history."""
