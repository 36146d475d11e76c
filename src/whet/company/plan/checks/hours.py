"""Is more work pinned to somebody than they have days? Pins against calendars, shares, absences."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from whet.company.plan.entries import first_day, valid
from whet.company.plan.people import Calendar, Person
from whet.company.plan.work import Task
from whet.company.plan.workdays import WorkDays
from whet.core.yaml.document import Document, Problem, Where


class _Piece(NamedTuple):
    """Work that somebody must do between two days."""

    first: date
    last: date
    days: float
    task: str
    where: Where


def check_hours(document: Document) -> Iterator[Problem]:
    """No window holds more pinned work than its person has days of work."""
    start = first_day(document)
    if start == date.min:
        return
    calendars = [calendar for _, calendar in valid(document, "calendar", Calendar)]
    people = {person.id: person for _, person in valid(document, "person", Person)}
    for name, pieces in _pinned(document, start).items():
        if name in people:
            found = _overfull(people[name], pieces, calendars)
            if found is not None:
                yield document.problem(*found)


def _pinned(document: Document, start: date) -> dict[str, list[_Piece]]:
    """Return the work that is pinned to each person with an end, and its window."""
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    for where, task in valid(document, "task", Task):
        last = _last(task)
        if task.pin is None or not task.pin.people or last is None or task.finished:
            continue
        first = max(filter(None, (task.pin.start, task.not_before, start)))
        days = _still_to_do(task) / len(task.pin.people)
        for name in task.pin.people:
            pieces[name].append(_Piece(first, last, days, task.id, (*where, "pin")))
    return pieces


def _last(task: Task) -> date | None:
    """Return the last day that a pinned task has; None when it is open."""
    ends = [day for day in (task.deadline, task.pin.end if task.pin else None) if day]
    return min(ends, default=None)


def _still_to_do(task: Task) -> float:
    """Return the person-days that are likely still to do."""
    if task.remaining is not None:
        return task.remaining.likely
    return max(0.0, (task.effort.likely if task.effort else 0.0) - task.spent)


def _overfull(
    person: Person, pieces: list[_Piece], calendars: list[Calendar]
) -> tuple[Where, str] | None:
    """Return the narrowest problem of a person's pins: the first window that is too full."""
    days = WorkDays(person, calendars)
    ordered = sorted(pieces, key=lambda piece: piece.last)
    for first in sorted({piece.first for piece in pieces}, reverse=True):
        inside = [piece for piece in ordered if piece.first >= first]
        for piece, work in zip(inside, accumulate(p.days for p in inside), strict=True):
            has = days.between(first, piece.last)
            if work > has + 1e-9:
                tasks = [p.task for p in inside if p.last <= piece.last]
                return piece.where, _sentence(person, (first, piece.last), (work, has), tasks)
    return None


def _sentence(
    person: Person, window: tuple[date, date], days: tuple[float, float], tasks: list[str]
) -> str:
    """Return the sentence for a window that is too full."""
    some = ", ".join(tasks[:5]) + (f" and {len(tasks) - 5} more" if len(tasks) > 5 else "")
    return (
        f"more work is pinned to {person.id!r} than there are days: {days[0]:g} from {window[0]} "
        f"to {window[1]}, which has {days[1]:g} ({some}). Move a pin, or give the work to somebody "
        "else."
    )
