"""What does each sprint hold? The schedule cut into equal stretches, and who is how busy."""

from dataclasses import dataclass

from whet.company.schedule.problem import FULL, Problem, Schedule
from whet.core.errors import InputError


@dataclass(frozen=True)
class Portion:
    """The part of one task that falls into a sprint."""

    task: str
    """Id of the task."""
    share: float
    """Part of the task's work (of its time, without people) that is done in the sprint, in (0, 1].
    A task without any length has 1 in the sprint that holds it."""
    people: tuple[str, ...]
    """Who works on it."""
    is_done: bool
    """Whether it ends in this sprint."""


@dataclass(frozen=True)
class Sprint:
    """One stretch of time and what is done in it."""

    number: int
    """Counted from 1."""
    first: int
    """First slot."""
    end: int
    """First slot after it."""
    portions: tuple[Portion, ...]
    """Its tasks in the order of their starts."""
    load: dict[str, float]
    """Part of each person's working time that is spent on tasks, in [0, 1]; people who do not work
    in the sprint at all are left out."""


def fill_sprints(problem: Problem, schedule: Schedule, length: int, first: int = 0) -> list[Sprint]:
    """Return the sprints of a schedule, each `length` slots long, from `first` to its last task.

    Raises:
        InputError: the length is not positive.
    """
    if length < 1:
        raise InputError(f"A sprint must be at least one half-day long; found {length}.")
    return [
        _sprint(problem, schedule, number, range(begin, begin + length))
        for number, begin in enumerate(range(first, max(1, schedule.makespan), length), 1)
    ]


def _sprint(problem: Problem, schedule: Schedule, number: int, slots: range) -> Sprint:
    """Return one sprint."""
    done_by = {person.id: person.capacity for person in problem.people}
    spent = dict.fromkeys(done_by, 0)
    portions = []
    is_last = slots.stop >= schedule.makespan
    for task, at in sorted(schedule.placed.items(), key=lambda entry: (entry[1].start, entry[0])):
        first, end = max(at.start, slots.start), min(at.end, slots.stop)
        is_moment = at.start == at.end and (
            at.start in slots or (is_last and at.start == slots.stop)
        )
        if first >= end and not is_moment:
            continue
        for name in at.people:
            spent[name] += sum(done_by[name][first:end])
        whole = _amount(done_by, tuple(at.people), at.start, at.end)
        part = _amount(done_by, tuple(at.people), first, end)
        share = part / whole if whole else 1.0
        portions.append(Portion(task, share, tuple(at.people), at.end <= slots.stop))
    time = {name: sum(percents[slots.start : slots.stop]) for name, percents in done_by.items()}
    load = {name: spent[name] / time[name] for name in time if time[name]}
    return Sprint(number, slots.start, slots.stop, tuple(portions), load)


def _amount(
    capacity: dict[str, tuple[int, ...]], people: tuple[str, ...], first: int, end: int
) -> int:
    """Return the work that people do between two slots; the time itself where nobody works."""
    if not people:
        return (end - first) * FULL
    return sum(sum(capacity[name][first:end]) for name in people)
