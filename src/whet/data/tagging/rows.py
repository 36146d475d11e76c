"""How do texts with spans stand in a frame? As rows whose label is the spans, written as JSON.

So versions, hashes, splits and audits treat them as any other rows.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from whet.cards.files import FORMATS
from whet.cards.schema import Card
from whet.cards.targets import TagsTarget
from whet.core.errors import InputError
from whet.core.spans import Span
from whet.data.magic import foreign
from whet.data.rarest import rarest
from whet.data.read import check_file
from whet.data.tagging.columns import read_columns
from whet.data.tagging.frame import TaggedFrame
from whet.data.tagging.spans import read_spans


def written(spans: Sequence[Span]) -> str:
    """Return spans as the label of a row.

    >>> written([Span(0, 3, "PER")])
    '[[0, 3, "PER"]]'
    """
    values = [[span.start, span.end, span.label] for span in spans]
    return json.dumps(values, ensure_ascii=False)


def spans_of(label: str) -> tuple[Span, ...]:
    """Return the spans that the label of a row stands for.

    Raises:
        InputError: it stands for none: the rows are of another kind of target.
    """
    try:
        return tuple(Span(*values) for values in json.loads(label))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Rows of target.kind 'tags' must hold spans; found the label {label[:40]!r}. Read "
            "them with the card that they were made from, or from the card's own files."
        ) from error


def span_labels(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of the spans of some rows, sorted, each once."""
    return tuple(sorted({span.label for row in rows for span in spans_of(row)}))


def strata(rows: Sequence[str]) -> list[str]:
    """Return the stratum of each row: the rarest of its labels, by the texts that have it."""
    return rarest([{span.label for span in spans_of(row)} for row in rows])


def read_tagged(card: Card, path: Path, format: str | None) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Return the rows of a file under the card's column names, and the line each begins at.

    Raises:
        InputError: the file is missing or of another format, tags break their scheme, or spans do
            not fit their texts.
    """
    target = card.target
    assert isinstance(target, TagsTarget)
    format = format or FORMATS.get(path.suffix.lower())
    check_file(path)
    if problem := foreign(path, format or "conll", card.data.source.encoding):
        raise InputError(problem)
    frame = _read(card, target, path, format)
    table = {
        **frame.columns,
        card.text_column: frame.texts,
        target.column: tuple(map(written, frame.spans)),
    }
    return pl.DataFrame(table, schema=dict.fromkeys(table, pl.String)), frame.rows


def _read(card: Card, target: TagsTarget, path: Path, format: str | None) -> TaggedFrame:
    """Return the texts and spans of a file in either format."""
    encoding = card.data.source.encoding
    if format == "jsonl":
        return read_spans(
            path,
            encoding=encoding,
            text=card.text_column,
            spans=target.column,
            columns=card.columns,
        )
    if format == "conll":
        return read_columns(path, encoding=encoding, repair=target.repair)
    raise InputError(
        f"{path} must hold texts with spans, as JSON Lines or as CoNLL columns; found "
        f"{format or 'an ending that says neither'}. Name the file .jsonl, or set "
        "`format: conll` beside data.source.path."
    )
