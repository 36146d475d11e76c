"""How does a plan stand in a calendar program, and which holidays come from one? RFC 5545.

Milestones are all-day events, tasks are to-dos. Times have no zone ("floating"): nine in the
morning is nine wherever it is read, also when a clock is changed. Ids (UID) come from the plan's
ids, so that reading the file again moves entries and makes no second ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event, Todo

from whet.company.exchange.draft import Draft
from whet.company.exchange.names import slug
from whet.company.exchange.rows import Row
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

MOST_BYTES = 20_000_000
_YEARS = 11
"""Years for which a day that comes again every year is written down."""
_MORNING, _EVENING = time(9), time(17)


def export_ical(plan: Plan, rows: Sequence[Row]) -> bytes:
    """Return milestones as all-day events and tasks as to-dos, from a plan's rows.

    The stamp is the plan's first day, so that the same plan gives the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Whet//whet plan export//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plan.company or "Plan")
    stamp = datetime.combine(plan.start, time(), tzinfo=UTC)
    house = slug(plan.company, "plan")
    names = {person.id: person.name or person.id for person in plan.people}
    for row in rows:
        part = _event(row) if row.is_milestone else _todo(row)
        kind = "milestone" if row.is_milestone else "task"
        part.add("uid", f"{kind}.{row.id}@{house}.whet")
        part.add("dtstamp", stamp)
        part.add("summary", row.title)
        part.add("categories", [row.project])
        if row.people:
            part.add("description", ", ".join(names.get(name, name) for name in row.people))
        if row.is_critical:
            part.add("priority", 1)
        calendar.add_component(part)
    data: bytes = calendar.to_ical()
    return data


def _event(row: Row) -> Event:
    """Return a milestone; the end of an all-day event is the day after it."""
    event = Event()
    event.add("dtstart", row.last)
    event.add("dtend", row.last + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _todo(row: Row) -> Todo:
    """Return a task; it is due after it starts, as the standard asks, on its last evening."""
    todo = Todo()
    todo.add("dtstart", datetime.combine(row.first, _MORNING))
    todo.add("due", datetime.combine(row.last, _EVENING))
    todo.add("status", "COMPLETED" if row.is_done else "NEEDS-ACTION")
    if row.is_done:
        todo.add("completed", datetime.combine(row.last, _EVENING, tzinfo=UTC))
        todo.add("percent-complete", 100)
    return todo


def import_ical(data: bytes, name: str, first: date) -> Draft:
    """Return the all-day events of a calendar as holidays, from the day `first` on.

    What comes again every year is written down for eleven years; events with a time of day, and
    those that come again in another way, are left out with a note.

    Raises:
        InputError: the file is no calendar or too large.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}: a calendar holds at most {MOST_BYTES:,} bytes; found {len(data):,}."
        )
    try:
        calendar = Calendar.from_ical(data)
        events = [part for part in calendar.walk("VEVENT")]
    except (ValueError, IndexError, KeyError) as error:
        raise InputError(
            f"{name}: must be a calendar (iCalendar, .ics); it cannot be read: {_short(error)}."
        ) from error
    days: list[dict[str, Any]] = []
    timed, ruled = 0, []
    for event in events:
        found = _period(event)
        if found is None:
            timed += 1
            continue
        rule = event.get("RRULE")
        if rule is not None and not _is_yearly(rule):
            ruled.append(str(event.get("SUMMARY", "?")))
            continue
        repeated = [found] if rule is None else _every_year(found, rule, first)
        why = str(event.get("SUMMARY", "")).strip()
        days += [_day(start, last, why) for start, last in repeated if last >= first]
    return Draft({}, tuple(_notes(name, timed, ruled, len(days))), tuple(_sorted(days)))


def _short(error: Exception) -> str:
    """Return an error's first line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:100].rstrip(".")


def _period(event: Any) -> tuple[date, date] | None:
    """Return first and last day of an all-day event; None for one with a time of day."""
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or isinstance(start.dt, datetime):
        return None
    if end is None or isinstance(end.dt, datetime):
        length = event.get("DURATION")
        days = length.dt.days if length is not None else 1
        return start.dt, start.dt + timedelta(days=max(1, days) - 1)
    return start.dt, max(start.dt, end.dt - timedelta(days=1))


def _is_yearly(rule: Any) -> bool:
    """Return whether a rule says no more than every year on the same day."""
    keys = {key.upper() for key in rule}
    is_every = rule.get("INTERVAL", [1]) == [1]
    return (
        rule.get("FREQ") == ["YEARLY"]
        and is_every
        and keys <= {"FREQ", "INTERVAL", "UNTIL", "COUNT"}
    )


def _every_year(found: tuple[date, date], rule: Any, first: date) -> Iterator[tuple[date, date]]:
    """Yield a period in every year from `first` on; 29 February in leap years only."""
    start, last = found
    until = rule.get("UNTIL", [date.max])[0]
    until = until.date() if isinstance(until, datetime) else until
    count = int(rule.get("COUNT", [10_000])[0])
    for year in range(start.year, first.year + _YEARS):
        try:
            at = start.replace(year=year)
        except ValueError:
            continue
        if at > until or count <= 0:
            return
        count -= 1
        yield at, at + (last - start)


def _day(first: date, last: date, why: str) -> dict[str, Any]:
    """Return days on which nobody works."""
    return {"first": first, "last": last, **({"why": why} if why else {})}


def _sorted(days: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return days in order, each once."""
    found: dict[tuple[date, date], dict[str, Any]] = {}
    for one in days:
        found.setdefault((one["first"], one["last"]), one)
    return [found[key] for key in sorted(found)]


def _notes(name: str, timed: int, ruled: list[str], count: int) -> Iterator[str]:
    """Yield what was left out."""
    if timed:
        yield f"{name}: {timed} events with a time of day were left out: holidays last all day."
    if ruled:
        names = ", ".join(ruled[:5])
        yield (
            f'{name}: {names} comes again by a rule that is not "every year"; it was left out. '
            "Write its days in."
        )
    if not count:
        yield f"{name}: there is no holiday in it from the plan's first day on."
