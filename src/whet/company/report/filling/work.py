"""How does a schedule become the sections on who does what, and how full the weeks are?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from whet.company.pictures.gantt import Bar, Milestone
from whet.company.plan.schema import Plan
from whet.company.report.filling.names import Names
from whet.company.report.sections import LoadSection, ScheduleSection, WhatIf
from whet.company.schedule.chosen import Chosen
from whet.company.schedule.dates import HALVES, Grid
from whet.company.schedule.problem import Placed, Problem, Schedule
from whet.company.schedule.what_if import Priced

State = Literal["proved", "gap", "impossible"]
"""How sure a schedule is."""
_WEEK = timedelta(days=7)
_DAYS_A_WEEK, _WORKING = 7, 5


@dataclass(frozen=True)
class Simulated:
    """What simulated futures say about the tasks of a schedule."""

    late: Mapping[str, date] = field(default_factory=dict)
    """By task and milestone: the date that is kept in 80 % of all cases."""
    critical: frozenset[str] = frozenset()
    """Tasks that decide the end in at least half of all cases."""


def schedule_section(
    plan: Plan,
    problem: Problem,
    chosen: Chosen,
    grid: Grid,
    *,
    simulated: Simulated,
    last: Schedule | None = None,
    what_ifs: Sequence[WhatIf] = (),
) -> ScheduleSection:
    """Return the section of a schedule; `last` is the plan before it, on the same grid."""
    names = Names(plan)
    before = last.placed if last else {}
    bars = [
        _bar(names, name, placed, grid, simulated=simulated, before=before.get(name))
        for name, placed in chosen.schedule.placed.items()
        if name in names.project_of
    ]
    levels = chosen.plan.levels if chosen.plan else ()
    open_levels = [level for level in levels if not level.is_proved]
    found: State = "gap" if open_levels else "proved"
    return ScheduleSection(
        bars=tuple(sorted(bars, key=lambda bar: bar.start)),
        milestones=_milestones(plan, problem, chosen.schedule, grid, simulated.late),
        holidays=_holidays(plan),
        state=found if chosen.plan else "impossible",
        gap=open_levels[0].gap if open_levels else 0.0,
        conflicts=(chosen.refused,) if chosen.refused else (),
        what_ifs=tuple(what_ifs),
    )


def _bar(
    names: Names,
    name: str,
    placed: Placed,
    grid: Grid,
    *,
    simulated: Simulated,
    before: Placed | None,
) -> Bar:
    """Return the bar of one task; a whisker never ends before its bar."""
    end = max(grid.last_day(placed.end), grid.day(placed.start))
    late = simulated.late.get(name)
    return Bar(
        name=names.task(name),
        project=names.project_of[name],
        start=grid.day(placed.start),
        end=end,
        people=tuple(names.person(person) for person in placed.people),
        is_critical=name in simulated.critical,
        p80=max(late, end) if late else None,
        baseline=(grid.day(before.start), grid.last_day(before.end)) if before else None,
    )


def _milestones(
    plan: Plan, problem: Problem, schedule: Schedule, grid: Grid, late: Mapping[str, date]
) -> tuple[Milestone, ...]:
    """Return every milestone of the plan that the schedule reaches."""
    known = {milestone.id: milestone for milestone in problem.milestones}
    found = []
    for project in plan.projects:
        for stone in project.milestones:
            if stone.id in known and known[stone.id].tasks:
                when = grid.last_day(schedule.reached(known[stone.id]))
                found.append(
                    Milestone(
                        stone.title or stone.id,
                        project.id,
                        when,
                        stone.deadline,
                        max(late[stone.id], when) if stone.id in late else None,
                    )
                )
    return tuple(found)


def _holidays(plan: Plan) -> tuple[date, ...]:
    """Return the days on which nobody of the first calendar works, besides weekends."""
    if not plan.calendars:
        return ()
    first = plan.calendars[0]
    closed = [
        period.first + timedelta(days=i)
        for period in first.closed
        for i in range((period.last - period.first).days + 1)
    ]
    return tuple(sorted({*first.holidays, *closed}))


def load_section(plan: Plan, problem: Problem, schedule: Schedule, grid: Grid) -> LoadSection:
    """Return which share of the time that each person has is planned, week by week.

    Time is counted in half days; a person who is away all week has no share there.
    """
    names = Names(plan)
    first = grid.day(0) - timedelta(days=grid.day(0).weekday())
    last = grid.last_day(schedule.makespan)
    weeks = (last - first).days // _DAYS_A_WEEK + 1
    week_of = [
        (grid.days[slot // HALVES] - first).days // _DAYS_A_WEEK for slot in range(grid.slots)
    ]
    loads = []
    for person in problem.people:
        there, busy = [0.0] * weeks, [0.0] * weeks
        slots = {
            slot
            for placed in schedule.placed.values()
            if person.id in placed.people
            for slot in range(placed.start, placed.end)
        }
        for slot, capacity in enumerate(person.capacity[: grid.slots]):
            if capacity and week_of[slot] < weeks:
                there[week_of[slot]] += capacity
                busy[week_of[slot]] += capacity if slot in slots else 0
        loads.append(tuple(b / t if t else float("nan") for b, t in zip(busy, there, strict=True)))
    people = tuple(names.person(person.id) for person in problem.people)
    return LoadSection(people, first, tuple(loads))


def what_if(plan: Plan, priced: Priced, late: frozenset[str]) -> WhatIf:
    """Return a change that was tried, in calendar days: five working days are a week.

    Only milestones in `late` are told: one that is in time anyway may move freely.
    """
    names = Names(plan)
    moved = tuple(
        (names.task(name), _days(slots))
        for name, slots in priced.moved.items()
        if slots and name in late
    )
    return WhatIf(priced.name, _days(priced.makespan), None, moved)


def late_milestones(problem: Problem, schedule: Schedule) -> frozenset[str]:
    """Return the milestones that a schedule reaches after they are wanted."""
    return frozenset(
        stone.id
        for stone in problem.milestones
        if stone.due is not None and schedule.reached(stone) > stone.due
    )


def _days(slots: int) -> float:
    """Return working half days as calendar days."""
    return round(slots / HALVES * _DAYS_A_WEEK / _WORKING, 1)
