"""Tests for whet.store.database and problems: transactions, and one sentence per trouble."""

import os
import socket
import sqlite3
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError as ConstraintError

from whet.core.clock import utc_now
from whet.core.errors import (
    BusyError,
    InputError,
    IntegrityError,
    NotInstalledError,
    UnavailableError,
    WhetError,
)
from whet.store import migrate
from whet.store.curves import CurvePoint
from whet.store.database import Database, _use_write_ahead_log
from whet.store.schema import CURVES
from whet.store.store import Store, open_store
from whet.store.usage import Use

FORMS = "sqlite:////folder/whet.db or postgresql+psycopg://user:password@host/database"
KINDS = "Valid names: postgresql, postgresql+psycopg, sqlite."
NO_URL = (
    f"The URL of a store must look like {FORMS}; what was given cannot be read as one. "
    "Correct WHET_DATABASE_URL."
)
IN_MEMORY = (
    "An SQLite store must be a file, so that several processes can share it; "
    "found a database in memory or a file: URI. Write sqlite:////folder/whet.db."
)


def refusal(url: str, kind: type[WhetError]) -> str:
    """Return why a store cannot be opened; the password is in no part of the traceback."""
    with pytest.raises(WhetError) as error:
        open_store(url)
    assert type(error.value) is kind
    assert "secret" not in "".join(traceback.format_exception(error.value))
    return str(error.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("whet.db", NO_URL),
        ("", NO_URL),
        ("postgresql://whet:secret@host:port/db", NO_URL),
        (
            "mysql://whet:secret@host/db",
            f"A store cannot be kept in 'mysql'. {KINDS} Write {FORMS}.",
        ),
        (
            "postgresql+psycopg2://whet:secret@host/db",
            "A store cannot be kept in 'postgresql+psycopg2'. Did you mean 'postgresql+psycopg'? "
            f"Write {FORMS}.",
        ),
        (
            "postgresql://whet:my@secret@host/db",
            "The password in the URL of the store holds an unquoted '@'. Write %40 instead of it.",
        ),
        ("sqlite://", IN_MEMORY),
        ("sqlite:///:memory:", IN_MEMORY),
        ("sqlite:///file:whet.db?mode=ro&uri=true", IN_MEMORY),
    ],
)
def test_a_url_that_is_no_store_is_refused(url: str, sentence: str) -> None:
    assert refusal(url, InputError) == sentence


def test_the_folder_of_an_sqlite_store_is_made(tmp_path: Path) -> None:
    file = tmp_path / "工作 space" / ".whet" / "whet.db"
    open_store(f"sqlite:///{file}").close()
    assert file.is_file()


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refusal(f"sqlite:///{tmp_path}/file/whet.db", InputError) == (
        f"The folder {tmp_path}/file of the store cannot be made: File exists. "
        "Mend the permissions, or choose another workspace."
    )


def test_a_folder_where_the_file_should_be_is_named(tmp_path: Path) -> None:
    assert refusal(f"sqlite:///{tmp_path}", InputError) == (
        f"The store {tmp_path} cannot be opened. Whet needs a file that it may read and write, in "
        "a folder where it may make files; mend the permissions, or choose another workspace."
    )


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are my notes\n" * 100)
    assert refusal(f"sqlite:///{file}", IntegrityError) == (
        f"{file} is not a store: the file is not an SQLite database. "
        "Restore it from a backup, or move it away and Whet makes a new one."
    )
    assert file.read_text() == "these are my notes\n" * 100


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    file = tmp_path / "whet.db"
    open_store(f"sqlite:///{file}").close()
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert refusal(f"sqlite:///{file}", IntegrityError) == (
        f"The store {file} is damaged. "
        "Restore it from a backup, or move it away and Whet makes a new one."
    )


def test_a_new_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "whet.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    end = threading.Timer(0.05, other.rollback)
    # Without a timeout of its own, as SQLite behaves when two processes switch to WAL at once.
    connection = sqlite3.connect(tmp_path / "whet.db", timeout=0)
    end.start()
    _use_write_ahead_log(connection)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    end.join()
    other.close()
    connection.close()


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a folder of an ordinary user's own, and be that user: root may write everywhere."""
    known = migrate.revisions()  # the user may have no right to read the project's own files
    monkeypatch.setattr(migrate, "revisions", lambda: known)
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, 65534, 65534)
        os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def test_a_folder_that_must_not_be_written_is_named(ordinary_user: Path) -> None:
    ordinary_user.chmod(0o555)
    assert refusal(f"sqlite:///{ordinary_user}/whet.db", InputError) == (
        f"The store {ordinary_user}/whet.db cannot be opened. Whet needs a file that it may read "
        "and write, in a folder where it may make files; mend the permissions, or choose another "
        "workspace."
    )
    assert refusal(f"sqlite:///{ordinary_user}/.whet/whet.db", InputError) == (
        f"The folder {ordinary_user}/.whet of the store cannot be made: Permission denied. "
        "Mend the permissions, or choose another workspace."
    )


