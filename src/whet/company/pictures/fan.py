"""How wide is what may come? Bands of quantiles over months, or over the number of labels.

The middle line is the median; the bands hold the named shares of all cases. For cash the level is
zero and the marks are funding rounds; for quality it is the target and the marks are purchases.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from xml.etree.ElementTree import Element

from whet.company.pictures.dates import Calendar, draw_dates, draw_today
from whet.company.pictures.legend import ROW_PX, Sign, legend, legend_rows
from whet.company.pictures.plot import (
    WIDTH,
    Event,
    Plot,
    draw_events,
    lanes_of,
    level,
    log_scale,
    padded,
    plot,
)
from whet.company.pictures.wording import Language, compact, day, percent, phrase
from whet.core.svg import Axis, add, add_tip, scale

_EVEN = 1e-6  # quantiles whose probabilities add up to one within this are a band


@dataclass(frozen=True)
class Fan:
    """Quantiles of something along a line."""

    x: tuple[float, ...]
    """Where: numbers of labels, or days after the first month; ascending."""
    quantiles: Mapping[float, tuple[float, ...]]
    """By probability in (0, 1): the value at each place that this share of cases lies below."""

    @property
    def bands(self) -> list[tuple[float, tuple[float, ...], tuple[float, ...]]]:
        """Share of cases, lower and upper end of each band; the widest first."""
        found = []
        for low in sorted(p for p in self.quantiles if p < 0.5 - _EVEN):
            high = next((p for p in self.quantiles if abs(p + low - 1) < _EVEN), None)
            if high is not None:
                found.append((high - low, self.quantiles[low], self.quantiles[high]))
        return found

    @property
    def middle(self) -> tuple[float, ...]:
        """The median, or the quantile nearest to it; empty without quantiles."""
        if not self.quantiles:
            return ()
        return self.quantiles[min(self.quantiles, key=lambda p: abs(p - 0.5))]


def money_fan(
    months: Sequence[date],
    quantiles: Mapping[float, Sequence[float]],
    *,
    name: str,
    events: Sequence[tuple[date, str]] = (),
    today: date | None = None,
    language: Language = "en",
) -> Element:
    """Return the fan of an amount at the end of each month; the level is zero.

    `name` says what the amount is, with its unit. An empty fan is a figure that says so.
    """
    fan = _over_days(months, quantiles)
    low, high = padded([0.0, *_all(fan)])
    y = Axis(name, low, high, partial(compact, language=language))
    last = months[-1] if months else date.min
    span = (last - months[0]).days if months else 1
    marks = [Event((when - months[0]).days, what) for when, what in events if when <= last]
    marks = [mark for mark in sorted(marks, key=lambda m: m.x) if mark.x >= 0]
    signs = _signs(fan, language)
    chart = plot(
        Axis("", 0, span, str),
        y,
        label=_money_label(name, months, fan, language),
        foot=30 + ROW_PX * legend_rows(signs, left=0, right=WIDTH),
        lanes=_lanes(marks, scale(0, span, 60, WIDTH - 22)),
    )
    if months:
        axis = Calendar(months[0], last - timedelta(days=1), chart.left, chart.right)
        at = {"top": chart.top, "bottom": chart.bottom}
        draw_dates(chart.figure, axis, language, is_below=True, **at)
        _draw(chart, fan, [day(m, language) for m in months], y.words, language)
        if today and today > months[0]:
            draw_today(chart.figure, axis, today, language, **at)
    level(chart, 0.0, "", css="level zero")
    draw_events(chart, marks)
    legend(chart.figure, signs, left=0, right=WIDTH, y=chart.bottom + 40)
    return chart.figure


def quality_fan(
    fan: Fan,
    *,
    axes: tuple[str, str],
    target: tuple[float, str] | None = None,
    measured: Sequence[tuple[float, float]] = (),
    purchases: Sequence[Event] = (),
    is_share: bool = True,
    language: Language = "en",
) -> Element:
    """Return quality against the number of labels: spaced by factors, measured points as dots.

    `axes` name the two directions; `target` is a height and its name; `is_share` writes the
    heights in per cent. Places at or below zero cannot be shown on such an axis and are left out.
    """
    points = [(n, v) for n, v in measured if n > 0]
    marks = sorted((m for m in purchases if m.x > 0), key=lambda m: m.x)
    places = [x for x in (*fan.x, *(n for n, _ in points), *(m.x for m in marks)) if x > 0]
    low, high = _reach(places)
    heights = [*_all(fan), *(v for _, v in points), *([target[0]] if target else [])]
    words = partial(_score, language=language) if is_share else partial(compact, language=language)
    y = Axis(axes[1], *padded(heights, share=0.08), words)
    signs = _signs(fan, language)
    if points:
        signs.append(("dot", phrase("measured", language)))
    chart = plot(
        Axis(axes[0], low, high, partial(compact, language=language)),
        y,
        label=_quality_label(axes, fan, target, words, language),
        foot=50 + ROW_PX * legend_rows(signs, left=0, right=WIDTH),
        lanes=_lanes(marks, log_scale(low, high, 60, WIDTH - 22)),
        is_log=True,
    )
    _draw(chart, fan, [f"{axes[0]} {compact(x, language)}" for x in fan.x], words, language)
    if target:
        level(chart, *target)
    _dots(chart, points, lambda n, value: f"{axes[0]} {compact(n, language)}: {words(value)}")
    draw_events(chart, marks)
    legend(chart.figure, signs, left=0, right=WIDTH, y=chart.bottom + 60)
    return chart.figure


def _reach(places: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds some places, with a little room."""
    low, high = (min(places), max(places)) if places else (1.0, 10.0)
    return low * 0.93, max(high, low * 1.5) * 1.05


