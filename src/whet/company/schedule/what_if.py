"""What would one more person, one more week, or one feature less change? Solved again, each time.

The price of a whole number of people is no derivative: the schedule is solved again with the
change, and the differences of dates and cost are the price. A difference is sure only as far as
both schedules are: where one is not proved, its gap is shown with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from whet.company.schedule import goals
from whet.company.schedule.checks import Naming, plain_slot
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import (
    FULL,
    Link,
    LinkKind,
    Milestone,
    Person,
    Problem,
    Task,
)
from whet.company.schedule.solve import Plan, solve
from whet.core.errors import InputError, did_you_mean

WEEK = 10
"""Slots of a working week of five days."""


@dataclass(frozen=True)
class Change:
    """One change of a plan."""

    name: str
    """In words, such as `+1 person with design`."""
    problem: Problem
    """The problem with the change."""


@dataclass(frozen=True)
class Priced:
    """What a change does to a plan."""

    name: str
    """The change in words."""
    moved: dict[str, int]
    """Slots by which each milestone is reached later; negative is sooner. Milestones that the
    change takes out are not here."""
    makespan: int
    """Slots by which the end moves."""
    delay: float
    """Change of the weighted delay."""
    cost: float
    """Change of the cost of the people's time on tasks; what a new person costs while idle is not
    in it."""
    is_sure: bool
    """Whether both schedules are proved, so that the difference is exact."""
    refused: str = ""
    """Why the changed plan has no schedule; empty when it has one."""


def one_more_person(problem: Problem, skill: str, template: Person | None = None) -> Change:
    """Return the problem with a full-time person who has one skill, from the first slot on.

    `template` gives capacity and cost of the person, for someone who starts later and ramps up;
    without it the cost is the mean of those who have the skill.

    Raises:
        InputError: no task needs the skill.
    """
    needed = {name for task in problem.tasks for name in task.skills}
    if skill not in needed:
        raise InputError(
            f"A new person must have a skill that a task needs; found {skill!r}. "
            f"{did_you_mean(skill, needed)}"
        )
    name, taken = f"new {skill}", {person.id for person in problem.people}
    while name in taken:
        name += "'"
    if template is None:
        costs = [person.cost for person in problem.people if skill in person.skills]
        mean = sum(costs) / len(costs) if costs else 0.0
        person = Person(name, frozenset({skill}), (FULL,) * problem.horizon, mean)
    else:
        person = replace(template, id=name, skills=template.skills | {skill})
    return Change(f"+1 person with {skill}", replace(problem, people=(*problem.people, person)))


def one_more_week(problem: Problem, slots: int = WEEK) -> Change:
    """Return the problem with every deadline and wanted date later by so many slots."""

    def later(moment: int | None) -> int | None:
        return None if moment is None else moment + slots

    tasks = tuple(replace(task, deadline=later(task.deadline)) for task in problem.tasks)
    milestones = tuple(replace(m, due=later(m.due)) for m in problem.milestones)
    weeks = slots / WEEK
    name = "+1 week" if weeks == 1 else f"+{weeks:g} weeks"
    return Change(name, replace(problem, tasks=tasks, milestones=milestones))


def without(problem: Problem, *, group: str = "", milestone: str = "") -> Change:
    """Return the problem without a feature: a group of tasks, or all that only a milestone needs.

    What only waited for a task that is left out waits for those before it instead. A task outside
    the group that waits for it stays.

    Raises:
        InputError: there is no such group or milestone.
    """
    if group:
        gone = {task.id for task in problem.tasks if task.group == group}
        known: Iterable[str] = {task.group for task in problem.tasks if task.group}
        name, is_known = group, bool(gone)
    else:
        known = [m.id for m in problem.milestones]
        name, is_known = milestone, milestone in known
        gone = _only_for(problem, milestone) if is_known else set()
    if not is_known:
        raise InputError(
            f"A feature to leave out must be one of the plan; found {name!r}. "
            f"{did_you_mean(name, known)}"
        )
    milestones = tuple(
        replace(m, tasks=tuple(task for task in m.tasks if task not in gone))
        for m in problem.milestones
        if m.id != milestone and set(m.tasks) - gone
    )
    kept: tuple[Task, ...] = tuple(task for task in problem.tasks if task.id not in gone)
    return Change(
        f"-{name}",
        replace(problem, tasks=kept, links=_bridged(problem, gone), milestones=milestones),
    )


def _only_for(problem: Problem, milestone: str) -> set[str]:
    """Return the tasks that no other milestone needs, directly or through the order."""
    before: dict[str, set[str]] = {}
    for link in problem.links:
        before.setdefault(link.after, set()).add(link.before)

    def needed(milestones: Iterable[Milestone]) -> set[str]:
        stack = [task for m in milestones for task in m.tasks]
        seen: set[str] = set()
        while stack:
            task = stack.pop()
            if task not in seen:
                seen.add(task)
                stack += before.get(task, ())
        return seen

    mine = needed(m for m in problem.milestones if m.id == milestone)
    return mine - needed(m for m in problem.milestones if m.id != milestone)


def _bridged(problem: Problem, gone: set[str]) -> tuple[Link, ...]:
    """Return the links without the tasks that are gone, joined over them."""
    links = list(problem.links)
    for task in gone:
        into = [link for link in links if link.after == task]
        out = [link for link in links if link.before == task]
        links = [link for link in links if task not in (link.before, link.after)]
        links += [
            Link(first.before, second.after)
            for first in into
            for second in out
            if first.kind is second.kind is LinkKind.FINISH_START
        ]
    return tuple(dict.fromkeys(links))


def usual_changes(problem: Problem) -> list[Change]:
    """Return one more person of each skill, one more week, and each milestone left out."""
    skills = sorted({name for task in problem.tasks for name in task.skills})
    changes = [one_more_person(problem, skill) for skill in skills]
    changes.append(one_more_week(problem))
    if len(problem.milestones) > 1:
        changes += [without(problem, milestone=m.id) for m in problem.milestones]
    return changes


def price(
    plan: Plan,
    problem: Problem,
    changes: Sequence[Change],
    *,
    limits: Limits | None = None,
    naming: Naming = plain_slot,
) -> list[Priced]:
    """Return what each change does; `plan` is the answer to the unchanged `problem`.

    `limits` hold for each change. Solved under equal limits the differences are fair, not exact.
    """
    return [_priced(plan, problem, change, limits or Limits(), naming) for change in changes]


def _priced(plan: Plan, problem: Problem, change: Change, limits: Limits, naming: Naming) -> Priced:
    """Return what one change does."""
    try:
        changed = solve(change.problem, limits=limits, naming=naming)
    except InputError as error:
        return Priced(change.name, {}, 0, 0.0, 0.0, False, str(error))
    left = {m.id: m for m in change.problem.milestones}
    moved = {
        m.id: changed.schedule.reached(left[m.id]) - plan.schedule.reached(m)
        for m in problem.milestones
        if m.id in left
    }
    before = goals.goals(problem, plan.schedule)
    after = goals.goals(change.problem, changed.schedule)
    return Priced(
        change.name,
        moved,
        makespan=after[2] - before[2],
        delay=(after[1] - before[1]) / goals.WEIGHT_STEPS,
        cost=(after[4] - before[4]) / goals.WEIGHT_STEPS,
        is_sure=plan.is_proved and changed.is_proved,
    )
