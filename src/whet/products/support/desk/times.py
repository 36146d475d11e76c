"""When is somebody there, who is asked, and how long does anybody wait?"""

import re
from datetime import date

from pydantic import Field

from whet.core.yaml.part import Part
from whet.products.support.desk.texts import Language

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?([01][0-9]|2[0-4]):([0-5][0-9])")


class Hours(Part):
    """When people answer. Without any day, always."""

    zone: str = "UTC"
    """Time zone, such as Europe/Berlin or Asia/Shanghai."""
    mon: list[str] = Field(default_factory=list)
    """Hours of Mondays, such as [09:00-12:30, 13:30-18:00]."""
    tue: list[str] = Field(default_factory=list)
    """Hours of Tuesdays."""
    wed: list[str] = Field(default_factory=list)
    """Hours of Wednesdays."""
    thu: list[str] = Field(default_factory=list)
    """Hours of Thursdays."""
    fri: list[str] = Field(default_factory=list)
    """Hours of Fridays."""
    sat: list[str] = Field(default_factory=list)
    """Hours of Saturdays."""
    sun: list[str] = Field(default_factory=list)
    """Hours of Sundays."""
    holidays: list[date] = Field(default_factory=list)
    """Days on which nobody answers."""


class Queue(Part):
    """Where conversations wait for a person; the first queue that fits takes one."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    """Name of the queue."""
    intents: list[str] = Field(default_factory=list)
    """Intents that it takes; every one without any."""
    languages: list[Language] = Field(default_factory=list)
    """Languages that it takes; every one without any."""


class Timeouts(Part):
    """How long anybody waits."""

    waiting_minutes: float = Field(default=15, gt=0)
    """Minutes that a customer waits for a person before being told that it takes longer."""
    idle_minutes: float = Field(default=30, gt=0)
    """Minutes of silence after which a person who took a conversation is reminded of it."""
    close_hours: float = Field(default=24, gt=0)
    """Hours of silence after which a conversation is closed."""


def span_of(text: str) -> tuple[int, int] | None:
    """Return first and last minute of a day's span, such as `09:00-18:00`; None where it is none.

    >>> span_of("09:00-18:30"), span_of("18:00-09:00")
    ((540, 1110), None)
    """
    found = _SPAN.fullmatch(text.strip())
    if not found:
        return None
    a, b, c, d = map(int, found.groups())
    first, last = 60 * a + b, 60 * c + d
    return (first, last) if first < last <= 24 * 60 else None
