"""What rows does a transcript hold? CSV or JSON Lines, each row with what is wrong with it.

Unlike `whet.data.delimited`, which refuses a file at its first broken row, this goes on behind it:
a history of years is never whole, and all its problems are told at once.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from whet.data.delimited import sniff
from whet.products.support.history.decoding import Decoded

_MOST_LINES = 500
"""Lines of one record: beyond, a quote was not closed."""
csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Row:
    """One row: its 1-based number, and its values or what is wrong."""

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""


def csv_rows(decoded: Decoded) -> Iterator[Row]:
    """Yield the rows of a CSV text below its header; the delimiter is found from the header."""
    lines = _lines(decoded.text)
    delimiter = sniff(decoded.text)
    header, start = _header(lines, delimiter)
    number = 0
    while start < len(lines):
        fields, used, wrong = _record(lines, start, delimiter)
        if not wrong and len(fields) != len(header) and fields:
            few = len(fields) < len(header)
            wrong = (
                f"must have {len(header)} fields like the header; found {len(fields)}. "
                f"{'A line break' if few else 'A delimiter'} in a text needs double quotes."
            )
        if not fields and not wrong:  # an empty line
            start += used
            continue
        number += 1
        wrong = wrong or decoded.odd("".join(fields)) or _nul(fields)
        # What follows a broken record may be whole: begin again at the line behind its first.
        start += 1 if wrong else used
        values = {} if wrong else dict(zip(header, fields, strict=True))
        yield Row(number, values, wrong)


def columns_of(decoded: Decoded) -> list[str]:
    """Return the names in the header of a CSV text."""
    return _header(_lines(decoded.text), sniff(decoded.text))[0]


def json_rows(decoded: Decoded) -> Iterator[Row]:
    """Yield the objects of a JSON Lines text; blank lines are passed over."""
    number = 0
    for line in decoded.text.split("\n"):
        if not line.strip():
            continue
        number += 1
        if wrong := decoded.odd(line):
            yield Row(number, {}, wrong)
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "") or "it is nested too deep"
            yield Row(number, {}, f"must be a JSON object; it is not JSON: {reason}.")
            continue
        if isinstance(value, dict):
            yield Row(number, value)
        else:
            yield Row(number, {}, "must be a JSON object; found another value.")


def _lines(text: str) -> list[str]:
    """Return lines with their ends. Not splitlines(): texts may hold U+2028 and the like."""
    return io.StringIO(text, newline="").readlines()


def _header(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """Return the column names and the line behind them."""
    start = 0
    while start < len(lines):
        fields, used, _ = _record(lines, start, delimiter)
        start += used
        if fields:
            return [name.strip() for name in fields], start
    return [], start


def _record(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int, str]:
    """Return the fields of the record that begins at a line, its lines, and what is wrong."""
    end = min(start + _MOST_LINES, len(lines))
    own = (lines[i] for i in range(start, end))
    reader = csv.reader(own, delimiter=delimiter, strict=True)
    try:
        fields = next(reader, [])
    except csv.Error as error:
        if "unexpected end" in str(error):
            return [], 1, "a field opens with a double quote that is never closed. Close it."
        return [], 1, "a double quote stands inside a quoted field. Double it."
    return fields, max(reader.line_num, 1), ""


def _nul(fields: list[str]) -> str:
    """Return what is wrong with fields that hold NUL bytes."""
    has = any("\0" in value for value in fields)
    return "must hold text; found a NUL byte. Remove it." if has else ""
