"""How sure is a number? Intervals that resample whole units: conversations, customers, rows.

The interval is Wilson's, fed with what resampling finds: its centre is the metric minus the
bootstrap's estimate of its bias, its width comes from the jackknife (leave one unit out), and the
quantile is Student's for the number of units.

Nominal 95 % intervals of accuracy and macro F1 hold the truth in 94-97 % of simulations with 150
to 1,000 rows, 2 to 77 classes and accuracy 0.7 to 0.99, for rows and for clusters. On the same
data percentile intervals hold macro F1 of 77 classes in 55-86 %, because macro F1 is too low when
classes have few rows and each resample repeats that bias; BCa in 85-95 %, and differences between
models on 30-200 clusters in 88-92 %. Known limits: macro F1 with about two rows a class is held in
89-92 %, and with many rare classes that occur in one or two units only in 86 %. The calibration
error of a well calibrated model is measured too high, so its interval is safe above, where a gate
looks, and starts too high below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import t as student

from whet.core.errors import InputError
from whet.core.seeds import generator
from whet.evaluation.metrics import Floats, Integers, Metric, check_answers

_BLOCK = 4_000_000  # numbers held at once: 32 MB of float64

# Differences between leave-one-out values below this are rounding, not information.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A number and the bounds that hold the true one with the stated confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """What resampling says about a statistic, or about q of them at once.

    `value`, `bias` and `error` (the standard error) are () or (q,); `influence` (u,) or (u, q) is
    how far the statistic falls when one of the u units is left out, minus the mean of that.
    """

    value: Floats
    bias: Floats
    error: Floats
    influence: Floats


def unit_codes(units: NDArray[Any] | None, n: int) -> Integers:
    """Return ids (n,) in [0, u) of the units; each row is a unit of its own when None is given.

    Raises:
        InputError: there is not one unit for each row.
    """
    if units is None:
        return np.arange(n)
    if len(units) != n:
        raise InputError(
            f"Each row needs its unit; got {len(units)} units for {n} rows. Pass one id per row."
        )
    codes: Integers = np.unique(units, return_inverse=True)[1]
    return codes


def sum_by_unit(rows: csr_array, codes: Integers) -> csr_array:
    """Return the sums (u, m) of contributions (n, m) over the rows of each unit."""
    n = len(codes)
    belongs = csr_array((np.ones(n), (codes, np.arange(n))), shape=(int(codes.max()) + 1, n))
    return csr_array(belongs @ rows)


def estimate(
    sums: csr_array, statistic: Callable[[Floats], Floats], *, n: int, seed: int
) -> Estimate:
    """Return value, bootstrap bias and jackknife error of a statistic of sums over units.

    Args:
        sums: contributions (u, m) of each unit.
        statistic: maps sums (b, m) to values (b,) or (b, q); NaN where it is not defined.
        n: number of resamples.
        seed: seed of the resamples.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 10 and 11.
    """
    total = sums.sum(axis=0)
    value = statistic(total[None])[0]
    influence = _influence(sums, total, statistic, value)
    u = len(influence)
    error = np.sqrt(np.square(influence).sum(axis=0) * (u - 1) / u)
    return Estimate(value, _bootstrap_bias(sums, statistic, n, seed, value), error, influence)


def _influence(
    sums: csr_array, total: Floats, statistic: Callable[[Floats], Floats], value: Floats
) -> Floats:
    """Return the influence of each unit; see `Estimate`."""
    u, m = sums.shape
    if u == 1:
        return np.zeros_like(value)[None]
    step = max(1, _BLOCK // m)
    blocks = [statistic(total - sums[i : i + step].toarray()) for i in range(0, u, step)]
    left_out = np.concatenate(blocks)
    left_out = np.where(np.isnan(left_out), value, left_out)  # the unit was all there was
    falls: Floats = left_out.mean(axis=0) - left_out
    falls[np.abs(falls) < _ROUNDING] = 0
    return falls


def _bootstrap_bias(
    sums: csr_array, statistic: Callable[[Floats], Floats], n: int, seed: int, value: Floats
) -> Floats:
    """Return the mean of the statistic over `n` resamples of the units, minus its value."""
    u = sums.shape[0]
    rng, columns = generator(seed, "bootstrap"), csr_array(sums.T)
    added, defined = np.zeros_like(value), np.zeros_like(value)
    step = max(1, _BLOCK // u)
    for start in range(0, n, step):
        b = min(step, n - start)
        drawn = rng.integers(0, u, size=(u, b)) * b + np.arange(b)
        counts = np.bincount(drawn.ravel(), minlength=u * b).reshape(u, b).astype(np.float64)
        values = statistic((columns @ counts).T)
        added = added + np.nansum(values, axis=0)
        defined = defined + (~np.isnan(values)).sum(axis=0)
    bias: Floats = added / np.maximum(defined, 1) - value
    return bias


def wilson(estimated: Estimate, units: Integers | int, level: float) -> tuple[Floats, Floats]:
    """Return low and high, () or (q,), of statistics in [0, 1].

    Wilson's interval adds z^2 imagined rows, half of them right. Here they are imagined units, so
    an interval has width even where nothing varies, as when every answer is right; for independent
    rows it is Wilson's own.

    Args:
        estimated: value, bias and error.
        units: number of units that bear on each statistic; with fewer than two of them the
            interval is [0, 1].
        level: confidence level, for example 0.95.

    Source: Wilson 1927, Journal of the American Statistical Association 22.
    """
    u = np.asarray(units)
    z = student.ppf((1 + level) / 2, np.maximum(u - 1, 1))
    imagined = z**2 / np.maximum(u, 1)
    centre = np.clip(estimated.value - estimated.bias, 0, 1)
    middle = (centre + imagined / 2) / (1 + imagined)
    half = np.sqrt((z * estimated.error) ** 2 + imagined**2 / 4) / (1 + imagined)
    # A value that its own bias pushes outside stays inside what is printed.
    low = np.clip(np.minimum(middle - half, estimated.value), 0, 1)
    high = np.clip(np.maximum(middle + half, estimated.value), 0, 1)
    return np.where(u >= 2, low, 0.0), np.where(u >= 2, high, 1.0)


def plain(estimated: Estimate, units: int, level: float) -> tuple[float, float]:
    """Return low and high of a statistic that is not a share: centre plus and minus t errors."""
    z = float(student.ppf((1 + level) / 2, max(units - 1, 1)))
    centre = float(estimated.value - estimated.bias)
    return centre - z * float(estimated.error), centre + z * float(estimated.error)


def bootstrap(
    metric: Metric,
    truth: Integers,
    probabilities: Floats,
    units: NDArray[Any] | None,
    *,
    n: int,
    level: float,
    seed: int,
) -> Interval:
    """Return a metric with its interval, resampling whole units.

    With one unit nothing can be known and the interval is the metric's whole range.

    Args:
        metric: one of `METRICS`.
        truth: class ids (n,).
        probabilities: class probabilities (n, k).
        units: id (n,) of the unit of each row; None when rows are independent.
        n: number of resamples.
        level: confidence level, for example 0.95.
        seed: seed of the resamples.

    Raises:
        InputError: see `check_answers` and `unit_codes`.
    """
    check_answers(truth, probabilities)
    sums = sum_by_unit(metric.contributions(truth, probabilities), unit_codes(units, len(truth)))
    return bootstrap_sums(metric.statistic, sums, upper=metric.upper, n=n, level=level, seed=seed)


def bootstrap_sums(
    statistic: Callable[[Floats], Floats],
    sums: csr_array,
    *,
    upper: float = 1.0,
    lower: float = 0.0,
    n: int,
    level: float,
    seed: int,
) -> Interval:
    """Return a statistic with its interval from what each unit contributes; see `bootstrap`.

    Args:
        statistic: maps sums (b, m) of contributions to values (b,) in [lower, upper].
        sums: contributions (u, m) of each unit.
        upper: largest possible value.
        lower: smallest possible value.
        n: number of resamples.
        level: confidence level, for example 0.95.
        seed: seed of the resamples.
    """
    estimated, u = estimate(sums, statistic, n=n, seed=seed), sums.shape[0]
    value = float(estimated.value)
    if u == 1:
        return Interval(value, lower, upper)
    if (lower, upper) == (0, 1):
        low, high = wilson(estimated, u, level)
        return Interval(value, float(low), float(high))
    bottom, top = plain(estimated, u, level)
    return Interval(value, min(max(bottom, lower), value), max(min(top, upper), value))
