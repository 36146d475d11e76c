"""What does a stage of buying, training and measuring take, and at which size does a deadline fall?

How many weeks have gone by at a size follows from the size and the number of stages, since labels
come at a rate: (labels bought) / rate + stages x (weeks and fixed hours of one). Only the hours
that grow with the rows depend on the sizes in between; they are counted apart, as `extra` weeks.
"""

import math
from dataclasses import dataclass

import numpy as np

from whet.company.labels.curve import Floats
from whet.company.labels.terms import Pace, Prices

COST, BOUGHT, HOURS, WEEKS, MET = range(5)
"""Places of what a decision leads to, in the last axis of every table."""

_EXTRAS = 33
"""Amounts of extra weeks at which values are known; between them they are interpolated."""

_LATE = 1e-9
"""Weeks after a final deadline that count as rounding."""


@dataclass(frozen=True)
class Stage:
    """What it takes to go from one size to a larger one."""

    paid: float
    """Labels that are paid for."""
    hours: float
    """GPU-hours that are paid for."""
    weeks: float


@dataclass(frozen=True)
class Stages:
    """Prices and paces of one purchase that starts at `now` labels."""

    prices: Prices
    pace: Pace
    now: float
    """Labels of the largest measured size."""

    def first(self, size: float) -> Stage:
        """Return what the first stage takes; gifts come before it."""
        hours = max(self._hours(size) - self.pace.free_hours, 0.0)
        return self._stage(self._bought(size), hours)

    def later(self, small: float, large: float) -> Stage:
        """Return what a later stage takes."""
        return self._stage(self._bought(large) - self._bought(small), self._hours(large))

    def begun(self, done: int, size: float) -> float:
        """Return the weeks gone by at a size after some stages, but for the extra ones."""
        pace = self.pace
        each = pace.weeks_per_stage + pace.hours_fixed / pace.hours_per_week
        return self._bought(size) / pace.labels_per_week + done * each

    def first_extra(self, size: float) -> float:
        """Return the extra weeks after the first stage."""
        return self.first(size).weeks - self.begun(1, size)

    def extra(self, size: float) -> float:
        """Return the extra weeks that a later stage to a size adds."""
        return self.pace.hours_per_label * size / self.pace.hours_per_week

    def extras(self, last: float) -> Floats:
        """Return the amounts of extra weeks, ascending, at which values are computed: (e,).

        One where nothing depends on the sizes in between: then values are exact.
        """
        pace = self.pace
        least = -min(pace.free_hours, self._hours(last)) / pace.hours_per_week
        most = pace.stages * self.extra(last)
        if math.isinf(pace.deadline_weeks):
            return np.zeros(1)
        return np.linspace(least, most, _EXTRAS) if most > 0 else np.array([self.first_extra(last)])

    def spent(self, stage: Stage, begun: Floats, *, label: float | None = None) -> Floats:
        """Return what a stage itself adds, begun at each moment (e,): (e, 1, 5)."""
        prices = self.prices
        price = prices.label if label is None else label
        told = np.zeros((len(begun), 1, 5))
        told[..., BOUGHT], told[..., HOURS] = stage.paid, stage.hours
        told[..., WEEKS] = stage.weeks
        flat = price * stage.paid + prices.gpu_hour * stage.hours + prices.week * stage.weeks
        told[..., COST] = flat + self._lateness(stage.weeks, begun)[:, None]
        return told

    def deadlines(self, last: float) -> list[float]:
        """Return the sizes up to `last` at which the deadline falls after one, two, … stages.

        Each of them but the last is taken to train on what there is now, which is exact where hours
        do not grow with the rows.
        """
        pace = self.pace
        per_label = 1 / pace.labels_per_week + self.extra(1.0)
        if math.isinf(pace.deadline_weeks) or per_label == 0:
            return []
        free = (self.now + pace.free_labels) / pace.labels_per_week
        free += pace.free_hours / pace.hours_per_week
        gone = [
            self.begun(done, self.now) + (done - 1) * self.extra(self.now)
            for done in range(1, pace.stages + 1)
        ]
        found = [(pace.deadline_weeks - weeks + free) / per_label for weeks in gone]
        return [size for size in found if self.now < size < last]

    def _lateness(self, weeks: float, begun: Floats) -> Floats:
        """Return what so many weeks cost for ending late, begun at each moment: (e,)."""
        deadline = self.pace.deadline_weeks
        if math.isinf(deadline):
            return np.zeros(len(begun))
        over = np.maximum(begun + weeks - deadline, 0.0)
        if self.prices.week_late is None:
            return np.where(over > _LATE, np.inf, 0.0)
        return self.prices.week_late * np.minimum(over, weeks)

    def _bought(self, size: float) -> float:
        """Return the labels that are paid for until there are so many; gifts are used first."""
        return max(size - self.now - self.pace.free_labels, 0.0)

    def _hours(self, size: float) -> float:
        """Return the GPU-hours of one training."""
        return self.pace.hours_fixed + self.pace.hours_per_label * size

    def _stage(self, paid: float, hours: float) -> Stage:
        """Return a stage with its weeks."""
        pace = self.pace
        weeks = paid / pace.labels_per_week + hours / pace.hours_per_week + pace.weeks_per_stage
        return Stage(paid, hours, weeks)
