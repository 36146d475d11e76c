"""What does a CSV file hold? Every column as text, or the row at which it is not CSV.

polars reads the file when it can be shown to be well formed; Python's csv module reads the rest,
more slowly, because it can name the row and the line of what is wrong. Both give the same table.
"""

import csv
import io
from pathlib import Path

import polars as pl

from whet.core.errors import InputError

_CANDIDATES = (",", "\t", ";", "|")
_ONE_COLUMN = "\x1f"  # the ASCII unit separator, which no text holds: the line is the field
_SAMPLE_CHARACTERS = 1 << 16
# A text may be as long as it is; the module's own limit of 131,072 characters is for old machines.
csv.field_size_limit(1 << 30)


def read_delimited(path: Path, *, encoding: str, delimiter: str | None) -> pl.DataFrame:
    """Return the rows of a CSV file as texts; a missing value is an empty text.

    Args:
        path: the file; it must exist.
        encoding: any of Python's; a byte-order mark is dropped.
        delimiter: found from the header and the first rows when None.

    Raises:
        InputError: bytes that are not `encoding`, a row with too few or too many fields, a quote
            that is never closed, a NUL byte, or a header with empty or repeated names.
    """
    data = path.read_bytes()
    text = decoded(path, data, encoding).rstrip("\r\n")
    if not text.strip():
        raise InputError(f"{path} must hold a header and rows; it is empty.")
    if delimiter is None:
        is_tsv = path.suffix.lower() == ".tsv" and "\t" in text.split("\n", 1)[0]
        delimiter = "\t" if is_tsv else sniff(text)
    header = _header(path, text, delimiter)
    table = _fast(text, header, delimiter)
    if table is None:
        table = _careful(path, text, header, delimiter)
    if not len(table):
        raise InputError(f"{path} must hold rows below its header; it holds none.")
    return table


def decoded(path: Path, data: bytes, encoding: str) -> str:
    """Return the text of a file, or raise InputError with the line of the first wrong byte."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}: must be written in {encoding}; found the byte "
            f"0x{data[error.start]:02x}. "
            "Declare data.source.encoding, for example gb18030 or latin-1."
        ) from error


def sniff(text: str) -> str:
    """Return the delimiter of a CSV text.

    Only what splits the header counts, so that commas in messages mislead nobody. Of several, the
    one that splits most rows into as many fields as the header wins, then the one with more fields.
    A header that nothing splits is one column.

    >>> sniff("message;intent\\nhello, I want my money, please;refund\\n")
    ';'
    """
    best, delimiter = (0, 0), _ONE_COLUMN
    for candidate in _CANDIDATES:
        counts = _field_counts(text, candidate)
        rank = (sum(count == counts[0] for count in counts), counts[0])
        if counts[0] > 1 and rank > best:
            best, delimiter = rank, candidate
    return delimiter


def _field_counts(text: str, delimiter: str) -> list[int]:
    """Return the number of fields in the header and in the first rows."""
    sample = io.StringIO(text[:_SAMPLE_CHARACTERS], newline="")
    counts = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    # The last row of a sample may be cut in two.
    return counts if len(text) <= _SAMPLE_CHARACTERS else counts[:-1] or counts


def _header(path: Path, text: str, delimiter: str) -> list[str]:
    """Return the column names, or raise InputError for an empty or a repeated one."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        fields = next(row for row in records if row)
    except csv.Error as error:
        raise InputError(f"{path}: the header must be CSV; {_reason(error)}") from error
    names = [name.strip() for name in fields]
    for i, name in enumerate(names):
        if not name:
            raise InputError(f"{path}: column {i + 1} of the header must have a name; it is empty.")
        if name in names[:i]:
            raise InputError(
                f"{path}: every column must have a name of its own; {name!r} is both column "
                f"{names.index(name) + 1} and column {i + 1}."
            )
    return names


def _fast(text: str, header: list[str], delimiter: str) -> pl.DataFrame | None:
    """Return the table as polars reads it; None unless that is sure to be what csv would read.

    polars fills short rows silently. They are found by accounting: each delimiter of the file
    stands between two fields or inside a value, so a short row leaves some unaccounted for.
    """
    lone_returns = text.count("\r") != text.count("\r\n")
    if len(header) < 2 or not delimiter.isascii() or "\0" in text or lone_returns:
        return None
    if not _quotes_are_whole(text, delimiter):
        return None
    try:
        table = pl.read_csv(
            f"{text}\n".encode(),
            separator=delimiter,
            infer_schema=False,
            empty_string_is_null=False,
        )
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return None
    inside = sum(name.count(delimiter) for name in table.columns)
    for column in table:
        inside += int(column.str.count_matches(delimiter, literal=True).sum())
    between = (len(header) - 1) * (len(table) + 1)
    if text.count(delimiter) != inside + between or table.width != len(header):
        return None
    return table.rename(dict(zip(table.columns, header, strict=True)))


def _quotes_are_whole(text: str, delimiter: str) -> bool:
    """Return True when every double quote opens or closes a whole field, or is doubled in one.

    Then every second piece between quotes lies outside of quoted fields: it is empty (a doubled
    quote), or it begins and ends where a field does.
    """
    pieces = f"\n{text}\n".split('"')
    ends = (delimiter, "\n", "\r")
    return len(pieces) % 2 == 1 and all(
        piece.startswith(ends) and piece.endswith(ends) for piece in pieces[::2] if piece
    )


def _careful(path: Path, text: str, header: list[str], delimiter: str) -> pl.DataFrame:
    """Return the table as csv reads it, or raise InputError with the row that is wrong."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line, is_header = 1, True
    try:
        for row in reader:
            if row and not is_header:
                rows.append(_checked(f"{path}, row {len(rows) + 1} (line {line})", row, header))
            is_header = is_header and not row
            line = reader.line_num + 1
    except csv.Error as error:
        place = f"{path}, row {len(rows) + 1} (line {line})"
        raise InputError(f"{place}: {_reason(error)}") from error
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    schema = dict.fromkeys(header, pl.String)
    return pl.DataFrame(dict(zip(header, map(list, columns), strict=True)), schema=schema)


def _checked(place: str, row: list[str], header: list[str]) -> list[str]:
    """Return a row that has the header's number of fields and no NUL byte."""
    if any("\0" in value for value in row):
        raise InputError(
            f"{place}: must hold text; found a NUL byte. Remove it, or declare the file's encoding."
        )
    if len(row) != len(header):
        few = len(row) < len(header)
        hint = "A line break in a text" if few else "A delimiter in a text"
        raise InputError(
            f"{place}: must have {len(header)} fields like the header; found {len(row)}. "
            f"{hint} needs double quotes around the text."
        )
    return row


def _reason(error: csv.Error) -> str:
    """Return what csv could not read, in words."""
    text = str(error)
    if "unexpected end" in text:
        return "a field opens with a double quote that is never closed. Close it, or double it."
    return "a double quote stands inside a quoted field. Double it, or remove the outer quotes."
