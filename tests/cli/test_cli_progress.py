"""Progress: notes reach a pipe, bars a terminal; neither touches stdout."""

import io

import pytest
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from whet.cli.progress import Bars, Lines, shown_progress


def test_a_pipe_gets_the_notes_on_stderr_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with shown_progress() as progress:
        progress.start("embedding", 3)
        progress.advance()
        progress.note("full: not climbed [too slow]")
    assert isinstance(progress, Lines)
    assert capsys.readouterr() == ("", "full: not climbed [too slow]\n")


def test_a_stage_that_ends_early_shows_what_was_done() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=60, color_system=None)
    columns = (TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=console, auto_refresh=False) as drawn:
        bars = Bars(drawn)
        bars.start("embedding", 10)
        bars.advance(4)
        bars.start("fitting")
        bars.note("a [note]")
        bars.finish()
    assert [(t.description, t.completed, t.total) for t in drawn.tasks] == [
        ("embedding", 4, 4),
        ("fitting", 1, 1),
    ]
    assert "a [note]" in screen.getvalue()
