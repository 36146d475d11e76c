"""When is somebody there, who is asked, and how long does anybody wait?"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from whet.core.yaml.part import Part
from whet.products.support.desk.texts import Language

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?([01][0-9]|2[0-4]):([0-5][0-9])")
_MOST_DAYS_AHEAD = 400


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


DEFAULT_QUEUE = "support"
"""Queue of a desk that names none, and of what fits no queue."""


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


def is_open(hours: Hours, at: datetime) -> bool:
    """Return whether people answer at a time; a time without a zone is UTC."""
    if not any(getattr(hours, day) for day in WEEK):
        return True
    zone = ZoneInfo(hours.zone)
    local = (
        at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    )
    minute = 60 * local.hour + local.minute
    return any(first <= minute < last for first, last in _spans(hours, local.date()))


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """Return when people answer next, in the hours' zone; None where that is not within a year."""
    if is_open(hours, at):
        return at
    zone = ZoneInfo(hours.zone)
    local = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))).astimezone(zone)
    for ahead in range(_MOST_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for first, _ in sorted(_spans(hours, day)):
            opening = datetime.combine(day, time(first // 60, first % 60), zone)
            if opening > local:
                return opening
    return None


def queue_for(queues: list[Queue], *, intent: str | None, language: str) -> str:
    """Return the name of the queue that a conversation waits in."""
    for queue in queues:
        takes_intent = not queue.intents or intent in queue.intents
        if takes_intent and (not queue.languages or language in queue.languages):
            return queue.name
    return DEFAULT_QUEUE


def _spans(hours: Hours, day: date) -> list[tuple[int, int]]:
    """Return the spans of a day, in minutes."""
    if day in hours.holidays:
        return []
    found = [span_of(text) for text in getattr(hours, WEEK[day.weekday()])]
    return [span for span in found if span]
