"""Is this card right, and what does it say? Every problem at once, each with its line.

``read_card(path)`` returns the card or raises with all problems; ``check_card(path)`` lists them.
"""

import os
from pathlib import Path
from typing import Any

from whet.cards.checks import cross_problems
from whet.cards.document import Document, Problem, parse
from whet.cards.explain import schema_problems
from whet.cards.schema import Card
from whet.core.errors import InputError

_MOST_BYTES = 1_000_000


def read_card(path: Path) -> Card:
    """Return the card in the file `path`.

    Raises:
        InputError: the file is not a card, or a card with mistakes; one line per mistake, each
            ``file:line: field: what must hold; what was found``.
    """
    document, problems = _examine(path)
    if problems:
        raise InputError("\n".join(_as_line(path, problem) for problem in problems))
    return Card.model_validate(document.values, strict=True)


def check_card(path: Path) -> list[Problem]:
    """Return what is wrong with the card in the file `path`, in the order of its lines."""
    return _examine(path)[1]


def card_schema() -> dict[str, Any]:
    """Return the JSON Schema of a card, with the meaning of every field, for editors and forms."""
    schema = Card.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _as_line(path: Path, problem: Problem) -> str:
    """Return a problem as compilers print theirs."""
    parts = [str(path) if problem.line is None else f"{path}:{problem.line}", problem.field]
    return ": ".join([part for part in parts if part] + [problem.sentence])


def _examine(path: Path) -> tuple[Document, list[Problem]]:
    """Return the values of a card's file and all that is wrong with them."""
    text = _text_of(path)
    if isinstance(text, Problem):
        return Document(), [text]
    document = parse(text)
    if () not in document.lines:  # nothing that could be a card, so nothing more to say
        return document, document.problems
    found = [
        *document.problems,
        *schema_problems(document),
        *cross_problems(document, path.parent),
    ]
    return document, sorted(found, key=lambda problem: problem.line or 0)


def _text_of(path: Path) -> str | Problem:
    """Return the text of a card's file, or why there is none."""
    if os.path.isdir(path):
        return Problem(None, "", "is a folder. Name the card in it, such as card.yaml.")
    if not os.path.isfile(path):
        return Problem(None, "", "there is no such file. `whet new DIR` writes a card.")
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            return Problem(None, "", f"a card holds at most {_MOST_BYTES:,} bytes; found {size:,}")
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"must be written in UTF-8; found the byte 0x{data[error.start]:02x}"
        return Problem(line, "", f"{sentence}. Save the file as UTF-8.")
    except OSError as error:
        return Problem(None, "", f"could not be read: {error.strerror}")
