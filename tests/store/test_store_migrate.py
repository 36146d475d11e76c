"""Tests for whet.store.migrate: numbered, whole, once, and never backwards."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import whet.store
from whet.core.clock import utc_now
from whet.core.errors import InputError, WhetError
from whet.store.database import Database
from whet.store.migrate import VERSION_TABLE, revisions
from whet.store.schema import METADATA
from whet.store.store import Store, open_store

FILES = sorted((Path(whet.store.__file__).parent / "migrations" / "versions").glob("*.py"))


def test_migrations_are_numbered_from_one_without_a_gap_or_a_double() -> None:
    assert [file.stem[:4] for file in FILES] == [f"{n:04}" for n in range(1, len(FILES) + 1)]
    assert revisions() == tuple(file.stem[:4] for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_migration_has_the_number_of_its_file_and_follows_the_one_before(file: Path) -> None:
    spec = importlib.util.spec_from_file_location(f"migration_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    number = int(file.stem[:4])
    assert migration.revision == f"{number:04}"
    assert migration.down_revision == (None if number == 1 else f"{number - 1:04}")


def test_the_migrated_tables_are_those_of_the_schema(store: Store) -> None:
    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_opening_again_keeps_what_is_there(store: Store, store_url: str) -> None:
    key = store.keys.create("shop", ["predict"]).key
    with open_store(store_url) as again:
        assert again.keys.all() == [key]


def test_keys_from_before_scopes_were_checked_may_still_do_everything(store_url: str) -> None:
    with open_store(store_url) as store:
        made = store.keys.create("shop", ["predict"])
        with store.database.write() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0002'"))
            connection.execute(text("ALTER TABLE runs DROP COLUMN exit_reason"))
            for table in ("shadow_answers", "trials", "examples"):
                connection.execute(text(f"DROP TABLE {table}"))
            for table in ("article_uses", "passages", "documents", "passage_indexes"):
                connection.execute(text(f"DROP TABLE {table}"))
            connection.execute(text("DROP TABLE unanswered_questions"))
            connection.execute(text("DROP TABLE forecast_scores"))
            connection.execute(text("DROP TABLE forecasts"))
            for name in ("ratings", "events", "messages"):
                connection.execute(text(f"DROP TABLE conversation_{name}"))
            connection.execute(text("DROP TABLE conversations"))
            connection.execute(text("DROP TABLE desk_agents"))
            for table in ("sessions", "users", "sign_in_attempts", "audit_log"):
                connection.execute(text(f"DROP TABLE {table}"))
    with open_store(store_url) as again:
        key = again.keys.verify(made.plain)
    assert key is not None
    assert key.scopes == ("embeddings", "feedback", "predict")


def test_a_store_of_a_newer_whet_is_refused(store: Store, store_url: str) -> None:
    with store.database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(WhetError) as error:
        open_store(store_url)
    assert str(error.value) == (
        f"The store {store.database.place} was written by a newer Whet: its tables have number "
        f"9999, this Whet knows up to {revisions()[-1]}. Upgrade Whet, or use another store."
    )


def test_the_tables_of_another_program_are_left_alone(store_url: str) -> None:
    database = Database(store_url, utc_now)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE runs (miles INTEGER)"))
        connection.execute(text("CREATE TABLE shoes (size INTEGER)"))
    with pytest.raises(InputError) as error:
        open_store(store_url)
    assert str(error.value) == (
        f"The database {database.place} must be empty or a store of Whet; it holds tables of "
        "another program: runs. Make a database of its own for Whet."
    )
    with database.write() as connection:
        connection.execute(text("DROP TABLE runs"))
    open_store(store_url).close()
    database.close()


def test_a_store_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'whet.db'}"
    open_store(url).close()
    code = (
        "import sys; from whet.store.store import open_store; "
        f"open_store({url!r}).close(); print('alembic' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
