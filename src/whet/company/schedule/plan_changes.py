"""Which changes of a company's plan are worth a price? Those that the plan lets one think of."""

from collections.abc import Iterator
from dataclasses import replace

from whet.company.plan.schema import Plan
from whet.company.schedule.from_plan import Asked, hired
from whet.company.schedule.problem import ANYONE
from whet.company.schedule.what_if import Change, one_more_person, usual_changes, without


def plan_changes(plan: Plan, asked: Asked) -> list[Change]:
    """Return one more person of each skill, one more week, each milestone left out, and more.

    Beside those: each opening from the day on which somebody could start, where a task needs one of
    the skills, and each optional task left out.
    """
    return [*usual_changes(asked.problem), *_openings(plan, asked), *_optional(plan, asked)]


def _openings(plan: Plan, asked: Asked) -> Iterator[Change]:
    """Yield the plan with each of its openings filled."""
    needed = {skill for task in asked.problem.tasks for skill in task.skills}
    for hire in plan.hires:
        person, start = hired(plan, hire, asked.grid)
        useful = sorted((person.skills & needed) - {ANYONE})
        if useful:
            change = one_more_person(asked.problem, useful[0], person)
            yield Change(f"+1 {hire.id} from {start}", change.problem)


def _optional(plan: Plan, asked: Asked) -> Iterator[Change]:
    """Yield the plan without each of its optional tasks."""
    for entry in plan.tasks:
        if entry.optional and not entry.finished:
            alone = tuple(
                replace(task, group=task.id if task.id == entry.id else "")
                for task in asked.problem.tasks
            )
            yield without(replace(asked.problem, tasks=alone), group=entry.id)
