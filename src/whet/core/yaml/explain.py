"""What is wrong with a value of a file, in words? The schema's errors without its jargon.

The words come from the schema itself (types, bounds and docstrings), so that a new field or a new
kind of part is explained without a change here. A model that can be written in other ways than as
a mapping says so in a class variable `words`.
"""

import math
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where, dotted

PATTERN_WORDS = {
    r"^[a-z0-9][a-z0-9._-]{0,63}$": "a text of at most 64 lower-case letters, digits, `.`, `_` "
    "and `-`, a letter or digit first",
    r"^[A-Z]{3}$": "a currency of three capital letters, such as EUR",
    r"^[0-9a-f]{64}$": "a text of 64 hexadecimal digits in lower case",
    r"^[0-9]+([.][0-9]+)? ?(MB|GB)$": "a size in MB or GB, such as 4GB",
    r"^i[0-9]+$": "an id such as i12, which is never changed",
    r"^[^\s/\\{}:]{1,80}$": "a text of at most 80 signs without spaces, slashes, braces and colons",
    r"^(mined|person)$": "mined or person",
}
"""What each pattern of the schema asks for."""

_SIMPLE = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-03-31",
}
_PLURAL = {str: "texts", int: "whole numbers", float: "numbers", date: "dates"}
_BOUNDS = {"gt": "above {}", "ge": "of at least {}", "lt": "below {}", "le": "of at most {}"}


class Slot(NamedTuple):
    """What may stand at a place."""

    annotation: Any
    bounds: tuple[Any, ...] = ()
    meaning: str = ""
    """First sentence of the field's docstring, without its capital and its full stop."""


def schema_problems(document: Document) -> list[Problem]:
    """Return what the schema finds wrong with a document's values, each place once."""
    known = {problem.field for problem in document.problems}
    try:
        document.kind.model.model_validate(document.values, strict=True)
    except ValidationError as error:
        found = [_problem(document, item) for item in error.errors(include_url=False)]
        fresh = {problem.field: problem for problem in found if problem.field not in known}
        outer = {field[:end] for field in fresh for end in _ends(field)}
        return [p for p in fresh.values() if p.field not in outer]  # the inner one says more
    return []


def _ends(field: str) -> Iterator[int]:
    """Yield where the names of the parts end that a field lies in."""
    return (i for i, letter in enumerate(field) if letter in ".[")


def _problem(document: Document, error: ErrorDetails) -> Problem:
    """Return one error of the schema as a problem with its line."""
    where, slot, level = _follow(document.kind.model, error["loc"])
    if error["type"] == "extra_forbidden":
        return document.problem(where, _unknown_field(level, where))
    if error["type"] in ("union_tag_not_found", "union_tag_invalid"):
        where = (*where, "kind")
        slot = Slot(Literal[tuple(map(_kind, _members(slot.annotation)))])
    if error["type"] in ("missing", "union_tag_not_found"):
        return document.problem(where, f"must be given: {slot.meaning or expected(slot)}")
    if error["type"] == "value_error":
        return document.problem(where, str(error["ctx"]["error"]))
    found = _found(document, where, in_full=_has_words(slot))
    hint = _hint(document, slot, document.get(*where))
    return document.problem(where, f"must be {expected(slot)}; found {found}{hint}")


def _follow(
    model: type[BaseModel], steps: tuple[str | int, ...]
) -> tuple[Where, Slot, type[BaseModel]]:
    """Return the place that an error names, what may stand there, and the model around it.

    The schema puts the name of a union's member among the steps; that is no part of the place.
    """
    where: Where = ()
    slot = Slot(model)
    level = model
    member: Any = None
    for step in steps:
        options = _members(slot.annotation)
        if member is None and len(options) > 1:
            member = next(m for m in options if str(step).startswith(_member_name(m)))
            continue
        kind, member, where = member or options[0], None, (*where, step)
        if _is_model(kind) and issubclass(kind, RootModel):  # a mapping of names without a field
            level, slot = kind, _item_slot(get_args(kind.model_fields["root"].annotation)[-1])
        elif _is_model(kind):
            level, slot = kind, slots(kind).get(str(step), Slot(None))
        else:
            slot = _item_slot(get_args(kind)[-1])
    return where, slot, level


def slots(model: type[BaseModel]) -> dict[str, Slot]:
    """Return what each field of a model accepts."""
    return {name: _slot(info) for name, info in model.model_fields.items()}


def _slot(info: FieldInfo) -> Slot:
    """Return what one field accepts."""
    first = (info.description or "").split(". ")[0].rstrip(".")
    return Slot(info.annotation, tuple(info.metadata), first[:1].lower() + first[1:])


def _item_slot(annotation: Any) -> Slot:
    """Return what an entry of a list or a mapping accepts."""
    if get_origin(annotation) is not Annotated:
        return Slot(annotation)
    notes = get_args(annotation)[1:]
    return Slot(annotation, tuple(b for n in notes for b in getattr(n, "metadata", ())))


