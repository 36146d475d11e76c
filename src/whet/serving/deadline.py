"""How long is a call waited for that may hang? As long as it is given, whatever it does.

Timeouts of sockets are set anew by every byte, and name resolution has none; so the call runs in a
thread, and is left alone when its time is over. Such threads are few, and none keeps the process
from ending.
"""

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MOST_CALLS = 16
"""Calls at one time, with those that were left alone and still hang."""


class Deadline:
    """Runs calls that end in time or are left alone; safe for several threads."""

    def __init__(self, most_calls: int = MOST_CALLS) -> None:
        self._free = threading.BoundedSemaphore(most_calls)

    def call(self, work: Callable[[], T], timeout_s: float) -> T:
        """Return what `work` returns, and raise what it raises.

        Raises:
            TimeoutError: it did not end within `timeout_s`, or too many others hang.
        """
        until = time.monotonic() + timeout_s
        if not self._free.acquire(timeout=timeout_s):
            raise TimeoutError
        ended: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                ended.put((work(), None))
            except BaseException as error:  # handed to the thread that waits
                ended.put((None, error))
            finally:
                self._free.release()

        threading.Thread(target=run, name="whet-deadline", daemon=True).start()
        try:
            value, error = ended.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if error is not None:
            raise error
        return value  # type: ignore[return-value]  # None only where T allows it
