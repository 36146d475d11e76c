"""How is a schedule of a company told? Dates, people, milestones, loads and sprints, as plain data.

The command line prints it, the report draws it, and a later run may read it to stay close to it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from whet.company.plan.schema import Plan as CompanyPlan
from whet.company.schedule.dates import HALVES, Grid
from whet.company.schedule.from_plan import Asked
from whet.company.schedule.goals import COST
from whet.company.schedule.limits import Level
from whet.company.schedule.problem import Placed, Schedule
from whet.company.schedule.solve import Plan
from whet.company.schedule.sprints import fill_sprints
from whet.company.schedule.what_if import Priced
from whet.core.errors import InputError

Json = dict[str, Any]


def schedule_facts(
    plan: CompanyPlan, asked: Asked, found: Plan, priced: Sequence[Priced] = ()
) -> Json:
    """Return a schedule as JSON can hold it; days are ISO dates, delays in working days."""
    end = asked.grid.last_day(found.schedule.makespan)
    return {
        "start": plan.start.isoformat(),
        "end": end.isoformat(),
        "proved": found.is_proved,
        "seconds": round(found.seconds, 3),
        "goals": [_goal(level) for level in found.levels],
        "milestones": _milestones(plan, asked, found.schedule),
        "tasks": _tasks(plan, asked, found.schedule),
        "load": _load(asked, found.schedule),
        "sprints": _sprints(plan, asked, found.schedule),
        "what_if": [_priced(asked, one) for one in priced],
        "estimates": [asdict(factor) for name, factor in asked.factors.items() if name],
        "notes": [*asked.notes, *found.notes],
    }


def _goal(level: Level) -> Json:
    """Return one goal: delay and end in working days, cost in the plan's currency."""
    days = 1 if level.name == COST else HALVES
    value, bound = level.value / days, level.bound / days
    return {
        "name": level.name,
        "value": value,
        "bound": bound,
        "gap": level.gap,
        "proved": level.is_proved,
    }


def _milestones(plan: CompanyPlan, asked: Asked, schedule: Schedule) -> list[Json]:
    """Return when each milestone with open tasks is reached."""
    entries = {milestone.id: milestone for milestone in plan.milestones}
    found = []
    for milestone in asked.problem.milestones:
        reached, entry = schedule.reached(milestone), entries[milestone.id]
        late = 0 if milestone.due is None else max(0, reached - milestone.due)
        found.append(
            {
                "id": milestone.id,
                "title": asked.titles[milestone.id],
                "deadline": entry.deadline.isoformat() if entry.deadline else None,
                "reached": asked.grid.last_day(reached).isoformat(),
                "late_days": late / HALVES,
                "hard": entry.hard,
            }
        )
    return found


def _tasks(plan: CompanyPlan, asked: Asked, schedule: Schedule) -> list[Json]:
    """Return when each open task runs and who does it, by its start."""
    milestone = {task.id: task.milestone for task in plan.tasks}
    found = []
    ordered = sorted(schedule.placed.items(), key=lambda entry: (entry[1].start, entry[0]))
    for name, placed in ordered:
        found.append(
            {
                "id": name,
                "title": asked.titles[name],
                "start": asked.grid.day(placed.start).isoformat(),
                "starts_at_noon": bool(placed.start % HALVES),
                "end": asked.grid.last_day(max(placed.end, placed.start + 1)).isoformat(),
                "ends_at_noon": placed.end > placed.start and bool(placed.end % HALVES),
                "people": dict(placed.people),
                "milestone": milestone[name],
            }
        )
    return found


def _load(asked: Asked, schedule: Schedule) -> dict[str, float]:
    """Return the part of each person's working time until the end that is spent on tasks."""
    end = max(1, schedule.makespan)
    (whole,) = fill_sprints(asked.problem, schedule, end)
    return whole.load


def _sprints(plan: CompanyPlan, asked: Asked, schedule: Schedule) -> list[Json]:
    """Return the sprints of each project that has some, filled from the schedule.

    A sprint is over-full where the load of somebody is above the project's focus.
    """
    found: list[Json] = []
    groups = {task.id: task.group for task in asked.problem.tasks}
    for project in plan.projects:
        if project.sprints is None:
            continue
        length = project.sprints.weeks * 5 * HALVES
        first = asked.grid.first_slot(project.sprints.start)
        for sprint in fill_sprints(asked.problem, schedule, length, first):
            portions = [asdict(p) for p in sprint.portions if groups[p.task] == project.id]
            if portions:
                over = sorted(n for n, load in sprint.load.items() if load > project.sprints.focus)
                found.append(
                    {
                        "project": project.id,
                        "number": sprint.number,
                        "first": asked.grid.day(sprint.first).isoformat(),
                        "last": asked.grid.last_day(sprint.end).isoformat(),
                        "tasks": portions,
                        "load": sprint.load,
                        "above_focus": over,
                    }
                )
    return found


def _priced(asked: Asked, priced: Priced) -> Json:
    """Return what a change does, in working days."""
    return {
        "change": priced.name,
        "milestones_days": {name: slots / HALVES for name, slots in priced.moved.items()},
        "end_days": priced.makespan / HALVES,
        "delay": priced.delay / HALVES,
        "cost": round(priced.cost, 2),
        "sure": priced.is_sure,
        "refused": priced.refused,
    }


@dataclass(frozen=True)
class LastTask:
    """One task of an earlier answer."""

    id: str
    """Its id."""
    start: date
    """First day."""
    starts_at_noon: bool
    """Whether it begins with the second half of that day."""
    end: date
    """Last day."""
    ends_at_noon: bool
    """Whether it ends with the first half of that day."""
    people: dict[str, str]
    """The skill that each person fills, by the person's id."""


def read_last(path: Path, grid: Grid) -> Schedule:
    """Return the schedule that an earlier run printed with `--json`.

    Raises:
        InputError: the file cannot be read or is not such an answer.
    """
    return Schedule({task.id: _placed(task, grid) for task in last_tasks(path)})


def last_tasks(path: Path) -> list[LastTask]:
    """Return the tasks of the schedule that an earlier run printed with `--json`.

    Raises:
        InputError: the file cannot be read or is not such an answer.
    """
    try:
        return [_last_task(task) for task in json.loads(path.read_text(encoding="utf-8"))["tasks"]]
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} must be what `whet plan schedule --json` printed; it is not. Save that first."
        ) from error


def _last_task(task: Json) -> LastTask:
    """Return one task of an earlier answer."""
    start, end = (date.fromisoformat(task[name]) for name in ("start", "end"))
    begins, ends = (bool(task[name]) for name in ("starts_at_noon", "ends_at_noon"))
    return LastTask(str(task["id"]), start, begins, end, ends, dict(task["people"]))


def _placed(task: LastTask, grid: Grid) -> Placed:
    """Return where a task of an earlier answer lies on a grid."""
    start = grid.first_slot(task.start) + task.starts_at_noon
    end = grid.end_slot(task.end) - task.ends_at_noon
    return Placed(start, max(start, end), task.people)
