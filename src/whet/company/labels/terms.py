"""What do labels, compute, weeks and failure cost, and how fast does each come?"""

import math
from dataclasses import dataclass, fields

from whet.core.errors import InputError


@dataclass(frozen=True)
class Prices:
    """What labels, compute, time and failure cost, in the currency of the plan."""

    label: float = 0.0
    """Of one label."""
    gpu_hour: float = 0.0
    """Of one hour of compute."""
    week: float = 0.0
    """Of every week until the last stage ends: what waiting costs."""
    week_late: float | None = None
    """Of every week after the deadline; None: after it nothing may be bought any more."""
    miss: float = 0.0
    """Of ending without the target met."""


@dataclass(frozen=True)
class Pace:
    """How fast labels and trainings come."""

    labels_per_week: float = math.inf
    """Labels that can be made in a week."""
    hours_fixed: float = 0.0
    """GPU-hours of one training, whatever its rows."""
    hours_per_label: float = 0.0
    """GPU-hours of one training for each row."""
    hours_per_week: float = math.inf
    """GPU-hours that can be used in a week."""
    weeks_per_stage: float = 0.0
    """Weeks that a stage takes besides: to order, measure and decide."""
    stages: int = 5
    """Most stages of buying, measuring and deciding again; at least 1."""
    deadline_weeks: float = math.inf
    """Weeks from now until the target must be met."""
    free_labels: float = 0.0
    """Labels that come for nothing and at once, before any are bought."""
    free_hours: float = 0.0
    """GPU-hours that come for nothing and at once, off the next training."""


@dataclass(frozen=True)
class Cleaning:
    """Checking the labels that are there, where the share of wrong ones is known.

    Of labels of which a share w is wrong at random, n are worth n (1 - 2w)^2 right ones (the factor
    in the sample bound of Angluin and Laird 1988, Machine Learning 2; two classes). It is a bound's
    factor, not a measurement: a measured gain is better.
    """

    wrong: float
    """Share of labels that are wrong now, in [0, 0.5)."""
    wrong_after: float
    """Share that is wrong afterwards, in [0, wrong]."""
    price: float
    """Of checking one label."""
    labels_per_week: float = math.inf
    """Labels that can be checked in a week."""

    def worth(self) -> float:
        """Return by how much the number of labels seems to grow."""
        return float(((1 - 2 * self.wrong_after) / (1 - 2 * self.wrong)) ** 2)


def check_terms(prices: Prices, pace: Pace, cleaning: Cleaning | None = None) -> None:
    """Refuse prices and paces that cannot be.

    Raises:
        InputError: a price is negative or not finite, a rate is not positive, a time or an amount
            is negative, or the shares of wrong labels are not in order.
    """
    for field in fields(prices):
        price = getattr(prices, field.name)
        if price is not None and not (math.isfinite(price) and price >= 0):
            raise InputError(
                f"The price {field.name!r} must be at least 0; found {price:g}. Correct it."
            )
    for field in fields(pace):
        value = getattr(pace, field.name)
        is_rate = field.name in ("labels_per_week", "hours_per_week")
        if not (value > 0 if is_rate else value >= 0):
            raise InputError(
                f"The pace {field.name!r} must be {'more than' if is_rate else 'at least'} 0; "
                f"found {value:g}. Correct it."
            )
    if pace.stages < 1:
        raise InputError(f"A purchase must have at least 1 stage; found {pace.stages}. Allow one.")
    if cleaning is not None:
        _check_cleaning(cleaning)


def _check_cleaning(cleaning: Cleaning) -> None:
    """Refuse cleaning that makes no sense.

    Raises:
        InputError: as `check_terms` says.
    """
    if not 0 <= cleaning.wrong_after <= cleaning.wrong < 0.5:
        raise InputError(
            "The share of wrong labels must be below 0.5, and cleaning must not raise it; found "
            f"{cleaning.wrong:g} before and {cleaning.wrong_after:g} after. Correct them."
        )
    if not (cleaning.price >= 0 and cleaning.labels_per_week > 0):
        raise InputError(
            "Cleaning must have a price of at least 0 and a rate of more than 0 labels a week; "
            f"found {cleaning.price:g} and {cleaning.labels_per_week:g}. Correct them."
        )
