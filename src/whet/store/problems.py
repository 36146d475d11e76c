"""What does an error of the database mean for the user? One sentence each; no password in it."""

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from whet.core.errors import (
    BusyError,
    InputError,
    IntegrityError,
    UnavailableError,
    WhetError,
)

BUSY_TIMEOUT_S = 30
"""How long one writer waits for another before it gives up."""

_SQLITE: dict[str, tuple[type[WhetError], str]] = {
    "SQLITE_BUSY": (
        BusyError,
        "The store {place} is busy: somebody else has been writing to it for "
        f"{BUSY_TIMEOUT_S} seconds. Wait until that work has finished, then try again.",
    ),
    "SQLITE_READONLY": (
        InputError,
        "The store {place} must be writable, but it is read-only for this user. "
        "Mend the permissions of the file and its folder, or choose another workspace.",
    ),
    "SQLITE_CANTOPEN": (
        InputError,
        "The store {place} cannot be opened. Whet needs a file that it may read and write, in a "
        "folder where it may make files; mend the permissions, or choose another workspace.",
    ),
    "SQLITE_NOTADB": (
        IntegrityError,
        "{place} is not a store: the file is not an SQLite database. "
        "Restore it from a backup, or move it away and Whet makes a new one.",
    ),
    "SQLITE_CORRUPT": (
        IntegrityError,
        "The store {place} is damaged. "
        "Restore it from a backup, or move it away and Whet makes a new one.",
    ),
    "SQLITE_FULL": (
        WhetError,
        "The store {place} cannot grow: the disk is full. "
        "Nothing was left half-written; free space, then run the same command again.",
    ),
    "SQLITE_IOERR": (
        WhetError,
        "The disk failed while Whet used the store {place}. "
        "Check the disk, then run the same command again.",
    ),
}


def place_of(url: URL) -> str:
    """Return where the store is, for people: a path, or server and database without a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    host = url.host or str(url.query.get("host", ""))
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"


def problem(error: DBAPIError, url: URL) -> WhetError | None:
    """Return what the user should read for a driver's error; None when it is a bug of ours."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_problem(error, url)
    return _postgresql_problem(error, url)


def busy(url: URL) -> WhetError:
    """Return what the user should read where an SQLite file stays busy."""
    kind, text = _SQLITE["SQLITE_BUSY"]
    return kind(text.format(place=place_of(url)))


def _sqlite_problem(error: DBAPIError, url: URL) -> WhetError | None:
    """Return the sentence for an SQLite result code such as ``SQLITE_BUSY_SNAPSHOT``."""
    code = getattr(error.orig, "sqlite_errorname", "")
    for start, (kind, text) in _SQLITE.items():
        if code.startswith(start):
            return kind(text.format(place=place_of(url)))
    return None


def _postgresql_problem(error: DBAPIError, url: URL) -> WhetError | None:
    """Return the sentence for an error of the server, or of the way to it (no SQLSTATE)."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    reason = " ".join(str(error.orig).split())
    is_operational = type(error).__name__ == "OperationalError"
    # 57P01 to 57P03: the server is told to stop, has crashed, or does not answer yet.
    if is_operational and (state is None or state in ("57P01", "57P02", "57P03")):
        return UnavailableError(
            f"Cannot use the store {place_of(url)}: {reason.rstrip('.')}. "
            "Start PostgreSQL, or correct WHET_DATABASE_URL."
        )
    # 42501: no privilege; 25006: a read-only server, such as a standby.
    if is_operational or state in ("42501", "25006"):
        return WhetError(
            f"PostgreSQL refused the work at {place_of(url)}: {reason.rstrip('.')}. "
            "Mend that on the server, then run the same command again."
        )
    return None
