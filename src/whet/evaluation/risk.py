"""When should the model stay silent, so that at most the stated share of its answers is wrong?

A threshold on the confidence is chosen on rows that no model learned from, and tested, not
guessed: with probability `level` over such rows, the share of wrong answers among those given to
messages like them is at most `wrong_answers`.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.stats import beta

from whet.cards import schema
from whet.core.errors import InputError
from whet.evaluation.intervals import Interval, estimate, sum_by_unit, unit_codes, wilson
from whet.evaluation.metrics import Floats

Booleans = NDArray[np.bool_]

_STEPS = 25  # thresholds tested after the first; more steps mean more chances to stop too early
_ERRORS_AT_START = 3
_MOST_ROWS = 10**9


@dataclass(frozen=True)
class ThresholdChoice:
    """The threshold, what it does on the rows that chose it, and the bound that is promised.

    `threshold` is None when nothing can be promised; then coverage is 0 and risk and bound are
    those of the strictest threshold that was tested (1 when there were too few rows to test one).
    """

    threshold: float | None
    coverage: float
    risk: float
    bound: float
    sentence: str


@dataclass(frozen=True)
class RiskMeasure:
    """Share of rows answered, and share of wrong ones among them (None when none is answered)."""

    coverage: Interval
    risk: Interval | None


@dataclass(frozen=True)
class CurvePoint:
    """At this threshold, the share of rows answered and the share of wrong ones among them."""

    threshold: float
    coverage: float
    risk: float


def upper_bound(wrong: ArrayLike, n: ArrayLike, level: float) -> Floats:
    """Return the exact upper confidence bound of a share from `wrong` among `n`.

    Counts may be fractions: the effective counts of clustered rows.

    Source: Clopper and Pearson 1934, Biometrika 26.

    >>> float(upper_bound(0, 45, 0.9).round(4))
    0.0499
    """
    failures, right = np.asarray(wrong), np.asarray(n) - np.asarray(wrong)
    bound: Floats = np.where(
        right > 0, beta.ppf(level, failures + 1, np.where(right > 0, right, 1)), 1.0
    )
    return bound


def choose_threshold(
    confidence: Floats,
    correct: Booleans,
    *,
    wrong_answers: float,
    level: float,
    units: NDArray[Any] | None = None,
) -> ThresholdChoice:
    """Return the smallest threshold at which the risk is proven to be at most `wrong_answers`.

    Thresholds are tested from the strictest to the loosest, each at the full level, and the first
    that fails ends the search; so the promise holds for all tests together. The first threshold
    leaves enough rows that a few errors among them can pass; where to start depends on the number
    of rows and the design effect, never on which rows are right. A row is answered when its
    confidence is at least the threshold.

    What is assumed: rows (or, with `units`, units) are drawn independently from the messages that
    will come, and the risk falls as the threshold rises. Rows of one unit that are right or wrong
    together count for less: all counts are divided by the design effect, estimated from all rows
    and not from the answered ones alone, which makes the bound approximate.

    Args:
        confidence: (n,), larger is surer.
        correct: (n,), whether the answer is right.
        wrong_answers: the largest share of wrong answers that is acceptable.
        level: probability with which the promise must hold, for example 0.9.
        units: id (n,) of the unit of each row; None when rows are independent.

    Raises:
        InputError: shapes disagree or there are no rows; see also `unit_codes`.

    Source: Angelopoulos et al. 2021, Learn then Test, arXiv:2110.01052, section 3 (fixed-sequence
        testing); design effect: Kish 1965, Survey Sampling.
    """
    _check(confidence, correct)
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~correct[order])
    effect = design_effect(correct, unit_codes(units, len(correct)))
    sizes = _sizes(ranked, wrong_answers, level, effect)
    if not sizes.size:
        return _refuse_few(len(ranked), wrong_answers, level, effect)
    risk = wrong[sizes - 1] / sizes
    bounds = upper_bound(wrong[sizes - 1] / effect, sizes / effect, level)
    passed = int(np.cumprod(bounds <= wrong_answers).sum())
    if not passed:
        return _refuse_risk(sizes[0], risk[0], bounds[0], wrong_answers, level, effect)
    last = passed - 1
    coverage = sizes[last] / len(ranked)
    sentence = (
        f"Answering {100 * coverage:.1f} % of messages, at most {100 * wrong_answers:.4g} % of the "
        f"answers are wrong with {100 * level:.4g} % confidence "
        f"({100 * risk[last]:.1f} % were on {len(ranked)} calibration rows)."
    )
    threshold = float(ranked[sizes[last] - 1])
    return ThresholdChoice(
        threshold, float(coverage), float(risk[last]), float(bounds[last]), sentence
    )


def _check(confidence: Floats, correct: Booleans) -> None:
    """Refuse shapes that disagree."""
    if confidence.ndim != 1 or confidence.shape != correct.shape or not confidence.size:
        raise InputError(
            "Confidence and correct must both be (n,) with n > 0; "
            f"got {confidence.shape} and {correct.shape}. Pass the same rows in both."
        )


@lru_cache(maxsize=64)
def rows_needed(errors: int, wrong_answers: float, level: float) -> int:
    """Return the number of independent rows with which `errors` wrong ones still pass the test.

    >>> rows_needed(0, 0.05, 0.9)
    45
    """
    return _smallest(lambda n: bool(upper_bound(errors, n, level) <= wrong_answers))


def _smallest(holds: Callable[[int], bool]) -> int:
    """Return the smallest positive number for which a condition holds from there on."""
    return bisect_left(range(1, _MOST_ROWS), True, key=holds) + 1


def design_effect(correct: Booleans, codes: NDArray[np.integer]) -> float:
    """Return by how much clusters inflate the variance of the share of right rows, at least 1.

    It is 1 + (m - 1) * r for the size-weighted mean cluster size m and the intraclass correlation
    r, estimated by analysis of variance, between 0 and 1.

    Args:
        correct: (n,).
        codes: ids (n,) of the units in [0, u).

    Source: Donner and Klar 2000, Cluster Randomization Trials, chapter 5.
    """
    size = np.bincount(codes)
    n, u = len(codes), len(size)
    if u == n:
        return 1.0
    weighted = float(np.square(size).sum() / n)
    if u == 1:
        return weighted
    mean = np.bincount(codes, weights=correct) / size
    between = float((size * np.square(mean - correct.mean())).sum() / (u - 1))
    within = float((size * mean * (1 - mean)).sum() / (n - u))
    typical = (n - weighted) / (u - 1)
    spread = between + (typical - 1) * within
    correlation = (between - within) / spread if spread > 0 else 1.0
    return 1 + (weighted - 1) * min(max(correlation, 0.0), 1.0)


def _sizes(
    ranked: Floats, wrong_answers: float, level: float, effect: float
) -> NDArray[np.integer]:
    """Return how many of the surest rows each tested threshold answers, ascending.

    Rows of equal confidence are answered together. Starting with room for three errors found the
    most coverage in simulations, unless that takes more than half of the rows.
    """
    n = len(ranked)
    allowed = range(_ERRORS_AT_START, -1, -1)
    starts = [int(np.ceil(effect * rows_needed(e, wrong_answers, level))) for e in allowed]
    fitting = [start for start in starts if start <= n / 2] or [starts[-1]]
    if fitting[0] > n:
        return np.array([], dtype=np.int64)
    wanted = np.linspace(fitting[0], n, _STEPS + 1).round().astype(np.int64)
    ends = np.append(np.flatnonzero(ranked[:-1] > ranked[1:]) + 1, n)
    return np.unique(ends[np.searchsorted(ends, wanted)])


def _refuse_few(n: int, wrong_answers: float, level: float, effect: float) -> ThresholdChoice:
    """Return the choice of no threshold because even a faultless model could not pass."""
    needed = int(np.ceil(effect * rows_needed(0, wrong_answers, level)))
    sentence = (
        f"Nothing can be promised: to bound wrong answers by {100 * wrong_answers:.4g} % with "
        f"{100 * level:.4g} % confidence at least {needed} calibration rows are needed, and there "
        f"are {n}."
    )
    return ThresholdChoice(None, 0.0, 1.0, 1.0, sentence)


def _refuse_risk(
    size: int, risk: float, bound: float, wrong_answers: float, level: float, effect: float
) -> ThresholdChoice:
    """Return the choice of no threshold because the surest answers are wrong too often."""
    advice = "More rows will not help while that is above the target."
    if risk < wrong_answers:
        more = _smallest(lambda n: bool(upper_bound(risk * n, n, level) <= wrong_answers))
        advice = f"About {more * effect / size:.1f} times as many calibration rows are needed."
    sentence = (
        f"Nothing can be promised: of the {size} surest answers {100 * risk:.1f} % are wrong, "
        f"which bounds the share by {100 * bound:.1f} % with {100 * level:.4g} % confidence and "
        f"not by {100 * wrong_answers:.4g} %. {advice}"
    )
    return ThresholdChoice(None, 0.0, float(risk), float(bound), sentence)


def measure_risk(
    confidence: Floats,
    correct: Booleans,
    threshold: float,
    units: NDArray[Any] | None = None,
    *,
    interval: schema.Interval,
    seed: int,
) -> RiskMeasure:
    """Return coverage and risk of a threshold on rows that did not choose it, with intervals.

    Shapes: confidence (n,), correct (n,), units (n,) or None for independent rows.

    Raises:
        InputError: shapes disagree or there are no rows; see also `unit_codes`.
    """
    _check(confidence, correct)
    answered = confidence >= threshold
    rows = np.stack([np.ones(len(answered)), answered, answered & ~correct], axis=1)
    sums = sum_by_unit(csr_array(rows.astype(np.float64)), unit_codes(units, len(answered)))

    def shares(total: Floats) -> Floats:
        risk = np.full(len(total), np.nan)
        np.divide(total[:, 2], total[:, 1], out=risk, where=total[:, 1] > 0)
        return np.stack([total[:, 1] / total[:, 0], risk], axis=1)

    estimated = estimate(sums, shares, n=interval.n, seed=seed)
    bearing = np.array([sums.shape[0], int((sums[:, [1]].toarray() > 0).sum())])
    low, high = wilson(estimated, bearing, interval.level)
    coverage, risk = (
        Interval(float(estimated.value[i]), float(low[i]), float(high[i])) for i in (0, 1)
    )
    return RiskMeasure(coverage, risk if answered.any() else None)


def risk_curve(confidence: Floats, correct: Booleans, *, points: int = 50) -> list[CurvePoint]:
    """Return at most `points` points from few answers to all, at even steps of coverage.

    Shapes: confidence (n,), correct (n,).

    Raises:
        InputError: shapes disagree or there are no rows.
    """
    _check(confidence, correct)
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong, n = confidence[order], np.cumsum(~correct[order]), len(order)
    ends = np.append(np.flatnonzero(ranked[:-1] > ranked[1:]) + 1, n)
    wanted = np.linspace(0, n, points + 1)[1:]
    sizes = np.unique(ends[np.searchsorted(ends, wanted)])
    return [CurvePoint(float(ranked[s - 1]), float(s / n), float(wrong[s - 1] / s)) for s in sizes]
