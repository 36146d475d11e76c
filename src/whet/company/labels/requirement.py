"""How many labels does a target need, and how likely is it met with so many, or by a date?

The probability of meeting a target is that of a *future* test set: a draw of the true curve, judged
once more with the noise of its test rows. A target that many draws do not reach within two
doublings has no honest number of labels: the share that does is told instead of one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.special import ndtr

from whet.company.labels.curve import Floats
from whet.company.labels.forecast import Forecast
from whet.company.labels.stages import Stages
from whet.company.labels.terms import Pace, Prices
from whet.core.errors import InputError

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Target:
    """A score to be reached, and on how many fresh rows it will be judged."""

    score: float
    """Value of the curve's metric."""
    test_rows: int | None = None
    """Rows of the future test set; as many as the curve's own when None."""


@dataclass(frozen=True)
class Requirement:
    """How many labels (or steps, or hours) a target needs."""

    target: Target
    quantiles: tuple[float | None, ...]
    """Sizes by which the share of draws in `levels` has met the target; None: not within reach."""
    levels: tuple[float, ...]
    within_reach: float
    """Probability that the target is met within two doublings."""
    farthest: float
    """Two doublings beyond the largest measured size."""
    already: float
    """Probability that the largest measured size meets it."""


def check_target(forecast: Forecast, target: Target) -> None:
    """Refuse a target that no score can be.

    Raises:
        InputError: it is not finite, negative, outside [0, 1] where the metric is within, or its
            test rows are fewer than 1.
    """
    curve, score = forecast.curve, target.score
    is_possible = math.isfinite(score) and score >= 0 and (curve.is_error or score <= 1)
    if not is_possible:
        kind = "at least 0" if curve.is_error else "in [0, 1]"
        raise InputError(
            f"The target for {curve.name} must have {curve.metric} {kind}; found {score:g}. "
            "Write 90 % as 0.9."
        )
    if target.test_rows is not None and target.test_rows < 1:
        raise InputError(
            f"The future test set must have at least 1 row; found {target.test_rows}. "
            "Give its rows, or leave them out."
        )


def judging_noise(forecast: Forecast, target: Target, errors: Floats) -> Floats:
    """Return the standard deviation of one future judgement of each error.

    Seeds: one standard error of the largest size. Test rows, where known: the binomial noise of the
    new ones, and once more of those that measured the curve, which shifted all of it by luck.
    """
    known = [
        n for n in (target.test_rows or forecast.curve.test_rows, forecast.curve.test_rows) if n
    ]
    share = np.clip(errors, 0.0, 1.0)
    binomial = sum(1.0 / n for n in known) * share * (1 - share)
    if forecast.curve.is_error:
        binomial = 0.0 * binomial  # a loss is no share of rows
    noise: Floats = np.sqrt(np.square(forecast.curve.se[-1]) + binomial)
    return noise


def met(forecast: Forecast, target: Target, errors: Floats) -> Floats:
    """Return how likely each error meets the target when it is judged again, same shape."""
    allowed = forecast.curve.score(target.score)
    chance: Floats = ndtr((allowed - errors) / judging_noise(forecast, target, errors))
    return chance


def chance_at(forecast: Forecast, target: Target, size: float) -> float:
    """Return the probability that a future test set finds the target met at a size.

    Raises:
        InputError: the size is out of reach, or the target impossible.
    """
    check_target(forecast, target)
    return float(met(forecast, target, forecast.at(size)).mean())


def requirement(
    forecast: Forecast, target: Target, levels: Sequence[float] = (0.1, 0.5, 0.8, 0.9)
) -> Requirement:
    """Return the distribution of the size that a target needs.

    Raises:
        InputError: the target is impossible.
    """
    check_target(forecast, target)
    needed = sizes_needed(forecast, target)
    told = [float(np.quantile(needed, level, method="inverted_cdf")) for level in levels]
    return Requirement(
        target=target,
        quantiles=tuple(one if math.isfinite(one) else None for one in told),
        levels=tuple(levels),
        within_reach=float(np.isfinite(needed).mean()),
        farthest=float(forecast.sizes[-1]),
        already=float(met(forecast, target, forecast.draws[:, 0]).mean()),
    )


def sizes_needed(forecast: Forecast, target: Target) -> Floats:
    """Return the smallest size at which each draw meets the target; infinite where none does.

    Each draw is judged with one luck of its own at all sizes, as one test set would judge it.
    """
    noise = judging_noise(forecast, target, forecast.draws)
    luck = forecast.noise / np.maximum(forecast.noise.std(), 1e-300)
    allowed = forecast.curve.score(target.score)
    excess = forecast.draws + luck[:, None] * noise - allowed
    is_met = excess <= 0
    first = is_met.argmax(axis=1)
    rows, before = np.arange(len(first)), np.maximum(first - 1, 0)
    high, low = excess[rows, before], excess[rows, first]
    share = np.where(first > 0, high / np.where(high > low, high - low, 1.0), 0.0)
    logs = np.log(forecast.sizes)
    size = np.exp(logs[before] + share * (logs[first] - logs[before]))
    size = np.where(first == 0, forecast.sizes[0], size)
    needed: Floats = np.where(is_met.any(axis=1), size, np.inf)
    return needed


def chance_by(
    forecast: Forecast,
    target: Target,
    *,
    start: date,
    by: date,
    pace: Pace,
    most: float = math.inf,
) -> float:
    """Return the probability that labelling at a pace, and one training, meet the target by a date.

    Labels are made until there is just time to train on them and to measure; where there is no time
    to train at all, what was measured must do.

    Args:
        forecast: draws of the curve.
        target: the score.
        start: first day of labelling.
        by: last day, included.
        pace: how fast labels and trainings come; its own deadline and stages do not count.
        most: labels that can be had at all.

    Raises:
        InputError: the rate is not positive, the date lies before the start, or the target is
            impossible. A date at which more than two doublings would be labelled counts as two.
    """
    if not pace.labels_per_week > 0:
        raise InputError(
            f"Labels a week must be more than 0; found {pace.labels_per_week:g}. "
            "Give a rate of labelling."
        )
    if by < start:
        raise InputError(
            f"The date of a target must not lie before the start {start}; found {by}. "
            "Give a later date."
        )
    now, farthest = forecast.curve.largest, min(float(forecast.sizes[-1]), most)
    size = _labelled(now, farthest, ((by - start).days + 1) / DAYS_PER_WEEK, pace)
    return chance_at(forecast, target, max(min(size, farthest), now))


def _labelled(now: float, farthest: float, weeks: float, pace: Pace) -> float:
    """Return how many labels there are when the last training must begin."""
    stages = Stages(Prices(), replace(pace, deadline_weeks=weeks, stages=1), now)
    is_in_time = stages.first(now + pace.free_labels).weeks <= weeks
    reached = stages.deadlines(math.inf) if is_in_time else [now]
    if not reached:  # nothing takes time, or all of it goes into the training
        reached = [now if math.isfinite(pace.labels_per_week) else farthest]
    return reached[0]
