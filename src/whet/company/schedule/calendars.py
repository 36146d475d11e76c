"""Who can do a task, and when is a part of it done? From each person's percents of every slot.

A schedule needs two questions answered quickly: how much work is done between two slots, and when
a piece of work that starts in a slot is done. Both come from one running sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whet.company.schedule.problem import FULL, Person, Problem, Task

NEVER = 1 << 30
"""End of a piece of work that cannot be done within the horizon."""

_ALL = ""
"""Stands for all skills together; no skill has this name."""


def share_of_work(work: int, people: int) -> int:
    """Return each person's part of a task's work, in hundredths of a person-slot, rounded up."""
    return -(-work * FULL // max(1, people))


def ends(capacities: Sequence[int], work: int) -> np.ndarray:
    """Return when a piece of work ends for each slot in which it may start, `(horizon + 1,)`.

    `work` is in hundredths of a person-slot. The end is the first slot by which so much is done;
    `NEVER` where the horizon ends before. Work of 0 ends where it starts.
    """
    done = np.concatenate(([0], np.cumsum(capacities)))
    found = np.searchsorted(done, done + work, side="left")
    return np.where(found < len(done), np.maximum(found, np.arange(len(done))), NEVER)


class Workforce:
    """The people of a problem, who can do which task, and how long each would take."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.people = {person.id: person for person in problem.people}
        self._ends: dict[tuple[tuple[int, ...], int], list[int]] = {}
        self._of: dict[tuple[str, int], list[int]] = {}
        self._fastest = {p.id: max(p.capacity, default=0) for p in problem.people}
        self.skilled: dict[str, list[Person]] = {}
        for person in problem.people:
            for skill in sorted(person.skills):
                self.skilled.setdefault(skill, []).append(person)

    def able(self, task: Task, skill: str) -> list[Person]:
        """Return who may fill a place of one skill in a task, in the order of the file."""
        having = self.skilled.get(skill, [])
        return [person for person in having if not task.only or person.id in task.only]

    def candidates(self, task: Task) -> list[Person]:
        """Return who may do a part of a task, in the order of the file."""
        needed = set(task.skills)
        return [
            person
            for person in self._problem.people
            if person.skills & needed and (not task.only or person.id in task.only)
        ]

    def ends(self, person: str, task: Task) -> list[int]:
        """Return when a person's part of a task ends for each slot in which it may start."""
        part = share_of_work(task.work, task.people_needed)
        known = self._of.get((person, part))
        if known is None:
            capacities = self.people[person].capacity
            if (capacities, part) not in self._ends:
                self._ends[capacities, part] = [int(end) for end in ends(capacities, part)]
            known = self._of[person, part] = self._ends[capacities, part]
        return known

    def least_length(self, task: Task) -> int:
        """Return the least slots that a task can take, whoever does it and whenever.

        With fewer candidates than places it is a bound still: of those that there are.
        """
        if not task.people_needed:
            return task.duration
        lengths = sorted(self.least_part(person, task) for person in self.candidates(task))
        if not lengths:
            return task.work
        return lengths[min(task.people_needed, len(lengths)) - 1]

    def least_end(self, tasks: Sequence[Task]) -> int:
        """Return the earliest slot by which those who can do some tasks have so much work done.

        Asked skill by skill and of all tasks together; at most the horizon.
        """
        work: dict[str, int] = {}
        people: dict[str, set[str]] = {}
        for task in tasks:
            part = share_of_work(task.work, task.people_needed)
            for skill, count in task.skills.items():
                able = {person.id for person in self.able(task, skill)}
                for name in (skill, _ALL):
                    work[name] = work.get(name, 0) + part * count
                    people.setdefault(name, set()).update(able)
        latest = 0
        for name, amount in work.items():
            percents = [self.people[person].capacity for person in sorted(people[name])]
            done = np.concatenate(([0], np.cumsum(np.sum(percents, axis=0))))
            end = int(np.searchsorted(done, amount, side="left"))
            latest = max(latest, min(end, self._problem.horizon))
        return latest

    def least_part(self, person: Person, task: Task) -> int:
        """Return the least slots in which a person does a part of a task."""
        fastest = self._fastest[person.id]
        part = share_of_work(task.work, task.people_needed)
        return -(-part // fastest) if fastest else NEVER


@dataclass(frozen=True)
class Piece:
    """A stretch of starts for which the length of a piece of work follows one rule."""

    first: int
    """First start."""
    last: int
    """Last start."""
    least: int
    """Least length of a start in this stretch."""
    most: int
    """Greatest length, that of the first start; equal to `least` unless the end is what is fixed,
    such as for all starts while a person is away."""

    @property
    def is_flat(self) -> bool:
        """Return whether all these starts have the same end."""
        return self.most > self.least


def pieces(ends_by_start: Sequence[int]) -> list[Piece]:
    """Return the stretches of starts with an equal length, or with an equal end.

    >>> pieces([2, 3, 6, 6, 6, 7])  # away in slots 2 and 3, work of two slots
    [Piece(first=0, last=1, least=2, most=2), Piece(first=2, last=4, least=2, most=4), \
Piece(first=5, last=5, least=2, most=2)]
    """
    found: list[Piece] = []
    first, last = 0, len(ends_by_start) - 1
    while first <= last:
        end = ends_by_start[first]
        if end >= NEVER:
            found.append(Piece(first, last, NEVER, NEVER))
            break
        stop = first
        while stop < last and ends_by_start[stop + 1] == end:
            stop += 1
        if stop > first:
            found.append(Piece(first, stop, end - stop, end - first))
        else:
            while stop < last and ends_by_start[stop + 1] - stop - 1 == end - first:
                stop += 1
            found.append(Piece(first, stop, end - first, end - first))
        first = stop + 1
    return found
