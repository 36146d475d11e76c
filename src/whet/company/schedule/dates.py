"""Which day is slot 37? Slots of a schedule are halves of working days; dates are days, not times.

Only dates are kept, so neither a clock change nor a time zone can move anything, and a leap day is
a day like any other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from whet.core.errors import InputError

HALVES = 2
"""Slots of a working day: a morning and an afternoon."""

WEEKDAYS = frozenset(range(5))
"""Monday to Friday, as `date.weekday` counts."""


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
            day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
        return day

    def last_day(self, end: int) -> date:
        """Return the day on which something that ends before slot `end` is done."""
        return self.day(max(0, end - 1))


def working_grid(
    first: date,
    slots: int,
    *,
    weekdays: Collection[int] = WEEKDAYS,
    holidays: Collection[date] = (),
) -> Grid:
    """Return a grid from the day `first` on with at least so many slots.

    `weekdays` counts Monday as 0; `holidays` are days on which nobody works.

    Raises:
        InputError: no weekday is a working day, or a weekday is none.

    >>> grid = working_grid(date(2028, 2, 28), 6, holidays={date(2028, 3, 1)})
    >>> [str(day) for day in grid.days]  # the leap day is worked, the holiday is not
    ['2028-02-28', '2028-02-29', '2028-03-02']
    >>> grid.end_slot(date(2028, 3, 1)), str(grid.last_day(4))
    (4, '2028-02-29')
    """
    if not weekdays or not set(weekdays) <= set(range(7)):
        found = ", ".join(map(str, sorted(weekdays))) or "none"
        raise InputError(
            f"Working days must be weekdays 0 (Monday) to 6 (Sunday), at least one; found {found}."
        )
    closed, open_days = frozenset(holidays), frozenset(weekdays)
    days: list[date] = []
    day = first
    while len(days) * HALVES < slots:
        if day.weekday() in open_days and day not in closed:
            days.append(day)
        day += timedelta(days=1)
    return Grid(tuple(days))
