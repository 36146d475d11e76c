"""What rows does a small file of answers hold? CSV or JSON, every value as text, with its line.

For files that people fill by hand or export from a form: surveys and price tests. Data sets of
models are read by `whet.data`, which is built for millions of rows.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whet.core.errors import InputError

_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Row:
    """One row: where it stands (``answers.csv, line 3``) and its values by column, stripped."""

    where: str
    values: Mapping[str, str]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file with a header, or of flat JSON objects.

    ``.json``: a list of objects; ``.jsonl``: one object a line.

    All rows hold the same columns; a missing or null value is an empty text.

    Raises:
        InputError: the file cannot be read, is not UTF-8, is larger than 50 MB, holds no rows, or
            a row does not fit the header.
    """
    text = _read_text(path)
    if path.suffix.lower() in (".json", ".jsonl"):
        rows = _json_rows(path, text)
    else:
        rows = _csv_rows(path, text)
    if not rows:
        raise InputError(f"{path} must hold rows; it holds none. Add one row per answer.")
    return rows


def number(row: Row, column: str) -> float | None:
    """Return the finite number in a column of a row; None where it is empty.

    Raises:
        InputError: the text is no finite number.

    >>> number(Row("answers.csv, line 2", {"pay": "3.5"}), "pay")
    3.5
    """
    text = row.values[column]
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0:  # NaN and the infinities
        raise InputError(
            f"{row.where}: {column!r} must hold a number; found {text!r}. "
            "Leave it empty where there is no answer."
        )
    return value


def _read_text(path: Path) -> str:
    """Return the text of a file without a byte-order mark."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} must be at most 50 MB; it is larger. Split it.")
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        raise InputError(f"{path} must be a file that can be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} must be written in UTF-8; found the byte 0x{error.object[error.start]:02x} "
            f"at position {error.start}. Save it again as UTF-8."
        ) from error


def _csv_rows(path: Path, text: str) -> list[Row]:
    """Return the rows of a CSV text; commas, or semicolons or tabs where those split the header."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    try:
        for fields in reader:
            where = f"{path.name}, line {reader.line_num}"
            if not any(field.strip() for field in fields):
                continue
            if header is None:
                header = _checked_header(where, fields)
            else:
                rows.append(_csv_row(where, header, fields))
    except csv.Error as error:
        raise InputError(
            f"{path.name}, line {reader.line_num}: must be CSV; {error}. Mend the quotes there."
        ) from error
    return rows


def _checked_header(where: str, fields: list[str]) -> list[str]:
    """Return the names of the columns."""
    names = [field.strip() for field in fields]
    for name in names:
        if not name or names.count(name) > 1:
            found = f"{name!r} twice" if name else "an empty one"
            raise InputError(f"{where}: column names must differ and not be empty; found {found}.")
    return names


def _csv_row(where: str, header: list[str], fields: list[str]) -> Row:
    """Return one row of a CSV file."""
    if len(fields) != len(header):
        raise InputError(
            f"{where}: must hold {len(header)} fields as the header does; found {len(fields)}."
        )
    values = {name: field.strip() for name, field in zip(header, fields, strict=True)}
    return Row(where, values)


def _json_rows(path: Path, text: str) -> list[Row]:
    """Return the rows of a JSON list of flat objects."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        found = (
            [json.loads(line) for line in lines]
            if path.suffix.lower() == ".jsonl"
            else json.loads(text)
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{path} must be JSON; {error}.") from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise InputError(f"{path} must be a list of objects, one per answer; found {_kind(found)}.")
    columns = list(dict.fromkeys(name for row in found for name in row))
    rows = []
    for index, row in enumerate(found, start=1):
        where = f"{path.name}, row {index}"
        values = {name: _plain(where, name, row.get(name)) for name in columns}
        rows.append(Row(where, values))
    return rows


def _plain(where: str, name: str, value: Any) -> str:
    """Return a scalar of JSON as text."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise InputError(f"{where}: {name!r} must be a number or a text; found {_kind(value)}.")
    return str(value).strip()


def _kind(value: Any) -> str:
    """Return what a JSON value is, in words.

    >>> _kind([{}, 1])
    'a list'
    """
    kinds: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
    }
    return kinds.get(type(value), "a single value")
