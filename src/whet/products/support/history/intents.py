"""Which intents were mined, and what did a person decide about them? The file `intents.yaml`.

A person edits it with a text editor or by `whet support intents`: a name, whether it is accepted,
the template. Later imports keep all that. `id` ties an intent to its messages and never changes.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from whet.core.errors import InputError, did_you_mean
from whet.core.files import write_atomic
from whet.core.yaml.document import Document, Problem
from whet.core.yaml.kind import FileKind
from whet.core.yaml.part import Part
from whet.core.yaml.read import values_of
from whet.products.support.history.mining.answers import named_slots

FILE = "intents.yaml"
_HEAD = """\
# whet support intents
#
# Intents that were found in the history. Change names, templates and `accepted` as you like, or use
# `whet support intents merge | split | rename`; then run `whet support import` again, with or
# without new files: what you decided stays. Leave the ids alone: they tie intents to messages.

"""


class Intent(Part):
    """One thing that customers ask again and again."""

    id: str = Field(pattern=r"^i[0-9]+$")
    """Ties the intent to its messages; never changes."""
    name: str = Field(pattern=r"^[^\s/\\{}:]{1,80}$")
    """What it is called in the card and in templates: no spaces, slashes, braces or colons."""
    accepted: bool = True
    """Whether it goes into the card and the templates."""
    by: str = Field(default="mined", pattern=r"^(mined|person)$")
    """Who decided last: `mined`, or `person` after a merge, a split or a rename."""
    messages: int = Field(default=0, ge=0)
    """Questions that hold it."""
    terms: list[str] = Field(default_factory=list)
    """Terms that tell it from others, strongest first."""
    examples: list[str] = Field(default_factory=list)
    """Questions at its centre."""
    edges: list[str] = Field(default_factory=list)
    """Questions at its rim: do they belong?"""
    template: dict[str, str] = Field(default_factory=dict)
    """Answer by language, with {slots}."""
    merged: list[str] = Field(default_factory=list)
    """Ids of intents that were merged into this one."""


class Intents(Part):
    """The whole of intents.yaml."""

    intents: list[Intent] = Field(default_factory=list)
    """Mined intents, most frequent first."""

    def find(self, name: str) -> Intent:
        """Return the intent of a name or an id.

        Raises:
            InputError: there is none.
        """
        for intent in self.intents:
            if name in (intent.name, intent.id):
                return intent
        hint = did_you_mean(name, [i.name for i in self.intents]) if self.intents else ""
        raise InputError(f"There must be an intent {name!r} in {FILE}; there is none. {hint}")

    def free_id(self) -> str:
        """Return an id that no intent has or had."""
        used = [i.id for i in self.intents] + [m for i in self.intents for m in i.merged]
        return f"i{max((int(u[1:]) for u in used), default=0) + 1}"


_KIND = FileKind(
    Intents,
    word="list of intents",
    example=FILE,
    fields="`intents: [{id: i1, name: refund}]`",
    when_missing="Run `whet support import FILE…` first.",
    when_empty="Run `whet support import FILE…` again.",
    most_bytes=50_000_000,
    most_values=1_000_000,
)


def read_intents(path: Path) -> Intents:
    """Return the intents of a file.

    Raises:
        InputError: there is no such file, or it has mistakes; one line each.
    """
    return Intents.model_validate(values_of(path, _KIND, _check))


def _check(document: Document, folder: Path) -> list[Problem]:
    """Return what is wrong between intents: ids and names that stand twice."""
    problems = []
    for field in ("id", "name"):
        seen: set[str] = set()
        listed = document.get("intents")
        for i in range(len(listed) if isinstance(listed, list) else 0):
            value = document.get("intents", i, field)
            if isinstance(value, str) and value in seen:
                sentence = f"every intent must have its own; {value!r} stands twice"
                problems.append(document.problem(("intents", i, field), sentence))
            elif isinstance(value, str):
                seen.add(value)
    return problems


def write_intents(path: Path, intents: Intents) -> None:
    """Write intents for people to read, most frequent first."""
    ordered = sorted(intents.intents, key=lambda i: (-i.messages, int(i.id[1:])))
    values = [_values(intent) for intent in ordered]
    write_atomic(path, _HEAD + as_yaml({"intents": values}))


def slots_of(intent: Intent) -> list[str]:
    """Return the slots of an intent's templates, each once, in order."""
    return list(dict.fromkeys(s for text in intent.template.values() for s in named_slots(text)))


def _values(intent: Intent) -> dict[str, Any]:
    """Return the fields of an intent that say something."""
    values = intent.model_dump()
    return {
        name: value
        for name, value in values.items()
        if value or name in ("id", "name", "accepted", "messages")
    }


class _Dumper(yaml.SafeDumper):
    """Writes long texts over several lines, lists indented, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return true: the same text twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the entries of lists, as people do."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    """Represent a text of several lines as a block."""
    is_block = "\n" in value and all(c.isprintable() or c == "\n" for c in value)
    is_block = is_block and not value[0].isspace() and not _has_margins(value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if is_block else None)


def _has_margins(value: str) -> bool:
    """Return whether a line of a text ends in white space, which a block would lose."""
    return any(line != line.rstrip() for line in value.split("\n"))


_Dumper.add_representer(str, _text)


def as_yaml(value: Any) -> str:
    """Return a value as YAML that people like to read; reading it gives the same value."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return str(text)
