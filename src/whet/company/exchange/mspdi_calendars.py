"""Which days does a calendar of MS Project close, and how is one of ours written there?"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from whet.company.exchange.mspdi_xml import (
    Element,
    child,
    children,
    day,
    drop,
    insert,
    number,
    put,
    text,
)
from whet.company.plan.people import Calendar, Period
from whet.company.plan.workdays import WEEK

Values = dict[str, Any]

CALENDAR = ("UID", "GUID", "Name", "IsBaseCalendar", "IsBaselineCalendar", "BaseCalendarUID",
            "WeekDays", "Exceptions", "WorkWeeks")  # fmt: skip
_WEEKDAY = ("DayType", "DayWorking", "TimePeriod", "WorkingTimes")
_EXCEPTION = ("EnteredByOccurrences", "TimePeriod", "Occurrences", "Name", "Type", "DayWorking",
              "WorkingTimes")  # fmt: skip
_TIME = ("FromTime", "ToTime", "FromDate", "ToDate")
_HALF = 0.75
"""Part of a usual day below which a day is a half one."""
_MORNING, _AFTERNOON = ("08:00:00", "12:00:00"), ("13:00:00", "17:00:00")
_DAILY = ("", "1")
"""Types of an exception that closes every day from its first to its last."""


def week_of(calendar: Element, minutes_per_day: float) -> Values:
    """Return the days of the week on which a calendar works; nothing where it says nothing."""
    found = {d: _is_open(d) for d in children(child(calendar, "WeekDays"), "WeekDay")}
    named = {WEEK[(int(number(d, "DayType")) + 5) % 7]: (d, is_open) for d, is_open in found.items()
             if 1 <= number(d, "DayType") <= 7}  # fmt: skip
    if not named:
        return {}
    usual = {name: name not in ("sat", "sun") for name in WEEK}
    works = {name: named[name][1] if name in named else usual[name] for name in WEEK}
    half = [
        name
        for name, (element, is_open) in named.items()
        if is_open and 0 < _minutes(element) < _HALF * minutes_per_day
    ]
    values: Values = {"work_days": [name for name in WEEK if works[name]]}
    if half:
        values["half_days"] = [name for name in WEEK if name in half]
    return values


def _is_open(weekday: Element) -> bool:
    """Return whether a day of the week is one of work."""
    return text(weekday, "DayWorking", "0") == "1"


def _minutes(weekday: Element) -> float:
    """Return the minutes of work of a day of the week; 0 where no times are given."""
    total = 0.0
    for time in children(child(weekday, "WorkingTimes"), "WorkingTime"):
        first, last = text(time, "FromTime"), text(time, "ToTime")
        if first and last:
            total += (_clock(last) or 1440) - _clock(first)
    return total


def _clock(time: str) -> int:
    """Return a time of day such as `08:30:00` in minutes."""
    return int(time[:2]) * 60 + int(time[3:5])


def closed_days(calendar: Element) -> tuple[list[Period], list[str]]:
    """Return the times that a calendar closes, and the names of exceptions that no plan can hold.

    Those open days, or come again by a rule.
    """
    found: list[Period] = []
    other: list[str] = []
    for exception in _exceptions(calendar):
        period = child(exception, "TimePeriod")
        first, last = day(period, "FromDate"), day(period, "ToDate")
        name = text(exception, "Name")
        if first is None or last is None or not is_plain(exception):
            other.append(name or str(first))
        elif (closed := Period(first=first, last=last, why=name)) not in found:
            found.append(closed)
    return found, other


def is_plain(exception: Element) -> bool:
    """Return whether an exception closes each day of its period, and does nothing else."""
    return text(exception, "Type") in _DAILY and text(exception, "DayWorking", "0") == "0"


def _exceptions(calendar: Element) -> Iterator[Element]:
    """Yield the exceptions of a calendar, in the newer and in the older way to write them."""
    newer = children(child(calendar, "Exceptions"), "Exception")
    yield from newer
    if not newer:
        for weekday in children(child(calendar, "WeekDays"), "WeekDay"):
            if number(weekday, "DayType") == 0:
                yield weekday


def closing(periods: Sequence[Period]) -> Values:
    """Return periods as a plan's calendar has them: single unnamed days are holidays."""
    holidays = [p.first for p in periods if p.first == p.last and not p.why]
    closed = [
        {"first": p.first, "last": p.last, **({"why": p.why} if p.why else {})}
        for p in periods
        if p.first != p.last or p.why
    ]
    values: Values = {}
    if holidays:
        values["holidays"] = sorted(holidays)
    if closed:
        values["closed"] = closed
    return values


def write_week(element: Element, calendar: Calendar) -> None:
    """Write the days of the week of a calendar; Sunday is MS Project's first."""
    drop(element, "WeekDays")
    week = insert(element, "WeekDays", CALENDAR)
    for index in range(7):
        name = WEEK[(index + 6) % 7]
        weekday = insert(week, "WeekDay", ("WeekDay",))
        put(weekday, "DayType", str(index + 1), _WEEKDAY)
        put(weekday, "DayWorking", str(int(name in calendar.work_days)), _WEEKDAY)
        if name in calendar.work_days:
            times = insert(weekday, "WorkingTimes", _WEEKDAY)
            is_half = name in calendar.half_days
            for first, last in (_MORNING,) if is_half else (_MORNING, _AFTERNOON):
                time = insert(times, "WorkingTime", ("WorkingTime",))
                put(time, "FromTime", first, _TIME)
                put(time, "ToTime", last, _TIME)


def write_closed(element: Element, periods: Sequence[Period]) -> None:
    """Write the times that a calendar closes; exceptions that no plan can hold stay."""
    holder = child(element, "Exceptions")
    if holder is None:
        holder = insert(element, "Exceptions", CALENDAR)
    for exception in children(holder, "Exception"):
        if is_plain(exception):
            holder.remove(exception)
    for period in periods:
        exception = insert(holder, "Exception", ("Exception",))
        put(exception, "EnteredByOccurrences", "0", _EXCEPTION)
        time = insert(exception, "TimePeriod", _EXCEPTION)
        put(time, "FromDate", f"{period.first}T00:00:00", _TIME)
        put(time, "ToDate", f"{period.last}T23:59:00", _TIME)
        put(exception, "Occurrences", str((period.last - period.first).days + 1), _EXCEPTION)
        if period.why:
            put(exception, "Name", period.why, _EXCEPTION)
        put(exception, "Type", "1", _EXCEPTION)
        put(exception, "DayWorking", "0", _EXCEPTION)
    if not len(holder):
        element.remove(holder)
    else:  # the older way would say it a second time, and perhaps otherwise
        week = child(element, "WeekDays")
        for weekday in children(week, "WeekDay") if week is not None else []:
            if number(weekday, "DayType") == 0 and week is not None:
                week.remove(weekday)


def periods_of(calendar: Calendar) -> list[Period]:
    """Return all that a calendar closes, single days first."""
    return [*(Period(first=d, last=d) for d in calendar.holidays), *calendar.closed]


def working_days(calendar: Calendar, first: date, last: date) -> float:
    """Return the days of work of a calendar between two days, both included."""
    total = 0.0
    for index in range((last - first).days + 1):
        at = first + timedelta(days=index)
        name = WEEK[at.weekday()]
        is_closed = at in calendar.holidays or any(p.first <= at <= p.last for p in calendar.closed)
        if name in calendar.work_days and not is_closed:
            total += 0.5 if name in calendar.half_days else 1
    return total
