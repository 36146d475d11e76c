"""How does a long job say that it still lives? A thread that repeats a small action beside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from whet.core.errors import WhetError


@contextmanager
def every(interval_s: float, action: Callable[[], None]) -> Iterator[None]:
    """Call `action` each `interval_s` seconds on a thread, until the block ends.

    A `WhetError` of the action, such as a busy store, is ignored: the next beat may succeed. When
    the block has ended, the action is not running and will not run again.
    """
    done = threading.Event()

    def beat() -> None:
        while not done.wait(interval_s):
            with suppress(WhetError):
                action()

    thread = threading.Thread(target=beat, name="whet-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
