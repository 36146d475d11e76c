"""How many full days of work does somebody have between two days?

Weeks, half days, holidays, closed times, absences, the first and the last day, and the share of a
full week are counted; the ramp-up of new people is not.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

from whet.company.plan.people import Calendar, Period, Person

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MONDAY_TO_FRIDAY = Calendar(id="monday-to-friday")
"""Calendar of a plan that names none."""


def calendar_of(name: str | None, calendars: Sequence[Calendar]) -> Calendar:
    """Return the calendar of a person or hire who names `name`: the first one where None."""
    named = [calendar for calendar in calendars if name in (None, calendar.id)]
    return named[0] if named else MONDAY_TO_FRIDAY


class WorkDays:
    """Counts the days of one person."""

    def __init__(self, person: Person, calendars: Sequence[Calendar]) -> None:
        self._person = person
        self._calendar = calendar_of(person.calendar, calendars)
        self._origin: date | None = None
        self._sums: list[float] = []
        """Full days of work before each day from `_origin` on, as far as anybody asked."""

    def on(self, day: date) -> float:
        """Return the part of a full day that the person works on a day, from 0 to 1."""
        person, calendar = self._person, self._calendar
        name = WEEK[day.weekday()]
        if name not in calendar.work_days or day in self._holidays:
            return 0.0
        if (person.start and day < person.start) or (person.end and day > person.end):
            return 0.0
        if any(_holds(period, day) for period in (*calendar.closed, *person.away)):
            return 0.0
        return person.share * (0.5 if name in calendar.half_days else 1.0)

    def between(self, first: date, last: date) -> float:
        """Return the full days of work from one day to another, both included; 0 the other way."""
        if last < first:
            return 0.0
        if self._origin is None or first < self._origin:
            self._origin, self._sums = first, [0.0]
        wanted = (last - self._origin).days + 1
        while len(self._sums) <= wanted:
            day = self._origin + timedelta(days=len(self._sums) - 1)
            self._sums.append(self._sums[-1] + self.on(day))
        return self._sums[wanted] - self._sums[(first - self._origin).days]

    @cached_property
    def _holidays(self) -> frozenset[date]:
        """Single days on which nobody works."""
        return frozenset(self._calendar.holidays)


def _holds(period: Period, day: date) -> bool:
    """Return whether a day lies in a period."""
    return period.first <= day <= period.last
