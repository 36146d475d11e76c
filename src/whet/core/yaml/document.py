"""Where in a file does each value stand? YAML to plain values, with the line of each.

Only plain YAML is read: no tags, no aliases, no merge keys, and a bounded number of values, so that
a file from a stranger can neither run code nor fill the memory.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from whet.core.yaml.kind import FileKind

Where = tuple[str | int, ...]
"""Place of a value: names and list indices from the top, such as ``("inputs", 0, "kind")``."""

_LONG = 200_000
"""Characters above which libyaml reads a file: faster, but with poorer words for mistakes."""
_MOST_LEVELS = 50
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "str", "timestamp"))
_HINTS = {
    "mapping values are not allowed here": "A value that holds `: ` needs quotes around it.",
    "found character '\\t' that cannot start any token": "Indent with spaces, not with tabs.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file."""

    line: int | None
    """1-based line in the file; None when the file as a whole is meant."""
    field: str
    """Dotted path such as ``inputs[0].column``; empty when no field is meant."""
    sentence: str
    """What must hold, what was found, what to do."""


@dataclass
class Document:
    """Plain values of a file, and where they stand. What is broken is None in `values`."""

    kind: FileKind
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Where, int] = field(default_factory=dict)
    raws: dict[Where, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, where: Where) -> int:
        """Return the line of the value at `where`, or of the nearest parent that exists."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Where, sentence: str) -> Problem:
        """Return a problem with the value at `where`."""
        return Problem(self.line_of(where), dotted(where), sentence)

    def get(self, *where: str | int) -> Any:
        """Return the value at `where`; None when it is not there."""
        value: Any = self.values
        for step in where:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def text(self, *where: str | int) -> str | None:
        """Return the value at `where` when it is a text, else None."""
        value = self.get(*where)
        return value if isinstance(value, str) else None

    def texts(self, *where: str | int) -> Iterator[tuple[Where, str]]:
        """Yield place and value of each text in the list at `where`, if there is one."""
        value = self.get(*where)
        for i, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, str):
                yield (*where, i), item

    def entries(self, *where: str | int) -> Iterator[tuple[Where, str, Any]]:
        """Yield place, name and value of each entry of the mapping at `where`, if there is one."""
        value = self.get(*where)
        for name, item in (value if isinstance(value, dict) else {}).items():
            yield (*where, name), name, item


def dotted(where: Where) -> str:
    """Return a place as people write it.

    >>> dotted(("inputs", 0, "column"))
    'inputs[0].column'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    return text.removeprefix(".")


def parse(text: str, kind: FileKind) -> Document:
    """Return the values of a file's text; its `problems` hold all that is wrong with the YAML."""
    document = Document(kind)
    try:
        root = _compose(text, kind)
    except yaml.MarkedYAMLError as error:
        root = _syntax_problem(error)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        sentence = f"the character U+{error.character:04X} may not stand in a {kind.word}."
        root = Problem(line, "", f"{sentence} Delete it.")
    if isinstance(root, Problem):
        document.problems.append(root)
    elif isinstance(root, MappingNode):
        document.lines[()] = root.start_mark.line + 1
        document.values = _plain(document, root, ()) or {}
    else:
        document.problems.append(_root_problem(root, kind))
    return document


def _compose(text: str, kind: FileKind) -> Node | Problem | None:
    """Return the root of a file, None when it is empty, or what it holds too much of."""
    if len(text) > _LONG and yaml.__with_libyaml__:
        try:
            return _composed(text, kind, yaml.CSafeLoader)
        except yaml.YAMLError:
            pass  # said again below, in the words of the slow reader
    return _composed(text, kind, yaml.SafeLoader)


def _composed(text: str, kind: FileKind, loader: Any) -> Node | Problem | None:
    """Return what `_compose` returns, read by one of the loaders."""
    excess = _what_grows(text, kind, loader)
    root: Node | None = None if excess else yaml.compose(text, Loader=loader)
    return excess or root


