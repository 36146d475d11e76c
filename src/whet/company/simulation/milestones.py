"""When will a milestone be reached, and how late is it likely to be? Dates with their odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from whet.company.simulation.calendars import day_of
from whet.company.simulation.streams import Draws
from whet.company.simulation.summary import Estimate, mean, quantile, share

LEVELS = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class DateAt:
    """A date that is held with some probability."""

    level: float
    """Probability that it is reached by then, in (0, 1)."""
    date: date
    """The last day of the work."""
    days: Estimate
    """The same in calendar days from the plan's start, with its Monte Carlo error."""


@dataclass(frozen=True)
class MilestoneDates:
    """What the draws say about one milestone."""

    id: str
    """The milestone or task."""
    deadline: date | None
    """When it is wanted."""
    mean: Estimate
    """Expected time, in calendar days from the plan's start."""
    dates: tuple[DateAt, ...]
    """Dates at 50, 80 and 95 %, or at other levels that were asked for."""
    late: Estimate | None
    """Probability of missing the deadline; None without one."""
    tardiness: Estimate | None
    """Expected calendar days after the deadline, counting 0 where it is held; None without one."""


def milestone_dates(
    name: str,
    finish: Draws,
    *,
    start: date,
    deadline: date | None = None,
    levels: Sequence[float] = LEVELS,
) -> MilestoneDates:
    """Return dates and odds from a milestone's `finish` in days from `start`, shape (draws,)."""
    dates = []
    for level in levels:
        found = quantile(finish, level)
        dates.append(DateAt(level, day_of(start, found.value), found))
    late = tardiness = None
    if deadline is not None:
        over = lateness(finish, start, deadline)
        late, tardiness = share(over > 0), mean(over)
    return MilestoneDates(name, deadline, mean(finish), tuple(dates), late, tardiness)


def lateness(finish: Draws, start: date, deadline: date) -> Draws:
    """Return whole calendar days after the deadline in each draw, at least 0.

    Work that ends at any hour of the deadline's day is in time.
    """
    last_day = np.ceil(finish - 1e-6) - 1
    return np.asarray(np.maximum(last_day - (deadline - start).days, 0.0), dtype=np.float64)
