"""What does company.yaml ask of a schedule? The plan's people and tasks as a problem on a grid.

Finished tasks leave the problem and tell how far estimates are off (`calibration.py`); the rest is
scheduled with likely efforts. Uncertainty of efforts is the simulation's part.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from whet.company.labels.tasks import rule_of_thumb
from whet.company.plan.people import Calendar, Hire
from whet.company.plan.people import Person as Worker
from whet.company.plan.reached import known_dates
from whet.company.plan.schema import Plan
from whet.company.plan.work import Task as Entry
from whet.company.plan.workdays import WEEK, WorkDays, calendar_of
from whet.company.schedule.calibration import Done, Factor, calibrated, factors
from whet.company.schedule.dates import HALVES, Grid, working_grid
from whet.company.schedule.list_schedule import ListScheduler
from whet.company.schedule.problem import ANYONE, FULL, Link, Milestone, Person, Problem, Task
from whet.core.errors import InputError

_DEFAULT_LEVEL = 0.5
_SLOTS_A_MONTH = 365.25 / 7 * 5 / 12 * HALVES
_LONGEST_YEARS = 10


@dataclass(frozen=True)
class Asked:
    """A plan as a problem of scheduling."""

    problem: Problem
    """Tasks still to do, people, order, milestones."""
    grid: Grid
    """Days of the problem's slots."""
    titles: dict[str, str]
    """What to call each task and milestone."""
    factors: dict[str, Factor]
    """What past tasks say about estimates, by person, and under "" of anyone else."""
    notes: tuple[str, ...]
    """What was assumed."""

    def naming(self, slot: int) -> str:
        """Return a slot as its day, for sentences."""
        return str(self.grid.day(slot))


def asked(plan: Plan, efforts: Mapping[str, float] | None = None) -> Asked:
    """Return what a plan asks of a schedule.

    `efforts` gives person-days of `label` and `train` tasks without an effort (`labels/tasks.py`);
    those that it leaves out go by the rule of thumb.

    Raises:
        InputError: nothing is left to do, nobody is there to do it, or it does not fit into ten
            years.
    """
    open_tasks = [task for task in plan.tasks if not task.finished]
    if not open_tasks:
        raise InputError(
            "A plan must have a task that is not finished to be scheduled; found none. Add tasks "
            "to a project."
        )
    _check_people(plan, open_tasks)
    counted = _counted(plan, open_tasks, efforts or {})
    slots = round(plan.months * _SLOTS_A_MONTH)
    while True:
        grid = working_grid(plan.start, slots, is_open=_open_days(plan))
        sprints = list(_sprints(plan))
        found = factors([*_done(plan), *sprints], plan.assumptions.bias)
        problem = calibrated(_problem(plan, open_tasks, counted, grid), found)
        if _fits(problem):
            break
        slots *= 2
        if slots > _LONGEST_YEARS * 12 * _SLOTS_A_MONTH:
            break  # the solver's own sentence says why
    titles = {task.id: task.title or task.id for task in plan.tasks}
    titles |= {mark.id: mark.title or mark.id for mark in plan.milestones}
    return Asked(problem, grid, titles, found, tuple(_said(found, len(sprints))))


def _fits(problem: Problem) -> bool:
    """Return whether a list of the tasks ends within the horizon; deadlines aside."""
    scheduler = ListScheduler(problem)
    if any(length > problem.horizon for length in scheduler.lengths.values()):
        return False
    return scheduler.place(scheduler.latest_ends()) is not None


def _problem(
    plan: Plan, open_tasks: Sequence[Entry], counted: Mapping[str, float], grid: Grid
) -> Problem:
    """Return the problem on a grid."""
    projects = {task.id: project.id for project in plan.projects for task in project.tasks}
    over = known_dates(plan)
    tasks = [
        replace(
            _released(_task(entry, counted[entry.id], grid), entry, over, grid),
            group=projects[entry.id],
        )
        for entry in open_tasks
    ]
    levels = {task.level for task in open_tasks}
    people = tuple(person_of(plan, worker, grid, levels) for worker in plan.people)
    return Problem(
        tuple(tasks),
        tuple(_links(plan, open_tasks)),
        people,
        milestones=tuple(_milestones(plan, open_tasks, grid)),
        horizon=grid.slots,
    )


# Efforts -----------------------------------------------------------------------------------------


def _check_people(plan: Plan, open_tasks: Sequence[Entry]) -> None:
    """Refuse work that nobody is there to do."""
    work = [task.id for task in open_tasks if task.kind != "wait"]
    if work and not plan.people:
        more = f" and {len(work) - 1} more" if len(work) > 1 else ""
        raise InputError(
            f"Somebody must be there to do the work; `people` is empty, and {work[0]!r}{more} must "
            "be done. Add who works here to `people`."
        )


