"""When will it be done, and how sure is that? The chance to be finished by each date."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from whet.company.pictures.dates import Calendar, calendar, draw_dates, draw_today
from whet.company.pictures.plot import WIDTH, Plot, plot
from whet.company.pictures.wording import Language, chance, day, percent, phrase, short_day
from whet.core.svg import Axis, add, add_tip, text_width

_MARKS = (0.5, 0.8, 0.95)
_TAIL = 0.99
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Finish:
    """How a finish date is spread."""

    name: str
    """The milestone."""
    days: tuple[date, ...]
    """Dates in ascending order, at least one."""
    chances: tuple[float, ...]
    """The probability to be finished by the end of each date; ascending, in [0, 1]."""
    deadline: date | None = None
    """When it should be finished."""

    def quantile(self, chance: float) -> date | None:
        """Return the first date by which it is finished with probability `chance`, or None."""
        return next(
            (d for d, p in zip(self.days, self.chances, strict=True) if p >= chance - 1e-9), None
        )

    def chance_by(self, when: date) -> float:
        """Return the probability to be finished by the end of a date."""
        place = bisect_right(self.days, when)
        return self.chances[place - 1] if place else 0.0


def finish_curve(
    finish: Finish, *, today: date | None = None, language: Language = "en"
) -> Element:
    """Return the curve with its P50, P80 and P95, and the chance to meet the deadline."""
    finish = _shown(finish)
    days = [*finish.days, *([finish.deadline] if finish.deadline else [])]
    y = Axis(phrase("finished by", language), 0, 1, lambda v: percent(v, language))
    chart = plot(Axis("", 0, 1, str), y, label=_label(finish, language), foot=34)
    axis = calendar(days, left=chart.left, right=chart.right, margin=max(_span(days) // 20, 1))
    at = {"top": chart.top, "bottom": chart.bottom}
    draw_dates(chart.figure, axis, language, is_below=True, **at)
    if today:
        draw_today(chart.figure, axis, today, language, **at)
    points = [(axis.x(finish.days[0]), chart.bottom)]
    before = 0.0
    for when, share in zip(finish.days, finish.chances, strict=True):
        x = axis.x(when, at_end=True)
        points += [(x, chart.y(before)), (x, chart.y(share))]
        before = share
    points.append((chart.right, chart.y(before)))
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    add(chart.figure, "polyline", "course", points=path)
    if finish.deadline:
        _deadline(chart, finish, axis.x(finish.deadline, at_end=True), language)
    for share in _MARKS:
        _mark(chart, finish, share, axis, language)
    return chart.figure


def _shown(finish: Finish) -> Finish:
    """Return a finish up to its last hundredth, which may reach over years, and the deadline."""
    last = finish.quantile(_TAIL) or finish.days[-1]
    last = max(last, finish.deadline) if finish.deadline else last
    kept = sum(when <= last for when in finish.days)
    return replace(finish, days=finish.days[:kept], chances=finish.chances[:kept])


def _span(days: Sequence[date]) -> int:
    """Return how many days lie between the first and the last."""
    return (max(days) - min(days)).days


def _mark(chart: Plot, finish: Finish, share: float, axis: Calendar, language: Language) -> None:
    """Draw the date of one probability, named on the side where there is room."""
    when = finish.quantile(share)
    if when is None:
        return
    place, y = axis.x(when, at_end=True), chart.y(share)
    dot = add(chart.figure, "circle", "mark dot", cx=place, cy=y, r=4.5)
    name = f"P{100 * share:.0f} {short_day(when, language)}"
    add_tip(dot, f"P{100 * share:.0f}: {day(when, language)}")
    fits = place + 10 + text_width(name) <= chart.right
    add(
        chart.figure,
        "text",
        "note strong" if fits else "note strong end",
        name,
        x=place + 10 if fits else place - 10,
        y=y + (13 if fits else -6),
    )


def _deadline(chart: Plot, finish: Finish, x: float, language: Language) -> None:
    """Draw the deadline and the chance to meet it."""
    assert finish.deadline is not None
    line = add(chart.figure, "line", "level", x1=x, x2=x, y1=chart.top - 4, y2=chart.bottom)
    add_tip(line, day(finish.deadline, language))
    share = chance(finish.chance_by(finish.deadline), language)
    name = f"{phrase('deadline', language)} {short_day(finish.deadline, language)}: {share}"
    css = "note strong end" if x + text_width(name) > WIDTH - 8 else "note strong"
    add(chart.figure, "text", css, name, x=x, y=chart.top - 9)


def _label(finish: Finish, language: Language) -> str:
    """Return the text alternative: the three dates and the chance to meet the deadline."""
    parts = []
    for share in _MARKS:
        when = finish.quantile(share)
        if when:
            parts.append(f"P{100 * share:.0f} {day(when, language)}")
    text = f"{finish.name}: {', '.join(parts)}"
    if finish.deadline:
        due = chance(finish.chance_by(finish.deadline), language)
        text += f"; {phrase('deadline', language)} {day(finish.deadline, language)}: {due}"
    return f"{text}。" if language == "zh" else f"{text}."
