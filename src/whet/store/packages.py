"""Which package answers under a name? The registry: versions, and aliases that point to them."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from whet.core.errors import InputError, did_you_mean
from whet.store.columns import Json, insert_if_new, replace_row
from whet.store.database import Database
from whet.store.schema import ALIAS_CHANGES, ALIASES, PACKAGES

ALIAS_NAMES: tuple[str, ...] = ("champion", "challenger")
"""`champion` answers; `challenger` is compared with it."""

# A version is also the name of a folder.
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


@dataclass(frozen=True)
class Package:
    """One registered version of one package."""

    name: str
    version: str
    path: str
    """Folder of the package."""
    form: str
    """`onnx`, `onnx-int8` or `linear`."""
    bytes: int
    """Size of the folder's files."""
    manifest_sha256: str
    metrics: Json
    """Test metrics with their intervals."""
    data_version: str
    created: datetime
    run: str | None = None
    """Run that built it; None when it was built elsewhere."""


@dataclass(frozen=True)
class AliasChange:
    """One move of an alias."""

    alias: str
    previous: str | None
    """Version before; None when the alias was new."""
    version: str
    at: datetime


class Packages:
    """The packages of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, package: Package) -> None:
        """Register a version of a package.

        Raises:
            InputError: the version has a form that is not allowed, or is already registered.
        """
        if not _VERSION.fullmatch(package.version) or package.version in ALIAS_NAMES:
            raise InputError(
                "A version must be 1 to 64 letters, digits, '.', '_', '+' or '-', begin with a "
                f"letter or digit and not be an alias; found {package.version!r}."
            )
        with self._database.write() as connection:
            if not insert_if_new(connection, PACKAGES, asdict(package)):
                raise InputError(
                    f"Package {package.name!r} already has a version {package.version!r}. "
                    "A version never changes: register the new package under a new one."
                )

    def all(self, name: str | None = None) -> list[Package]:
        """Return the packages of a name, or all: by name, the newest version first."""
        asked = select(PACKAGES)
        if name is not None:
            asked = asked.where(PACKAGES.c.name == name)
        order = (PACKAGES.c.name, PACKAGES.c.created.desc(), PACKAGES.c.version.desc())
        with self._database.read() as connection:
            return [Package(**row) for row in connection.execute(asked.order_by(*order)).mappings()]

    def resolve(self, name: str, version: str) -> Package:
        """Return the package that a version or an alias of `name` means.

        Raises:
            InputError: there is no such package, version or alias.
        """
        with self._database.read() as connection:
            return _resolve(connection, name, version)

    def aliases(self, name: str) -> dict[str, str]:
        """Return the version that each alias of a package points to."""
        with self._database.read() as connection:
            return _aliases(connection, name)

    def set_alias(self, name: str, alias: str, version: str) -> Package:
        """Point an alias to a version (or to what another alias means) and return that package.

        Readers see the old package or the new one, never none; the change is kept in the history.

        Raises:
            InputError: the alias is not one of `ALIAS_NAMES`, or there is no such version.
        """
        if alias not in ALIAS_NAMES:
            raise InputError(f"{alias!r} is not an alias. {did_you_mean(alias, ALIAS_NAMES)}")
        with self._database.write() as connection:
            # Two changes at once wait for each other here, so that the history is a chain.
            connection.execute(
                select(PACKAGES.c.version).where(PACKAGES.c.name == name).with_for_update()
            )
            package = _resolve(connection, name, version)
            row = {"name": name, "alias": alias, "version": package.version}
            previous = _aliases(connection, name).get(alias)
            if previous != package.version:
                replace_row(connection, ALIASES, row)
                change = row | {"previous": previous, "at": self._database.clock()}
                connection.execute(ALIAS_CHANGES.insert().values(**change))
        return package

    def drop_alias(self, name: str, alias: str) -> None:
        """Let an alias mean nothing; the history of its moves stays."""
        of = (ALIASES.c.name == name, ALIASES.c.alias == alias)
        with self._database.write() as connection:
            connection.execute(delete(ALIASES).where(*of))

    def alias_changes(self, name: str) -> list[AliasChange]:
        """Return every move of the aliases of a package, oldest first."""
        columns = ALIAS_CHANGES.c
        asked = select(columns.alias, columns.previous, columns.version, columns.at)
        with self._database.read() as connection:
            rows = connection.execute(asked.where(columns.name == name).order_by(columns.id))
            return [AliasChange(*row) for row in rows]


def _aliases(connection: Connection, name: str) -> dict[str, str]:
    """Return the version of each alias of a package."""
    asked = select(ALIASES.c.alias, ALIASES.c.version).where(ALIASES.c.name == name)
    return {alias: version for alias, version in connection.execute(asked.order_by("alias"))}


def _resolve(connection: Connection, name: str, version: str) -> Package:
    """Return the package that a version or an alias of `name` means."""
    aliases = _aliases(connection, name)
    asked = select(PACKAGES).where(
        PACKAGES.c.name == name, PACKAGES.c.version == aliases.get(version, version)
    )
    row = connection.execute(asked).mappings().one_or_none()
    if row is not None:
        return Package(**row)
    names = sorted(set(connection.execute(select(PACKAGES.c.name)).scalars()))
    if not names:
        raise InputError(f"There is no package {name!r}: this store has no packages yet.")
    if name not in names:
        raise InputError(f"There is no package {name!r}. {did_you_mean(name, names)}")
    versions = connection.execute(select(PACKAGES.c.version).where(PACKAGES.c.name == name))
    valid = [*aliases, *versions.scalars()]
    raise InputError(
        f"Package {name!r} has no version or alias {version!r}. {did_you_mean(version, valid)}"
    )
