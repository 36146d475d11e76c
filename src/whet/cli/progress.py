"""How does a person see how far a long job is? A bar on a terminal; plain notes in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from whet.core.progress import Progress as ProgressLike


class Bars:
    """A `whet.core.progress.Progress` that draws one line per stage on a terminal."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._stage: TaskID | None = None

    def start(self, stage: str, total: int | None = None) -> None:
        """End the line of the stage before and begin one for this stage."""
        self.finish()
        self._stage = self._bars.add_task(stage, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the bar."""
        if self._stage is not None:
            self._bars.advance(self._stage, steps)

    def note(self, text: str) -> None:
        """Print a line above the bars."""
        self._bars.console.print(text, markup=False, highlight=False)

    def finish(self) -> None:
        """Show the current stage as done: a stage may end early, or not know its length."""
        if self._stage is not None:
            done = self._bars.tasks[self._bars.task_ids.index(self._stage)].completed
            self._bars.update(self._stage, total=max(done, 1), completed=max(done, 1))
            self._stage = None


class Lines:
    """A `whet.core.progress.Progress` for pipes: notes as plain lines on stderr, nothing else."""

    def start(self, stage: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Print the line."""
        print(text, file=sys.stderr, flush=True)


@contextmanager
def shown_progress() -> Iterator[ProgressLike]:
    """Yield what a long job reports to: bars when stderr is a terminal, else plain notes."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as drawn:
        bars = Bars(drawn)
        yield bars
        bars.finish()
