"""What does a JSON Lines file of spans hold? A text a line, and where its spans begin and end.

{"text": "Ana lives in Rome", "spans": [{"start": 13, "end": 17, "label": "LOC"}]}
"""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from whet.core.errors import InputError
from whet.core.spans import Span, problem_of
from whet.data.delimited import decoded
from whet.data.tagging.frame import TaggedFrame
from whet.serving.tagging.words import split_words

_SHOWN = 5
"""Wrong rows that an error names."""


class _Marked(BaseModel):
    """One span as it is written; a marked text of it, or an id, is not looked at."""

    model_config = ConfigDict(extra="ignore", strict=True)

    start: int
    end: int
    label: str = Field(min_length=1)


class _Line(BaseModel):
    """One line as it is written; other names are not looked at."""

    model_config = ConfigDict(extra="ignore", strict=True)

    text: str
    spans: list[_Marked]


def read_spans(path: Path, *, encoding: str = "utf-8") -> TaggedFrame:
    """Return the texts of a JSON Lines file with their spans; blank lines are passed over.

    Raises:
        InputError: a line that is no such object, spans beyond their text, of nothing, or
            overlapping; the text gives the first rows and how many there are.
    """
    rows, texts, spans, problems = [], [], [], []
    for number, line in enumerate(_lines(path, encoding), start=1):
        if not line.strip():
            continue
        found = _parsed(path, number, line)
        marked = tuple(sorted(Span(m.start, m.end, m.label.strip()) for m in found.spans))
        if problem := problem_of(found.text, marked):
            problems.append((number, problem))
        rows.append(number)
        texts.append(found.text)
        spans.append(marked)
    if not rows:
        raise InputError(f"{path} must hold one JSON object a line; it is empty.")
    if problems:
        raise InputError(_told(path, problems))
    tokens = sum(len(split_words(text)) for text in texts)
    return TaggedFrame(path.name, tuple(rows), tuple(texts), tuple(spans), tokens)


def _lines(path: Path, encoding: str) -> list[str]:
    """Return the lines; only a line feed ends one, since texts may hold what else ends lines."""
    return decoded(path, path.read_bytes(), encoding).split("\n")


def _parsed(path: Path, number: int, line: str) -> _Line:
    """Return one line as a text and its spans."""
    place = f"{path}, row {number}"
    try:
        found = _Line.model_validate_json(line)
        found.text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{place}: must hold whole characters; found half of one.") from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise InputError(
            f'{place}: must be {{"text": ..., "spans": [{{"start", "end", "label"}}]}}; '
            f"{f'{where}: ' if where else ''}{problem['msg']}."
        ) from error
    if not found.text.strip() or "\0" in found.text:
        raise InputError(
            f"{place}: the text must not be empty or hold a NUL character; "
            f"found {json.dumps(found.text[:40])}."
        )
    return found


def _told(path: Path, problems: Sequence[tuple[int, str]]) -> str:
    """Return which rows have wrong spans, and what to do."""
    told = [f"row {number}: {problem}" for number, problem in problems[:_SHOWN]]
    more = len(problems) - len(told)
    return (
        f"{path}: spans must lie within their text and must not overlap; {len(problems)} "
        f"row{'s do' if len(problems) > 1 else ' does'} not keep to it: {'; '.join(told)}"
        f"{f' and {more} more' if more else ''}. Offsets count characters, not bytes, from 0; "
        "`end` is behind the last one."
    )
