"""Tests for whet.store.heartbeat: it beats, survives a busy store, and stops with its block."""

import threading

from whet.core.errors import BusyError
from whet.store.heartbeat import every


def test_the_action_is_repeated_although_it_fails_at_first() -> None:
    calls, third = 0, threading.Event()

    def action() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            third.set()
        raise BusyError("the store is busy")

    with every(0.001, action):
        assert third.wait(10)
    after = calls
    assert "whet-heartbeat" not in [thread.name for thread in threading.enumerate()]
    assert calls == after


def test_a_short_block_ends_before_the_first_beat() -> None:
    with every(3600, lambda: print("never")):
        pass
