"""Does every id stand once, and does every reference lead to an entry that is there?"""

from collections.abc import Iterator, Mapping

from whet.company.plan.entries import INNER, LISTS, Entry, entries, ids
from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where

_SHARED = {"task": ("milestone", "task"), "milestone": ("milestone", "task")}
"""Kinds whose ids are unique together, because references name either."""

Table = dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
"""By kind of entry: places of fields in it, and the kinds of entry that these may name."""

SINGLE: Table = {
    "person": ((("calendar",), ("calendar",)), (("mentor",), ("person",))),
    "hire": ((("calendar",), ("calendar",)),),
    "project": ((("product",), ("product",)),),
    "task": ((("milestone",), ("milestone",)), (("target",), ("quality target",))),
    "quality target": ((("product",), ("product",)), (("by",), ("milestone",))),
    "revenue": ((("product",), ("product",)), (("starts",), ("milestone",))),
    "channel": ((("revenue",), ("revenue",)),),
    "service": ((("product",), ("product",)),),
    "risk": ((("owner",), ("person",)),),
    "rule": ((("owner",), ("person",)),),
    "price test": ((("product",), ("product",)),),
    "round": ((("needs",), ("milestone",)),),
    "pilot": ((("product",), ("product",)),),
    "training": ((("person",), ("person",)),),
}
"""Fields that hold one id."""

SEVERAL: Table = {
    "hire": ((("mentors",), ("person",)),),
    "task": (
        (("only",), ("person",)),
        (("by",), ("person",)),
        (("pin", "people"), ("person",)),
    ),
    "risk": (
        (("impact", "hits"), ("task", "milestone", "project", "person")),
        (("impact", "revenue"), ("revenue",)),
    ),
    "segment": ((("revenue",), ("revenue",)),),
    "rule": ((("products",), ("product",)), (("tasks",), ("task",))),
}
"""Fields that hold a list of ids."""

NAMES: Table = {
    "limit": ((("uses",), ("channel",)),),
    "rival": ((("prices",), ("product",)),),
}
"""Fields that hold a mapping whose names are ids."""


def check_unique(document: Document) -> Iterator[Problem]:
    """Every id stands once among its kind; tasks and milestones share theirs."""
    for kind in (*LISTS, *INNER):
        seen = dict(ids(document, *_SHARED.get(kind, (kind,))))
        for entry in entries(document, kind):
            first = seen.get(entry.id or "", entry.where)
            if first != entry.where:
                line = document.line_of((*first, "id"))
                sentence = f"{entry.id!r} is the id of another {_kind_at(first)} (line {line})."
                yield document.problem((*entry.where, "id"), f"{sentence} Choose another.")


def check_references(document: Document) -> Iterator[Problem]:
    """Every id that an entry names is there."""
    known: dict[tuple[str, ...], dict[str, Where]] = {}
    for where, name, kinds in _references(document):
        if kinds not in known:
            known[kinds] = ids(document, *kinds)
        if name not in known[kinds]:
            yield document.problem(where, unknown(name, kinds, known[kinds]))
        elif len(meant := _meanings(document, name, kinds)) > 1:
            sentence = f"{name!r} is both a {' and a '.join(meant)}. Give one of them another id."
            yield document.problem(where, sentence)


def check_order_names(document: Document) -> Iterator[Problem]:
    """What a task or milestone comes after is a task or a milestone."""
    valid = ids(document, "task", "milestone")
    for kind in ("task", "milestone"):
        for entry in entries(document, kind):
            for where, name in after(document, entry):
                if name not in valid:
                    yield document.problem(where, unknown(name, ("task", "milestone"), valid))


def check_features(document: Document) -> Iterator[Problem]:
    """Features of products, rivals and segments are among those of the market."""
    listed = document.get("market", "features")
    valid = {value for _, value in document.texts("market", "features")}
    if not isinstance(listed, list) or not valid:
        return
    places = (
        ("product", "features", _several),
        ("rival", "features", _keys),
        ("segment", "wants", _keys),
    )
    for kind, field, read in places:
        found = (ref for e in entries(document, kind) for ref in read(document, (*e.where, field)))
        valid_here = valid | {"price"} if field == "wants" else valid
        for where, name in found:
            if name in valid_here:
                continue
            yield document.problem(where, unknown(name, ("feature of the market",), valid_here))


def after(document: Document, entry: Entry) -> Iterator[tuple[Where, str]]:
    """Yield place and id of each task or milestone that an entry comes after."""
    value = document.get(*entry.where, "after")
    for i in range(len(value) if isinstance(value, list) else 0):
        where = (*entry.where, "after", i)
        name = document.text(*where) or document.text(*where, "task")
        if name is not None:
            yield where, name


def unknown(name: str, kinds: tuple[str, ...], valid: Mapping[str, object] | set[str]) -> str:
    """Return the sentence for a name that stands for nothing."""
    what = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    if not valid:
        return f"there is no {what} {name!r}, for the file holds none. Add it, or delete this."
    return f"there is no {what} {name!r}. {did_you_mean(name, valid)}"


def _references(document: Document) -> Iterator[tuple[Where, str, tuple[str, ...]]]:
    """Yield place, name and kinds of every reference."""
    for read, table in ((_single, SINGLE), (_several, SEVERAL), (_keys, NAMES)):
        for kind, fields in table.items():
            for entry in entries(document, kind):
                for field, kinds in fields:
                    for where, name in read(document, (*entry.where, *field)):
                        yield where, name, kinds


def _meanings(document: Document, name: str, kinds: tuple[str, ...]) -> list[str]:
    """Return the kinds of entry that a name may stand for, where there are several kinds."""
    if len(kinds) == 1:
        return list(kinds)
    return [kind for kind in kinds if name in ids(document, kind)]


def _single(document: Document, where: Where) -> Iterator[tuple[Where, str]]:
    """Yield place and value of a text."""
    name = document.text(*where)
    if name is not None:
        yield where, name


def _several(document: Document, where: Where) -> Iterator[tuple[Where, str]]:
    """Yield place and value of each text of a list."""
    return document.texts(*where)


def _keys(document: Document, where: Where) -> Iterator[tuple[Where, str]]:
    """Yield place and name of each item of a mapping."""
    return ((place, name) for place, name, _ in document.entries(*where))


def _kind_at(where: Where) -> str:
    """Return the kind of entry that stands at a place."""
    if where[0] == "projects" and len(where) == 4:
        return str(where[2])[:-1]
    return next(kind for kind, place in LISTS.items() if where[: len(place)] == place)
