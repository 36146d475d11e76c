"""Who may do this now? Named locks that several processes, also on several machines, respect.

A lock is a row with a lease. Its holder renews the lease; who finds a lock whose process has ended
on this machine, or whose lease has run out, takes it over. So nothing stays locked after a crash.
The clocks of machines that share a store must agree to well within a lease.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, delete, select, update

from whet.core.errors import BusyError
from whet.core.ids import new_id
from whet.store.columns import Json, insert_if_new
from whet.store.database import Database
from whet.store.heartbeat import every
from whet.store.process import Process, is_alive, this_process
from whet.store.schema import LOCKS

LEASE_S = 60
"""A lock that was not renewed for so long may be taken over."""
RENEW_S = 15
"""How often a holder renews; three renewals may fail before the lease runs out."""


@contextmanager
def hold(database: Database, name: str) -> Iterator[None]:
    """Hold the lock `name` while the block runs.

    Raises:
        BusyError: another process (or another thread of this one) holds it.
    """
    token = take(database, name)
    try:
        with every(RENEW_S, partial(renew, database, token)):
            yield
    finally:
        release(database, token)


def take(database: Database, name: str) -> str:
    """Take the lock and return the token that renews and releases it.

    Raises:
        BusyError: somebody holds it.
    """
    row = _row(name, database.clock())
    while True:
        with database.write() as connection:
            if insert_if_new(connection, LOCKS, row):
                return str(row["token"])
            asked = select(LOCKS).where(LOCKS.c.name == name).with_for_update()
            holder = connection.execute(asked).one_or_none()
            if holder is None:
                continue  # released between the two statements
            if not _is_stale(holder, database.clock()):
                raise _busy(holder)
            connection.execute(update(LOCKS).where(LOCKS.c.name == name).values(**row))
            return str(row["token"])


def renew(database: Database, token: str) -> None:
    """Prolong the lease; does nothing when the lock was lost."""
    expires = database.clock() + timedelta(seconds=LEASE_S)
    with database.write() as connection:
        connection.execute(update(LOCKS).where(LOCKS.c.token == token).values(expires=expires))


def release(database: Database, token: str) -> None:
    """Give the lock back; does nothing when it was lost, so that the new holder keeps it."""
    with database.write() as connection:
        connection.execute(delete(LOCKS).where(LOCKS.c.token == token))


def _row(name: str, now: datetime) -> Json:
    """Return the row of a lock that this process holds from now on."""
    me = this_process()
    return {
        "name": name,
        "token": new_id("lock"),
        "host": me.host,
        "machine": me.machine,
        "pid": me.pid,
        "process_started": me.started,
        "since": now,
        "expires": now + timedelta(seconds=LEASE_S),
    }


def _is_stale(holder: Row[Any], now: datetime) -> bool:
    """Return whether the holder's process has ended or its lease has run out."""
    process = Process(holder.host, holder.machine, holder.pid, holder.process_started)
    return is_alive(process) is False or bool(holder.expires <= now)


def _busy(holder: Row[Any]) -> BusyError:
    """Return the refusal: who holds the lock, and what to do."""
    return BusyError(
        f"{holder.name!r} is in use: process {holder.pid} on {holder.host} has held it since "
        f"{holder.since:%Y-%m-%d %H:%M:%S} UTC. Wait until that process has finished, or stop it, "
        "then run the same command again."
    )
