"""What will the score be with so many labels, and how sure is that? Draws of whole curves.

A draw is one curve that may be true: the measured points with fresh noise (a parametric bootstrap
over seeds and test set), fitted by one of the models, each as often as it is believed, plus a
discrepancy that grows with every doubling as much as forecasts within the curve were wrong. All of
that is then stretched by a factor learnt from how wrong past forecasts were (`calibration`).

    forecast = forecast_curve(curve, seed=0)
    forecast.quantiles(4000)          # scores at 4,000 labels
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from whet.company.labels.averaging import OFFSET, fitting_se, look_back
from whet.company.labels.calibration import SHIPPED, Calibration
from whet.company.labels.curve import Curve, Floats
from whet.company.labels.models import MODELS, fit_models
from whet.company.labels.refusals import MOST_DOUBLINGS, check_curve, check_reach
from whet.core.seeds import generator

LEVELS = (0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95)
"""Quantiles that a forecast is told in, and stored with."""

_STEPS = 16
"""Sizes a doubling at which draws are kept; between them they are interpolated in log(size)."""

_PRIOR_MISS = 0.05
_PRIOR_COUNT = 2.0
"""What misses in hindsight are pooled with: two of 5 % a doubling."""


@dataclass(frozen=True)
class Forecast:
    """Draws of the error at every size from the largest measured one to two doublings beyond."""

    curve: Curve
    sizes: Floats
    """Ascending, the first is the largest measured one, shape (q,)."""
    point: Floats
    """Weighted mean of the models' errors, shape (q,)."""
    draws: Floats
    """Errors of curves that may be true, shape (d, q), none negative."""
    noise: Floats
    """Noise of one later measurement, repeated as the largest size was, shape (d,)."""
    weights: Mapping[str, float]
    """How far each model is believed; they sum to 1."""
    miss: float
    """Relative miss per doubling that the draws allow for beyond their fits."""
    factor: float
    """By how much the spread was stretched for past forecasts that were wrong."""

    def at(self, size: float) -> Floats:
        """Return the draws of the error at a size, shape (d,).

        Raises:
            InputError: the size is below the largest measured one or beyond two doublings.
        """
        check_reach(self.curve, size, farthest=float(self.sizes[-1]))
        place = np.interp(np.log(size), np.log(self.sizes), np.arange(len(self.sizes)))
        low = min(int(place), len(self.sizes) - 2)
        share = place - low
        drawn: Floats = (1 - share) * self.draws[:, low] + share * self.draws[:, low + 1]
        return drawn

    def point_at(self, size: float) -> float:
        """Return the point forecast of the error at a size.

        Raises:
            InputError: as `at` says.
        """
        check_reach(self.curve, size, farthest=float(self.sizes[-1]))
        return float(np.interp(np.log(size), np.log(self.sizes), self.point))

    def quantiles(self, size: float, levels: Sequence[float] = LEVELS) -> Floats:
        """Return quantiles of the score that would be measured at a size, ascending.

        Raises:
            InputError: as `at` says.
        """
        errors = np.maximum(self.at(size) + self.noise, 0.0)
        scores = errors if self.curve.is_error else 1.0 - errors
        told: Floats = np.quantile(scores, levels)
        return told


def forecast_curve(
    curve: Curve, *, seed: int = 0, n: int = 1000, calibration: Calibration = SHIPPED
) -> Forecast:
    """Return draws of what the curve does over the next two doublings.

    Args:
        curve: measured points.
        seed: seed of the draws.
        n: number of draws.
        calibration: how wrong forecasts were before.

    Raises:
        InputError: the curve cannot be extrapolated; the text says why and what to measure.

    Source: bootstrap of measured curves and conformal stretching: Efron and Tibshirani 1993,
        chapter 6; Lei et al. 2018, JASA 113 (locally weighted split conformal).
    """
    check_curve(curve)
    back, random = look_back(curve), generator(seed, "learning-curve")
    steps = int(MOST_DOUBLINGS * _STEPS)
    sizes = curve.largest * 2 ** (np.arange(steps + 1) / _STEPS)
    point, booted = _fits(curve, back.weights, sizes, random=random, n=n)
    misses = np.square(back.misses)
    pooled = (_PRIOR_COUNT * _PRIOR_MISS**2 + misses.sum()) / (_PRIOR_COUNT + len(misses))
    miss = float(np.sqrt(pooled))
    doublings = np.log2(sizes / curve.largest)
    shock = miss * random.standard_normal(n)[:, None] * doublings * (point + OFFSET)
    factor = calibration.factor
    noise = factor * curve.se[-1] * random.standard_normal(n)
    draws = np.maximum(point + factor * (booted - point + shock), 0.0)
    return Forecast(curve, sizes, point, draws, noise, back.weights, miss, factor)


def given(forecast: Forecast, size: float, error: float, *, se: float, seed: int = 0) -> Forecast:
    """Return the forecast after one more measurement, without fitting again.

    Draws are drawn anew in proportion to how well they explain the measurement. That keeps a plan
    going where the curve with the new point would be refused; a curve that is not refused is better
    fitted again. The farthest size stays.

    Args:
        forecast: from before.
        size: that was measured, within the forecast.
        error: that was measured there.
        se: its standard error.
        seed: seed of the draw.

    Raises:
        InputError: the size is out of reach.

    Source: systematic resampling, Kitagawa 1996, J. Comput. Graph. Stat. 5.
    """
    misses = (forecast.at(size) - error) / max(se, 1e-12)
    logs = -0.5 * np.square(misses)
    shares = np.exp(logs - logs.max())
    shares = shares / shares.sum()
    place = (np.arange(len(shares)) + generator(seed, "given").random()) / len(shares)
    chosen = np.minimum(np.searchsorted(np.cumsum(shares), place), len(shares) - 1)
    beyond = forecast.sizes[forecast.sizes > size * 1.000001]
    sizes = np.concatenate([[size], beyond])
    draws = np.stack([forecast.at(min(one, forecast.sizes[-1])) for one in sizes], axis=1)[chosen]
    curve = forecast.curve
    longer = replace(
        curve,
        sizes=(*curve.sizes, size),
        errors=(*curve.errors, error),
        se=(*curve.se, se),
    )
    return replace(forecast, curve=longer, sizes=sizes, point=draws.mean(axis=0), draws=draws)


def _fits(
    curve: Curve,
    weights: Mapping[str, float],
    ask: Floats,
    *,
    random: np.random.Generator,
    n: int,
) -> tuple[Floats, Floats]:
    """Return the models' weighted mean, shape (q,), and their fits to fresh noise, shape (n, q)."""
    sizes, errors, se = np.array(curve.sizes), np.array(curve.errors), fitting_se(curve)
    shares = np.array([weights[model] for model in MODELS])
    fitted = fit_models(sizes, errors[None], se, ask)
    point: Floats = shares @ np.array([fitted[model].at[0] for model in MODELS])
    noisy = np.maximum(errors + random.standard_normal((n, len(sizes))) * np.array(curve.se), 0.0)
    # Each model gets its share of the draws exactly: no luck of the draw on top.
    owners = np.searchsorted(np.cumsum(shares)[:-1], (np.arange(n) + 0.5) / n)
    booted = np.empty((n, len(ask)))
    for number, model in enumerate(MODELS):
        mine = np.flatnonzero(owners == number)
        if len(mine):
            booted[mine] = fit_models(sizes, noisy[mine], se, ask, models=[model])[model].at
    return point, booted
