"""How is a measurement drawn? Pure functions from numbers to one inline SVG each.

Blue (`mark`) is what was measured, orange (`point`, `level`) is what to look at: a gate, a chosen
threshold, a forecast. Every figure has a text alternative, and the page tells the same numbers in
a table or a sentence. Why not a chart library: docs/decisions/0003-figures-in-reports.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from whet.core.svg import (
    Axis,
    add,
    add_tip,
    canvas,
    clipped,
    level_grid,
    markup,
    name_beside,
    scale,
    text_width,
    upright_grid,
)
from whet.evaluation.calibration import Bin

_WIDTH = 520.0
_ROW = 28.0


@dataclass(frozen=True)
class Dot:
    """A value with its interval, on a line of its own."""

    name: str
    value: float
    low: float
    high: float
    words: str
    is_marked: bool = False


@dataclass(frozen=True)
class Point:
    """A place in a chart, with an interval upwards and downwards where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    name: str = ""


def interval_bar(dot: Dot, *, low: float, high: float) -> str:
    """Return a small bar for a table cell; `low` and `high` are the ends of the common axis."""
    width, middle = 120.0, 8.0
    figure = canvas(width, 16, label=dot.words, kind="bar")
    x = scale(low, high, 5, width - 5)
    add(figure, "line", "track", x1=0, x2=width, y1=middle, y2=middle)
    _interval(figure, dot, x, middle)
    return markup(figure)


def interval_dots(
    dots: Sequence[Dot], *, axis: Axis, label: str, level: tuple[float, str] | None = None
) -> str:
    """Return a line per dot over a common axis; `level` is a value to compare with and its name."""
    left = 12 + min(max((text_width(dot.name) for dot in dots), default=0), 190)
    right = _WIDTH - 8 - max((text_width(dot.words) for dot in dots), default=0)
    top, bottom = 26.0, 26.0 + _ROW * len(dots)
    figure = canvas(_WIDTH, bottom + 44, label=label)
    x = scale(axis.low, axis.high, left, right - 12)
    upright_grid(figure, axis, x, top=top, bottom=bottom)
    if level:
        add(figure, "line", "level", x1=x(level[0]), x2=x(level[0]), y1=top - 6, y2=bottom)
        name_beside(figure, x(level[0]), top - 12, level[1], right=right)
    for i, dot in enumerate(dots):
        y = top + _ROW * (i + 0.5)
        weight = "name strong" if dot.is_marked else "name"
        add(figure, "text", weight, clipped(dot.name, left - 12), x=0, y=y + 4.5)
        _interval(figure, dot, x, y)
        add(figure, "text", weight, dot.words, x=right, y=y + 4.5)
    return markup(figure)


def line_with_band(
    line: Sequence[Point],
    *,
    axes: tuple[Axis, Axis],
    label: str,
    points: Sequence[Point] = (),
    fitted: Sequence[Point] = (),
    level: tuple[float, str] | None = None,
) -> str:
    """Return a measured line, the band of its intervals where all its points have one, and more.

    `points` are places to look at, `fitted` is a dashed line drawn over the measured one, and
    `level` is a height to compare with and its name.
    """
    x, y = axes
    left, right, top, bottom = 56.0, _WIDTH - 24, 16.0, 260.0
    figure = canvas(_WIDTH, bottom + 44, label=label)
    to_x, to_y = scale(x.low, x.high, left, right), scale(y.low, y.high, bottom, top)
    upright_grid(figure, x, to_x, top=top, bottom=bottom)
    level_grid(figure, y, to_y, left=left, right=right)
    if level:
        add(figure, "line", "level", x1=left, x2=right, y1=to_y(level[0]), y2=to_y(level[0]))
    _band(figure, line, to_x, to_y)
    for css, course in (("mark", line), ("fitted", fitted)):
        path = " ".join(f"{to_x(p.x):.1f},{to_y(p.y):.1f}" for p in course)
        add(figure, "polyline", css, points=path)
    if len(line) <= 20:
        for p in line:
            dot = add(figure, "circle", "mark dot", cx=to_x(p.x), cy=to_y(p.y), r=3.5)
            add_tip(dot, f"{x.name} {x.words(p.x)}: {y.words(p.y)}")
    for p in points:
        _point(figure, p, to_x, to_y)
    if level:  # last, so that no line crosses the name
        add(figure, "text", "note", level[1], x=left + 6, y=to_y(level[0]) - 6)
    return markup(figure)


