"""How does the store talk to its database? One engine, two kinds of transaction.

``read`` sees one consistent state; ``write`` holds the right to write from its start, so that what
it has read is still true when it writes. Errors of the driver leave both as one sentence.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError

from whet.core.clock import Clock
from whet.core.errors import InputError, NotInstalledError, did_you_mean
from whet.store.problems import BUSY_TIMEOUT_S, busy, place_of, problem

_CONNECT_TIMEOUT_S = 10
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_FORMS = "sqlite:////folder/whet.db or postgresql+psycopg://user:password@host/database"


class Database:
    """An engine, a clock, and transactions whose errors are sentences. Usable from any thread."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Prepare the connection pool; nothing is opened before the first transaction.

        Raises:
            InputError: `url` is not one that Whet can use.
            NotInstalledError: the driver for PostgreSQL is missing.
        """
        self._url = _parse(url)
        self._engine = _engine(self._url)
        # The mark is read by `_begin`; both engines share one pool.
        self._writer = self._engine.execution_options(whet_write=True)
        self._writing = threading.Lock()
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self.clock = clock

    @property
    def place(self) -> str:
        """Where the store is, for people; never with a password."""
        return place_of(self._url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection inside a transaction that only reads."""
        with self._sentences(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection inside a transaction; an error takes everything back."""
        with self._sentences(), self._turn(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for this process's other writers: SQLite would look again after up to 100 ms only.

        Raises:
            BusyError: somebody has been writing for too long.
        """
        if not self._is_sqlite:  # PostgreSQL wakes who waits
            yield
            return
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):
            raise busy(self._url)
        try:
            yield
        finally:
            self._writing.release()

    def empty_log(self) -> None:
        """Move SQLite's write-ahead log, with its old copies of pages, into the file.

        Nothing happens while others read or write, and in PostgreSQL.
        """
        if not self._is_sqlite:
            return
        with self._sentences():
            connection = self._engine.raw_connection()  # a checkpoint is refused in a transaction
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn errors of the driver into the sentences of `whet.store.problems`."""
        try:
            yield
        except DBAPIError as error:
            sentence = problem(error, self._url)
            if sentence is None:
                raise
            raise sentence from error
        except StatementError as error:
            # SQLAlchemy wraps what a column type refuses: a time without a zone, NaN in JSON.
            if isinstance(error.orig, ValueError):
                raise error.orig from None
            raise


def _parse(url: str) -> URL:
    """Return the parsed URL with the driver that Whet uses.

    Raises:
        InputError: it is no URL, an unknown kind, a database in memory, or has an unquoted ``@``.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # `from None`: the error beneath may quote a part of the password.
        raise InputError(
            f"The URL of a store must look like {_FORMS}; what was given cannot be read as one. "
            "Correct WHET_DATABASE_URL."
        ) from None
    if parsed.drivername not in _DRIVERS:
        raise InputError(
            f"A store cannot be kept in {parsed.drivername!r}. "
            f"{did_you_mean(parsed.drivername, _DRIVERS)} Write {_FORMS}."
        )
    if "@" in (parsed.host or ""):
        raise InputError(
            "The password in the URL of the store holds an unquoted '@'. Write %40 instead of it."
        )
    is_file = bool(parsed.database) and not str(parsed.database).startswith((":memory:", "file:"))
    if parsed.drivername == "sqlite" and not is_file:
        raise InputError(
            "An SQLite store must be a file, so that several processes can share it; "
            "found a database in memory or a file: URI. Write sqlite:////folder/whet.db."
        )
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _engine(url: URL) -> Engine:
    """Return the engine for `url`, with the settings that Whet relies on."""
    serializer = partial(json.dumps, allow_nan=False)  # PostgreSQL refuses NaN in JSON; be alike
    if url.get_backend_name() == "postgresql":
        return _postgresql_engine(url, serializer)
    _make_folder(Path(str(url.database)))
    engine = create_engine(
        url, json_serializer=serializer, connect_args={"timeout": BUSY_TIMEOUT_S}
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql_engine(url: URL, serializer: Any) -> Engine:
    """Return an engine that notices a restarted server, and an unreachable one in good time."""
    wait = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_TIMEOUT_S}
    try:
        return create_engine(url, json_serializer=serializer, pool_pre_ping=True, connect_args=wait)
    except ImportError as error:
        raise NotInstalledError(
            "A store in PostgreSQL needs the psycopg driver, which is not installed. "
            "Run: pip install 'whet[postgres]'"
        ) from error


def _make_folder(file: Path) -> None:
    """Make the folder of an SQLite file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The folder {file.parent} of the store cannot be made: {error.strerror}. "
            "Mend the permissions, or choose another workspace."
        ) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Prepare a new connection to an SQLite file."""
    # None switches off the driver's own BEGIN, which would leave reads and DDL outside.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_write_ahead_log(connection)
    # NORMAL never corrupts a file in WAL mode; a power failure (not a crash) may take back the
    # last transactions.
    connection.execute("PRAGMA synchronous = NORMAL")
    # What is deleted is overwritten: a page of the file keeps nothing of it.
    connection.execute("PRAGMA secure_delete = ON")


def _use_write_ahead_log(connection: Any) -> None:
    """Let readers and one writer work side by side; the file remembers it.

    SQLite does not wait when two processes switch a new file over at once, so this does.
    """
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
            if not is_busy or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    """Begin on SQLite: a writer takes the lock at once, where waiting is possible.

    A transaction that reads first and writes later fails at once when another one wrote between.
    """
    is_write = connection.get_execution_options().get("whet_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
