"""What is a number of the report with an interval? Its middle and its ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A value with the interval that holds it."""

    value: float
    """The middle."""
    low: float | None = None
    """The lower end; None where no interval is known."""
    high: float | None = None
    """The upper end."""