def scatter(points: Sequence[Point], *, axes: tuple[Axis, Axis], label: str) -> str:
    """Return a dot a point over the diagonal, where both directions say the same."""
    x, y = axes
    left, right, top, bottom = 64.0, 444.0, 16.0, 316.0
    figure = canvas(right + 24, bottom + 44, label=label)
    to_x, to_y = scale(x.low, x.high, left, right), scale(y.low, y.high, bottom, top)
    upright_grid(figure, x, to_x, top=top, bottom=bottom)
    level_grid(figure, y, to_y, left=left, right=right)
    low, high = max(x.low, y.low), min(x.high, y.high)
    add(figure, "line", "level", x1=to_x(low), x2=to_x(high), y1=to_y(low), y2=to_y(high))
    for p in points:
        dot = add(figure, "circle", "mark dot", cx=to_x(p.x), cy=to_y(p.y), r=2.5)
        add_tip(dot, f"{x.name} {x.words(p.x)}, {y.name} {y.words(p.y)}")
    return markup(figure)


def reliability_bars(bins: Sequence[Bin], *, label: str) -> str:
    """Return the share of right answers per confidence bin, and below it the number of answers.

    The orange stroke of a bin is its mean confidence: a bar that ends at its stroke is calibrated.
    """
    left, right, top, bottom, foot = 56.0, 436.0, 10.0, 270.0, 340.0
    figure = canvas(right + 24, foot + 44, label=label)
    x, y = scale(0, 1, left, right), scale(0, 1, bottom, top)
    level_grid(figure, Axis("right", 0, 1, _per_cent), y, left=left, right=right)
    add(figure, "line", "track", x1=left, x2=right, y1=bottom, y2=top)
    largest = max((b.count for b in bins), default=1)
    for b in bins:
        at, width = x(b.low) + 1, max(x(b.high) - x(b.low) - 2, 1)
        bar = add(
            figure,
            "rect",
            "mark",
            x=at,
            width=width,
            y=y(b.accuracy),
            height=bottom - y(b.accuracy),
        )
        add_tip(
            bar, f"{b.count} answers: {_per_cent(b.confidence)} sure, {_per_cent(b.accuracy)} right"
        )
        add(figure, "line", "point", x1=at, x2=at + width, y1=y(b.confidence), y2=y(b.confidence))
        height = 44 * b.count / largest
        add(figure, "rect", "quiet", x=at, width=width, y=foot - height, height=height)
    add(figure, "text", "note end", "answers", x=left - 8, y=foot - 16)
    axis = Axis("confidence of the answer", 0, 1, _per_cent)
    upright_grid(figure, axis, x, top=foot, bottom=foot)
    return markup(figure)


