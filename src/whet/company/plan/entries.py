"""Which entries does a plan's file hold, and where? For checks that run on files with mistakes.

An entry that its own model refuses is left out of `valid`, but its id counts: a reference to it is
no second mistake.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from whet.core.yaml.document import Document, Where

Model = TypeVar("Model", bound=BaseModel)

LISTS: dict[str, tuple[str, ...]] = {
    "product": ("products",),
    "calendar": ("calendars",),
    "person": ("people",),
    "hire": ("hires",),
    "contractor": ("team", "contractors"),
    "team line": ("team", "lines"),
    "training": ("team", "trainings"),
    "project": ("projects",),
    "quality target": ("quality",),
    "revenue": ("revenue",),
    "channel": ("channels",),
    "limit": ("strategy", "limits"),
    "service": ("operations", "services"),
    "risk": ("risks",),
    "segment": ("market", "segments"),
    "scenario": ("market", "scenarios"),
    "rival": ("market", "rivals"),
    "price test": ("market", "price_tests"),
    "rule": ("market", "rules"),
    "survey item": ("survey", "items"),
    "round": ("cash", "rounds"),
    "cost": ("cash", "costs"),
    "rescue": ("cash", "rescues"),
    "pilot": ("pilots",),
}
"""Where each kind of entry stands."""

INNER: dict[str, tuple[str, str]] = {
    "milestone": ("projects", "milestones"),
    "task": ("projects", "tasks"),
}
"""Where the entries of each project stand."""


@dataclass(frozen=True)
class Entry:
    """One entry of a list of the file."""

    where: Where
    """Its place."""
    id: str | None
    """Its id, when that is a text."""


def entries(document: Document, kind: str) -> Iterator[Entry]:
    """Yield the entries of one kind, such as `person` or `task`."""
    for where in _lists(document, kind):
        value = document.get(*where)
        for i in range(len(value) if isinstance(value, list) else 0):
            yield Entry((*where, i), document.text(*where, i, "id"))


def ids(document: Document, *kinds: str) -> dict[str, Where]:
    """Return the ids of some kinds of entry, each with the place of the first that has it."""
    found: dict[str, Where] = {}
    for kind in kinds:
        for entry in entries(document, kind):
            if entry.id is not None:
                found.setdefault(entry.id, entry.where)
    return found


def valid(document: Document, kind: str, model: type[Model]) -> Iterator[tuple[Where, Model]]:
    """Yield place and entry of those of one kind that their model accepts."""
    adapter = TypeAdapter(model)
    for entry in entries(document, kind):
        try:
            yield entry.where, adapter.validate_python(document.get(*entry.where), strict=True)
        except ValidationError:
            continue


def first_day(document: Document) -> date:
    """Return the plan's first day; long ago where the file does not say it."""
    start = document.get("start")
    return start if type(start) is date else date.min  # a time of day is a date to `isinstance`


def _lists(document: Document, kind: str) -> Iterator[Where]:
    """Yield the places of the lists that hold entries of one kind."""
    if kind in LISTS:
        yield LISTS[kind]
        return
    outer, inner = INNER[kind]
    projects = document.get(outer)
    for i in range(len(projects) if isinstance(projects, list) else 0):
        yield (outer, i, inner)
