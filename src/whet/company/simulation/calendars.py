"""When is a piece of work done that starts then? Working capacity by day, for many draws at once.

Time is counted in days from the plan's start, as a real number: 0 is that morning, 5.0 the end of
the fifth day. A crew has a capacity for each calendar day, in person-days of effort: 0 on holidays,
0.5 for one half-time person, less than 1 while a new hire still learns. Days are days of the
calendar, so that leap days count and clock changes do not.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.streams import Draws
from whet.core.errors import InputError

WEEK = frozenset({0, 1, 2, 3, 4})
"""Monday to Friday."""
_SLACK = 1e-9
_LAST_WEEKS = 28


@dataclass(frozen=True)
class Capacity:
    """How much effort a crew can do on each calendar day."""

    name: str
    """Name, for messages."""
    daily: NDArray[np.float64]
    """Person-days of each calendar day from the plan's start, shape (days,), at least 0."""

    def __post_init__(self) -> None:
        tail = self.daily[-_LAST_WEEKS:]
        if self.daily.size == 0 or not np.all(self.daily >= 0) or not tail.sum() > 0:
            raise InputError(
                f"The crew {self.name!r} needs working time until the end of the calendar "
                f"({len(self.daily):,} days); found none in its last four weeks. "
                "Name someone who is there, or end the work before they leave."
            )
        object.__setattr__(self, "_done", np.concatenate([[0.0], np.cumsum(self.daily)]))

    @property
    def done(self) -> NDArray[np.float64]:
        """Person-days that were possible until each midnight, shape (days + 1,)."""
        found: NDArray[np.float64] = self._done  # type: ignore[attr-defined]
        return found

    def finish(self, start: Draws, work: Draws) -> Draws:
        """Return when `work` person-days that begin at `start` days are done, in days.

        Beyond the calendar the crew goes on as in its last four weeks.
        """
        days, done = len(self.daily), self.done
        rate = float(np.mean(self.daily[-_LAST_WEEKS:]))
        before = np.interp(start, np.arange(days + 1), done)
        before = before + np.maximum(start - days, 0.0) * rate
        target = before + work
        day = np.clip(np.searchsorted(done, target - _SLACK, side="left") - 1, 0, days - 1)
        speed = self.daily[day]
        inside = day + (target - done[day]) / np.where(speed > 0, speed, 1.0)
        beyond = days + (target - done[-1]) / rate
        ended = np.where(target > done[-1] + _SLACK, beyond, inside)
        return np.where(work > 0, np.maximum(ended, start), start)


def working_days(
    start: date,
    days: int,
    *,
    weekdays: Collection[int] = WEEK,
    off: Collection[date] = (),
    share: float = 1.0,
) -> NDArray[np.float64]:
    """Return the capacity of one person for each of `days` calendar days from `start`.

    `weekdays` counts Monday as 0, `off` are holidays and vacations, `share` in (0, 1] is the part
    of a full day's work that the person does.
    """
    first = start.weekday()
    daily = np.array([share if (first + i) % 7 in weekdays else 0.0 for i in range(days)])
    for day in off:
        position = (day - start).days
        if 0 <= position < days:
            daily[position] = 0.0
    return daily


def together(name: str, people: Iterable[NDArray[np.float64]]) -> Capacity:
    """Return the capacity of people who share a task's work."""
    return Capacity(name, np.sum(list(people), axis=0))


def day_of(start: date, time: float) -> date:
    """Return the date on which something ends at `time` days: 5.0 is the end of the fifth day.

    What ends at 0 needs no time and is done on the first day; what ended before has its own day.

    >>> day_of(date(2028, 2, 28), 2.0)
    datetime.date(2028, 2, 29)
    """
    return start + timedelta(days=last_day(time))


def last_day(time: float) -> int:
    """Return the day on which something ends at `time` days, counted from the plan's first, 0.

    >>> last_day(5.0), last_day(0.0), last_day(-0.5)
    (4, 0, -1)
    """
    day = int(np.ceil(time - 1e-6)) - 1
    return day if time < 0 else max(day, 0)
