"""Tests for whet.store.locks: one holder, and nothing stays locked after a crash."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from whet.core.errors import BusyError
from whet.store import locks
from whet.store.schema import LOCKS
from whet.store.store import Store

NO_PROCESS = 2**22 + 1  # above the largest process id of Linux


def holder_is(store: Store, **columns: object) -> None:
    """Make another process the holder of every lock."""
    with store.database.write() as connection:
        connection.execute(LOCKS.update().values(**columns))


def test_a_second_builder_is_told_who_is_first_and_what_to_do(
    store: Store, advance: Callable[[float], None]
) -> None:
    with store.lock("build:support"):
        advance(30)
        with pytest.raises(BusyError) as error, store.lock("build:support"):
            pytest.fail("two builders at once")
        with store.lock("build:opinion"):
            pass
    assert str(error.value) == (
        f"'build:support' is in use: process {os.getpid()} on {socket.gethostname()} has held it "
        "since 2026-11-22 12:00:00 UTC. Wait until that process has finished, or stop it, "
        "then run the same command again."
    )


def test_a_lock_is_free_after_its_block_also_after_an_error(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lock("build:support"):
        _ = 1 / 0
    with store.lock("build:support"):
        pass
    with store.lock("build:support"):
        pass


def test_the_lock_of_an_ended_process_is_taken_over_at_once(store: Store) -> None:
    first = locks.take(store.database, "build:support")
    holder_is(store, pid=NO_PROCESS)
    second = locks.take(store.database, "build:support")
    locks.release(store.database, first)  # the old holder no longer owns it
    with pytest.raises(BusyError):
        locks.take(store.database, "build:support")
    locks.release(store.database, second)
    locks.release(store.database, locks.take(store.database, "build:support"))


def test_the_lock_of_another_machine_is_taken_over_when_its_lease_has_run_out(
    store: Store, advance: Callable[[float], None]
) -> None:
    token = locks.take(store.database, "build:support")
    holder_is(store, machine="another machine", host="far", pid=NO_PROCESS)
    advance(locks.LEASE_S - 1)
    with pytest.raises(BusyError, match=f"process {NO_PROCESS} on far has held it"):
        locks.take(store.database, "build:support")
    locks.renew(store.database, token)
    advance(locks.LEASE_S - 1)
    with pytest.raises(BusyError):
        locks.take(store.database, "build:support")
    advance(1)
    locks.take(store.database, "build:support")


def test_a_lock_is_renewed_while_it_is_held(
    store: Store, advance: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "RENEW_S", 0.001)
    give_up = time.monotonic() + 30

    def expires() -> datetime:
        with store.database.read() as connection:
            moment: datetime = connection.execute(select(LOCKS.c.expires)).scalar_one()
            return moment

    with store.lock("build:support"):
        first = expires()
        advance(20)
        while expires() != first + timedelta(seconds=20):
            assert time.monotonic() < give_up


def test_a_lost_lock_is_not_prolonged(store: Store, advance: Callable[[float], None]) -> None:
    lost = locks.take(store.database, "build:support")
    advance(locks.LEASE_S)
    locks.take(store.database, "build:support")
    advance(locks.LEASE_S - 1)
    locks.renew(store.database, lost)
    advance(1)
    locks.take(store.database, "build:support")  # refused if the renewal had counted
