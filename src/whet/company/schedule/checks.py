"""Can a problem be scheduled at all? What is wrong with it, said before any search.

Everything that can be found without a solver is found here, all at once; `explain.py` finds the
conflicts that need one.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from whet.company.schedule.calendars import Workforce, share_of_work
from whet.company.schedule.order import topological
from whet.company.schedule.problem import ANYONE, FULL, Problem, Task
from whet.core.errors import InputError, did_you_mean

Naming = Callable[[int], str]
"""Turns a slot into words, such as a date."""


def plain_slot(slot: int) -> str:
    """Return a slot as words where there is no calendar."""
    return f"slot {slot}"


def check_problem(problem: Problem, naming: Naming = plain_slot) -> None:
    """Refuse a problem that no schedule can keep, or that does not hang together.

    Raises:
        InputError: with a sentence for everything that was found, each on its line.
    """
    found = [*_names(problem), *_numbers(problem)]
    if not found:  # the rest looks names up
        found = [*_skills(problem), *_pins(problem, naming)]
        try:
            ordered_ids(problem)
        except InputError as error:
            found.append(str(error))
    if found:
        raise InputError("\n".join(found))


def ordered_ids(problem: Problem) -> list[str]:
    """Return the ids of the tasks, each after those that it waits for.

    Raises:
        InputError: the order has a cycle.
    """
    earlier: dict[str, list[str]] = {}
    for link in problem.links:
        earlier.setdefault(link.after, []).append(link.before)
    return topological([task.id for task in problem.tasks], earlier)


def _names(problem: Problem) -> Iterator[str]:
    """Yield what is wrong with names: twice the same, or of nothing."""
    tasks = [task.id for task in problem.tasks]
    people = [person.id for person in problem.people]
    for kind, names in (("task", tasks), ("person", people)):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"Every {kind} must have an id of its own; found {name!r} {count} times."
    known = set(tasks)
    for link in problem.links:
        for name in (link.before, link.after):
            if name not in known:
                yield f"A link must name a task; found {name!r}. {did_you_mean(name, known)}"
    for milestone in problem.milestones:
        for name in milestone.tasks:
            if name not in known:
                yield (
                    f"Milestone {milestone.id!r} must name tasks; found {name!r}. "
                    f"{did_you_mean(name, known)}"
                )
    yield from _names_in_tasks(problem)


def _names_in_tasks(problem: Problem) -> Iterator[str]:
    """Yield names of people and resources in tasks that are of nothing."""
    people = [person.id for person in problem.people]
    for task in problem.tasks:
        for name in (*task.pinned_people, *task.only):
            if name not in people:
                yield (
                    f"Task {task.id!r} must name a person of the plan; found {name!r}. "
                    f"{did_you_mean(name, people)}"
                )
        for name in task.uses:
            if name not in problem.resources:
                yield (
                    f"Task {task.id!r} must use a resource of the plan; found {name!r}. "
                    f"{did_you_mean(name, problem.resources)}"
                )


def _numbers(problem: Problem) -> Iterator[str]:
    """Yield numbers that are out of range."""
    for task in problem.tasks:
        for field, value in (
            ("work", task.work),
            ("duration", task.duration),
            ("release", task.release),
        ):
            if value < 0:
                yield f"Task {task.id!r} must have a {field} of 0 or more; found {value}."
        if task.work and not task.skills:
            yield (
                f"Task {task.id!r} has work, so it must name the skills that it needs. Name one, "
                "or give it a duration instead."
            )
        if task.skills and task.duration:
            yield f"Task {task.id!r} must have work or a duration; found both. Leave one out."
        yield from _counts(problem, task)
    for person in problem.people:
        if len(person.capacity) != problem.horizon:
            yield (
                f"Person {person.id!r} must have a capacity for each of the {problem.horizon} "
                f"slots; found {len(person.capacity)}."
            )


def _counts(problem: Problem, task: Task) -> Iterator[str]:
    """Yield numbers of people and units of a task that are out of range."""
    for skill, count in task.skills.items():
        if count < 1:
            yield f"Task {task.id!r} must need at least one person with {skill!r}; found {count}."
    for name, units in task.uses.items():
        most = problem.resources.get(name, units)
        if not 0 <= units <= most:
            yield (
                f"Task {task.id!r} must use 0 to {most} units of {name!r}, all that there "
                f"are; found {units}."
            )


def _skills(problem: Problem) -> Iterator[str]:
    """Yield tasks that nobody can do, or not so many."""
    workforce = Workforce(problem)
    for task in problem.tasks:
        for skill, count in task.skills.items():
            having = [person.id for person in workforce.able(task, skill)]
            if not having and skill in workforce.skilled:
                yield (
                    f"Task {task.id!r} needs the skill {skill!r}, which none of "
                    f"{', '.join(task.only)} has. Let somebody else do it too."
                )
            elif not having:
                hint = did_you_mean(skill, set(workforce.skilled) - {ANYONE})
                yield (
                    f"Task {task.id!r} needs the skill {skill!r}, which no one has. {hint} Hire, "
                    "train, or change the task."
                )
            elif len(having) < count:
                yield (
                    f"Task {task.id!r} needs {count} people with {skill!r}; only "
                    f"{', '.join(having)} has it."
                )
        for name in task.pinned_people:
            if workforce.people[name] not in workforce.candidates(task):
                yield (
                    f"Task {task.id!r} is pinned to {name!r}, who cannot do it: it needs "
                    f"{', '.join(sorted(task.skills)) or 'no people'}"
                    f"{' of ' + ', '.join(task.only) if task.only else ''}."
                )
        if len(task.pinned_people) > task.people_needed:
            yield (
                f"Task {task.id!r} is pinned to {len(task.pinned_people)} people and needs "
                f"{task.people_needed}."
            )


def _pins(problem: Problem, naming: Naming) -> Iterator[str]:
    """Yield times that contradict each other, and people pinned to more work than they have."""
    workforce = Workforce(problem)
    for task in problem.tasks:
        least = workforce.least_length(task)
        if task.deadline is not None and task.deadline <= 0 and least > 0:
            yield (
                f"Task {task.id!r} must have a deadline in the future; found one before the plan "
                "begins. Move it, or take the task out if it is done."
            )
        elif task.deadline is not None and task.deadline < task.release + least:
            yield (
                f"Task {task.id!r} takes at least {least} half-days from {naming(task.release)} "
                f"on, so it cannot end by {naming(max(0, task.deadline - 1))}."
            )
        if task.pinned_start is not None and task.pinned_start < task.release:
            yield (
                f"Task {task.id!r} is pinned to {naming(task.pinned_start)}, before it is released "
                f"on {naming(task.release)}."
            )
    for milestone in problem.milestones:
        if milestone.is_hard and milestone.due is not None and milestone.due <= 0:
            yield (
                f"Milestone {milestone.id!r} must have a deadline in the future; found one before "
                "the plan begins."
            )
    for person in problem.people:
        pinned = [task for task in problem.tasks if person.id in task.pinned_people]
        yield from _overload(person.id, person.capacity, pinned, naming)


def _overload(
    person: str, capacity: tuple[int, ...], pinned: list[Task], naming: Naming
) -> Iterator[str]:
    """Yield the first window in which a person has more pinned work than time."""
    latest = len(capacity)
    for first in sorted({task.release for task in pinned}):
        for last in sorted({latest if t.deadline is None else t.deadline for t in pinned}):
            inside = [
                task
                for task in pinned
                if task.release >= first
                and (latest if task.deadline is None else task.deadline) <= last
            ]
            work = sum(share_of_work(task.work, task.people_needed) for task in inside)
            has = sum(capacity[first:last])
            if work > has:
                names = ", ".join(repr(task.id) for task in inside)
                yield (
                    f"{person!r} is pinned to {work / FULL / 2:g} days of work ({names}) between "
                    f"{naming(first)} and {naming(max(first, last - 1))}, and has "
                    f"{has / FULL / 2:g} days. Pin less, or move a deadline."
                )
                return