def _counted(
    plan: Plan, open_tasks: Sequence[Entry], efforts: Mapping[str, float]
) -> dict[str, float]:
    """Return the person-days still to do of each task."""
    known = {task: three.likely for task, three in rule_of_thumb(plan).items()} | dict(efforts)
    counted = {}
    for task in open_tasks:
        if task.remaining is not None:
            counted[task.id] = task.remaining.likely
        else:
            whole = task.effort.likely if task.effort is not None else known.get(task.id, 0.0)
            counted[task.id] = max(0.0, whole - task.spent)
    return counted


def _done(plan: Plan) -> Iterator[Done]:
    """Yield what finished tasks took, each person's even part."""
    for task in plan.tasks:
        if task.finished and task.effort and task.effort.likely > 0 and task.spent > 0:
            for name in task.by:
                count = len(task.by)
                yield Done(name, task.effort.likely / count, task.spent / count)


def _sprints(plan: Plan) -> Iterator[Done]:
    """Yield what past sprints took: the team filled its time and did so much of what it estimated.

    They say something of the team, of nobody alone. A sprint in which a task was done that tells
    of its own people is left out, or its work would count twice.
    """
    for project in plan.projects:
        if project.sprints is None:
            continue
        told = [t.finished for t in project.tasks if t.finished and t.effort and t.spent and t.by]
        length = timedelta(weeks=project.sprints.weeks)
        for sprint in project.sprints.past:
            is_told = any(sprint.first <= day < sprint.first + length for day in told)
            if sprint.done > 0 and sprint.planned > 0 and not is_told:
                yield Done("", sprint.done, sprint.planned)


def _said(found: Mapping[str, Factor], sprints: int) -> Iterator[str]:
    """Yield how estimates were moved."""
    if sprints:
        yield (
            f"{sprints} past sprint{'s' * (sprints != 1)} that no task tells of count for the "
            f"team's estimates: {found[''].value:.2f} times."
        )
    tasks = sum(factor.tasks for factor in found.values())
    if tasks:
        own = ", ".join(
            f"{name} {factor.value:.2f} [{factor.low:.2f}, {factor.high:.2f}]"
            for name, factor in found.items()
            if name
        )
        yield (
            f"Efforts are multiplied by what {tasks} done task{'s' * (tasks != 1)} say: {own}; "
            f"others {found[''].value:.2f}. In brackets where four of five single tasks lie."
        )
    elif not sprints and found[""].value != 1:
        yield f"Efforts are multiplied by {found[''].value:.2f}, the plan's assumed bias."


# Tasks -------------------------------------------------------------------------------------------


def _skill(name: str, level: float) -> str:
    """Return the name of a skill at a level, as the problem knows it."""
    return name if level == _DEFAULT_LEVEL else f"{name} at {level:g}"


def _task(task: Entry, days: float, grid: Grid) -> Task:
    """Return a task of the plan, `days` of person-days long."""
    ends = [day for day in (task.deadline, task.pin.end if task.pin else None) if day]
    start = task.pin.start if task.pin else None
    common = Task(
        task.id,
        release=grid.first_slot(task.not_before) if task.not_before else 0,
        deadline=grid.end_slot(min(ends)) if ends else None,
        deadline_day=str(min(ends)) if ends else "",
        pinned_start=grid.first_slot(start) if start else None,
        pinned_people=tuple(task.pin.people) if task.pin else (),
        only=tuple(task.only),
    )
    if task.kind == "wait":
        passing = task.days.likely if task.days else 0.0
        return replace(common, duration=math.ceil(passing * HALVES - 1e-9))
    skills = {_skill(name, task.level): count for name, count in task.skills.items()}
    work = math.ceil(days * HALVES - 1e-9)
    return replace(common, work=work, skills=skills or {ANYONE: 1})


def _released(task: Task, entry: Entry, over: Mapping[str, date], grid: Grid) -> Task:
    """Return a task that waits for dates that nothing moves, and for the lags after them."""
    release = task.release
    for after in entry.after:
        day = over.get(after.task)
        if day is not None:
            release = max(release, grid.end_slot(day) + math.ceil(after.lag_days * HALVES))
    return replace(task, release=release)


def _links(plan: Plan, open_tasks: Sequence[Entry]) -> Iterator[Link]:
    """Yield the order of tasks; to wait for a milestone is to wait for all its tasks."""
    behind = _Behind(plan, open_tasks)
    for task in open_tasks:
        for after in task.after:
            lag = math.ceil(after.lag_days * HALVES)
            for before in behind.tasks(after.task):
                yield Link(before, task.id, lag=lag)


