"""Tests for whet.ladder.rungs.shared: trials that a busy moment does not decide."""

import time
from collections.abc import Iterator

import pytest

from whet.ladder.rungs import shared


def test_the_fastest_of_three_trials_counts() -> None:
    waits: Iterator[float] = iter([0.3, 0.01, 0.3])
    seconds = shared.fastest(lambda: time.sleep(next(waits)))
    assert 0.01 <= seconds < 0.3
    assert next(waits, None) is None


def test_a_long_trial_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "TRIALS_S", 0.01)
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        time.sleep(0.02)

    assert shared.fastest(work) >= 0.02
    assert calls == [1]