def _members(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union without None; a type that is no union stands alone."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for member in get_args(annotation) if member is not NoneType)
    return (annotation,)


def _member_name(member: Any) -> str:
    """Return how the schema's errors name a union's member: its kind, or its type's first word."""
    if _is_model(member):
        return _kind(member) if "kind" in member.model_fields else str(member.__name__)
    return str(getattr(get_origin(member) or member, "__name__", member)).lower()


def _has_words(slot: Slot) -> bool:
    """Return whether what a slot accepts says itself how it can be written."""
    return any(hasattr(member, "words") for member in _members(slot.annotation))


def _is_union_member(model: type[BaseModel]) -> bool:
    """Return whether a model is one of several, told apart by their `kind`."""
    kind = model.model_fields.get("kind")
    return kind is not None and len(get_args(kind.annotation)) == 1


def _is_model(kind: Any) -> bool:
    """Return whether a type is a part with fields of its own."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _kind(model: type[BaseModel]) -> str:
    """Return the kind that a member of a union stands for."""
    return str(model.model_fields["kind"].default)


def _unknown_field(level: type[BaseModel], where: Where) -> str:
    """Return the sentence for a field that a model does not have."""
    which = ""
    if _is_union_member(level):
        which = f" where {dotted((*where[:-1], 'kind'))} is {_kind(level)!r}"
    return f"is no field{which}. {did_you_mean(str(where[-1]), level.model_fields)}"


def expected(slot: Slot) -> str:
    """Return what a slot accepts, for example ``a number above 0 and below 1``."""
    members = _members(slot.annotation)
    if len(members) > 1 and all(map(_is_model, members)):
        return f"a mapping with `kind: {' | '.join(map(_kind, members))}`"
    return " or ".join(_expected_type(member, slot.bounds) for member in members)


def _expected_type(kind: Any, bounds: tuple[Any, ...]) -> str:
    """Return what one type accepts."""
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        choices = ", ".join(repr(choice) for choice in arguments)
        return f"one of {choices}" if len(arguments) > 1 else choices
    if get_origin(kind) is list:
        least = " with at least one entry" if bounds else ""
        return f"a list{_of(arguments[0])}{least}"
    if get_origin(kind) is dict:
        return f"a mapping of names to {_plural(arguments[1])}"
    if _is_model(kind):
        fields = ", ".join(kind.model_fields)
        return str(getattr(kind, "words", f"a mapping with the fields {fields}"))
    return _bounded(_SIMPLE[kind], bounds)


def _of(item: Any) -> str:
    """Return `` of texts`` and the like; nothing for lists of mappings."""
    return f" of {_PLURAL[item]}" if item in _PLURAL else ""


def _plural(item: Any) -> str:
    """Return what a mapping's values are called; those with bounds or words of their own too."""
    (base,) = _members(item)[:1]
    return _PLURAL.get(base) or f"values, each {_expected_type(base, ())}"


def _bounded(words: str, bounds: tuple[Any, ...]) -> str:
    """Return the words for a type with those for its bounds, or those for its pattern."""
    limits: dict[str, object] = {}
    for bound in bounds:
        if pattern := getattr(bound, "pattern", None):
            return PATTERN_WORDS[pattern]
        if getattr(bound, "max_length", None) == 1:
            return "a single character"
        limits |= {name: getattr(bound, name) for name in _BOUNDS if hasattr(bound, name)}
    if {"ge", "le"} <= set(limits):
        return f"{words} from {limits['ge']} to {limits['le']}"
    said = [_BOUNDS[name].format(value) for name, value in limits.items()]
    return f"{words} {' and '.join(said)}".rstrip()


def _found(document: Document, where: Where, *, in_full: bool = False) -> str:
    """Return what stands at a place, as the file has it; a short list in full where asked."""
    value = document.get(*where)
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    if in_full and isinstance(value, list) and 0 < len(value) <= 4:
        return f"[{', '.join(_found(document, (*where, i)) for i in range(len(value)))}]"
    if isinstance(value, dict | list):
        empty = "" if value else "n empty"
        return f"a{empty} mapping" if isinstance(value, dict) else f"a{empty} list"
    return document.raws[where][:60]


def _hint(document: Document, slot: Slot, value: object) -> str:
    """Return what to do where that is plain: the nearest choice, quotes, or none."""
    members = _members(slot.annotation)
    choices = [c for m in members if get_origin(m) is Literal for c in get_args(m)]
    if isinstance(value, str) and get_close_matches(value, choices, n=1, cutoff=0.6):
        return f". {did_you_mean(value, choices)}"
    if str in members and isinstance(value, bool | int | float | date):
        return ". Put it in quotes."
    if isinstance(value, str) and ({int, float} & set(members) or _has_words(slot)):
        return _number_hint(document, value)
    if date in members and isinstance(value, str) and _is_day(value):
        return ". Write it without quotes."
    return ""


def _is_day(text: str) -> bool:
    """Return whether a text is a date as the file wants it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _digits(number: float) -> str:
    """Return a number as YAML reads it as one: without an exponent, which would need a point.

    >>> _digits(10.0), _digits(2.5e16), _digits(1e-7)
    ('10', '25000000000000000', '0.0000001')
    """
    text = f"{number:.15g}"
    return text if "e" not in text else f"{number:.20f}".rstrip("0").rstrip(".")


def _number_hint(document: Document, text: str) -> str:
    """Return how to write a number that YAML reads as a text, such as `1e3` or one in quotes."""
    try:
        number = float(text)
        return f". Write {_digits(number)} without quotes." if math.isfinite(number) else ""
    except ValueError:
        hint = document.kind.number_hint
        said = hint(document, text) if hint else ""
        return f". {said}" if said else ""