def _dots(
    chart: Plot, points: Sequence[tuple[float, float]], told: Callable[[float, float], str]
) -> None:
    """Draw what was measured, each point with what it says."""
    for n, value in points:
        dot = add(chart.figure, "circle", "mark dot", cx=chart.x(n), cy=chart.y(value), r=4)
        add_tip(dot, told(n, value))


def _over_days(months: Sequence[date], quantiles: Mapping[float, Sequence[float]]) -> Fan:
    """Return a fan whose places are days after the first month."""
    days = tuple(float((m - months[0]).days) for m in months)
    return Fan(days, {p: tuple(values) for p, values in quantiles.items()})


def _all(fan: Fan) -> list[float]:
    """Return every height of a fan."""
    return [v for values in fan.quantiles.values() for v in values]


def _lanes(events: Sequence[Event], x: Callable[[float], float]) -> int:
    """Return how many rows the names of events need above the box."""
    return max(lanes_of(events, x, WIDTH - 22), default=-1) + 1


def _score(value: float, language: Language) -> str:
    """Return a share as an axis shows it, with a decimal only where there is one."""
    digits = 0 if abs(100 * value - round(100 * value)) < 1e-9 else 1
    return percent(value, language, digits)


def _draw(
    chart: Plot,
    fan: Fan,
    names: Sequence[str],
    words: Callable[[float], str],
    language: Language,
) -> None:
    """Draw the bands, the median, and dots with their numbers where there is room for dots."""
    for i, (share, low, high) in enumerate(fan.bands):
        ring = chart.path(fan.x, low), chart.path(fan.x[::-1], high[::-1])
        css = "band outer" if i == 0 and len(fan.bands) > 1 else "band inner"
        band = add(chart.figure, "polygon", css, points=" ".join(ring))
        add_tip(band, phrase("band", language, share=percent(share, language)))
    add(chart.figure, "polyline", "course", points=chart.path(fan.x, fan.middle))
    if len(fan.x) <= 40:
        for x, value, name in zip(fan.x, fan.middle, names, strict=True):
            if math.isfinite(value):
                dot = add(chart.figure, "circle", "touch", cx=chart.x(x), cy=chart.y(value), r=6)
                add_tip(dot, f"{name}: {words(value)}")


def _signs(fan: Fan, language: Language) -> list[Sign]:
    """Return what the bands mean."""
    bands = fan.bands
    signs = [("line", phrase("middle", language))] if fan.middle else []
    for i, (share, _, _) in enumerate(bands):
        look = "outer band" if i == 0 and len(bands) > 1 else "band"
        signs.append((look, phrase("band", language, share=percent(share, language))))
    return signs


def _money_label(name: str, months: Sequence[date], fan: Fan, language: Language) -> str:
    """Return the text alternative: the median at both ends, and the widest band at the end."""
    if not months or not fan.middle:
        return f"{name}: {phrase('nothing', language)}"
    first, last = (compact(fan.middle[i], language) for i in (0, -1))
    start, end = day(months[0], language), day(months[-1], language)
    zh = language == "zh"
    text = (
        f"{name}：中位数由{start}的 {first} 变为{end}的 {last}。"
        if zh
        else f"{name}: the median goes from {first} on {start} to {last} on {end}."
    )
    if fan.bands:
        share, low, high = fan.bands[0]
        ends = f"{compact(low[-1], language)} – {compact(high[-1], language)}"
        part = percent(share, language)
        text += (
            f"届时{part}的情形在 {ends} 之间。" if zh else f" {part} of all cases end in {ends}."
        )
    return text


def _quality_label(
    axes: tuple[str, str],
    fan: Fan,
    target: tuple[float, str] | None,
    words: Callable[[float], str],
    language: Language,
) -> str:
    """Return the text alternative: where the forecast begins and ends, and the target."""
    if not fan.middle:
        return f"{axes[1]}: {phrase('nothing', language)}"
    first, last = (words(fan.middle[i]) for i in (0, -1))
    start, end = (compact(fan.x[i], language) for i in (0, -1))
    if language == "zh":
        text = f"{axes[1]}：{axes[0]}由 {start} 增至 {end} 时，中位数由 {first} 变为 {last}。"
        return text + (f"{target[1]}。" if target else "")
    text = f"{axes[1]}: from {start} to {end} {axes[0]} the median goes from {first} to {last}."
    return text + (f" {target[1]}." if target else "")
