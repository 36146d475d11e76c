"""How long do the tasks `label` and `train` take for a quality target? Effort, from the same draws.

A schedule that reads its labelling and training from here moves as soon as the curve gets worse.
Draws that do not reach the target within two doublings count as two doublings; the share of the
others is told, and a plan must not hide it.
"""

import math
from dataclasses import dataclass

import numpy as np

from whet.company.labels.curve import Floats
from whet.company.labels.forecast import Forecast
from whet.company.labels.requirement import Target, check_target, sizes_needed
from whet.core.errors import InputError

LEVELS = (0.1, 0.5, 0.9)
"""Quantiles of a three-point estimate."""


@dataclass(frozen=True)
class Workload:
    """What a label and a training take."""

    labels_per_person_day: float
    """Labels that one person makes in a working day."""
    train_days_fixed: float = 0.0
    """Days that a training and its measurement keep one person busy, whatever its size."""
    train_days_per_label: float = 0.0
    """Days of it for each label."""
    stages: int = 1
    """Most rounds of buying, training and measuring; there is one for each doubling begun."""


@dataclass(frozen=True)
class Effort:
    """The effort of one quality target, draw by draw, so that a simulation can share the draws."""

    labels: Floats
    """Labels still to be made in each draw, shape (d,)."""
    label_days: Floats
    """Person-days of labelling in each draw, shape (d,)."""
    train_days: Floats
    """Person-days of training in each draw, shape (d,)."""
    within_reach: float
    """Share of draws that meet the target within two doublings and with the labels there are."""

    def label_estimate(self) -> tuple[float, float, float]:
        """Return the 10 %, 50 % and 90 % quantile of the person-days of labelling."""
        return _three(self.label_days)

    def train_estimate(self) -> tuple[float, float, float]:
        """Return the 10 %, 50 % and 90 % quantile of the person-days of training."""
        return _three(self.train_days)


def effort_for(
    forecast: Forecast,
    target: Target,
    workload: Workload,
    *,
    at_hand: float = 0.0,
    most: float = math.inf,
) -> Effort:
    """Return the effort that a target takes, as a distribution.

    Args:
        forecast: draws of the curve.
        target: the score.
        workload: what a label and a training take.
        at_hand: labels beyond the largest measured size that are there already.
        most: labels that can be had at all; two doublings at most in any case.

    Raises:
        InputError: the target is impossible, or a rate is not positive.
    """
    check_target(forecast, target)
    _check_workload(workload)
    needed = sizes_needed(forecast, target)
    farthest = max(min(float(forecast.sizes[-1]), most), forecast.curve.largest)
    reached = np.minimum(needed, farthest)
    labels = np.maximum(reached - forecast.curve.largest - at_hand, 0.0)
    doublings = np.log2(reached / forecast.curve.largest)
    rounds = np.clip(np.ceil(doublings - 1e-9), 1, workload.stages)  # one checks what is there
    train = workload.train_days_fixed + workload.train_days_per_label * reached
    return Effort(
        labels=labels,
        label_days=labels / workload.labels_per_person_day,
        train_days=rounds * train,
        within_reach=float((needed <= farthest).mean()),
    )


def _check_workload(workload: Workload) -> None:
    """Refuse a rate that is not positive, or days that are negative.

    Raises:
        InputError: as `effort_for` says.
    """
    if not workload.labels_per_person_day > 0:
        raise InputError(
            "Labels per person-day must be more than 0; found "
            f"{workload.labels_per_person_day:g}. Give a rate of labelling."
        )
    if min(workload.train_days_fixed, workload.train_days_per_label) < 0:
        raise InputError(
            "The days of a training must be at least 0; found "
            f"{workload.train_days_fixed:g} and {workload.train_days_per_label:g} for each label. "
            "Correct them."
        )


def _three(days: Floats) -> tuple[float, float, float]:
    """Return the three quantiles of a three-point estimate."""
    low, middle, high = (float(one) for one in np.quantile(days, LEVELS))
    return low, middle, high
