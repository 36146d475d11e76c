"""When is somebody at the desk? Spans of weekdays in a time zone, and holidays.

A span is turned into two moments of UTC for its day before anything is compared, so that days of 23
and 25 hours are as long as they are. Where a wall clock shows a time twice, the first one counts;
where it skips one, the moment that the clock would have shown without the change.
Source: PEP 495, PEP 615.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from whet.core.errors import InputError, did_you_mean

Span = tuple[int, int]
"""First and last minute of a day's span; the last one is not in it; 1440 is midnight."""

_FARTHEST_DAYS = 400


@dataclass(frozen=True)
class Hours:
    """When people answer. Without any span, always."""

    zone: str = "UTC"
    """Time zone, such as Europe/Berlin or Asia/Shanghai."""
    week: tuple[tuple[Span, ...], ...] = ()
    """The spans of Monday to Sunday; nothing means that somebody is always there."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody answers."""

    def __post_init__(self) -> None:
        """Refuse what is no week.

        Raises:
            InputError: there is no such zone, there are not seven days, or a span is none.
        """
        try:
            _ = self._zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = did_you_mean(self.zone, available_timezones())
            hint = near if near.startswith("Did") else "Write one such as Europe/Berlin."
            raise InputError(f"{self.zone[:60]!r} is no time zone. {hint}") from None
        if self.week and len(self.week) != 7:
            raise InputError(f"A week must have 7 days; found {len(self.week)}.")
        for first, last in (span for day in self.week for span in day):
            if not 0 <= first < last <= 1440:
                raise InputError(
                    "Hours must begin before they end, in minutes from 0 to 1440; "
                    f"found {first} to {last}. Split what goes past midnight in two."
                )

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def is_always(self) -> bool:
        """Whether somebody is always there."""
        return not any(self.week)

    def open_since(self, at: datetime) -> datetime | None:
        """Return when the hours that hold `at` began, in UTC; None where nobody is there."""
        if self.is_always:
            return datetime.min.replace(tzinfo=UTC)
        today = self.local(at).date()
        began = None
        for day in (today - timedelta(days=1), today):
            for first, last in self._spans(day):
                if first <= at < last:
                    began = first if began is None else min(began, first)
        return began

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody is there at a moment."""
        return self.open_since(at) is not None

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on when somebody is there, in UTC.

        None where there is none within 400 days.
        """
        if self.is_open(at):
            return at.astimezone(UTC)
        today = self.local(at).date()
        for ahead in range(_FARTHEST_DAYS):
            day = today + timedelta(days=ahead)
            openings = [first for first, _ in self._spans(day) if first > at]
            if openings:
                return min(openings)
        return None

    def local(self, at: datetime) -> datetime:
        """Return a moment as the desk's wall clock shows it."""
        return at.astimezone(self._zone)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of a day as moments in UTC."""
        if day in self.holidays:
            return
        for first, last in self.week[day.weekday()]:
            began, ended = self._moment(day, first), self._moment(day, last)
            if began < ended:  # else the clock skips it on this day
                yield began, ended

    def _moment(self, day: date, minute: int) -> datetime:
        """Return the moment of a minute of a day."""
        day += timedelta(days=minute // 1440)
        wall = time(minute % 1440 // 60, minute % 60)
        return datetime.combine(day, wall, self._zone).astimezone(UTC)
