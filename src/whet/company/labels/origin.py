"""Where does a measured curve come from? A file, a run, or several runs of one card."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where a curve comes from."""

    name: str
    """Name of the card, or of the file."""
    candidate: str = ""
    """Rung; "" for a file."""
    run: str | None = None
    """Run that measured the points."""
    test_rows: int | None = None
    """Rows of its test set: a future one is taken to be as large."""
    hours: float | None = None
    """Hours that the rung took in that run, all folds together; None where not measured."""
    device: str = ""
    """Where it ran, for example `cpu` or `cuda`."""
    source: str = ""
    """Which runs the points come from, in a sentence, where it is not one run alone."""
