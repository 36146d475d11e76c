"""What came out of a file of another tool? Values of a plan, and what a person must know.

A draft holds plain values as company.yaml would. Several drafts become one: people from one file,
tasks from another, holidays from a third.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from whet.company.plan.read import PLAN
from whet.company.plan.schema import Plan
from whet.core.errors import InputError
from whet.core.yaml.document import Document
from whet.core.yaml.explain import schema_problems
from whet.core.yaml.read import as_line

Values = dict[str, Any]

NO_CURRENCY = "XXX"
"""ISO 4217's code for "no currency": what a plan has until somebody says which one is meant."""

_LISTS = ("calendars", "people", "hires", "projects", "risks", "products", "quality", "pilots")
_INNER = {"projects": ("milestones", "tasks")}


@dataclass(frozen=True)
class Draft:
    """What one file says of a plan."""

    values: Values
    """Values of a plan; some sections only."""
    notes: tuple[str, ...] = ()
    """What could not be taken over, or was assumed; sentences."""
    holidays: tuple[Values, ...] = field(default=())
    """Days on which nobody works, for the first calendar: `{first, last, why}` each."""


def merged(drafts: Sequence[Draft]) -> Draft:
    """Return several drafts as one; of an entry with the same id the fields of the last file count.

    Raises:
        InputError: files name different currencies.
    """
    values: Values = {}
    for draft in drafts:
        for name, value in draft.values.items():
            _add(values, name, value)
    _add_holidays(values, [day for draft in drafts for day in draft.holidays])
    return Draft(values, tuple(note for draft in drafts for note in draft.notes))


def _add(values: Values, name: str, value: Any) -> None:
    """Put one section of a draft into the values of all."""
    old = values.get(name)
    if name == "currency" and old not in (None, value, NO_CURRENCY) and value != NO_CURRENCY:
        raise InputError(
            f"A plan has one currency; the files name {old} and {value}. Convert one of them first."
        )
    if name == "currency" and value == NO_CURRENCY and old is not None:
        return
    if isinstance(old, list) and name in _LISTS:
        values[name] = _joined(old, value, _INNER.get(name, ()))
    elif name == "cash" and isinstance(old, dict):
        costs = _joined(old.get("costs", []), value.get("costs", []), ())
        values[name] = {**old, **value, "costs": costs}
    elif name == "start" and old is not None:
        values[name] = max(old, value)
    else:
        values[name] = value


def _joined(old: Sequence[Values], new: Iterable[Values], inner: Sequence[str]) -> list[Values]:
    """Return two lists of entries as one; entries with the same id become one entry."""
    found = {entry["id"]: entry for entry in old}
    for entry in new:
        before = found.get(entry["id"], {})
        both = {**before, **_saying_more(before, entry)}
        for name in inner:
            if name in before and name in entry:
                both[name] = _joined(before[name], entry[name], ())
        found[entry["id"]] = both
    return list(found.values())


def _saying_more(old: Values, new: Values) -> Values:
    """Return the fields of an entry that say something else than those before, not only less.

    Other tools know one number of three, and no pins of people: what they give back unchanged must
    not take away what the plan knew.
    """
    said = dict(new)
    for name in ("effort", "days"):
        if _likely(old.get(name)) == new.get(name):
            said.pop(name, None)
    if old.get("kind") in ("label", "train") and "effort" not in old:
        said.pop("effort", None)  # its learning curve says more
    pin = old.get("pin") or {}
    if new.get("pin") == {"start": pin.get("start")} and new.get("deadline") == pin.get("end"):
        said.pop("pin")
        said.pop("deadline", None)
    if "goal" in old and new.get("goal") == new["id"]:
        said.pop("goal")  # a table has no goals
    rest = old.get("actions", [])[1:]
    if len(new.get("actions", ())) == 1 and rest:
        said["actions"] = [*new["actions"], *rest]  # a table has the first one only
    people = new.get("only")
    if people and people in (pin.get("people"), old.get("by")):
        said.pop("only")
    return said


def _likely(value: Any) -> Any:
    """Return the middle of an estimate as a file has it."""
    return value[1] if isinstance(value, list) and len(value) == 3 else value


def without_assigned(draft: Draft) -> Draft:
    """Return a draft in which nobody is bound to an open task."""
    projects = [
        {**p, "tasks": [{k: v for k, v in t.items() if k != "only"} for t in p.get("tasks", ())]}
        for p in draft.values.get("projects", ())
    ]
    values = {**draft.values, "projects": projects} if projects else draft.values
    return replace(draft, values=values)


def _add_holidays(values: Values, days: Sequence[Values]) -> None:
    """Put holidays into the first calendar, which is made where there is none."""
    if not days:
        return
    calendars = values.get("calendars") or [{"id": "company"}]
    first = dict(calendars[0])
    single = {day["first"] for day in days if day["first"] == day["last"]}
    longer = [day for day in days if day["first"] != day["last"]]
    first["holidays"] = sorted({*first.get("holidays", ()), *single})
    closed = [*first.get("closed", ()), *longer]
    if closed:
        first["closed"] = [d for i, d in enumerate(closed) if d not in closed[:i]]
    values["calendars"] = [first, *calendars[1:]]


def plan_of(draft: Draft, name: str, *, today: date, currency: str | None = None) -> Plan:
    """Return the plan that a draft holds, `name` being what its mistakes are reported of.

    `today` is the first day where no file tells one.

    Raises:
        InputError: values that no plan may hold; one line per mistake.
    """
    values = {"currency": NO_CURRENCY, "start": today, **draft.values}
    if currency is not None:
        values["currency"] = currency
    document = Document(PLAN, values=values)
    try:
        return Plan.model_validate(values, strict=True)
    except ValidationError:
        _note_values(document, values, ())
        problems = [as_line(name, problem) for problem in schema_problems(document)]
        raise InputError(
            "\n".join(line.replace(f"{name}:1:", f"{name}:") for line in problems)
        ) from None


def _note_values(document: Document, value: Any, where: tuple[str | int, ...]) -> None:
    """Tell a document how its values look, for the sentences about them."""
    document.raws[where] = str(value)
    steps: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        _note_values(document, inner, (*where, step))
