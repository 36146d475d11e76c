"""What did a piece of work cost, and what is there to spend? Seconds, memory, threads."""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from whet.core.settings import settings
from whet.runtime.cgroup import cpu_quota, memory_headroom_bytes

_INTERVAL_S = 0.05


@dataclass
class Cost:
    """What a block of code cost; filled when the block ends."""

    seconds: float = 0.0
    """Wall-clock time."""
    peak_bytes: int = 0
    """Largest resident memory of this process and its children, together."""
    growth_bytes: int = 0
    """How much larger the peak was than the memory when the block began; not below 0."""


@contextmanager
def measured() -> Iterator[Cost]:
    """Yield a `Cost` that is filled when the block ends, also when it ends by an error.

    Memory is what the processes hold in RAM (resident set size), read twenty times a second and
    at both ends: a shorter spike can be missed, and pages that processes share count in each.
    Memory that Python keeps after an earlier block counts in `peak_bytes`, not in `growth_bytes`.
    """
    cost, done = Cost(), threading.Event()
    start_bytes = peak_bytes = _resident_bytes()

    def sample() -> None:
        nonlocal peak_bytes
        while not done.wait(_INTERVAL_S):
            peak_bytes = max(peak_bytes, _resident_bytes())

    thread = threading.Thread(target=sample, name="whet-measure", daemon=True)
    thread.start()
    started = time.perf_counter()
    try:
        yield cost
    finally:
        cost.seconds = time.perf_counter() - started
        done.set()
        thread.join()
        cost.peak_bytes = max(peak_bytes, _resident_bytes())
        cost.growth_bytes = cost.peak_bytes - start_bytes


def available_memory_bytes() -> int:
    """Return how much memory new work may take: what the machine and the container leave."""
    free = int(psutil.virtual_memory().available)
    headroom = memory_headroom_bytes()
    return free if headroom is None else min(free, headroom)


def cpu_threads() -> int:
    """Return how many threads numeric work may use, at least 1.

    `WHET_THREADS` decides where it is set; else the cores that this process may run on, and the
    share of them that its container was given, rounded up.
    """
    wanted = settings().threads
    if wanted is not None:
        return wanted
    has_affinity = hasattr(os, "sched_getaffinity")  # not on macOS
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    quota = cpu_quota()
    return cores if quota is None else max(1, min(cores, math.ceil(quota)))


def _resident_bytes() -> int:
    """Return the resident memory of this process and its children, together."""
    me = psutil.Process()
    total = int(me.memory_info().rss)
    for child in me.children():
        try:
            total += int(child.memory_info().rss)
        except psutil.Error:  # it has just ended
            continue
    return total
