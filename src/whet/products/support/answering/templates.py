"""What does a template say, once its slots are known? Filled, or the slot that is missing.

Values come from the message, from what was said before, or from a lookup. Nothing is guessed: a
template with a value that nobody knows is not sent.
"""

from collections.abc import Iterable
from datetime import date

from whet.products.support.answering.lookups import Found
from whet.products.support.answering.memory import Memory, Task
from whet.products.support.answering.pieces import Asked, Piece, Tools
from whet.products.support.answering.values import values_in
from whet.products.support.answering.words import sentence, spoken_date
from whet.products.support.desk.outside import Lookup
from whet.products.support.desk.schema import Desk
from whet.products.support.desk.slots import Slot
from whet.products.support.desk.templates import SLOT, Template, named_in

_DISTINCT = frozenset({"pattern", "email", "phone"})
"""Kinds whose values are known as such wherever they stand."""


def answer(task: Task, asked: Asked, memory: Memory, tools: Tools) -> tuple[Piece, Memory]:
    """Return what the template of an intent says, or the question for what is missing.

    The intent must have a template.
    """
    template = tools.templates[task.intent]
    needed = slots_of(template, asked.language, tools.desk)
    memory = take_values(needed, task.part, asked, memory, tools.desk)
    missing = next((n for n in needed if _is_missing(n, memory, tools.desk)), None)
    if missing is not None:
        return question_for(missing, task, asked.language, tools.desk), memory
    return _looked_up(task, template, asked, memory, tools)


def slots_of(template: Template, language: str, desk: Desk) -> list[str]:
    """Return the slots that a template needs, those of its lookups included, in order."""
    names = [*template.slots, *named_in(template.said(language))]
    found: list[str] = []
    for name in names:
        lookup, dot, _ = name.partition(".")
        found += _slots_of_lookup(desk.lookups[lookup]) if dot else [name]
    return list(dict.fromkeys(found))


def _slots_of_lookup(lookup: Lookup) -> list[str]:
    """Return the slots without which a lookup cannot be asked."""
    bodies = (name for text in lookup.body.values() for name in named_in(text))
    return [*named_in(lookup.url), *bodies, *lookup.same]


def take_values(
    needed: Iterable[str], part: str, asked: Asked, memory: Memory, desk: Desk
) -> Memory:
    """Return the memory with the values that a message holds.

    What is known as such (a pattern, an address) is kept even where nobody needs it yet; a number,
    a date or a choice only where it is needed and can mean one slot alone.
    """
    wanted = list(needed)
    for name, slot in desk.slots.items():
        is_distinct = slot.kind in _DISTINCT
        if not is_distinct and (name not in wanted or not _is_alone(name, wanted, desk)):
            continue
        values = values_in(slot, asked.text if is_distinct else part, asked.at)
        if values and memory.slots.get(name) not in values:
            memory = memory.with_slot(name, values[0])
        others = [v for v in values if v != memory.slots.get(name)]
        known = [v for v in memory.seen.get(name, []) if v not in others]
        if others:
            memory = memory.changed(seen={**memory.seen, name: [*known, *others][-5:]})
    return memory


def _is_alone(name: str, wanted: list[str], desk: Desk) -> bool:
    """Return whether a slot is the only one of its kind among those wanted."""
    kind = desk.slots[name].kind
    return kind == "choice" or [desk.slots[other].kind for other in wanted].count(kind) == 1


def _is_missing(name: str, memory: Memory, desk: Desk) -> bool:
    """Return whether a slot must be asked for."""
    return name not in memory.slots and desk.slots[name].unknown is None


def question_for(name: str, task: Task, language: str, desk: Desk, *, before: str = "") -> Piece:
    """Return the question for a slot; `before` stands in front of it."""
    slot = desk.slots[name]
    ask = slot.ask.said(language) if slot.ask else ""
    words = ask or sentence("ask_slot", language, slot=name.replace("_", " "))
    return Piece(
        "question",
        f"{before} {words}".strip(),
        f"intent {task.intent} needs {name}, which is not known yet",
        action="ask",
        confidence=task.confidence,
        task=task,
        missing=name,
    )


