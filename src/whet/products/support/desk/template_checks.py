"""What is wrong with templates.yaml? Braces name slots and lookups of the desk."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem
from whet.products.support.desk.templates import SLOT, named_in
from whet.products.support.desk.texts import LANGUAGES


@dataclass(frozen=True)
class Names:
    """What templates may name."""

    slots: Sequence[str]
    """Slots of the desk."""
    lookups: Mapping[str, Sequence[str]]
    """Lookups of the desk, with the fields of each."""
    intents: Sequence[str] | None = None
    """Intents that the model knows; None where nobody knows them yet."""


def names_of(desk: Document, intents: Sequence[str] | None = None) -> Names:
    """Return what templates may name, from a desk's file that may have mistakes elsewhere."""
    lookups = {
        name: [field for _, field, _ in desk.entries(*where, "fields")]
        for where, name, _ in desk.entries("lookups")
    }
    return Names([name for _, name, _ in desk.entries("slots")], lookups, intents)


def template_problems(document: Document, names: Names) -> list[Problem]:
    """Return the problems of templates in view of what the desk has."""
    return [
        document.problem(where, sentence)
        for where, sentence in (
            *_check_braces(document, names),
            *_check_slots(document, names),
            *_check_intents(document, names.intents),
        )
    ]


Found = Iterator[tuple[tuple[str | int, ...], str]]


def _check_braces(document: Document, known: Names) -> Found:
    """Every brace is one of a pair, and names something."""
    for where, _, value in document.entries():
        for place in [where, *((*where, name) for name in LANGUAGES)]:
            text = document.text(*place)
            if text is None or (place != where and not isinstance(value, dict)):
                continue
            if re.search(r"[{}]", SLOT.sub("", text)):
                yield place, "must have a } for every {, and a { for every }"
            for name in named_in(text):
                if sentence := _unknown(name, known):
                    yield place, sentence


def _unknown(name: str, known: Names) -> str | None:
    """Return what is wrong with a name in braces; None where it is right."""
    lookup, dot, field = name.partition(".")
    if not dot:
        if name in known.slots:
            return None
        all_names = [*known.slots, *(f"{key}.{f}" for key, v in known.lookups.items() for f in v)]
        hint = (
            did_you_mean(name, all_names)
            if all_names
            else "Describe it under `slots` in desk.yaml."
        )
        return f"{{{name[:60]}}} is no slot of the desk. {hint}"
    if lookup not in known.lookups:
        hint = did_you_mean(lookup, known.lookups) if known.lookups else "It has none."
        return f"{{{name[:60]}}}: {lookup[:60]!r} is no lookup of the desk. {hint}"
    if field not in known.lookups[lookup]:
        fields = known.lookups[lookup]
        hint = did_you_mean(field, fields) if fields else "It has none."
        return f"{{{name[:60]}}}: {field[:60]!r} is no field of lookup {lookup!r}. {hint}"
    return None


def _check_slots(document: Document, known: Names) -> Found:
    """Slots that a template asks for are there."""
    for where, _, value in document.entries():
        for place, name in document.texts(*where, "slots") if isinstance(value, dict) else ():
            if name not in known.slots:
                hint = did_you_mean(name, known.slots) if known.slots else "It has none."
                yield place, f"{name[:60]!r} is no slot of the desk. {hint}"


def _check_intents(document: Document, intents: Sequence[str] | None) -> Found:
    """Every template answers an intent that the model knows."""
    for where, name, _ in document.entries() if intents is not None else ():
        if name not in intents:  # type: ignore[operator]
            hint = did_you_mean(name, intents)  # type: ignore[arg-type]
            yield where, f"{name[:60]!r} is no intent that the model knows. {_short(hint)}"


def _short(hint: str) -> str:
    """Return a hint without a list of intents that nobody reads."""
    return hint if len(hint) <= 200 else hint[:200].rsplit(",", 1)[0] + ", …"
