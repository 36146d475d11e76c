"""Calls end in time, or are left alone."""

import threading

import pytest

from whet.serving.deadline import Deadline


def test_a_call_returns_and_raises() -> None:
    deadline = Deadline()
    assert deadline.call(lambda: 3, 5) == 3
    with pytest.raises(ZeroDivisionError):
        deadline.call(lambda: 1 // 0, 5)


def test_a_call_that_hangs_is_left_alone() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        Deadline().call(release.wait, 0.05)
    release.set()


def test_no_more_calls_hang_than_are_allowed() -> None:
    release, deadline = threading.Event(), Deadline(most_calls=2)
    before = threading.active_count()
    for _ in range(4):
        with pytest.raises(TimeoutError):
            deadline.call(release.wait, 0.05)
    assert threading.active_count() - before <= 2
    release.set()
    assert deadline.call(lambda: "free again", 5) == "free again"
