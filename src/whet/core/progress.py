"""How far is a long job? What works reports here; the command line draws it, a pipe is quiet."""

from typing import Protocol


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
