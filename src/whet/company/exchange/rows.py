"""What do other tools show of a schedule? One row per task and milestone, with days.

The command fills the rows from the schedule; formats that have dates write them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Row:
    """One task or milestone with its days."""

    id: str
    """Its id in the plan."""
    title: str
    """What it is called; its id where the plan gives no title."""
    project: str
    """The project's id."""
    first: date
    """First day of work; for a milestone the day on which it is reached."""
    last: date
    """Last day of work, included."""
    people: tuple[str, ...] = ()
    """Who does it, by id, sorted."""
    is_milestone: bool = False
    """Whether it is a milestone, not a task."""
    is_critical: bool = False
    """Whether its delay moves the end."""
    is_done: bool = False
    """Whether it is finished."""


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    """Return rows by their id; tasks and milestones share one space of ids."""
    return {row.id: row for row in rows}
