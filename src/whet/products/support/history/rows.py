"""What do the rows of a plain transcript say? CSV or JSON Lines, one message a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from whet.core.text import normalise
from whet.products.support.history.authors import Known, author_of
from whet.products.support.history.columns import Columns, find_columns
from whet.products.support.history.moments import moment
from whet.products.support.history.plain import plain_text
from whet.products.support.history.tables import Row
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.turns import Author

_TRUE = ("true", "1", "yes", "t", "y", "是")


@dataclass(frozen=True)
class Asked:
    """What the user says of the files."""

    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by `conversation`, `time`, `author` and `text`, where it was named."""
    known: Known = field(default_factory=Known)
    form: str | None = None
    """Form of the files; found from what they hold when None."""


def read_rows(transcript: Transcript, rows: Iterable[Row], names: list[str], asked: Asked) -> None:
    """Add what the rows say to a transcript: messages, and every row that is broken.

    Raises:
        InputError: a column is missing.
    """
    columns = find_columns(names, asked.columns, transcript.file.name)
    offsets: set[bool] = set()
    for row in rows:
        wrong = row.wrong or _add(transcript, row, columns, asked.known, offsets)
        if wrong:
            transcript.flaw(row.number, wrong)
    if False in offsets:
        transcript.notes.append(
            f"{transcript.file.name}: times without an offset were taken as UTC."
        )


def _add(
    transcript: Transcript, row: Row, columns: Columns, known: Known, offsets: set[bool]
) -> str:
    """Add the message of a row, or return what is wrong with it. A row without text says nothing.

    `offsets` learns whether times say their offset from UTC.
    """
    values = row.values
    name, who = _text(values, columns.name), _text(values, columns.author)
    text = plain_text(_text(values, columns.text))
    if not text:
        return ""
    conversation = _text(values, columns.conversation)
    if not conversation:
        return f"must name its conversation in {columns.conversation!r}; it is empty."
    found = moment(values.get(columns.time))
    if found is None:
        return (
            f"{columns.time!r} must be a time such as 2026-02-01T13:43:01+00:00 or seconds since "
            f"1970; found {_text(values, columns.time)!r}."
        )
    author = author_of(who, known) or (author_of(name, known) if name else None)
    if author is None:
        return unknown_author(who, columns.author)
    if _is_private(values, columns):
        author = "system"
    offsets.add(found[1])
    own = name or ("" if author_of(who, Known()) else who)
    transcript.messages.append(Message(conversation, found[0], author, text, own, row.number))
    return ""


def unknown_author(who: str, column: str) -> str:
    """Return the sentence for a message of which nobody knows who wrote it."""
    found = repr(who) if who else "nothing"
    return (
        f"{column!r} must tell customer, agent, bot or system; found {found}. Give --agent NAME, "
        "--bot NAME or --customer NAME, or --others customer for every name that is not given."
    )


def _is_private(values: Mapping[str, object], columns: Columns) -> bool:
    """Return whether a row is a private note."""
    if columns.private is None:
        return False
    said = _text(values, columns.private).lower()
    return bool(said) and (said in _TRUE) == columns.private_when


def _text(values: Mapping[str, object], column: str | None) -> str:
    """Return a value as text without margins; empty where it is missing or null."""
    value = values.get(column) if column else None
    return "" if value is None else str(value).strip()


def named(value: object) -> str:
    """Return an id or a name of a JSON export as text; empty for null."""
    return "" if value is None else str(value).strip()


def known_of(
    agents: Iterable[str], bots: Iterable[str], customers: Iterable[str], others: Author | None
) -> Known:
    """Return who is who, from the names that a user gave."""
    names: dict[str, Author] = {}
    names |= dict.fromkeys(map(normalise, customers), "customer")
    names |= dict.fromkeys(map(normalise, bots), "bot")
    names |= dict.fromkeys(map(normalise, agents), "person")
    return Known(names, others)
