"""How does one value read the same from SQLite and from PostgreSQL? Column types and upserts.

The two differ in time zones, in NUL characters, in NaN; the types below settle each difference
once, so that the rest of the store holds no ``if sqlite``.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Dialect, Double, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from whet.core.errors import InputError

Json = dict[str, Any]
"""A JSON object as Python holds it."""

JSON_TEXT = JSON(none_as_null=True)
"""JSON kept as text on both databases: JSONB would lose the order of the keys."""


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone: ISO 8601 text of fixed width in SQLite, ``timestamptz`` in PostgreSQL.

    Text of fixed width sorts and compares like the times themselves.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column itself."""
        own = Text() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what the driver stores."""
        if value is None:
            return None
        moment = in_utc(value)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that both databases can hold: NUL and lone surrogates become U+FFFD.

    Messages of users contain both (a JSON body may say ``\\u0000`` or ``\\ud800``); PostgreSQL
    refuses the first, both drivers refuse the second, and neither is worth losing a batch for.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        return None if value is None else storable_text(value)


class Real(TypeDecorator[float]):
    """A double; NaN is stored as NULL, because SQLite knows no NaN."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        """Return the number that is stored."""
        return None if value is None or math.isnan(value) else float(value)


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC.

    Raises:
        InputError: it has no time zone, so nobody can know which moment is meant.
    """
    if moment.tzinfo is None:
        raise InputError(
            f"A time must carry its time zone; found {moment.isoformat()}. "
            f"Write {moment.isoformat()}+00:00 for UTC."
        )
    return moment.astimezone(UTC)


def storable_text(text: str) -> str:
    """Return `text` with NUL characters and lone surrogates replaced by U+FFFD.

    >>> storable_text("a\\x00b\\ud800c 退款") == "a\\ufffdb\\ufffdc 退款"
    True
    """
    return _UNSTORABLE.sub("\ufffd", text)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ``on_conflict_do_update``, for the database of `connection`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_if_new(connection: Connection, table: Table, row: Json) -> bool:
    """Insert `row` and return True; False when a row with the same key is already there."""
    statement = insert_into(connection, table).on_conflict_do_nothing()
    # psycopg's row count of an INSERT is lost with its cursor unless it is asked for.
    wanted = {"preserve_rowcount": True}
    return connection.execute(statement, row, execution_options=wanted).rowcount == 1


def replace_row(connection: Connection, table: Table, row: Json) -> None:
    """Insert `row`, or overwrite the row that has the same primary key."""
    replace_rows(connection, table, [row])


def replace_rows(connection: Connection, table: Table, rows: Sequence[Json]) -> None:
    """Insert rows of the same columns; each overwrites the row that has the same primary key."""
    if not rows:
        return
    statement = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    upsert = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    connection.execute(upsert, list(rows))
