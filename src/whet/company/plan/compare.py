"""What changed between two plans, in the plan's own words? By section, entry and field.

for change in changes(old, new):
    print(change.section, change.sentence)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from whet.company.plan.estimate import Estimate
from whet.company.plan.fields import FlatEntry, Value, flat_entries
from whet.company.plan.schema import Plan

What = Literal["added", "removed", "changed"]

_UNITS = {
    "effort": "person-days",
    "spent": "person-days",
    "remaining": "person-days",
    "days": "days",
    "lag_days": "days",
    "payment_days": "days",
    "months": "months",
    "months_to_find": "months",
    "delay_months": "months",
}
"""Unit of a field by its last name, where that is plain."""

_MONEY = frozenset(
    {"cost_per_month", "fee", "cost", "price", "unit_cost", "acquisition_cost", "label"}
    | {"gpu_hour", "cpu_hour", "balance", "reserve", "amount", "per_month", "once", "budget"}
    | {"least", "most", "today", "penalty", "penalty_per_week", "label_price", "cost_per_week"}
    | {"cost_per_day", "budget_per_month", "minimum", "cash", "agent_cost_per_month"}
    | {"receivables", "payables"}
)
"""Fields that hold money where their entry is none of `_COUNTED`."""

_COUNTED = frozenset({"hire", "limit", "service", "training"})
"""Kinds of entry whose `most` or `once` is no money."""

_SHORT = 4
"""Entries up to which both lists are shown whole."""


@dataclass(frozen=True)
class Change:
    """One thing that is not the same in two plans."""

    section: str
    """Section of the file, such as `people`; empty for the top level."""
    what: What
    """Whether an entry was added or removed, or a field of it was changed."""
    kind: str
    """Kind of the entry, such as `task`; empty for what has no id."""
    id: str
    """Id of the entry; empty for what has none."""
    field: str
    """Place of the field in the entry; empty when the whole entry came or went."""
    old: Value
    """Value before; None when there was none."""
    new: Value
    """Value now; None when there is none."""
    sentence: str
    """The change in words."""


def changes(old: Plan, new: Plan) -> list[Change]:
    """Return what changed from one plan to another, in the order of the sections of the file."""
    before = {(entry.section, entry.kind, entry.id): entry for entry in flat_entries(old)}
    after = {(entry.section, entry.kind, entry.id): entry for entry in flat_entries(new)}
    currency = new.currency if new.currency == old.currency else ""
    found: list[Change] = []
    for key in [*after, *(key for key in before if key not in after)]:
        found += _of_entry(before.get(key), after.get(key), currency)
    sections = ["", *Plan.model_fields]
    return sorted(found, key=lambda change: sections.index(change.section))


def _of_entry(old: FlatEntry | None, new: FlatEntry | None, currency: str) -> Iterator[Change]:
    """Yield what changed in one entry."""
    entry = new or old
    assert entry is not None
    whole = entry.kind or not entry.section  # a section without an id is a part like any other
    if whole and (old is None or new is None):
        what: What = "removed" if new is None else "added"
        title = f": {entry.title}" if entry.title else ""
        yield _change(entry, what, "", (None, None), f"{entry.words} {what}{title}")
        return
    before, after = (one.fields if one else {} for one in (old, new))
    for name in [*after, *(name for name in before if name not in after)]:
        pair = (before.get(name), after.get(name))
        if pair[0] != pair[1]:
            said = _said(name, pair, _unit(entry, name, currency))
            yield _change(entry, "changed", name, pair, f"{entry.words}: {said}")


def _change(
    entry: FlatEntry, what: What, name: str, pair: tuple[Value, Value], sentence: str
) -> Change:
    """Return one change of an entry."""
    return Change(entry.section, what, entry.kind, entry.id, name, *pair, sentence)


def _unit(entry: FlatEntry, name: str, currency: str) -> str:
    """Return the unit of a field with a blank before it; empty when none is known."""
    last = name.rsplit(".", 1)[-1]
    if name.startswith("impact.effort"):
        return ""  # a factor
    if last in _UNITS:
        return f" {_UNITS[last]}"
    is_count = entry.kind in _COUNTED and last in ("most", "once", "days")
    return f" {currency}" if currency and last in _MONEY and not is_count else ""


def _said(name: str, pair: tuple[Value, Value], unit: str) -> str:
    """Return a change of one field in words."""
    old, new = pair
    words = name.replace("_", " ")
    if isinstance(old, date) and isinstance(new, date):
        days = (new - old).days
        way = "later" if days > 0 else "earlier"
        return f"{words} {abs(days)} day{'s' * (abs(days) != 1)} {way}, {old} → {new}"
    if isinstance(old, tuple) or isinstance(new, tuple):
        return f"{words} {_list_said(old, new)}"
    if old in (None, ""):
        return f"{words} set to {_text(new)}{unit}"
    if new in (None, ""):
        return f"{words} {_text(old)}{unit} taken out"
    return f"{words} {_text(old)} → {_text(new)}{unit}{_by_how_much(old, new)}"


def _list_said(old: Any, new: Any) -> str:
    """Return what came into a list and what went out of it."""
    before, after = old or (), new or ()
    if max(len(before), len(after)) <= _SHORT:
        return f"{', '.join(before) or 'none'} → {', '.join(after) or 'none'}"
    came = [item for item in after if item not in before]
    went = [item for item in before if item not in after]
    said = [f"with {', '.join(came)}"] * bool(came) + [f"without {', '.join(went)}"] * bool(went)
    return " and ".join(said) or "in another order"


def _by_how_much(old: Value, new: Value) -> str:
    """Return the relative change of two numbers or estimates; empty for all else."""
    a, b = (v.likely if isinstance(v, Estimate) else v for v in (old, new))
    if isinstance(a, bool | str) or isinstance(b, bool | str):
        return ""
    if not isinstance(a, int | float) or not isinstance(b, int | float) or a == 0 or a == b:
        return ""
    return f" ({(b - a) / abs(a):+.1%})"


def _text(value: Value) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return str(value)
