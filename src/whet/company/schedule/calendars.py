"""How much does a person get done in each slot? Share, absences, contract and ramp-up as percents.

A schedule needs two questions answered quickly: how much work is done between two slots, and when
a piece of work that starts in a slot is done. Both come from one running sum.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from whet.company.schedule.dates import HALVES, Grid
from whet.company.schedule.problem import FULL, Person, Problem, Task

NEVER = 1 << 30
"""End of a piece of work that cannot be done within the horizon."""


@dataclass(frozen=True)
class Absence:
    """Days on which a person is away."""

    first: date
    """First day away."""
    last: date
    """Last day away."""


@dataclass(frozen=True)
class WorkingTime:
    """When and how much a person works."""

    share: float = 1.0
    """Part of a full position, in (0, 1]; half a position gets half the work done in a slot."""
    weekdays: frozenset[int] | None = None
    """Weekdays worked, Monday as 0; None for all days of the grid."""
    absences: tuple[Absence, ...] = ()
    """Vacations and the like."""
    start: date | None = None
    """First day of work; None when already here."""
    end: date | None = None
    """Last day of work; None when no end is known."""
    ramp_up: int = 0
    """Working days from `start` until fully productive; 0 for those who are already."""
    ramp_from: float = 0.25
    """Productivity on the first day of a ramp-up, in [0, 1]; it grows evenly to 1."""


@dataclass(frozen=True)
class Mentoring:
    """Time that a mentor gives to someone new."""

    first: date
    """First day of the other's ramp-up."""
    days: int
    """Working days that it takes."""
    share: float = 0.2
    """Part of the mentor's time that it takes, in [0, 1)."""


def capacity(
    grid: Grid, time: WorkingTime, mentoring: Collection[Mentoring] = ()
) -> tuple[int, ...]:
    """Return the percent of full work that a person does in each slot of a grid."""
    days = np.array(grid.days, dtype="datetime64[D]")
    factor = np.full(len(days), time.share)
    if time.weekdays is not None:
        weekday = (days.astype("int64") + 3) % 7  # day 0, 1 January 1970, was a Thursday
        factor[~np.isin(weekday, sorted(time.weekdays))] = 0.0
    for absence in time.absences:
        away = (days >= np.datetime64(absence.first)) & (days <= np.datetime64(absence.last))
        factor[away] = 0.0
    if time.start is not None:
        factor *= _ramp(days, time)
    if time.end is not None:
        factor[days > np.datetime64(time.end)] = 0.0
    for given in mentoring:
        begin = int(np.searchsorted(days, np.datetime64(given.first)))
        factor[begin : begin + given.days] *= 1 - given.share
    percents = np.rint(factor * FULL).astype(int)
    return tuple(int(percent) for percent in np.repeat(percents, HALVES))


def _ramp(days: np.ndarray, time: WorkingTime) -> np.ndarray:
    """Return productivity on each day: none before the start, then rising evenly to 1."""
    begin = int(np.searchsorted(days, np.datetime64(time.start)))
    since = np.arange(len(days)) - begin
    if not time.ramp_up:
        return (since >= 0).astype(float)
    risen = time.ramp_from + (1 - time.ramp_from) * since / time.ramp_up
    return np.where(since < 0, 0.0, np.minimum(1.0, risen))


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
        lengths = sorted(self._least(person, task) for person in self.candidates(task))
        if not lengths:
            return task.work
        return lengths[min(task.people_needed, len(lengths)) - 1]

    def _least(self, person: Person, task: Task) -> int:
        """Return the least slots in which a person does a part of a task."""
        fastest = max(person.capacity, default=0)
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
