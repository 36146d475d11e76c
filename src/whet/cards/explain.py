"""What is wrong with a value of a card, in words? The schema's errors without its jargon.

The words come from the schema itself (types, bounds and docstrings), so that a new field or a new
kind of input, split or decision is explained without a change here.
"""

from datetime import date
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from whet.cards.document import Document, Problem, Where, dotted
from whet.cards.schema import Card
from whet.core.errors import did_you_mean

PATTERN_WORDS = {
    r"^[a-z0-9][a-z0-9._-]{0,63}$": "a text of at most 64 lower-case letters, digits, `.`, `_` "
    "and `-`, a letter or digit first",
    r"^[0-9a-f]{64}$": "a text of 64 hexadecimal digits in lower case",
    r"^[0-9]+([.][0-9]+)? ?(MB|GB)$": "a size in MB or GB, such as 4GB",
}
"""What each pattern of the schema asks for."""

_SIMPLE = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_PLURAL = {str: "texts", int: "whole numbers", float: "numbers"}
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
        Card.model_validate(document.values, strict=True)
    except ValidationError as error:
        found = [_problem(document, item) for item in error.errors(include_url=False)]
        fresh = {problem.field: problem for problem in found if problem.field not in known}
        return [p for p in fresh.values() if not _holds_another(p.field, fresh)]
    return []


def _holds_another(field: str, others: dict[str, Problem]) -> bool:
    """Return True when another problem lies inside `field`: that one says more."""
    return any(other.startswith((f"{field}[", f"{field}.")) for other in others)


def _problem(document: Document, error: ErrorDetails) -> Problem:
    """Return one error of the schema as a problem with its line."""
    where, slot, level = _follow(error["loc"])
    if error["type"] == "extra_forbidden":
        return document.problem(where, _unknown_field(level, where))
    if error["type"] in ("union_tag_not_found", "union_tag_invalid"):
        where = (*where, "kind")
        slot = Slot(Literal[tuple(map(_kind, _members(slot.annotation)))])
    if error["type"] in ("missing", "union_tag_not_found"):
        return document.problem(where, f"must be given: {slot.meaning or expected(slot)}")
    found = _found(document, where)
    sentence = f"must be {expected(slot)}; found {found}{_hint(slot, document.get(*where))}"
    return document.problem(where, sentence)


def _follow(steps: tuple[str | int, ...]) -> tuple[Where, Slot, type[BaseModel]]:
    """Return the place that an error names, what may stand there, and the model around it.

    The schema puts the name of a union's member among the steps; that is no part of the place.
    """
    where: Where = ()
    slot = Slot(Card)
    level: type[BaseModel] = Card
    member: Any = None
    for step in steps:
        options = _members(slot.annotation)
        if member is None and len(options) > 1:
            member = next(m for m in options if str(step).startswith(_member_name(m)))
            continue
        kind, member, where = member or options[0], None, (*where, step)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            level, slot = kind, slots(kind).get(str(step), Slot(None))
        else:
            slot = Slot(get_args(kind)[-1])
    return where, slot, level


def slots(model: type[BaseModel]) -> dict[str, Slot]:
    """Return what each field of a model accepts."""
    return {name: _slot(info) for name, info in model.model_fields.items()}


def _slot(info: FieldInfo) -> Slot:
    """Return what one field accepts."""
    first = (info.description or "").split(". ")[0].rstrip(".")
    return Slot(info.annotation, tuple(info.metadata), first[:1].lower() + first[1:])


def _members(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union without None; a type that is no union stands alone."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for member in get_args(annotation) if member is not NoneType)
    return (annotation,)


def _member_name(member: Any) -> str:
    """Return how the schema's errors name a union's member: its kind, or its type's first word."""
    if isinstance(member, type) and issubclass(member, BaseModel):
        return _kind(member)
    return str(getattr(get_origin(member) or member, "__name__", member)).lower()


def _kind(model: type[BaseModel]) -> str:
    """Return the kind that a member of a union stands for."""
    return str(model.model_fields["kind"].default)


def _unknown_field(level: type[BaseModel], where: Where) -> str:
    """Return the sentence for a field that a model does not have."""
    which = ""
    if "kind" in level.model_fields:
        which = f" where {dotted((*where[:-1], 'kind'))} is {_kind(level)!r}"
    return f"is no field{which}. {did_you_mean(str(where[-1]), level.model_fields)}"


def expected(slot: Slot) -> str:
    """Return what a slot accepts, for example ``a number above 0 and below 1``."""
    members = _members(slot.annotation)
    if len(members) > 1 and all(isinstance(m, type) and issubclass(m, BaseModel) for m in members):
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
        return f"a mapping of names to {_PLURAL[arguments[1]]}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a mapping with the fields {', '.join(kind.model_fields)}"
    return _bounded(_SIMPLE[kind], bounds)


def _of(item: Any) -> str:
    """Return `` of texts`` and the like; nothing for lists of mappings."""
    return f" of {_PLURAL[item]}" if item in _PLURAL else ""


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


def _found(document: Document, where: Where) -> str:
    """Return what stands at a place, as the file has it."""
    value = document.get(*where)
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    if isinstance(value, dict | list):
        empty = "" if value else "n empty"
        return f"a{empty} mapping" if isinstance(value, dict) else f"a{empty} list"
    return document.raws[where][:60]


def _hint(slot: Slot, value: object) -> str:
    """Return what to do where that is plain: the nearest choice, quotes, or none."""
    members = _members(slot.annotation)
    choices = [c for m in members if get_origin(m) is Literal for c in get_args(m)]
    if isinstance(value, str) and get_close_matches(value, choices, n=1, cutoff=0.6):
        return f". {did_you_mean(value, choices)}"
    if str in members and isinstance(value, bool | int | float | date):
        return ". Put it in quotes."
    if isinstance(value, str) and {int, float} & set(members):
        return _number_hint(value)
    return ""


def _number_hint(text: str) -> str:
    """Return how to write a number that YAML reads as a text, such as `1e3` or one in quotes."""
    try:
        return f". Write {float(text):.15g} without quotes."
    except ValueError:
        return ""
