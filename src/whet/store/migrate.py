"""Has the database the tables that this Whet needs? If not, the migrations bring it up to date.

Migrations are the numbered files in ``migrations/versions``. Opening a store that is up to date
costs one query; Alembic is imported only when there is something to do.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select, text

from whet.core.errors import InputError, WhetError
from whet.store.database import Database
from whet.store.schema import METADATA

VERSION_TABLE = "whet_schema"
"""Holds the number of the last migration; Alembic's own name might belong to another program."""

# Any number that other programs are unlikely to lock: "whet" in ASCII.
_ADVISORY_LOCK = 0x77686574
_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", Text))


def revisions() -> tuple[str, ...]:
    """Return the numbers of all migrations, oldest first."""
    folder = Path(__file__).parent / "migrations" / "versions"
    return tuple(sorted(path.stem.partition("_")[0] for path in folder.glob("[0-9]*.py")))


def bring_up_to_date(database: Database) -> None:
    """Run the migrations that `database` lacks; safe when several processes do so at once.

    Raises:
        WhetError: a newer Whet has written this database.
        InputError: the database holds tables of another program.
    """
    known = revisions()
    with database.read() as connection:
        found = _version(connection)
    if found == known[-1]:
        return
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        found = _version(connection)  # another process may have been first
        if found is None:
            _check_is_ours(connection, database.place)
        elif found not in known:
            raise WhetError(
                f"The store {database.place} was written by a newer Whet: its tables have number "
                f"{found}, this Whet knows up to {known[-1]}. Upgrade Whet, or use another store."
            )
        if found != known[-1]:
            _upgrade(connection)


def _version(connection: Connection) -> str | None:
    """Return the number of the last migration; None for a database without any."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def _check_is_ours(connection: Connection, place: str) -> None:
    """Refuse a database in which another program already uses the names of our tables."""
    taken = sorted(set(METADATA.tables) & set(inspect(connection).get_table_names()))
    if taken:
        raise InputError(
            f"The database {place} must be empty or a store of Whet; it holds tables of another "
            f"program: {', '.join(taken)}. Make a database of its own for Whet."
        )


def _upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the transaction of `connection`."""
    from alembic import command  # 0.2 seconds that an up-to-date store need not pay
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "whet.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
