"""Which months does a plan have, and how many days does somebody work in each?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from whet.company.plan.people import Calendar, Person
from whet.company.plan.workdays import WorkDays


@dataclass(frozen=True)
class Month:
    """Days of one month of a plan, both included; the first month begins on the plan's start."""

    first: date
    last: date

    def __str__(self) -> str:
        """Return the month as people sort it.

        >>> str(Month(date(2027, 2, 1), date(2027, 2, 28)))
        '2027-02'
        """
        return f"{self.first:%Y-%m}"


def months_of(start: date, count: int) -> tuple[Month, ...]:
    """Return calendar months from a day on; the first may be a part of one.

    >>> [str(month.last) for month in months_of(date(2028, 1, 31), 2)]
    ['2028-01-31', '2028-02-29']
    """
    months, first = [], start
    for _ in range(count):
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        months.append(Month(first, following - timedelta(days=1)))
        first = following
    return tuple(months)


def productive_days(
    person: Person, months: Sequence[Month], calendars: Sequence[Calendar]
) -> tuple[float, ...]:
    """Return the full days of output of a person in each month, ramp-up counted.

    The first month of the ramp-up begins on the first day of work, not on the first of a month.
    """
    work = WorkDays(person, calendars)
    if not person.start or not person.ramp_up:
        return tuple(work.between(month.first, month.last) for month in months)
    totals = []
    for month in months:
        days = (month.last - month.first).days + 1
        worked = (month.first + timedelta(days=i) for i in range(days))
        totals.append(sum(work.on(day) * _ramped(person, day) for day in worked))
    return tuple(totals)


def ramp_days(
    person: Person, months: Sequence[Month], calendars: Sequence[Calendar]
) -> tuple[float, ...]:
    """Return the full days of each month on which a person still is in the ramp-up."""
    if not person.start or not person.ramp_up:
        return (0.0,) * len(months)
    work = WorkDays(person, calendars)
    totals = []
    for month in months:
        days = (month.first + timedelta(days=i) for i in range((month.last - month.first).days + 1))
        totals.append(sum(work.on(day) for day in days if _age(person, day) < len(person.ramp_up)))
    return tuple(totals)


def _age(person: Person, day: date) -> int:
    """Return the full months that a person has been here; 0 in the first."""
    start = person.start or day
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months - (day.day < start.day))


def _ramped(person: Person, day: date) -> float:
    """Return the share of full output of a person on a day."""
    age = _age(person, day)
    return person.ramp_up[age] if age < len(person.ramp_up) else 1.0
