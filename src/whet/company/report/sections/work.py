"""What does the report show of schedule, load and dates? Numbers; efforts in person-days."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from whet.company.pictures.finish import Finish
from whet.company.pictures.gantt import Bar, Milestone
from whet.company.pictures.swings import Swing


@dataclass(frozen=True)
class WhatIf:
    """What one change to the plan would do to a date."""

    change: str
    """The change, such as one more person with a skill."""
    days: float
    """By how many calendar days the end moves; negative is earlier."""
    cost: float | None = None
    """What the change costs; None where that is not known."""
    moved: tuple[tuple[str, float], ...] = ()
    """Milestones that move, and by how many calendar days."""

    @property
    def best(self) -> tuple[str, float] | None:
        """The milestone that comes sooner by most, with its days; None where none does."""
        sooner = [move for move in self.moved if move[1] < 0]
        return min(sooner, key=lambda move: move[1], default=None)


@dataclass(frozen=True)
class ScheduleSection:
    """Who does what by when."""

    bars: tuple[Bar, ...]
    """Every task on the calendar."""
    milestones: tuple[Milestone, ...] = ()
    """Every milestone."""
    holidays: tuple[date, ...] = ()
    """Days that nobody works, besides weekends."""
    state: Literal["proved", "gap", "impossible"] = "gap"
    """Whether the schedule is proved best, may be improved by up to `gap`, or cannot exist."""
    gap: float | None = None
    """How much better a schedule could be at most, as a share; None where it is not known."""
    conflicts: tuple[str, ...] = ()
    """Requirements that cannot all hold, as sentences."""
    what_ifs: tuple[WhatIf, ...] = ()
    """Changes that were tried by solving again."""


@dataclass(frozen=True)
class LoadSection:
    """How full the weeks are."""

    people: tuple[str, ...]
    """Names."""
    monday: date
    """When the first week begins."""
    loads: tuple[tuple[float, ...], ...]
    """A row a person, a column a week: share of working time; NaN for none."""


@dataclass(frozen=True)
class DatesSection:
    """When milestones are reached, by simulation."""

    finishes: tuple[Finish, ...]
    """One for each milestone, in the order of their dates."""
    draws: int
    """How many futures were simulated."""
    drivers: tuple[Swing, ...] = ()
    """By how many days the last milestone moves when one thing goes well or badly."""
    critical: tuple[tuple[str, float], ...] = ()
    """Tasks and the share of futures in which they decide the end; the highest first."""
