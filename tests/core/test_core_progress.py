"""Tests for whet.core.progress: a job that somebody asks to stop."""

import threading

import pytest

from whet.core.progress import Quiet, Seldom, Stoppable, StopRequested


class Heard(Quiet):
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def start(self, stage: str, total: int | None = None) -> None:
        self.told.append((stage, total))

    def advance(self, steps: int = 1) -> None:
        self.told.append(steps)

    def note(self, text: str) -> None:
        self.told.append(text)


def test_a_job_goes_on_until_it_is_asked_to_stop() -> None:
    heard, stop = Heard(), threading.Event()
    progress = Stoppable(heard, stop, "stopped by Ada")
    progress.start("stage", 3)
    progress.advance(2)
    progress.note("line")
    assert heard.told == [("stage", 3), 2, "line"]
    stop.set()
    progress.note("what was stored is still said")
    with pytest.raises(StopRequested, match=r"^stopped by Ada$"):
        progress.start("next")
    with pytest.raises(StopRequested, match=r"^stopped by Ada$"):
        progress.advance()
    assert len(heard.told) == 4


def test_a_request_is_no_error_that_could_be_mended() -> None:
    assert not issubclass(StopRequested, Exception)


def test_of_many_notes_a_few_are_passed_on() -> None:
    heard, now = Heard(), [0.0]
    seldom = Seldom(heard, 1.0, clock=lambda: now[0])
    seldom.start("search", 9)
    for tenth in range(25):
        now[0] = tenth / 10
        seldom.note(f"{tenth}")
    seldom.advance()
    assert heard.told == [("search", 9), "0", "10", "20", 1]
