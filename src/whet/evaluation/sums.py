"""What is a metric, whatever the target? Sums over rows and a statistic of them.

Every kind of target turns its answers into such sums; intervals and verdicts need nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.cards import schema
from whet.evaluation.intervals import Interval, bootstrap_sums, sum_by_unit, unit_codes
from whet.evaluation.metrics import Floats
from whet.evaluation.verdict import Verdict, compare_sums

Units = NDArray[Any] | None
"""Id (n,) of the unit of each row; None when rows are independent."""


@dataclass(frozen=True)
class Sums:
    """A metric of the answers to n rows."""

    rows: csr_array
    """What each row contributes, (n, m)."""
    statistic: Callable[[Floats], Floats]
    """Maps sums (b, m) to values (b,) in [lower, upper]; NaN where it is not defined."""
    upper: float = 1.0
    """Largest possible value."""
    lower: float = 0.0
    """Smallest possible value."""
    unit: float = 1.0
    """Size of a difference that counts as 1 where it is compared with the card's margin."""

    def value(self) -> float:
        """Return the metric over all rows."""
        ones = np.ones((1, self.rows.shape[0]))
        return float(self.statistic(ones @ self.rows)[0])


def interval_of(sums: Sums, units: Units, *, settings: schema.Interval, seed: int) -> Interval:
    """Return the metric with its interval; see `whet.evaluation.intervals.bootstrap`."""
    return bootstrap_sums(
        sums.statistic,
        _by_unit(sums, units),
        upper=sums.upper,
        lower=sums.lower,
        n=settings.n,
        level=settings.level,
        seed=seed,
    )


def verdict_on(
    metric: str, new: Sums, old: Sums, units: Units, *, settings: schema.Interval, seed: int
) -> Verdict:
    """Return whether new answers beat old ones to the same rows; see `compare`."""
    return compare_sums(
        metric,
        new.statistic,
        _by_unit(new, units),
        _by_unit(old, units),
        upper=new.upper,
        lower=new.lower,
        unit=new.unit,
        interval=settings,
        seed=seed,
    )


def _by_unit(sums: Sums, units: Units) -> csr_array:
    """Return what each unit contributes, (u, m)."""
    return sum_by_unit(sums.rows, unit_codes(units, sums.rows.shape[0]))
