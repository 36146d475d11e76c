"""What is read of a project file, and what are its parts called in the plan? Outline and names."""

from dataclasses import dataclass, field
from typing import Any

from whet.company.exchange.mspdi_xml import Element

Values = dict[str, Any]

FINISH_TO_START = "1"
ELAPSED = ("4", "6", "8", "10", "12", "36", "38", "40", "42", "44")
"""Formats of a duration that runs day and night."""


@dataclass(frozen=True)
class Node:
    """One line of the project's outline."""

    uid: str
    """MS Project's number, which never changes."""
    element: Element
    """Its element."""
    level: int
    """Depth in the outline; 1 is the outermost."""
    parent: str | None
    """The summary around it, by uid."""
    is_summary: bool
    """Whether others stand below it."""


@dataclass
class Read:
    """A project file, and what its parts are called in the plan."""

    root: Element
    """The whole file."""
    minutes: float
    """Minutes of work of a day."""
    nodes: dict[str, Node] = field(default_factory=dict)
    """The outline by uid, in the file's order."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Ids of tasks and milestones, by uid."""
    projects: dict[str, str] = field(default_factory=dict)
    """Ids of projects, by the uid of their summary; "" for tasks outside of every summary."""
    people: dict[str, str] = field(default_factory=dict)
    """Ids of people, by uid."""
    calendars: dict[str, str] = field(default_factory=dict)
    """Ids of calendars, by uid."""
    assigned: dict[str, list[str]] = field(default_factory=dict)
    """Uids of the resources of each task, by the task's uid."""
    notes: list[str] = field(default_factory=list)
    """What a plan cannot hold."""

    def leaves(self, uid: str) -> list[str]:
        """Return the tasks behind a uid: itself, or all that stand below a summary."""
        if uid in self.tasks:
            return [uid]
        return [leaf for leaf in self.tasks if uid in self.above(leaf)]

    def above(self, uid: str) -> list[str]:
        """Return the summaries around a task, the innermost first."""
        found = []
        parent = self.nodes[uid].parent
        while parent is not None:
            found.append(parent)
            parent = self.nodes[parent].parent
        return found

    def project_of(self, uid: str) -> str:
        """Return the project of a task: its outermost summary, or that of all the others."""
        around = [uid for uid in self.above(uid) if uid in self.projects]
        return self.projects[around[-1] if around else ""]
