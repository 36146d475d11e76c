"""What does a file say, and is it right? Every problem at once, each with its line.

``values_of(path, kind, checks)`` returns the plain values or raises with all problems;
``examine(path, kind, checks)`` lists them. A check sees the values beside the file's folder, also
where the schema refuses some of them.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from whet.core.errors import InputError
from whet.core.yaml.document import Document, Problem, parse
from whet.core.yaml.explain import schema_problems
from whet.core.yaml.kind import FileKind

Checks = Callable[[Document, Path], Iterable[Problem]]
"""What is wrong between the fields of a document that stands in a folder."""


def values_of(path: Path, kind: FileKind, checks: Checks) -> dict[str, Any]:
    """Return the values of the file `path`, which the schema of its kind accepts.

    Raises:
        InputError: the file is none of its kind, or has mistakes; one line per mistake, each
            ``file:line: field: what must hold; what was found``.
    """
    document, problems = examine(path, kind, checks)
    if problems:
        raise InputError("\n".join(as_line(path, problem) for problem in problems))
    return document.values


def examine(path: Path, kind: FileKind, checks: Checks) -> tuple[Document, list[Problem]]:
    """Return the values of a file and all that is wrong with them, in the order of its lines."""
    text = _text_of(path, kind)
    if isinstance(text, Problem):
        return Document(kind), [text]
    return examine_text(text, kind, lambda document: checks(document, path.parent))


def examine_text(
    text: str, kind: FileKind, checks: Callable[[Document], Iterable[Problem]]
) -> tuple[Document, list[Problem]]:
    """Return the values of a file's text and all that is wrong with them."""
    document = parse(text, kind)
    if () not in document.lines:  # nothing that could be such a file, so nothing more to say
        return document, document.problems
    found = [*document.problems, *schema_problems(document), *checks(document)]
    return document, sorted(found, key=lambda problem: problem.line or 0)


def as_line(path: Path | str, problem: Problem) -> str:
    """Return a problem as compilers print theirs."""
    parts = [str(path) if problem.line is None else f"{path}:{problem.line}", problem.field]
    return ": ".join([part for part in parts if part] + [problem.sentence])


def json_schema(kind: FileKind) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file, with the meaning of every field, for editors."""
    schema = kind.model.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _text_of(path: Path, kind: FileKind) -> str | Problem:
    """Return the text of a file, or why there is none."""
    if os.path.isdir(path):
        sentence = f"is a folder. Name the {kind.word} in it, such as {kind.example}."
        return Problem(None, "", sentence)
    if not os.path.isfile(path):
        return Problem(None, "", f"there is no such file. {kind.when_missing}")
    try:
        if (size := path.stat().st_size) > kind.most_bytes:
            most = f"at most {kind.most_bytes:,} bytes"
            return Problem(None, "", f"a {kind.word} holds {most}; found {size:,}")
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"must be written in UTF-8; found the byte 0x{data[error.start]:02x}"
        return Problem(line, "", f"{sentence}. Save the file as UTF-8.")
    except OSError as error:
        return Problem(None, "", f"could not be read: {error.strerror}")
