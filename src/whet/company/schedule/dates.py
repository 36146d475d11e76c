"""Which day is slot 37? Slots of a schedule are halves of working days; dates are days, not times.

Only dates are kept, so neither a clock change nor a time zone can move anything, and a leap day is
a day like any other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from whet.core.errors import InputError

HALVES = 2
"""Slots of a working day: a morning and an afternoon."""

_LONGEST_CLOSED = 366
"""Days without any work after which a calendar is taken for a mistake."""


def is_weekday(day: date) -> bool:
    """Return whether a day is one from Monday to Friday."""
    return day.weekday() < 5


@dataclass(frozen=True)
class Grid:
    """The working days of a plan, in order; two slots each."""

    days: tuple[date, ...]
    """Every day on which anybody works."""

    @property
    def slots(self) -> int:
        """Return how many slots there are."""
        return len(self.days) * HALVES

    def first_slot(self, day: date) -> int:
        """Return the first slot on or after a day; the number of slots when all are before it."""
        return bisect_left(self.days, day) * HALVES

    def end_slot(self, day: date) -> int:
        """Return the first slot after the end of a day: what ends by then is done on that day."""
        return bisect_right(self.days, day) * HALVES

    def day(self, slot: int) -> date:
        """Return the day of a slot; after the last one working days go on, Monday to Friday."""
        index = slot // HALVES
        if index < len(self.days):
            return self.days[index]
        day = self.days[-1]
        for _ in range(index - len(self.days) + 1):
            day += timedelta(days=1)
            while not is_weekday(day):
                day += timedelta(days=1)
        return day

    def last_day(self, end: int) -> date:
        """Return the day on which something that ends before slot `end` is done."""
        return self.day(max(0, end - 1))


def working_grid(first: date, slots: int, *, is_open: Callable[[date], bool] = is_weekday) -> Grid:
    """Return a grid from the day `first` on with at least so many slots.

    `is_open` tells whether anybody works on a day.

    Raises:
        InputError: nobody works for more than a year.

    >>> grid = working_grid(date(2028, 2, 28), 6)
    >>> [str(day) for day in grid.days]  # the leap day is worked
    ['2028-02-28', '2028-02-29', '2028-03-01']
    >>> grid.end_slot(date(2028, 2, 29)), str(grid.last_day(4))
    (4, '2028-02-29')
    """
    days: list[date] = []
    day = last = first
    while len(days) * HALVES < slots:
        if is_open(day):
            days.append(day)
            last = day
        elif (day - last).days > _LONGEST_CLOSED:
            raise InputError(
                f"Somebody must work at some time; nobody does for a year after {last}. Look at "
                "the calendars and at the first and last days of people."
            )
        day += timedelta(days=1)
    return Grid(tuple(days))
