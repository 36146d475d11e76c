"""What distribution does an estimate of three numbers stand for? From low, likely, high to draws.

Two readings. `quantiles` (default): low is exceeded in nine of ten cases, likely in one of two,
high in one of ten; the curve through them is a shifted lognormal. `pert`: low and high are bounds
and likely is the mode; the curve is a beta. A single known number is `certain(x)`.

    days = at(ThreePoint(3, 5, 10), streams.normal("effort", "train"))
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import betaincinv, ndtr

from whet.company.simulation.streams import Draws
from whet.core.errors import InputError

Shape = Literal["quantiles", "pert"]

Z90 = 1.2815515655446004
"""Standard normal quantile of 90 %."""

_MOST_SKEW = 5.0
"""Ratio (high - likely) / (likely - low) up to which a lognormal's tail keeps in proportion."""
_NODES = np.linspace(-6.0, 6.0, 1201)


@dataclass(frozen=True)
class ThreePoint:
    """An uncertain number, from an estimate of three numbers in the same unit."""

    low: float
    """Lower estimate, at least 0."""
    likely: float
    """Middle estimate, at least `low`."""
    high: float
    """Upper estimate, at least `likely`."""
    shape: Shape = "quantiles"
    """`quantiles`: P10, P50, P90 of a shifted lognormal. `pert`: least, mode, most of a beta."""

    def __post_init__(self) -> None:
        numbers = (self.low, self.likely, self.high)
        if not all(math.isfinite(x) for x in numbers) or self.low < 0:
            raise InputError(
                f"An estimate needs three finite numbers of at least 0; found "
                f"{self.low:g}, {self.likely:g}, {self.high:g}."
            )
        if not self.low <= self.likely <= self.high:
            raise InputError(
                f"An estimate must rise from low over likely to high; found "
                f"{self.low:g}, {self.likely:g}, {self.high:g}."
            )

    @property
    def is_certain(self) -> bool:
        """Whether low and high are the same number."""
        return self.low == self.high


def certain(value: float) -> ThreePoint:
    """Return a number that is known."""
    return ThreePoint(value, value, value)


def scaled(three: ThreePoint, factor: float) -> ThreePoint:
    """Return the estimate times a factor of at least 0."""
    return ThreePoint(three.low * factor, three.likely * factor, three.high * factor, three.shape)


def at(three: ThreePoint, z: Draws) -> Draws:
    """Return the estimate's value at standard normal scores `z`, never below 0.

    Through the three quantiles goes the shifted lognormal, which exists for every skew but none:
    with r = (high - likely) / (likely - low), x = likely + (likely - low) (r^u - 1) / (1 - 1/r),
    u = z / 1.2816; for r = 1 it is the normal. Where r is beyond 5 or below 1/5 its tail would be
    out of proportion to the estimate: there the two halves of two normals meet at likely, which
    keeps the three quantiles as well.

    Source: J. Aitchison & J. Brown, The Lognormal Distribution (1957), section 2.8 (three-
    parameter form by quantiles); D. G. Malcolm et al., Operations Research 7 (1959) 646 (PERT);
    S. John, "The three-parameter two-piece normal family", Comm. Stat. A 11 (1982).
    """
    if three.is_certain:
        return np.full(np.shape(z), three.likely)
    if three.shape == "pert":
        return _pert(three, z)
    down, up = three.likely - three.low, three.high - three.likely
    if down * _MOST_SKEW < up or up * _MOST_SKEW < down:
        halves = np.where(z > 0, up, down) * (z / Z90)
        return np.maximum(three.likely + halves, 0.0)
    return np.maximum(three.likely + _skewed(down, up, z), 0.0)


def _skewed(down: float, up: float, z: Draws) -> Draws:
    """Return the distance from the middle of the shifted lognormal; both arms are above 0."""
    skew = math.log(up / down)
    scores: Draws = z / Z90
    if abs(skew) < 1e-6:
        return down * scores
    # expm1 on both sides, for no digits are lost where the skew is small.
    found: Draws = down * np.expm1(skew * scores) / -math.expm1(-skew)
    return found


def _pert(three: ThreePoint, z: Draws) -> Draws:
    """Return the beta of PERT at `z`, off a table: its inverse is slow, and smooth."""
    width = three.high - three.low
    first = 1 + 4 * (three.likely - three.low) / width
    second = 1 + 4 * (three.high - three.likely) / width
    table = betaincinv(first, second, ndtr(_NODES))
    return np.asarray(three.low + width * np.interp(z, _NODES, table), dtype=np.float64)


def mean_of(three: ThreePoint) -> float:
    """Return the expected value, by 2,000 equally likely scores."""
    scores = (np.arange(2000) + 0.5) / 2000
    from_uniform = np.interp(scores, ndtr(_NODES), _NODES)
    return float(np.mean(at(three, from_uniform)))
