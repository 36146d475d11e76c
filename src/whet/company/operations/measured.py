"""What does the usage meter know? Requests a month, and how fast a machine answers them."""

from collections.abc import Sequence
from dataclasses import dataclass

from whet.company.operations.problem import HOURS
from whet.store.usage import DailyUse

LEAST_REQUESTS = 100
"""Requests below which a meter tells nothing."""
LEAST_DAYS = 7
"""Days that a meter must cover before a month is told from it."""


@dataclass(frozen=True)
class Meter:
    """What the meter says of one model."""

    requests: int
    """Requests that were counted."""
    days: int
    """Days from the first to the last with use, both included."""
    per_second: float | None
    """Requests that one busy machine answers in a second; None with too few of them."""
    per_month: float | None
    """Requests in a month; None with too few of them or of days."""


def meters(used: Sequence[DailyUse]) -> dict[str, Meter]:
    """Return what the meter says of each model, by its name."""
    models = sorted({use.model for use in used})
    return {model: _meter([use for use in used if use.model == model]) for model in models}


def _meter(used: Sequence[DailyUse]) -> Meter:
    """Return what the meter says of one model."""
    requests = sum(use.requests for use in used)
    seconds = sum(use.milliseconds for use in used) / 1000
    days = (max(use.day for use in used) - min(use.day for use in used)).days + 1
    enough = requests >= LEAST_REQUESTS
    return Meter(
        requests,
        days,
        requests / seconds if enough and seconds > 0 else None,
        requests / days * HOURS / 24 if enough and days >= LEAST_DAYS else None,
    )
