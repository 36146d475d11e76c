"""Tests for whet.runtime.measure: seconds, resident memory, threads."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from whet.core.settings import settings
from whet.runtime.measure import available_memory_bytes, cpu_threads, measured

MEGABYTES_64 = 1 << 26


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


HOLDS = """
from whet.runtime.measure import measured

with measured() as cost:
    block = b"x" * (1 << 26)
print(cost.growth_bytes, cost.peak_bytes)
"""


def test_a_block_that_holds_memory_shows_it() -> None:
    # A process of its own: what earlier tests left, and their children, may be given back any time.
    ran = subprocess.run([sys.executable, "-c", HOLDS], capture_output=True, text=True, check=True)
    growth, peak = (int(word) for word in ran.stdout.split())
    assert MEGABYTES_64 - (1 << 22) < growth < 2 * MEGABYTES_64
    assert MEGABYTES_64 + (1 << 22) <= peak <= psutil.virtual_memory().total  # Python itself counts


def test_memory_that_is_given_back_before_the_end_shows_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("whet.runtime.measure._INTERVAL_S", 0.001)
    with measured() as cost:
        block = b"x" * MEGABYTES_64
        time.sleep(0.1)
        del block
    assert cost.growth_bytes > MEGABYTES_64 - (1 << 22)


def test_the_cost_is_filled_when_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), measured() as cost:
        _ = 1 / 0
    assert cost.seconds > 0 and cost.peak_bytes > 0


def test_memory_of_child_processes_counts() -> None:
    code = f"block = b'x' * {MEGABYTES_64}; print('ready', flush=True); input()"
    command = [sys.executable, "-c", code]
    with measured() as cost:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    child.communicate(b"\n")
    assert MEGABYTES_64 < cost.growth_bytes < 3 * MEGABYTES_64


def test_available_memory_is_a_part_of_the_machine() -> None:
    assert 0 < available_memory_bytes() <= psutil.virtual_memory().total


def test_the_environment_decides_the_threads(
    monkeypatch: pytest.MonkeyPatch, fresh_settings: None
) -> None:
    monkeypatch.setenv("WHET_THREADS", "37")
    assert cpu_threads() == 37


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs sched_setaffinity")
def test_a_process_that_may_use_one_core_has_one_thread(
    monkeypatch: pytest.MonkeyPatch, fresh_settings: None
) -> None:
    monkeypatch.delenv("WHET_THREADS", raising=False)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        assert cpu_threads() == 1
    finally:
        os.sched_setaffinity(0, cores)
    assert 1 <= cpu_threads() <= len(cores)
