"""What is to be scheduled? Tasks, people and resources on a grid of working half-days.

Time is counted in slots of one grid, from 0; `dates.py` turns slots into calendar dates. A task is
either `work` that people do, or a fixed `duration`. All numbers are whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ANYONE = "any skill"
"""Skill that everyone has, for tasks that name none."""

FULL = 100
"""Capacity of one person who works a whole slot without ramp-up, in percent."""


class LinkKind(StrEnum):
    """Which end of the task before holds which end of the task after."""

    FINISH_START = "FS"
    START_START = "SS"
    FINISH_FINISH = "FF"
    START_FINISH = "SF"


@dataclass(frozen=True)
class Link:
    """One rule of order: an end of `after` comes at least `lag` slots after an end of `before`."""

    before: str
    """Id of the task before."""
    after: str
    """Id of the task after."""
    kind: LinkKind = LinkKind.FINISH_START
    """Which ends are held; finish to start where nothing is said."""
    lag: int = 0
    """Slots between the two ends; a negative number is an overlap that is allowed."""


@dataclass(frozen=True)
class Task:
    """One piece of the project; it is never interrupted but by absences of its people."""

    id: str
    """Unique name."""
    work: int = 0
    """Person-slots of a fully productive person, shared evenly by those assigned; 0 or more."""
    duration: int = 0
    """Fixed length in slots of a task that needs no people, such as a delivery; 0 or more."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """How many people with each skill are needed; each person fills one place."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """Units of each renewable resource that are taken while the task runs."""
    release: int = 0
    """First slot in which it may start."""
    deadline: int | None = None
    """Slot by which it must have ended (the first one after it); None when there is none."""
    pinned_start: int | None = None
    """Slot in which it must start; None when free."""
    pinned_people: tuple[str, ...] = ()
    """Ids of people who must be among those assigned."""
    only: tuple[str, ...] = ()
    """Ids of the people among whom to choose; empty for all."""
    group: str = ""
    """Feature or project it belongs to; what-ifs may leave a whole group out."""
    deadline_day: str = ""
    """The day of the deadline itself, for sentences."""

    @property
    def people_needed(self) -> int:
        """Return how many people work on it at once."""
        return sum(self.skills.values())


@dataclass(frozen=True)
class Person:
    """Someone who does tasks, one at a time."""

    id: str
    """Unique name."""
    skills: frozenset[str]
    """What this person can do."""
    capacity: tuple[int, ...]
    """Percent of full work that is done in each slot of the horizon: 0 while away, 50 at half a
    share, less than the share while new. See `calendars.py`."""
    cost: float = 0.0
    """Cost of one slot on a task, in the plan's currency."""


@dataclass(frozen=True)
class Milestone:
    """A moment at which some tasks are to be done."""

    id: str
    """Unique name."""
    tasks: tuple[str, ...]
    """Tasks that must have ended for it to be reached."""
    due: int | None = None
    """Slot by which it is wanted (the first one after the day); None when it is only watched."""
    weight: float = 1.0
    """What one slot of delay is worth against one of other milestones; 0 or more."""
    is_hard: bool = False
    """Whether missing `due` makes the whole plan impossible."""
    due_day: str = ""
    """The day itself, for sentences: the slot before `due` may lie before a weekend."""


@dataclass(frozen=True)
class Problem:
    """All that a schedule must keep."""

    tasks: tuple[Task, ...]
    """Tasks in the order of the file."""
    links: tuple[Link, ...] = ()
    """Rules of order between them."""
    people: tuple[Person, ...] = ()
    """Who can be assigned."""
    resources: Mapping[str, int] = field(default_factory=dict)
    """Units of each renewable resource at any time."""
    milestones: tuple[Milestone, ...] = ()
    """Moments that are wanted by a date."""
    horizon: int = 0
    """Slots that may be used; every person's `capacity` is this long."""

    @property
    def is_classical(self) -> bool:
        """Return whether it is a plain resource-constrained project: only the end matters."""
        return not self.people and not self.milestones and not any(map(_is_bound, self.tasks))


def _is_bound(task: Task) -> bool:
    """Return whether a task needs people, or is bound to a time."""
    times = (task.deadline, task.pinned_start)
    return bool(task.skills or task.release or times != (None, None))


@dataclass(frozen=True)
class Placed:
    """When one task runs, and who does it."""

    start: int
    """First slot."""
    end: int
    """First slot after it."""
    people: Mapping[str, str] = field(default_factory=dict)
    """The skill that each assigned person fills, by the person's id."""


@dataclass(frozen=True)
class Schedule:
    """When every task runs."""

    placed: Mapping[str, Placed]
    """Time and people by task id."""

    @property
    def makespan(self) -> int:
        """Return the first slot after the last task."""
        return max((placed.end for placed in self.placed.values()), default=0)

    def reached(self, milestone: Milestone) -> int:
        """Return the first slot in which a milestone is reached."""
        return max((self.placed[task].end for task in milestone.tasks), default=0)
