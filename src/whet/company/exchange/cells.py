"""How does a value of a plan look in a cell of a table, and how is it read from there?

Lists are parted by semicolons, a mapping is `ml:1; backend:1`, an estimate `3 / 5 / 9`, a rule of
order `t-risk+2`, a date ISO. A text that a spreadsheet would take for a formula gets an apostrophe
in front, which reading takes away.
"""

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from whet.core.errors import InputError, did_you_mean

MOST_BYTES, MOST_ROWS = 50_000_000, 100_000
_FORMULA = ("=", "+", "-", "@", "\t")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Line:
    """One row of a table, and where it stands."""

    name: str
    """Name of the file."""
    number: int
    """Line of the file, from 1."""
    cells: dict[str, tuple[str, ...]]
    """Cells by the name of their column, in small letters; several where a column comes again."""

    def text(self, *columns: str) -> str:
        """Return the first cell with something in it among some columns; empty without any."""
        return next((cell for column in columns for cell in self.cells.get(column, ()) if cell), "")

    def texts(self, *columns: str) -> list[str]:
        """Return all parts of some columns' cells, parted by commas or semicolons."""
        cells = [cell for column in columns for cell in self.cells.get(column, ())]
        return [part.strip() for cell in cells for part in re.split("[;,]", cell) if part.strip()]

    def wrong(self, column: str, must: str, found: str) -> InputError:
        """Return the error that names file, row and column."""
        return InputError(
            f"{self.name}: row {self.number}, column {column!r}: must be {must}; found {found!r}."
        )


def read_lines(data: bytes, name: str) -> tuple[list[str], list[Line]]:
    """Return the columns' names in small letters, and the rows of a CSV file.

    The file is parted by commas, semicolons or tabs, whichever its first line has most of.

    Raises:
        InputError: it is no UTF-8, too large, empty, or a row has more cells than columns.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}: a table holds at most {MOST_BYTES:,} bytes; found {len(data):,}."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{name}: row {line}: must be UTF-8. Save the file as UTF-8.") from error
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        lines = list(_rows(reader, columns, name))
    except csv.Error as error:
        raise InputError(f"{name}: row {reader.line_num}: must be CSV; found: {error}.") from error
    if not columns:
        raise InputError(
            f"{name}: a table must have a row with the names of its columns; found none."
        )
    return columns, lines


def _rows(reader: Any, columns: Sequence[str], name: str) -> Iterator[Line]:
    """Yield the rows that hold something."""
    for count, cells in enumerate(reader):
        if count >= MOST_ROWS:
            raise InputError(f"{name}: a table holds at most {MOST_ROWS:,} rows; found more.")
        if len(cells) > len(columns):
            raise InputError(
                f"{name}: row {reader.line_num}: must have at most {len(columns)} cells, one for "
                f"each column; found {len(cells)}. Put quotes around a cell with a comma in it."
            )
        if any(cell.strip() for cell in cells):
            found: dict[str, tuple[str, ...]] = {}
            for column, cell in zip(columns, cells, strict=False):
                found[column] = (*found.get(column, ()), _plain(cell.strip()))
            yield Line(name, reader.line_num, found)


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as CSV, without a cell that a spreadsheet would compute."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [f"'{c}" if c.startswith(_FORMULA) and not _is_number(c) else c for c in row]
        )
    return out.getvalue()


def _is_number(cell: str) -> bool:
    """Return whether a cell is a plain number, such as a negative balance."""
    return bool(_NUMBER.fullmatch(cell))


# Values ------------------------------------------------------------------------------------------

Read = Callable[[str], Any]


def _read_number(cell: str) -> float:
    """Return a number; thousands may be set apart by nothing."""
    value = float(cell) if _is_number(cell) else math.inf
    if not math.isfinite(value):
        raise ValueError("a number such as 2.5")
    return int(value) if value == int(value) else value


def _read_estimate(cell: str) -> Any:
    """Return an estimate: one number, three of them, or `3 to 9`."""
    parts = [part.strip() for part in cell.split("/")]
    try:
        numbers = [_read_number(part) for part in parts]
    except ValueError:
        if " to " in cell:
            return cell
        raise ValueError("a number, or three as 3 / 5 / 9") from None
    if len(numbers) not in (1, 3):
        raise ValueError("a number, or three as 3 / 5 / 9")
    return numbers if len(numbers) == 3 else numbers[0]


def _read_date(cell: str) -> date:
    """Return a day."""
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        raise ValueError("a day such as 2028-02-29") from None


def _read_list(cell: str) -> list[str]:
    """Return a list of texts."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def _read_mapping(cell: str) -> dict[str, float]:
    """Return a mapping of names to numbers."""
    found = {}
    for part in _read_list(cell):
        name, colon, value = part.rpartition(":")
        if not colon or not _is_number(value.strip()):
            raise ValueError("names with numbers such as ml:1; backend:0.5")
        found[name.strip()] = _read_number(value.strip())
    return found


def _read_after(cell: str) -> list[Any]:
    """Return rules of order."""
    found: list[Any] = []
    for part in _read_list(cell):
        name, plus, lag = part.rpartition("+")
        if plus and not _is_number(lag.strip()):
            raise ValueError("ids of tasks, with days to wait as in t-risk+2; e-api")
        lag_days = _read_number(lag.strip()) if plus else 0
        found.append({"task": name.strip(), "lag_days": lag_days} if lag_days else part)
    return found


def _read_bool(cell: str) -> bool:
    """Return a truth value."""
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if cell.lower() not in words:
        raise ValueError("yes or no")
    return words[cell.lower()]


def _read_numbers(cell: str) -> list[float]:
    """Return a list of numbers."""
    return [_read_number(part) for part in _read_list(cell)]


READERS: dict[str, Read] = {
    "text": str,
    "number": _read_number,
    "estimate": _read_estimate,
    "date": _read_date,
    "list": _read_list,
    "numbers": _read_numbers,
    "mapping": _read_mapping,
    "after": _read_after,
    "bool": _read_bool,
}
"""What reads a cell of each kind; a `ValueError` says what it must be."""


def written(value: Any, kind: str) -> str:
    """Return a plain value of a plan as a cell."""
    if value is None:
        return ""
    if kind == "estimate":
        return " / ".join(map(_short, value)) if isinstance(value, list) else _short(value)
    if kind == "bool":
        return "yes" if value else ""
    if kind == "mapping":
        return "; ".join(f"{name}:{_short(number)}" for name, number in value.items())
    if kind == "after":
        return "; ".join(
            a if isinstance(a, str) else f"{a['task']}+{a['lag_days']:g}" for a in value
        )
    if isinstance(value, list):
        return "; ".join(map(_short, value))
    return _short(value)


def _short(value: Any) -> str:
    """Return a number without needless digits, anything else as text."""
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def check_columns(columns: Sequence[str], known: Sequence[str], name: str) -> None:
    """Refuse columns that a table of ours does not have, with the nearest one that it has.

    Raises:
        InputError: there is one.
    """
    for column in columns:
        if column and column not in known:
            raise InputError(
                f"{name}: row 1: {column!r} is no column of this table. "
                f"{did_you_mean(column, known)}"
            )
