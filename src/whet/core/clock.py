"""What time is it? One place, so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time with the UTC time zone."""
    return datetime.now(UTC)
