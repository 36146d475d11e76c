"""Is this suite right, and what does it ask? Every mistake at once, each with its line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where
from whet.core.yaml.kind import FileKind
from whet.core.yaml.read import values_of
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.schema import Desk
from whet.products.support.suite.schema import Case, Suite

SUITE_NAME = "tests.yaml"

SUITE = FileKind(
    model=Suite,
    word="suite",
    example=SUITE_NAME,
    fields="`cases:`",
    when_missing="Write one, with `cases:` that each have `name`, `when` and `then`.",
    when_empty="Write `cases:` that each have `name`, `when` and `then`.",
    most_bytes=5_000_000,
    most_values=200_000,
)
"""The kind of file that a suite is."""

Found = Iterator[tuple[Where, str]]


def read_suite(path: Path, files: DeskFiles, intents: Sequence[str] | None) -> list[Case]:
    """Return the cases of a suite about a desk.

    Args:
        path: the file.
        files: the desk.
        intents: those that its model knows; None where there is no model yet, and then intents of
            cases are not checked.

    Raises:
        InputError: the file is missing or has mistakes; one line for each, with file and line.
    """
    values = values_of(path, SUITE, lambda document, _: _problems(document, files.desk, intents))
    return Suite.model_validate(values).cases


def line_of_cases(path: Path) -> dict[str, int]:
    """Return the line on which each case of a suite that was read stands, by name."""
    from whet.core.yaml.document import parse

    document = parse(path.read_text(encoding="utf-8-sig"), SUITE)
    cases = document.get("cases") or []
    return {case["name"]: document.line_of(("cases", i)) for i, case in enumerate(cases)}


def _problems(document: Document, desk: Desk, intents: Sequence[str] | None) -> list[Problem]:
    """Return what is wrong between the cases, and between them and the desk."""
    cases = document.get("cases")
    count = len(cases) if isinstance(cases, list) else 0
    found = [*_doubled(document, count), *_blank(document, count), *_lookups(document, count, desk)]
    if intents is not None:
        found += _intents(document, count, intents)
    return [document.problem(where, sentence) for where, sentence in found]


def _doubled(document: Document, count: int) -> Found:
    """Every case has a name of its own, for a report names it."""
    first: dict[str, int] = {}
    for i in range(count):
        where: Where = ("cases", i, "name")
        name = document.text(*where)
        if name is None:
            continue
        if name in first:
            line = document.line_of(("cases", first[name], "name"))
            yield where, f"{name[:60]!r} is the name of another case (line {line})"
        first.setdefault(name, i)


def _blank(document: Document, count: int) -> Found:
    """A text that is looked for is a text: a blank one would always be found."""
    for i in range(count):
        for field in ("contains", "not_contains"):
            place: Where = ("cases", i, "then", field)
            alone = document.text(*place)
            texts = list(document.texts(*place)) if alone is None else [(place, alone)]
            for where, text in texts:
                if not text.strip():
                    yield where, "must be a text that is not blank"


def _lookups(document: Document, count: int, desk: Desk) -> Found:
    """Lookups of a case are lookups of the desk, with fields that it has."""
    for i in range(count):
        for where, name, value in document.entries("cases", i, "lookups"):
            if name not in desk.lookups:
                hint = did_you_mean(name, desk.lookups) if desk.lookups else "It has none."
                yield where, f"{name[:60]!r} is no lookup of the desk. {hint}"
                continue
            fields = desk.lookups[name].fields
            for field in value if isinstance(value, dict) else ():
                if field not in fields:
                    hint = did_you_mean(str(field), fields)
                    yield (*where, field), f"{field!r} is no field of lookup {name!r}. {hint}"


def _intents(document: Document, count: int, intents: Sequence[str]) -> Found:
    """Intents of cases are intents that the model knows."""
    for i in range(count):
        where: Where = ("cases", i, "then", "intent")
        name = document.text(*where)
        if name is not None and name not in intents:
            hint = did_you_mean(name, intents)
            yield where, f"{name[:60]!r} is no intent that the model knows. {hint}"