def heat_map(
    counts: Sequence[Sequence[int]], *, labels: Sequence[str], label: str, is_compact: bool = False
) -> str:
    """Return a confusion matrix: rows are the truth, columns the answers, shades the row's share.

    Right answers are blue, wrong ones orange. The compact form has neither names nor numbers.
    """
    k = len(labels)
    name = 0.0 if is_compact else min(max(map(text_width, labels)) + 10, 170)
    cell = max(440 / k, 3.0) if is_compact else min(max((600 - name) / k, 20.0), 52.0)
    margin = name + 22
    figure = canvas(margin + k * cell + 1, margin + k * cell + 1, label=label)
    add(figure, "rect", "frame", x=margin, y=margin, width=k * cell, height=k * cell)
    add(figure, "text", "note", "answer →", x=margin, y=13)
    down = add(figure, "text", "note", "truth →", x=0, y=0)
    down.set("transform", f"translate(4 {margin:.1f}) rotate(90)")
    for i in range(k):
        if not is_compact:
            _names_of_class(figure, clipped(labels[i], name - 8), margin, margin + (i + 0.5) * cell)
        total = max(sum(counts[i]), 1)
        for j in range(k):
            if counts[i][j]:
                tip = f"truth {labels[i]}, answer {labels[j]}: {counts[i][j]} of {total}"
                at = (margin + j * cell, margin + i * cell, cell)
                css = "right" if i == j else "wrong"
                square = _square(figure, at, share=counts[i][j] / total, css=css)
                add_tip(square, tip)
                if not is_compact:
                    _count_in(figure, at, counts[i][j], share=counts[i][j] / total)
    return markup(figure)


def _interval(figure: Element, dot: Dot, x: Callable[[float], float], y: float) -> None:
    """Draw the interval and the value of one dot at height `y`."""
    css = "mark" if dot.is_marked else "quiet"
    add(figure, "line", f"{css} interval", x1=x(dot.low), x2=x(dot.high), y1=y, y2=y)
    circle = add(figure, "circle", f"{css} dot", cx=x(dot.value), cy=y, r=4.5)
    add_tip(circle, f"{dot.name}: {dot.words}")


def _point(
    figure: Element, p: Point, x: Callable[[float], float], y: Callable[[float], float]
) -> None:
    """Draw a point to look at, its interval, and its name on the side where there is room."""
    if p.low is not None and p.high is not None:
        add(figure, "line", "point interval", x1=x(p.x), x2=x(p.x), y1=y(p.low), y2=y(p.high))
    add(figure, "circle", "point dot", cx=x(p.x), cy=y(p.y), r=5)
    upper, lower = (y(p.y if end is None else end) for end in (p.high, p.low))
    height = upper - 10 if upper > 28 else lower + 20
    add(
        figure,
        "text",
        "note strong end" if x(p.x) > _WIDTH / 2 else "note strong",
        p.name,
        x=x(p.x),
        y=height,
    )


def _band(
    figure: Element,
    line: Sequence[Point],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> None:
    """Draw the band between the lower and the upper ends, when every point has both."""
    upper = [(p.x, p.high) for p in line if p.high is not None]
    lower = [(p.x, p.low) for p in line if p.low is not None]
    if line and len(upper) == len(lower) == len(line):
        ring = [*upper, *reversed(lower)]
        add(figure, "polygon", "band", points=" ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in ring))


def _names_of_class(figure: Element, name: str, margin: float, middle: float) -> None:
    """Write the name of a class at the left of its row and above its column."""
    add(figure, "text", "note end", name, x=margin - 6, y=middle + 4.5)
    above = add(figure, "text", "note", name, x=0, y=0)
    above.set("transform", f"translate({middle + 4.5:.1f} {margin - 6:.1f}) rotate(-90)")


def _square(figure: Element, at: tuple[float, float, float], *, share: float, css: str) -> Element:
    """Draw one cell; the root of the share lets a rare mistake stay visible."""
    x, y, side = at
    square = add(figure, "rect", css, x=x, y=y, width=side, height=side)
    square.set("fill-opacity", f"{0.15 + 0.75 * share**0.5:.2f}")
    return square


def _count_in(figure: Element, at: tuple[float, float, float], count: int, *, share: float) -> None:
    """Write the number of rows into a cell, light on a dark shade."""
    x, y, side = at
    css = "count on" if share > 0.4 else "count"
    add(figure, "text", css, str(count), x=x + side / 2, y=y + side / 2 + 4.5)


def _per_cent(value: float) -> str:
    """Return a fraction as whole per cent."""
    return f"{100 * value:.0f} %"