def _looked_up(
    task: Task, template: Template, asked: Asked, memory: Memory, tools: Tools
) -> tuple[Piece, Memory]:
    """Return a template filled with slots and with what lookups say."""
    language, desk = asked.language, tools.desk
    text = template.said(language)
    values = {n: shown(n, memory, language, desk) for n in slots_of(template, language, desk)}
    for name, fields in _fields_of(text).items():
        lookup = desk.lookups[name]
        slots = {key: memory.slots.get(key, values[key]) for key in _slots_of_lookup(lookup)}
        found = tools.lookups.ask(name, slots, fields)
        if found.outcome == "not_found" and lookup.not_found is not None:
            return _asked_again(task, lookup, memory, asked, desk)
        if found.outcome != "found":
            return _fallback(name, found, lookup, task, asked), memory
        values |= {f"{name}.{field}": value for field, value in found.values.items()}
    said = SLOT.sub(lambda match: values[match[1].strip()], text)
    why = f"the template of {task.intent} holds at confidence {task.confidence:.2f}"
    return Piece("template", said, why, confidence=task.confidence, task=task), memory


def _fields_of(text: str) -> dict[str, list[str]]:
    """Return the lookups that a text shows, each with the fields that it shows."""
    found: dict[str, list[str]] = {}
    for name in named_in(text):
        lookup, dot, field = name.partition(".")
        if dot:
            found.setdefault(lookup, []).append(field)
    return found


def _asked_again(
    task: Task, lookup: Lookup, memory: Memory, asked: Asked, desk: Desk
) -> tuple[Piece, Memory]:
    """Return the question for the slot of a lookup that knows no such thing."""
    said = lookup.not_found.said(asked.language) if lookup.not_found else ""
    slots = [name for name in _slots_of_lookup(lookup) if name in memory.slots]
    if not slots:
        return Piece(
            "hand_over", said, "a lookup knows no such thing", "hand_over", task=task
        ), memory
    values = {name: shown(name, memory, asked.language, desk) for name in slots}
    said = SLOT.sub(lambda match: values.get(match[1].strip(), match[0]), said)
    for name in slots:
        memory = memory.without_slot(name)
    piece = question_for(slots[0], task, asked.language, desk, before=said)
    why = f"the system knows no such {slots[0]}, so it is asked for again"
    return Piece(piece.tier, piece.text, why, "ask", task.confidence, (), task, slots[0]), memory


def _fallback(name: str, found: Found, lookup: Lookup, task: Task, asked: Asked) -> Piece:
    """Return what is said where a lookup has no answer to rely on."""
    said = lookup.fallback.said(asked.language)
    why = f"the lookup {name} has no answer to rely on: {found.why}"
    if lookup.hands_over:
        return Piece("hand_over", said, why, "hand_over", task.confidence, task=task)
    return Piece("template", said, why, confidence=task.confidence, task=task)


def shown(name: str, memory: Memory, language: str, desk: Desk) -> str:
    """Return a slot's value as a customer reads it."""
    slot, value = desk.slots[name], memory.slots.get(name)
    if value is None:
        return slot.unknown.said(language) if slot.unknown else ""
    if slot.kind == "date":
        return _as_date(value, language)
    return _as_label(slot, value, language) if slot.kind == "choice" else value


def _as_date(value: str, language: str) -> str:
    """Return a date as people say it; what is none stays as it is."""
    try:
        return spoken_date(date.fromisoformat(value), language)
    except ValueError:  # a channel may have given it in other words
        return value


def _as_label(slot: Slot, value: str, language: str) -> str:
    """Return what a customer reads for a choice."""
    labels = (c.label.said(language) for c in slot.choices if c.value == value and c.label)
    return next(labels, value)
