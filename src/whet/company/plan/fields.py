"""Of which entries does a plan consist, and what does each say? A plan as flat fields, to compare.

An entry is what has an id, such as a task; what has none, such as the prices, is one entry a
section. `forms` of a service and the like are fields of the entry in which they stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from whet.company.plan.entries import INNER, LISTS
from whet.company.plan.estimate import Estimate
from whet.company.plan.schema import Plan
from whet.company.plan.work import After
from whet.core.yaml.part import Part

Value = str | int | float | bool | date | Estimate | tuple[str, ...] | None
"""What a flat field holds; a tuple is a list of texts whose order does not matter."""

_TITLES = ("title", "name", "role", "goal", "what")
"""Fields that say what an entry is, the best first."""

_KINDS = {place: kind for kind, place in LISTS.items()} | {
    ("projects", inner): kind for kind, (_, inner) in INNER.items()
}
"""Kind of the entries of each list of the file."""


@dataclass(frozen=True)
class FlatEntry:
    """One entry of a plan."""

    section: str
    """Field of the plan in which it stands; empty for the top level."""
    kind: str
    """What it is, such as `task`; empty for what a section says beside its entries."""
    id: str
    """Its id; empty for what has none."""
    title: str
    """What it is called; empty when nothing but the id says so."""
    fields: dict[str, Value] = field(default_factory=dict)
    """Its fields by their place in it, such as `pin.start`."""

    @property
    def words(self) -> str:
        """How a sentence names it."""
        return f"{self.kind} {self.id}" if self.kind else self.section.replace("_", " ") or "plan"


def flat_entries(plan: Plan) -> list[FlatEntry]:
    """Return all entries of a plan, in the order of its sections."""
    top = {name: value for name, value in _named(plan) if _is_plain(value)}
    found = [FlatEntry("", "", "", "", dict(_flat(top)))]
    for name, value in _named(plan):
        if not _is_plain(value):
            found += _of_section(value, (name,))
    return found


def _of_section(value: Any, place: tuple[str, ...]) -> Iterator[FlatEntry]:
    """Yield the entries of a section: those of a list, or a part's own fields and its lists."""
    if place in _KINDS:
        for i, part in enumerate(value):
            yield from _of_entry(part, place, i)
        return
    inner = {name: value for name, value in _named(value) if (*place, name) in _KINDS}
    own = {name: item for name, item in _named(value) if name not in inner}
    yield FlatEntry(place[0], "", "", "", dict(_flat(own)))
    for name, items in inner.items():
        yield from _of_section(items, (*place, name))


def _of_entry(part: Part, place: tuple[str, ...], index: int) -> Iterator[FlatEntry]:
    """Yield one entry, and those of the lists in it that stand for themselves."""
    values = dict(_named(part))
    own = {n: v for n, v in values.items() if n != "id" and (*place, n) not in _KINDS}
    title = next((str(values[n]) for n in _TITLES if values.get(n)), "")
    name = str(values.get("id") or index + 1)
    yield FlatEntry(place[0], _KINDS[place], name, title, dict(_flat(own)))
    for inner in values:
        if (*place, inner) in _KINDS:
            for i, item in enumerate(values[inner]):
                for entry in _of_entry(item, (*place, inner), i):
                    entry.fields["project"] = name
                    yield entry


def _named(part: Part) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a part with their values, without copying what is below."""
    return ((name, getattr(part, name)) for name in type(part).model_fields)


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Yield the fields below some values, each by its place."""
    for name, value in values.items():
        place = f"{prefix}{name}"
        if isinstance(value, Part) and not isinstance(value, Estimate):
            yield from _flat(dict(_named(value)), f"{place}.")
        elif isinstance(value, dict):
            yield from _flat(value, f"{place}.")
        elif isinstance(value, list) and any(_is_deep(item) for item in value):
            for i, item in enumerate(value):
                inner = dict(_named(item)) if isinstance(item, Part) else item
                yield from _flat(inner, f"{place}[{inner.get('id', i + 1)}].")
        elif isinstance(value, list):
            yield place, tuple(map(str, value))
        else:
            yield place, value


def _is_deep(item: Any) -> bool:
    """Return whether an item of a list has fields that are worth a line each."""
    return isinstance(item, dict) or (isinstance(item, Part) and not isinstance(item, After))


def _is_plain(value: Any) -> bool:
    """Return whether a field of the plan is a single value."""
    return value is None or isinstance(value, str | int | float | date)
