"""Which data was a model built from? Versions of data, each named by its content."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from whet.core.errors import InputError, did_you_mean
from whet.store.columns import Json, insert_if_new
from whet.store.database import Database
from whet.store.schema import DATA_VERSIONS


@dataclass(frozen=True)
class DataVersion:
    """One version of one data set."""

    hash: str
    """Content address: 64 hexadecimal characters."""
    source: str
    """Where the rows came from, as the user knows it."""
    rows: Json
    """Number of rows per part."""
    changes: Json
    """What made it from its parent; empty for a first version."""
    created: datetime
    parent: str | None = None
    """Version that it was made from."""


class DataVersions:
    """The data versions of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: DataVersion) -> None:
        """Record a version; one that is already known stays as it was first recorded.

        Raises:
            InputError: the parent is not known.
        """
        with self._database.write() as connection:
            if version.parent is not None:
                _check(connection, version.parent)
            insert_if_new(connection, DATA_VERSIONS, asdict(version))

    def all(self) -> list[DataVersion]:
        """Return every version, newest first."""
        newest = select(DATA_VERSIONS).order_by(
            DATA_VERSIONS.c.created.desc(), DATA_VERSIONS.c.hash
        )
        with self._database.read() as connection:
            return [DataVersion(**row) for row in connection.execute(newest).mappings()]


def _check(connection: Connection, version: str) -> None:
    """Refuse a hash that no version has."""
    hashes = list(connection.execute(select(DATA_VERSIONS.c.hash)).scalars())
    if version not in hashes:
        hint = did_you_mean(version, hashes) if hashes else "This store has no data versions yet."
        raise InputError(f"There is no data version {version!r}. {hint}")