def _what_grows(text: str, kind: FileKind, loader: Any) -> Problem | None:
    """Return a problem for an alias, and for more values or levels than such a file can need.

    This looks at YAML events one by one, before the composer recurses into them.
    """
    values = levels = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            sentence = f"*{event.anchor} is an alias. Write the value out, or put it in quotes."
            return Problem(line, "", sentence)
        values += isinstance(event, yaml.NodeEvent)
        levels += isinstance(event, yaml.CollectionStartEvent)
        levels -= isinstance(event, yaml.CollectionEndEvent)
        if values > kind.most_values or levels > _MOST_LEVELS:
            most = f"{kind.most_values:,} values and {_MOST_LEVELS} levels"
            return Problem(line, "", f"a {kind.word} holds at most {most}")
    return None


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    """Return the sentence for text that is not plain YAML."""
    mark = error.problem_mark or error.context_mark
    what = str(error.problem)
    hint = next((hint for start, hint in _HINTS.items() if what.startswith(start)), "")
    begun = f" (line {error.context_mark.line + 1})" if error.context_mark else ""
    context = f"{error.context}{begun}, " if error.context else ""
    sentence = f"this cannot be read as YAML: {context}{what}. {hint}".rstrip()
    return Problem(mark.line + 1 if mark else None, "", sentence)


def _root_problem(root: Node | None, kind: FileKind) -> Problem:
    """Return the sentence for a file that holds nothing or something else than fields."""
    if root is None:
        return Problem(None, "", f"the {kind.word} is empty. {kind.when_empty}")
    found = "a list" if isinstance(root, SequenceNode) else f"the text {root.value[:60]!r}"
    sentence = f"a {kind.word} must be a mapping of fields such as {kind.fields}; found {found}"
    return Problem(root.start_mark.line + 1, "", sentence)


def _plain(document: Document, node: Node, where: Where) -> Any:
    """Return the plain value of a node and note lines, raw texts and problems on the way.

    What has a problem becomes None, so that the places of what follows stay right.
    """
    if isinstance(node, MappingNode) and node.tag == _TAG + "map":
        return _plain_mapping(document, node, where)
    if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
        for i, item in enumerate(node.value):
            document.lines[*where, i] = item.start_mark.line + 1
        return [_plain(document, item, (*where, i)) for i, item in enumerate(node.value)]
    if isinstance(node, ScalarNode) and node.tag in _SCALARS:
        document.raws[where] = node.value
        return _plain_scalar(document, node, where)
    tag = node.tag.replace(_TAG, "!!")
    sentence = (
        f"must be written without the YAML tag {tag}: {document.kind.word}s hold plain values only"
    )
    document.problems.append(document.problem(where, sentence))
    return None


def _plain_mapping(document: Document, node: MappingNode, where: Where) -> dict[str, Any]:
    """Return the entries whose names are texts and new; note a problem for each other one."""
    values: dict[str, Any] = {}
    for key, item in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or key.tag != _TAG + "str":
            found = key.value if isinstance(key, ScalarNode) else "a list or a mapping"
            sentence = f"a field's name must be a text; found {found}. Put it in quotes."
            document.problems.append(Problem(line, dotted(where), sentence))
            continue
        inner = (*where, key.value)
        if inner in document.lines:
            sentence = f"is given twice, first in line {document.lines[inner]}. Keep one."
            document.problems.append(Problem(line, dotted(inner), sentence))
            continue
        document.lines[inner] = line
        values[key.value] = _plain(document, item, inner)
    return values


def _plain_scalar(document: Document, node: ScalarNode, where: Where) -> Any:
    """Return text, number, truth value, date or None."""
    if node.tag == _TAG + "str":
        return node.value
    try:
        value = SafeConstructor().construct_object(node)
    except ValueError:
        sentence = f"cannot be read as a value; found {node.value[:60]}."
        document.problems.append(document.problem(where, f"{sentence} {document.kind.bad_scalar}"))
        return None
    if isinstance(value, float) and not math.isfinite(value):
        sentence = f"must be a finite number; found {node.value}"
        document.problems.append(document.problem(where, sentence))
        return None
    return value
