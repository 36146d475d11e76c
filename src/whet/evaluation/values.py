"""How good are answers that are numbers? Errors in the unit of the target, and two shares.

Each metric is a sum over rows and a statistic of it, as in `whet.evaluation.metrics`, so that
intervals and verdicts resample rows by adding.

Notation: n rows, b resamples.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import rankdata

from whet.core.errors import InputError
from whet.evaluation.metrics import Floats
from whet.evaluation.sums import Sums

WORST_R2 = -1.0
"""Smallest R2 that is told: below it lies what is far worse than answering the mean."""


def value_sums(metric: str, truth: Floats, answers: Floats, *, unit: float = 1.0) -> Sums:
    """Return a metric of answers (n,) for true numbers (n,).

    `mae` and `rmse` are in the unit of the numbers; no resample has a larger one than the worst
    row. `r2` is 1 minus the squared error over that of the mean, at least -1. `spearman` is the
    correlation of ranks.

    Args:
        metric: one of `whet.cards.kinds.REAL_METRICS`.
        truth: true numbers (n,).
        answers: what was answered (n,).
        unit: size of an error that counts as 1 where errors are compared with a margin.

    Raises:
        InputError: shapes disagree or there are no rows.
    """
    if truth.ndim != 1 or truth.shape != answers.shape or not truth.size:
        raise InputError(
            "Truth and answers must both be (n,) with n > 0; "
            f"got {truth.shape} and {answers.shape}. Pass the same rows in both."
        )
    true, said = truth.astype(np.float64), answers.astype(np.float64)
    error = np.abs(true - said)
    if metric == "mae":
        return Sums(_columns(error), _mean, upper=float(error.max()), unit=unit)
    if metric == "rmse":
        rows = _columns(np.square(error))
        return Sums(rows, lambda sums: np.sqrt(_mean(sums)), upper=float(error.max()), unit=unit)
    if metric == "r2":
        centred = true - true.mean()  # any shift will do; this one loses no digits
        return Sums(_columns(np.square(error), np.square(centred), centred), _r2, lower=WORST_R2)
    return Sums(_columns(_rank_rows(true, said)), _mean, lower=-1.0)


def _columns(*columns: NDArray[np.float64]) -> csr_array:
    """Return contributions (n, m + 1): the columns, and 1 for the row."""
    return csr_array(np.stack([*columns, np.ones(len(columns[0]))], axis=1))


def _mean(sums: Floats) -> Floats:
    """Return the first sum over the last, which counts rows."""
    mean: Floats = sums[:, 0] / sums[:, -1]
    return mean


def _r2(sums: Floats) -> Floats:
    """Return R2 (b,) from sums (b, 4); NaN where all true numbers are equal."""
    error, square, total, rows = sums.T
    spread = square - np.square(total) / np.maximum(rows, 1)
    r2 = np.full(len(sums), np.nan)
    # Rounding leaves a little where nothing varies.
    np.divide(error, spread, out=r2, where=spread > 1e-12 * square)
    return np.asarray(np.maximum(1 - r2, WORST_R2))


def _rank_rows(truth: NDArray[np.float64], answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n,) whose mean is the rank correlation, and whose spread is that of its influence.

    The ranks of all rows change with every row that is drawn, so the correlation is no sum; it is
    replaced by its first-order expansion, in which each row counts with what it contributes itself
    and with what it does to the ranks of the others. Without ties this is its influence function;
    with ties the spread of the ranks is taken as known.

    Source: Croux and Dehon 2010, Statistical Methods and Applications 19, section 3.
    """
    u, v = _shares(truth), _shares(answers)
    scale = u.std() * v.std()
    if scale == 0:
        return np.zeros(len(u))
    own, joint = u * v, float((u * v).mean())
    influence = own + _above(truth, v) + _above(answers, u) - 3 * joint
    correlation = (joint - u.mean() * v.mean()) / scale
    linear: NDArray[np.float64] = correlation + (influence - influence.mean()) / scale
    return linear


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each value the share of values below it, equal ones counting half."""
    shares: NDArray[np.float64] = (rankdata(values) - 0.5) / len(values)
    return shares


def _above(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row the mean over all rows of the weights of larger values, ties half."""
    kinds, codes = np.unique(values, return_inverse=True)
    of_kind = np.bincount(codes, weights=weights, minlength=len(kinds))
    above = of_kind.sum() - np.cumsum(of_kind) + of_kind / 2
    mean: NDArray[np.float64] = above[codes] / len(values)
    return mean
