"""How does a calendar become an axis? Dates to pixels, and the ticks that can be read.

A date stands for its beginning; a bar from Monday to Friday therefore ends where Saturday begins,
and callers add a day to the last one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element

from whet.company.pictures.wording import Language, month, phrase, short_day
from whet.core.svg import add, text_width

_DAY = timedelta(days=1)
_WEEKENDS_FROM_PX = 2.2  # narrower days would be a grey fog
_GAP_PX = 10.0
_EDGE_PX = 14.0  # how far a name may stand out on the right
_STRIDES = (1, 7, 14)  # days between ticks, before months are counted
_MONTHS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True)
class Calendar:
    """A stretch of days, and where it lies from left to right in pixels."""

    first: date
    """The first day shown."""
    last: date
    """The last day shown; not before the first."""
    left: float
    """Where the first day begins, in pixels."""
    right: float
    """Where the last day ends, in pixels."""

    @property
    def day_px(self) -> float:
        """The width of one day in pixels."""
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def x(self, when: date, *, at_end: bool = False) -> float:
        """Return where a day begins, or ends; never outside the axis."""
        days = (when - self.first).days + (1 if at_end else 0)
        return min(max(self.left + days * self.day_px, self.left), self.right)


def calendar(days: Sequence[date], *, left: float, right: float, margin: int = 3) -> Calendar:
    """Return the axis that holds all `days` and `margin` days on either side.

    Raises:
        ValueError: there are no days.
    """
    first, last = min(days) - margin * _DAY, max(days) + margin * _DAY
    return Calendar(first, last, left, right)


def date_ticks(axis: Calendar, language: Language) -> list[tuple[date, str]]:
    """Return the days to mark and their names, as close together as can be read.

    Days and weeks (their Mondays) for a short plan, then months, quarters and years.
    """
    ticks: list[tuple[date, str]] = []
    for stride in _STRIDES:
        days = [
            d for d in _days(axis) if stride == 1 or d.toordinal() % stride == 1
        ]  # day 1 of the calendar was a Monday
        ticks = [(d, short_day(d, language)) for d in days]
        if len(ticks) > 1 and _fits(axis, ticks):
            return ticks
    for stride in _MONTHS:
        months = [
            d for d in _days(axis) if d.day == 1 and (d.year * 12 + d.month - 1) % stride == 0
        ]
        ticks = [(d, _month_name(d, i, stride, language)) for i, d in enumerate(months)]
        if _fits(axis, ticks):
            break
    return ticks


def draw_dates(
    figure: Element,
    axis: Calendar,
    language: Language,
    *,
    top: float,
    bottom: float,
    is_below: bool = False,
) -> None:
    """Draw the upright lines of the ticks, and their names above `top` or below `bottom`."""
    for when, name in date_ticks(axis, language):
        x, width = axis.x(when), text_width(name) * 0.95
        ends = (top, bottom + 4) if is_below else (top - 4, bottom)
        add(figure, "line", "grid", x1=x, x2=x, y1=ends[0], y2=ends[1])
        if is_below and x + width / 2 <= axis.right + _EDGE_PX:
            add(figure, "text", "note middle", name, x=x, y=bottom + 18)
        elif not is_below and x + width <= axis.right + _EDGE_PX:
            add(figure, "text", "note", name, x=x, y=top - 9)


def draw_days_off(
    figure: Element, axis: Calendar, holidays: Sequence[date], *, top: float, bottom: float
) -> None:
    """Shade weekends, where a day is wide enough to be seen, and every day in `holidays`."""
    weekends = axis.day_px >= _WEEKENDS_FROM_PX
    off = set(holidays)
    start: date | None = None
    for when in [*_days(axis), axis.last + _DAY]:
        is_off = when <= axis.last and (when in off or (weekends and when.weekday() >= 5))
        if is_off and start is None:
            start = when
        if not is_off and start is not None:
            x, width = axis.x(start), axis.x(when) - axis.x(start)
            add(figure, "rect", "off", x=x, y=top, width=max(width, 1), height=bottom - top)
            start = None


def draw_today(
    figure: Element, axis: Calendar, today: date, language: Language, *, top: float, bottom: float
) -> None:
    """Draw the line of today with its name at its lower end, where the axis holds that day."""
    if axis.first <= today <= axis.last:
        x, name = axis.x(today), phrase("today", language)
        add(figure, "line", "today", x1=x, x2=x, y1=top, y2=bottom)
        css = "note strong end" if x + text_width(name) + 4 > axis.right else "note strong"
        at = x - 4 if css.endswith("end") else x + 4
        add(figure, "text", css, name, x=at, y=bottom - 5)


def _days(axis: Calendar) -> Iterator[date]:
    """Yield every day of an axis."""
    for i in range((axis.last - axis.first).days + 1):
        yield axis.first + i * _DAY


def _fits(axis: Calendar, ticks: Sequence[tuple[date, str]]) -> bool:
    """Return whether no name runs into the next one."""
    return all(
        axis.x(a) + text_width(name) + _GAP_PX <= axis.x(b) for (a, name), (b, _) in pairwise(ticks)
    )


def _month_name(when: date, place: int, stride: int, language: Language) -> str:
    """Return the name of a month; the first one and each January carry the year."""
    if stride >= 12:
        return f"{when.year}年" if language == "zh" else str(when.year)
    return month(when, language, with_year=place == 0 or when.month <= min(stride, 11))
