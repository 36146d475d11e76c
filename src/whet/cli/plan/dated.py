"""When do tasks run, for the formats that show it? Rows and forecasts from schedule and draws."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from whet.cli.plan.opening import plan_store
from whet.company.exchange.milestone import Forecast, milestone_of
from whet.company.exchange.rows import Row
from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone
from whet.company.report import steps
from whet.company.report.computation import Question
from whet.company.simulation.milestones import milestone_dates
from whet.core.errors import InputError


@contextmanager
def question_of(plan: Plan, path: Path, *, seconds: float, seed: int) -> Iterator[Question]:
    """Yield what is to be computed, with the measured curves of the plan's workspace."""
    with plan_store(path.parent) as store:
        yield Question(plan, path, seed, seconds, store)


def rows_of(question: Question) -> list[Row]:
    """Return every task and milestone with its days, in the order of the file.

    Raises:
        InputError: the plan has no schedule.
    """
    critical = _critical(question) if _has_open(question.plan) else frozenset()
    return list(_rows(question, critical))


def _critical(question: Question) -> frozenset[str]:
    """Return the chains of tasks that end last, each without a working moment before the next.

    A task follows another when an order says so or when they share a person; between them nobody
    who does the later one could have worked.
    """
    problem = steps.schedule_asked(question).problem
    placed = steps.solved(question).schedule.placed
    capacity = {person.id: person.capacity for person in problem.people}
    lags = {(link.before, link.after): link.lag for link in problem.links}
    end = max(at.end for at in placed.values())
    found: set[str] = set()
    stack = [name for name, at in placed.items() if at.end == end]
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        own = placed[name]
        for other, at in placed.items():
            shared = set(at.people) & set(own.people)
            if (other, name) not in lags and not shared:
                continue
            free = at.end + lags.get((other, name), 0)
            team = [capacity[p][free : own.start] for p in (shared or own.people) if p in capacity]
            works = any(all(percents) for percents in zip(*team, strict=False))
            is_close = not works if team else free == own.start
            if free <= own.start and is_close:
                stack.append(other)
    return frozenset(found)


def _has_open(plan: Plan) -> bool:
    """Return whether anything is left to do."""
    return any(not task.finished for task in plan.tasks)


def _rows(question: Question, critical: frozenset[str]) -> Iterator[Row]:
    """Yield rows: of open tasks from the schedule, of finished ones from the file."""
    plan = question.plan
    placed = steps.solved(question).schedule.placed if _has_open(plan) else {}
    grid = steps.schedule_asked(question).grid if placed else None
    last: dict[str, date] = {}
    for project in plan.projects:
        for task in project.tasks:
            title, is_critical = task.title or task.id, task.id in critical
            if task.finished:
                last[task.id] = task.finished
                first = task.started or task.finished
                people = tuple(sorted(task.by))
                yield Row(task.id, title, project.id, first, task.finished, people, is_done=True)
            elif grid is not None:
                at = placed[task.id]
                first = min(task.started or date.max, grid.day(at.start))
                end = grid.last_day(max(at.end, at.start + 1))
                last[task.id] = grid.last_day(at.end) if at.end > at.start else first
                people = tuple(sorted(at.people))
                yield Row(task.id, title, project.id, first, end, people, is_critical=is_critical)
    reached = _Reached(plan, last)
    for project in plan.projects:
        for mark in project.milestones:
            day = reached.day(mark.id)
            if day is not None:
                needs = {n.task for n in mark.after} | {
                    t.id for t in project.tasks if t.milestone == mark.id
                }
                ends = {n for n in needs & critical if last.get(n) == day}
                yield Row(
                    mark.id, mark.title or mark.id, project.id, day, day,
                    is_milestone=True, is_critical=bool(ends),
                )  # fmt: skip


class _Reached:
    """On which day each milestone is reached: with the last of what it needs."""

    def __init__(self, plan: Plan, last: dict[str, date]) -> None:
        self._last = last
        self._marks: dict[str, Milestone] = {mark.id: mark for mark in plan.milestones}
        self._needs = {mark.id: [after.task for after in mark.after] for mark in plan.milestones}
        for task in plan.tasks:
            if task.milestone in self._needs:
                self._needs[task.milestone].append(task.id)

    def day(self, name: str) -> date | None:
        """Return the day of a task or milestone; one that needs nothing is on its deadline."""
        if name not in self._marks:
            return self._last.get(name)
        days = [day for need in self._needs[name] if (day := self.day(need)) is not None]
        return max(days, default=self._marks[name].deadline)


def forecast_of(question: Question, name: str) -> Forecast:
    """Return when a milestone is reached, or why there is no schedule."""
    plan = question.plan
    _, mark = milestone_of(plan, name)
    try:
        rows = {row.id: row for row in rows_of(question)}
        found = steps.solved(question)
        world = steps.world(question)
    except InputError as error:
        return Forecast(refused=str(error).splitlines()[0])
    drawn = milestone_dates(
        name,
        world.times.of(name),
        start=world.company.start,
        deadline=mark.deadline,
        levels=plan.assumptions.levels,
    )
    return Forecast(
        rows[name].last if name in rows else None,
        found.is_proved,
        tuple((at.level, at.date) for at in drawn.dates),
        None if drawn.late is None else drawn.late.value,
        draws=world.streams.draws,
        seed=question.seed,
    )
