"""Is the process that did this still running? Locks and runs remember theirs and ask later.

A process id alone is not enough: ids are used again, and two machines (or two containers of one
machine) use the same ids. So the machine's process table and the start of the process are kept too.
"""

import os
import socket
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Process:
    """One process of one machine, as it can be written down and recognised later."""

    host: str
    """Name of the machine, for people."""
    machine: str
    """The same text means the same table of processes: this boot, this container."""
    pid: int
    """Process id."""
    started: str
    """What tells this process from a later one with the same id."""


def this_process() -> Process:
    """Return the calling process."""
    pid = os.getpid()
    return Process(socket.gethostname(), _machine(), pid, _start_mark(pid) or "")


def is_alive(process: Process) -> bool | None:
    """Return whether `process` still runs; None when it is on another machine: nobody here knows.

    A zombie (killed, but not yet waited for) counts as ended.
    """
    if process.machine != _machine():
        return None
    return _start_mark(process.pid) == process.started


@lru_cache(maxsize=1)
def _machine() -> str:
    """Return a name of this machine's process table."""
    if sys.platform == "linux":
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # Two containers share the boot, not the process ids.
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    return socket.gethostname()


def _start_mark(pid: int) -> str | None:
    """Return when the process started, in a form that never changes; None when it has ended."""
    try:
        if sys.platform == "linux":
            # psutil's create_time moves when the clock is set; ticks since the boot do not. The
            # name of the program stands in brackets and may hold anything, so read behind it.
            stat = Path(f"/proc/{pid}/stat").read_bytes().decode(errors="replace")
            state, *fields = stat.rpartition(")")[2].split()
            return None if state in "ZX" else fields[18]
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except (OSError, psutil.Error):
        return None