class _Behind:
    """The open tasks behind the ids that a plan names."""

    def __init__(self, plan: Plan, open_tasks: Sequence[Entry]) -> None:
        self._open = {task.id for task in open_tasks}
        self._needs = {mark.id: [after.task for after in mark.after] for mark in plan.milestones}
        for task in open_tasks:
            if task.milestone in self._needs:
                self._needs[task.milestone].append(task.id)

    def tasks(self, name: str) -> list[str]:
        """Return the open tasks behind a task's or milestone's id, sorted."""
        found, seen, stack = set(), set(), [name]
        while stack:
            current = stack.pop()
            if current not in seen:
                seen.add(current)
                stack += self._needs.get(current, ())
                if current in self._open:
                    found.add(current)
        return sorted(found)


def _milestones(plan: Plan, open_tasks: Sequence[Entry], grid: Grid) -> Iterator[Milestone]:
    """Yield the milestones that still have something to do."""
    behind = _Behind(plan, open_tasks)
    for milestone in plan.milestones:
        tasks = behind.tasks(milestone.id)
        if tasks:
            due = grid.end_slot(milestone.deadline) if milestone.deadline else None
            day = str(milestone.deadline or "")
            yield Milestone(milestone.id, tuple(tasks), due, milestone.weight, milestone.hard, day)


# People ------------------------------------------------------------------------------------------


def _open_days(plan: Plan) -> Callable[[date], bool]:
    """Return what tells whether anybody's calendar is open on a day."""
    names = {person.calendar for person in plan.people} or {None}
    calendars = [calendar_of(name, plan.calendars) for name in sorted(names, key=str)]
    return lambda day: any(_is_open(calendar, day) for calendar in calendars)


def _is_open(calendar: Calendar, day: date) -> bool:
    """Return whether a calendar is open on a day."""
    is_closed = any(period.first <= day <= period.last for period in calendar.closed)
    return (
        WEEK[day.weekday()] in calendar.work_days and day not in calendar.holidays and not is_closed
    )


def person_of(plan: Plan, worker: Worker, grid: Grid, levels: set[float]) -> Person:
    """Return a person of the plan; `levels` are those at which tasks ask for skills."""
    skills = {
        _skill(name, level)
        for name, own in worker.skills.items()
        for level in levels | {_DEFAULT_LEVEL}
        if own >= level and own > 0
    }
    cost = worker.cost_per_month / _SLOTS_A_MONTH
    return Person(worker.id, frozenset(skills | {ANYONE}), capacity(plan, worker, grid), cost)


def capacity(plan: Plan, worker: Worker, grid: Grid) -> tuple[int, ...]:
    """Return the percent of full work that a person does in each slot of a grid.

    Calendar, share, absences, first and last day, ramp-up, and the time given to those whom this
    person mentors.
    """
    days = WorkDays(worker, plan.calendars)
    half_days = calendar_of(worker.calendar, plan.calendars).half_days
    mentored = [other for other in plan.people if other.mentor == worker.id and other.ramp_up]
    percents: list[int] = []
    for day in grid.days:
        part = days.on(day) * _ramp(worker, day)
        for other in mentored:
            if _ramp_month(other, day) is not None:
                part *= 1 - other.mentor_share
        if WEEK[day.weekday()] in half_days:
            percents += [round(2 * part * FULL), 0]
        else:
            percents += [round(part * FULL)] * HALVES
    return tuple(percents)


def _ramp_month(worker: Worker, day: date) -> int | None:
    """Return which month of a ramp-up a day is in, from 0; None before and after it."""
    if worker.start is None or day < worker.start:
        return None
    begun = worker.start
    month = (day.year - begun.year) * 12 + day.month - begun.month - (day.day < begun.day)
    return month if month < len(worker.ramp_up) else None


def _ramp(worker: Worker, day: date) -> float:
    """Return the share of full output on a day."""
    month = _ramp_month(worker, day)
    return 1.0 if month is None else worker.ramp_up[month]


def hired(plan: Plan, hire: Hire, grid: Grid) -> tuple[Person, date]:
    """Return the person that an opening would bring, and the first day of work."""
    months = hire.months_to_find.likely
    start = hire.earliest or plan.start + timedelta(days=round(months * 365.25 / 12))
    worker = Worker(
        id=hire.id,
        role=hire.role,
        skills=hire.skills,
        share=hire.share,
        calendar=hire.calendar,
        cost_per_month=hire.cost_per_month,
        start=start,
        ramp_up=hire.ramp_up,
    )
    return person_of(plan, worker, grid, {task.level for task in plan.tasks}), start
