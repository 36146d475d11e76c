"""What belongs to a milestone? Its tasks, the quality targets that it waits for, its forecast."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from whet.company.plan.quality import Target
from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Project, Task
from whet.core.errors import InputError, did_you_mean


@dataclass(frozen=True)
class Forecast:
    """When a milestone is reached, as schedule and simulation say."""

    planned: date | None = None
    """Day in the schedule; None without one."""
    proved: bool = False
    """Whether no schedule is better."""
    dates: tuple[tuple[float, date], ...] = ()
    """Day that is kept with each probability."""
    late: float | None = None
    """Probability of missing the deadline; None without a deadline or a simulation."""
    refused: str = ""
    """Why there is no schedule; empty where there is one."""
    draws: int = 0
    """Draws of the simulation."""
    seed: int = 0
    """Their seed."""


def milestone_of(plan: Plan, name: str) -> tuple[Project, Milestone]:
    """Return a milestone and its project.

    Raises:
        InputError: the plan has no such milestone.
    """
    for project in plan.projects:
        for mark in project.milestones:
            if mark.id == name:
                return project, mark
    names = [mark.id for mark in plan.milestones]
    if not names:
        raise InputError("The plan has no milestones. Add one to a project first.")
    raise InputError(f"The plan has no milestone {name!r}. {did_you_mean(name, names)}")


def tasks_of(plan: Plan, name: str) -> list[Task]:
    """Return the tasks that a milestone needs itself, in the order of the file."""
    _, mark = milestone_of(plan, name)
    needed = {after.task for after in mark.after}
    return [task for task in plan.tasks if task.milestone == name or task.id in needed]


def targets_of(plan: Plan, name: str) -> list[Target]:
    """Return the quality targets of a milestone and of those that it waits for."""
    names = set(_before(plan, name))
    mine = {task.target for task in plan.tasks if task.milestone in names or task.id in names}
    return [target for target in plan.quality if target.by in names or target.id in mine]


def _before(plan: Plan, name: str) -> Iterator[str]:
    """Yield a milestone and all milestones and tasks that it waits for."""
    after = {mark.id: [a.task for a in mark.after] for mark in plan.milestones}
    seen, stack = set(), [name]
    while stack:
        current = stack.pop()
        if current not in seen:
            seen.add(current)
            yield current
            stack += after.get(current, ())
