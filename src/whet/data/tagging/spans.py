"""What does a JSON Lines file of spans hold? A text a line, and where its spans begin and end.

{"text": "Ana lives in Rome", "spans": [{"start": 13, "end": 17, "label": "LOC"}]}
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

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


def _line_model(text: str, spans: str) -> type[BaseModel]:
    """Return one line as it is written, under the names of text and spans."""
    return create_model(
        "_Line",
        __config__=ConfigDict(extra="allow", strict=True),
        text=(str, Field(alias=text)),
        spans=(list[_Marked], Field(alias=spans)),
    )


def read_spans(
    path: Path,
    *,
    encoding: str = "utf-8",
    text: str = "text",
    spans: str = "spans",
    columns: Sequence[str] = (),
) -> TaggedFrame:
    """Return the texts of a JSON Lines file with their spans; blank lines are passed over.

    Args:
        path: the file.
        encoding: its character encoding.
        text: name of the text in each object.
        spans: name of the spans in each object.
        columns: further names whose plain values are kept; what a line lacks is an empty text.

    Raises:
        InputError: a line that is no such object, spans beyond their text, of nothing, or
            overlapping; the text gives the first rows and how many there are.
    """
    model = _line_model(text, spans)
    rows, texts, marks, problems = [], [], [], []
    kept: dict[str, list[str]] = {name: [] for name in columns}
    for number, line in enumerate(_lines(path, encoding), start=1):
        if not line.strip():
            continue
        found = _parsed(path, number, line, model)
        marked = tuple(sorted(Span(m.start, m.end, m.label.strip()) for m in found.spans))
        if problem := problem_of(found.text, marked):
            problems.append((number, problem))
        rows.append(number)
        texts.append(found.text)
        marks.append(marked)
        for name, values in kept.items():
            values.append(_plain(path, number, name, (found.model_extra or {}).get(name)))
    if not rows:
        raise InputError(f"{path} must hold one JSON object a line; it is empty.")
    if problems:
        raise InputError(_told(path, problems))
    tokens = sum(len(split_words(text)) for text in texts)
    return TaggedFrame(
        source=path.name,
        rows=tuple(rows),
        texts=tuple(texts),
        spans=tuple(marks),
        tokens=tokens,
        columns={name: tuple(values) for name, values in kept.items()},
    )


def _lines(path: Path, encoding: str) -> list[str]:
    """Return the lines; only a line feed ends one, since texts may hold what else ends lines."""
    return decoded(path, path.read_bytes(), encoding).split("\n")


def _plain(path: Path, number: int, name: str, value: object) -> str:
    """Return a further value as text."""
    if isinstance(value, dict | list):
        raise InputError(
            f"{path}, row {number}: {name!r} must hold a plain value; found "
            f"{'an object' if isinstance(value, dict) else 'a list'}. Write it as a text."
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _parsed(path: Path, number: int, line: str, model: type[BaseModel]) -> Any:
    """Return one line as a text and its spans."""
    place = f"{path}, row {number}"
    try:
        found: Any = model.model_validate_json(line)
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
