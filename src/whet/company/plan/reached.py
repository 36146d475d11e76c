"""Which tasks and milestones have a date that no schedule moves? Nothing behind them is open.

A finished task has its recorded day. A milestone all of whose tasks are finished was reached on the
last of their days, lags counted; one that needs nothing at all is a date of its own: its deadline
is when it happens. Without tasks and without a deadline nothing says when, and it has no date here.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from whet.company.plan.schema import Plan
from whet.company.plan.work import After, Milestone, Task

_CALENDAR_DAYS = 7 / 5
"""Calendar days of a working day, for lags."""


def known_dates(plan: Plan) -> dict[str, date]:
    """Return the day by whose evening each such task and milestone is reached, by id."""
    return dates_of(plan.tasks, plan.milestones)


def dates_of(tasks: Iterable[Task], milestones: Iterable[Milestone]) -> dict[str, date]:
    """Return the same of tasks and milestones; those that go in a circle have no date."""
    found = {task.id: task.finished for task in tasks if task.finished}
    needs: dict[str, list[After]] = {}
    marks = {mark.id: mark for mark in milestones}
    for mark in marks.values():
        needs[mark.id] = list(mark.after)
    for task in tasks:
        if task.milestone in needs:
            needs[task.milestone].append(After(task=task.id))
    left = set(marks)
    while left:
        known = {name: day for name in left if (day := _date(marks[name], needs[name], found))}
        if not known:
            break
        found |= known
        left -= set(known)
    return found


def later(day: date, lag_days: float) -> date:
    """Return a day so many working days later, counted as seven calendar days for five.

    >>> str(later(date(2028, 2, 25), 2))
    '2028-02-28'
    """
    return day + timedelta(days=math.ceil(lag_days * _CALENDAR_DAYS))


def _date(mark: Milestone, needs: list[After], found: Mapping[str, date]) -> date | None:
    """Return when a milestone was or is reached; None where something of it is open."""
    if not needs:
        return mark.deadline
    if any(after.task not in found for after in needs):
        return None
    return max(later(found[after.task], after.lag_days) for after in needs)
