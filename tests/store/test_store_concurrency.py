"""Tests with two real processes on one store: nothing is lost, nobody is in twice."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whet.core.errors import BusyError
from whet.store.predictions import Prediction
from whet.store.store import open_store
from whet.store.usage import Use

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BATCHES, ROWS = 25, 4
KEYS = [f"key {n:02}" for n in range(20)]
PATIENCE_S = 60


def meet(folder: Path, me: int) -> None:
    """Return when both processes are here."""
    (folder / f"here-{me}").touch()
    give_up = time.monotonic() + PATIENCE_S
    while not (folder / f"here-{1 - me}").exists():
        assert time.monotonic() < give_up, "the other process did not come"
        time.sleep(0.001)


def write(url: str, folder: Path, me: int) -> None:
    """Write batches of predictions and uses; the two processes name the meters in two orders."""
    with open_store(url) as store:
        meet(folder, me)
        answer = Prediction("", "support", "1", NOON, "e" * 64, "refund", 0.9, 1.5, False, 3.0)
        for batch in range(BATCHES):
            ids = [f"{me}-{batch}-{row}" for row in range(ROWS)]
            store.predictions.add([replace(answer, id=ident) for ident in ids])
            keys = KEYS if me else KEYS[::-1]
            store.usage.add(Use(key, "support", NOON, 1, 2, 3, 0.5) for key in keys)


def open_new(url: str, folder: Path, me: int) -> int:
    """Open a store that does not exist yet, and use it."""
    meet(folder, me)
    with open_store(url) as store:
        store.keys.create(f"key {me}", ["predict"])
        return len(store.keys.all())


def count_under_lock(url: str, folder: Path, me: int) -> None:
    """Add one to a number in a file, so that any two at once would lose a count."""
    file = folder / "count"
    with open_store(url) as store:
        meet(folder, me)
        done, give_up = 0, time.monotonic() + PATIENCE_S
        while done < 10:
            assert time.monotonic() < give_up, "the lock was never free"
            try:
                with store.lock("count"):
                    file.write_text(str(int(file.read_text()) + 1))
                done += 1
            except BusyError:
                time.sleep(0.001)


def hold_for_ever(url: str, ready: Path) -> None:
    """Hold a lock, say so, and never let go."""
    with open_store(url) as store, store.lock("build:support"):
        ready.touch()
        signal.pause()


def test_two_writers_lose_nothing(
    store_url: str, two_processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    jobs = [two_processes.submit(write, store_url, tmp_path, me) for me in (0, 1)]
    for job in jobs:
        job.result()
    with open_store(store_url) as store:
        assert len(store.predictions.recent(limit=1000)) == 2 * BATCHES * ROWS
        counts = [(use.key, use.requests, use.tokens) for use in store.usage.report()]
    assert counts == [(key, 2 * BATCHES, 6 * BATCHES) for key in KEYS]


def test_two_processes_may_make_the_store_at_once(
    store_url: str, two_processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    jobs = [two_processes.submit(open_new, store_url, tmp_path, me) for me in (0, 1)]
    assert sorted(job.result() for job in jobs)[1] == 2
    with open_store(store_url) as store:
        assert {key.name for key in store.keys.all()} == {"key 0", "key 1"}


def test_two_lockers_are_never_in_at_once(
    store_url: str, two_processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    (tmp_path / "count").write_text("0")
    jobs = [two_processes.submit(count_under_lock, store_url, tmp_path, me) for me in (0, 1)]
    for job in jobs:
        job.result()
    assert (tmp_path / "count").read_text() == "20"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_the_lock_of_a_killed_process_is_free_at_once(store_url: str, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    spawn = multiprocessing.get_context("spawn")
    holder = spawn.Process(target=hold_for_ever, args=(store_url, ready))
    holder.start()
    with open_store(store_url) as store:
        while not ready.exists():
            assert holder.is_alive()
            time.sleep(0.005)
        with pytest.raises(BusyError, match=f"process {holder.pid} on "):
            store.lock("build:support").__enter__()
        assert holder.pid is not None
        os.kill(holder.pid, signal.SIGKILL)
        holder.join()
        with store.lock("build:support"):
            pass
    holder.close()
