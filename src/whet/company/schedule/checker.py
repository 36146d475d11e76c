"""Does a schedule keep everything that was asked? Asked of every schedule before it is shown.

Written apart from the solvers, slot by slot and in the plainest way, so that one mistake is not
made twice.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from whet.company.schedule.problem import FULL, Link, LinkKind, Placed, Problem, Schedule, Task


def violations(problem: Problem, schedule: Schedule) -> list[str]:
    """Return a sentence for everything that a schedule breaks; none when it is right."""
    missing = [task.id for task in problem.tasks if task.id not in schedule.placed]
    if missing:
        return [f"{name} is not in the schedule." for name in missing]
    return [
        *(text for task in problem.tasks for text in _task(problem, schedule, task)),
        *(text for link in problem.links for text in _link(schedule, link)),
        *_people(problem, schedule),
        *_resources(problem, schedule),
        *_milestones(problem, schedule),
    ]


def _task(problem: Problem, schedule: Schedule, task: Task) -> Iterator[str]:
    """Yield what one task breaks on its own."""
    at = schedule.placed[task.id]
    if at.start < task.release or at.end < at.start:
        yield f"{task.id} runs from {at.start} to {at.end}; it is released at {task.release}."
    if task.deadline is not None and at.end > task.deadline:
        yield f"{task.id} ends at {at.end}, after its deadline {task.deadline}."
    if task.pinned_start not in (None, at.start):
        yield f"{task.id} starts at {at.start}; it is pinned to {task.pinned_start}."
    yield from _team(problem, task, at)


def _team(problem: Problem, task: Task, at: Placed) -> Iterator[str]:
    """Yield what one task breaks by who does it and for how long."""
    if not task.skills:
        if at.people or at.end != at.start + task.duration:
            yield f"{task.id} takes {task.duration} slots and no people; found {at}."
        return
    if Counter(at.people.values()) != Counter(dict(task.skills)):
        yield f"{task.id} needs {dict(task.skills)}; found {dict(at.people)}."
    for name in set(task.pinned_people) - set(at.people):
        yield f"{task.id} is pinned to {name}, who is not assigned."
    for name in set(at.people) - set(task.only or at.people):
        yield f"{task.id} may only be done by {task.only}; found {name}."
    people = {person.id: person for person in problem.people}
    for name, skill in at.people.items():
        if name not in people or skill not in people[name].skills:
            yield f"{task.id} gives {name} the skill {skill}, which {name} does not have."
            continue
        done = sum(people[name].capacity[at.start : at.end])
        if at.end > problem.horizon or done * len(at.people) < task.work * FULL:
            yield f"{task.id} ends at {at.end} before {name} has done an even part of its work."


def _link(schedule: Schedule, link: Link) -> Iterator[str]:
    """Yield a link that is broken."""
    before, after = schedule.placed[link.before], schedule.placed[link.after]
    from_end = link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH)
    to_start = link.kind in (LinkKind.FINISH_START, LinkKind.START_START)
    left = before.end if from_end else before.start
    right = after.start if to_start else after.end
    if right < left + link.lag:
        yield f"{link.after} comes too early after {link.before} ({link.kind}, lag {link.lag})."


def _people(problem: Problem, schedule: Schedule) -> Iterator[str]:
    """Yield people who do two tasks at once."""
    for person in problem.people:
        mine = sorted(
            (at.start, at.end, task)
            for task, at in schedule.placed.items()
            if person.id in at.people and at.end > at.start
        )
        for (_, end, first), (start, _, second) in pairwise(mine):
            if start < end:
                yield f"{person.id} does {first} and {second} at once in slot {start}."


def _resources(problem: Problem, schedule: Schedule) -> Iterator[str]:
    """Yield slots in which more of a resource is used than there is."""
    for name, capacity in problem.resources.items():
        used: Counter[int] = Counter()
        for task in problem.tasks:
            at = schedule.placed[task.id]
            for slot in range(at.start, at.end) if task.uses.get(name) else ():
                used[slot] += task.uses[name]
        over = [slot for slot, units in used.items() if units > capacity]
        if over:
            yield f"{used[min(over)]} of {capacity} units of {name} are used in slot {min(over)}."


def _milestones(problem: Problem, schedule: Schedule) -> Iterator[str]:
    """Yield hard milestones that are missed."""
    for milestone in problem.milestones:
        if milestone.is_hard and milestone.due is not None:
            reached = schedule.reached(milestone)
            if reached > milestone.due:
                yield f"{milestone.id} is reached at {reached}, after {milestone.due}."
