"""Where does a chart with two directions begin and end? Its box, its ticks, its marks.

The other charts of this folder draw into a `Plot`: it knows how much room the texts at the left
take, and where a value lies.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from whet.core.svg import (
    Axis,
    add,
    add_tip,
    canvas,
    level_grid,
    scale,
    text_width,
    ticks,
    upright_grid,
)

WIDTH = 560.0
_TOP, _HEIGHT = 22.0, 230.0
_LANE = 17.0
_LANES = 3


@dataclass(frozen=True)
class Event:
    """A place along a chart that has a name: a purchase, a funding round."""

    x: float
    """Where it happens, in the units of the chart's first direction."""
    name: str
    """What happens."""


@dataclass(frozen=True)
class Plot:
    """A figure and the maps from values to its pixels."""

    figure: Element
    x: Callable[[float], float]
    y: Callable[[float], float]
    left: float
    right: float
    top: float
    bottom: float

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Return the points of a line, as SVG writes them; points without a value are left out."""
        pairs = zip(xs, ys, strict=True)
        return " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in pairs if math.isfinite(b))


def plot(
    x: Axis,
    y: Axis,
    *,
    label: str,
    foot: float = 44.0,
    lanes: int = 0,
    width: float = WIDTH,
    is_log: bool = False,
) -> Plot:
    """Return an empty chart with its grid; `lanes` rows above it are kept for names of events.

    `foot` is the room under the box. Without a name, the first direction gets no ticks: the caller
    draws them (a calendar). `is_log` spaces it by factors; its low end is then above zero.
    """
    names = [y.words(v) for v in _ticks(y)]
    left = 34 + max((text_width(name) * 0.92 for name in names), default=0)
    top = _TOP + _LANE * lanes
    bottom, right = top + _HEIGHT, width - 22
    figure = canvas(width, bottom + foot, label=label)
    to_y = scale(y.low, y.high, bottom, top)
    to_x = log_scale(x.low, x.high, left, right) if is_log else scale(x.low, x.high, left, right)
    made = Plot(figure, to_x, to_y, left, right, top, bottom)
    level_grid(figure, y, to_y, left=left, right=right)
    if x.name and is_log:
        _log_grid(made, x)
    elif x.name:
        upright_grid(figure, x, to_x, top=top, bottom=bottom)
    return made


def log_scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return the map that takes equal factors to equal steps; `low` is above zero."""
    to = scale(math.log(low), math.log(high), start, end)
    return lambda value: to(math.log(max(value, low * 1e-9)))


def log_ticks(low: float, high: float) -> list[float]:
    """Return round values: 1, 2 and 5 times powers of ten, thinned where there are many.

    >>> log_ticks(90, 2100)
    [100.0, 200.0, 500.0, 1000.0, 2000.0]
    >>> log_ticks(1, 1e6)
    [1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0]
    """
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for factors in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [f * 10.0**p for p in powers for f in factors]
        inside = [v for v in found if low * 0.999 <= v <= high * 1.001]
        if len(inside) <= 7:
            break
    return inside


def padded(values: Sequence[float], *, share: float = 0.06) -> tuple[float, float]:
    """Return a range that holds all finite values, with room at both ends.

    >>> padded([0, 10], share=0.1), padded([]), padded([5])
    ((-1.0, 11.0), (0.0, 1.0), (4.5, 5.5))
    """
    finite = [v for v in values if math.isfinite(v)]
    if not finite:
        return (0.0, 1.0)
    low, high = min(finite), max(finite)
    room = share * (high - low) or 0.1 * abs(low) or 0.5
    return (low - room, high + room)


def level(chart: Plot, value: float, name: str, *, css: str = "level") -> None:
    """Draw a height to compare with, and its name, if it has one, upon it."""
    y = chart.y(value)
    add(chart.figure, "line", css, x1=chart.left, x2=chart.right, y1=y, y2=y)
    up = y - 6 if y - 18 > chart.top else y + 15
    if name:
        add(chart.figure, "text", "note strong", name, x=chart.left + 6, y=up)


def lanes_of(events: Sequence[Event], x: Callable[[float], float], right: float) -> list[int]:
    """Return a lane for each event so that no names overlap; -1 where all lanes are full.

    The last event gets the lowest lane: a name runs to the right, so it then lies above the
    strokes of the events after it.
    """
    starts = [math.inf] * _LANES
    lanes = []
    for event in reversed(events):
        start, end = _span(event, x, right)
        free = next((i for i in range(_LANES) if end + 8 <= starts[i]), -1)
        lanes.append(free)
        if free >= 0:
            starts[free] = start
    return lanes[::-1]


def draw_events(chart: Plot, events: Sequence[Event]) -> None:
    """Draw a stroke for each event, with its name above the box where there is room for it."""
    lanes = lanes_of(events, chart.x, chart.right)
    heights = [chart.top - 8 - _LANE * max(lane, 0) for lane in lanes]
    for event, y in zip(events, heights, strict=True):
        x = chart.x(event.x)
        add_tip(
            add(chart.figure, "line", "event", x1=x, x2=x, y1=y + 3, y2=chart.bottom), event.name
        )
    for event, lane, y in zip(events, lanes, heights, strict=True):
        if lane >= 0:
            x = chart.x(event.x)
            start, _ = _span(event, chart.x, chart.right)
            css = "note strong end" if start < x else "note strong"
            add(chart.figure, "text", css, event.name, x=x, y=y)


def _span(event: Event, x: Callable[[float], float], right: float) -> tuple[float, float]:
    """Return from where to where the name of an event is written."""
    at, width = x(event.x), text_width(event.name) * 0.95
    return (at - width, at) if at + width > right else (at, at + width)


def _ticks(axis: Axis) -> list[float]:
    """Return the values of an axis that get a name."""
    return ticks(axis.low, axis.high)


def _log_grid(chart: Plot, axis: Axis) -> None:
    """Draw the upright lines of an axis that is spaced by factors."""
    end = -math.inf
    for value in log_ticks(axis.low, axis.high):
        x, name = chart.x(value), axis.words(value)
        add(chart.figure, "line", "grid", x1=x, x2=x, y1=chart.top, y2=chart.bottom + 4)
        half = text_width(name) / 2
        if x - half > end + 6:
            add(chart.figure, "text", "note middle", name, x=x, y=chart.bottom + 19)
            end = x + half
    middle = (chart.left + chart.right) / 2
    add(chart.figure, "text", "note middle", axis.name, x=middle, y=chart.bottom + 38)
