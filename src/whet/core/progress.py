"""How far is a long job? What works reports here; the command line draws it, a pipe is quiet."""

import math
import threading
import time
from collections.abc import Callable
from typing import Protocol


class StopRequested(BaseException):
    """Somebody asked a long job to stop. No `Exception`: what mends errors must let it pass."""


class Progress(Protocol):
    """Receives the steps of a long job. `advance` is called often, so it must be cheap."""

    def start(self, stage: str, total: int | None = None) -> None:
        """Begin a stage of `total` steps; None when the number is not known."""

    def advance(self, steps: int = 1) -> None:
        """Say that `steps` more steps of the current stage are done."""

    def note(self, text: str) -> None:
        """Say one line that the user should see, such as a rung that was skipped and why."""


class Quiet:
    """A `Progress` that says nothing."""

    def start(self, stage: str, total: int | None = None) -> None:
        """Ignore the stage."""

    def advance(self, steps: int = 1) -> None:
        """Ignore the steps."""

    def note(self, text: str) -> None:
        """Ignore the line."""


class Seldom:
    """A `Progress` that passes on a note only `every_s` seconds after the one before.

    For searches, whose finds come faster than anybody reads.
    """

    def __init__(
        self, inner: Progress, every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner, self._every_s, self._clock = inner, every_s, clock
        self._next = -math.inf

    def start(self, stage: str, total: int | None = None) -> None:
        """Begin a stage."""
        self._inner.start(stage, total)

    def advance(self, steps: int = 1) -> None:
        """Say that steps are done."""
        self._inner.advance(steps)

    def note(self, text: str) -> None:
        """Say one line, unless it is too soon."""
        if self._clock() >= self._next:
            self._next = self._clock() + self._every_s
            self._inner.note(text)


class Stoppable:
    """A `Progress` that ends the job at its next report once `stop` is set."""

    def __init__(self, inner: Progress, stop: threading.Event, reason: str) -> None:
        self._inner, self._stop, self._reason = inner, stop, reason

    def start(self, stage: str, total: int | None = None) -> None:
        """Begin a stage, or stop."""
        self._check()
        self._inner.start(stage, total)

    def advance(self, steps: int = 1) -> None:
        """Say that steps are done, or stop."""
        self._check()
        self._inner.advance(steps)

    def note(self, text: str) -> None:
        """Say one line. It never stops: what is noted has just been stored."""
        self._inner.note(text)

    def _check(self) -> None:
        """End the job where that was asked for.

        Raises:
            StopRequested: it was.
        """
        if self._stop.is_set():
            raise StopRequested(self._reason)
