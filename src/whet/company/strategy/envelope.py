"""What is the smallest concave curve above an S-curve? The tangent from its start, then the curve.

Between `low` and `high` an S-curve is convex up to its inflection. Its concave envelope is the
straight line from the start to the point where that line touches the curve, and the curve from
there on. A concave curve is its own envelope. Source: Boyd and Vandenberghe (2004), section 3.1.8.
"""

from dataclasses import dataclass

import numpy as np

from whet.company.strategy.curves import Curves
from whet.company.strategy.families import Array

_HALVINGS = 70


@dataclass(frozen=True)
class Envelope:
    """Concave envelopes of n curves, each on its own interval; arrays are (…, n)."""

    curves: Curves
    """The curves below."""
    low: Array
    """Where each interval starts."""
    high: Array
    """Where each ends; finite."""
    touch: Array
    """Where the straight part ends; equals `low` where there is none."""
    chord: Array
    """Slope of the straight part; infinite where there is none."""

    def value(self, x: Array) -> Array:
        """Return the envelopes' values at spendings within the intervals."""
        start = self.curves.value(self.low)
        with np.errstate(invalid="ignore"):
            straight = start + self.chord * (x - self.low)
        return np.where(x < self.touch, straight, self.curves.value(x))

    def reach(self, slope: Array) -> Array:
        """Return the largest spendings at which the envelopes rise at least so steeply."""
        curved = np.clip(self.curves.reach(slope), self.touch, self.high)
        return np.where(slope <= self.chord, curved, self.low)

    @property
    def is_exact(self) -> bool:
        """Whether no curve has a straight part, so that the envelope is the curve."""
        return bool(np.all(self.touch <= self.low))


def envelope(curves: Curves, low: Array, high: Array) -> Envelope:
    """Return the concave envelopes of curves on [low, high], all of shape (…, n)."""
    bend = np.minimum(curves.inflection(), high)
    low, high, bend = np.broadcast_arrays(low, high, bend)
    bent = bend > low
    touch = np.where(bent, _touch(curves, low, bend, high), low)
    width = np.where(bent, touch - low, 1.0)
    rise = (curves.value(touch) - curves.value(low)) / width
    return Envelope(curves, low, high, touch, np.where(bent, rise, np.inf))


def _touch(curves: Curves, low: Array, bend: Array, high: Array) -> Array:
    """Return where the tangent through the start touches, by halving [bend, high].

    slope(t) (t - low) - (value(t) - value(low)) is positive at the inflection and falls beyond it.
    """
    start = curves.value(low)
    below, above = bend.copy(), high.copy()
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        with np.errstate(invalid="ignore"):
            gap = curves.slope(middle) * (middle - low) - (curves.value(middle) - start)
        below = np.where(gap > 0, middle, below)
        above = np.where(gap > 0, above, middle)
    return above
