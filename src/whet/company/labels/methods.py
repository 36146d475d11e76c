"""Which method gets farther with more labels? The rungs of a run, by their forecast, not by today.

A cheap rung is often ahead on few labels and behind on more; what counts for a purchase is where
each would be one doubling on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from whet.company.labels.calibration import SHIPPED, Calibration
from whet.company.labels.curve import Curve
from whet.company.labels.forecast import forecast_curve
from whet.company.labels.origin import Origin
from whet.company.labels.refusals import MOST_DOUBLINGS, refusal

_DRAWS = 300


@dataclass(frozen=True)
class Method:
    """One rung and what it is forecast to score."""

    curve: Curve
    origin: Origin
    size: float
    """One doubling beyond the largest size of all rungs, or as far as this one may be forecast."""
    low: float | None
    """10 % quantile of its score there; None where its curve is refused."""
    middle: float | None
    high: float | None

    @property
    def today(self) -> float:
        """Score at its largest measured size."""
        return self.curve.score(self.curve.errors[-1])


def rank_methods(
    curves: Sequence[tuple[Curve, Origin]],
    *,
    seed: int = 0,
    calibration: Calibration = SHIPPED,
) -> list[Method]:
    """Return the rungs, the best forecast first; those that are refused last, by today's score."""
    farthest = 2 * max(curve.largest for curve, _ in curves)
    methods = [
        _method(curve, origin, farthest, seed=seed, calibration=calibration)
        for curve, origin in curves
    ]
    return sorted(methods, key=_rank)


def _method(
    curve: Curve, origin: Origin, farthest: float, *, seed: int, calibration: Calibration
) -> Method:
    """Return one rung with its forecast."""
    size = min(farthest, curve.largest * 2**MOST_DOUBLINGS)
    if refusal(curve) is not None:
        return Method(curve, origin, size, None, None, None)
    forecast = forecast_curve(curve, seed=seed, n=_DRAWS, calibration=calibration)
    low, middle, high = (float(one) for one in forecast.quantiles(size, (0.1, 0.5, 0.9)))
    return Method(curve, origin, size, low, middle, high)


def _rank(method: Method) -> tuple[bool, float]:
    """Return the place of a rung: forecast ones first, smaller errors first."""
    if method.middle is None:
        return True, method.curve.errors[-1]
    return False, method.curve.score(method.middle)