def test_a_file_that_must_not_be_written_is_named(ordinary_user: Path) -> None:
    file = ordinary_user / "whet.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    file.chmod(0o444)
    assert refusal(f"sqlite:///{file}", InputError) == (
        f"The store {file} must be writable, but it is read-only for this user. "
        "Mend the permissions of the file and its folder, or choose another workspace."
    )


def test_a_store_that_another_process_keeps_busy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "whet.db"
    monkeypatch.setattr("whet.store.database.BUSY_TIMEOUT_S", 0.01)
    with open_store(f"sqlite:///{file}") as store:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert store.keys.all() == []  # readers do not wait
        with pytest.raises(BusyError) as error:
            store.keys.create("shop", ["predict"])
        other.close()
    assert str(error.value) == (
        f"The store {file} is busy: somebody else has been writing to it for 30 seconds. "
        "Wait until that work has finished, then try again."
    )


def test_a_thread_that_keeps_a_store_busy_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'whet.db'}", utc_now)
    with ThreadPoolExecutor(1) as another, database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")
        monkeypatch.setattr("whet.store.database.BUSY_TIMEOUT_S", 0.01)
        with pytest.raises(BusyError, match="somebody else has been writing to it") as error:
            another.submit(_add, database, 1).result()
    assert error.value.__cause__ is None  # SQLite, which only looks now and then, was not asked
    monkeypatch.undo()
    with ThreadPoolExecutor(8) as others:
        list(others.map(partial(_add, database), range(40)))
    with database.read() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM kept").scalars()
        assert sorted(numbers) == list(range(40))
    database.close()


def _add(database: Database, number: int) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (number,))


@pytest.mark.parametrize("login", ["whet:secret@{}/db", "whet@{}/db?password=secret"])
def test_a_server_that_is_not_there_is_named_without_the_password(login: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    sentence = refusal("postgresql://" + login.format(f"127.0.0.1:{port}"), UnavailableError)
    assert sentence.startswith(
        f"Cannot use the store postgresql://whet@127.0.0.1:{port}/db: connection failed: "
    )
    assert sentence.endswith(". Start PostgreSQL, or correct WHET_DATABASE_URL.")
    assert "\n" not in sentence


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refusal("postgresql://whet:secret@host/db", NotInstalledError) == (
        "A store in PostgreSQL needs the psycopg driver, which is not installed. "
        "Run: pip install 'whet[postgres]'"
    )


@pytest.mark.postgres
def test_a_database_that_does_not_exist_is_named(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="nothing")
    sentence = refusal(url.render_as_string(hide_password=False), UnavailableError)
    folder = url.query["host"]
    assert sentence.startswith(f"Cannot use the store postgresql://whet@{folder}/nothing: ")
    assert 'database "nothing" does not exist' in sentence


@pytest.mark.postgres
def test_a_user_who_may_not_make_tables_is_told_so(postgres_url: str) -> None:
    url = make_url(postgres_url)
    database = Database(postgres_url, utc_now)
    role = f"guest_{url.database}"
    with database.write() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
    guest = url.set(username=role).render_as_string(hide_password=False)
    sentence = refusal(guest, WhetError)
    with database.write() as connection:
        connection.execute(text(f"DROP ROLE {role}"))
    database.close()
    place = f"postgresql://{role}@{url.query['host']}/{url.database}"
    assert sentence.startswith(
        f"PostgreSQL refused the work at {place}: permission denied for schema public"
    )
    assert sentence.endswith(". Mend that on the server, then run the same command again.")


@pytest.mark.postgres
def test_a_server_that_cut_the_connections_is_asked_again(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        other = Database(postgres_url, utc_now)
        with other.write() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        other.close()
        assert store.keys.all() == []


def test_an_error_takes_the_whole_transaction_back(store: Store) -> None:
    point = CurvePoint("no such run", "probe", "macro_f1", 1, 0, 0.5)
    with pytest.raises(ConstraintError), store.database.write() as connection:
        connection.execute(text("DELETE FROM whet_schema"))
        connection.execute(CURVES.insert().values(**vars(point)))
    with store.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM whet_schema")).scalar() == 1


def test_one_store_serves_many_threads(store: Store) -> None:
    use = Use("k", "support", datetime(2026, 11, 22, 12, tzinfo=UTC), 1, 2, 3, 0.5)

    def add(_: int) -> int:
        store.usage.add([use])
        return len(store.usage.report())

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(add, range(80))) == {1}
    total = store.usage.report()[0]
    assert (total.requests, total.texts, total.tokens, total.milliseconds) == (80, 160, 240, 40.0)
