"""What rows does a file hold? CSV, JSON Lines or Parquet, every column as text.

A mistake in the file is one sentence with its row or line; nothing is dropped or guessed silently.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from whet.cards.files import FORMATS
from whet.core.errors import InputError
from whet.data.delimited import read_delimited
from whet.data.jsonl import joined_list, read_jsonl
from whet.data.magic import foreign


def read_table(
    path: Path,
    *,
    format: str | None = None,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    lists: Mapping[str, str] = MappingProxyType({}),
    nested: Collection[str] = (),
) -> pl.DataFrame:
    """Return the rows of a file with every column as text; a missing value is an empty text.

    Args:
        path: the file.
        format: csv, jsonl or parquet; from the file's ending when None.
        encoding: character encoding of CSV and JSON Lines.
        delimiter: of CSV; found by itself when None.
        lists: columns that may hold lists of texts in JSON Lines and Parquet, and what is written
            between these.
        nested: columns that may hold lists and objects in JSON Lines, which stay JSON.

    Raises:
        InputError: the file is missing, is not of its format, or has a mistake (row or line named).
    """
    format = format or FORMATS.get(path.suffix.lower())
    if format is None:
        raise InputError(
            f"{path} must end in {', '.join(FORMATS)}, or its format must be declared; "
            f"found the ending {path.suffix!r}."
        )
    check_file(path)
    try:
        if problem := foreign(path, format, encoding):
            raise InputError(problem)
        if format == "csv":
            return read_delimited(path, encoding=encoding, delimiter=delimiter)
        if format == "jsonl":
            return read_jsonl(path, encoding=encoding, lists=lists, nested=nested)
        return _read_parquet(path, lists)
    except OSError as error:
        raise InputError(f"{path} could not be read: {error.strerror or error}.") from error


def as_texts(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of plain columns as texts: times in ISO 8601, null and NaN as empty texts.

    >>> as_texts(pl.DataFrame({"a": [1, None], "b": [True, False]})).rows()
    [('1', 'true'), ('', 'false')]
    """
    return table.select(_text_column(column) for column in table)


def is_plain(kind: pl.DataType) -> bool:
    """Return True for columns whose values can be written as one text."""
    return not (kind.is_nested() or kind in (pl.Binary, pl.Object))


def _text_column(column: pl.Series) -> pl.Series:
    """Return one plain column as text."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if isinstance(column.dtype, pl.Datetime | pl.Date | pl.Time | pl.Duration):
        return column.dt.to_string("iso:strict").fill_null("")
    return column.cast(pl.String).fill_null("")


def check_file(path: Path) -> None:
    """Raise InputError unless `path` is a file with something in it."""
    if os.path.isdir(path):
        raise InputError(f"{path} must be a file; it is a folder. Name the file in it.")
    if not os.path.isfile(path):
        raise InputError(f"{path} must be a file; there is none. Check the path.")
    if not path.stat().st_size:
        raise InputError(f"{path} must hold rows; it is empty.")


def _read_parquet(path: Path, lists: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows of a Parquet file as texts."""
    try:
        table = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{path} must be a whole Parquet file; it is cut off or damaged. Fetch it again."
        ) from error
    for name in [name for name in lists if isinstance(table.schema.get(name), pl.List)]:
        texts = [
            joined_list(f"{path}, row {row}: {name!r}", items or [], lists[name])
            for row, items in enumerate(table[name].to_list(), start=1)
        ]
        table = table.with_columns(pl.Series(name, texts, dtype=pl.String))
    for column in table:
        if not is_plain(column.dtype):
            raise InputError(
                f"{path}: column {column.name!r} must hold plain values; found {column.dtype}. "
                "Write it as a text, or leave it out."
            )
    if not len(table):
        raise InputError(f"{path} must hold rows; it holds none.")
    return as_texts(table)
