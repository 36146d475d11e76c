"""What does each sign of a picture mean? A row of small samples with their names."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from whet.core.svg import add, add_box, text_width

ROW_PX = 22.0
_SAMPLE, _GAP = 22.0, 18.0

Sign = tuple[str, str]
"""How a sample looks (a key of ``_SAMPLES``) and what it means."""


def legend(figure: Element, signs: Sequence[Sign], *, left: float, right: float, y: float) -> float:
    """Draw the signs from `left` on, with as many rows as they need; return where they end."""
    x = left
    for look, name in signs:
        width = _SAMPLE + 6 + text_width(name)
        if x > left and x + width > right:
            x, y = left, y + ROW_PX
        _SAMPLES[look](figure, x, y)
        add(figure, "text", "note", name, x=x + _SAMPLE + 6, y=y + 4.5)
        x += width + _GAP
    return y + ROW_PX / 2


def legend_rows(signs: Sequence[Sign], *, left: float, right: float) -> int:
    """Return how many rows `legend` needs for the signs."""
    rows, x = 1, left
    for _, name in signs:
        width = _SAMPLE + 6 + text_width(name)
        if x > left and x + width > right:
            x, rows = left, rows + 1
        x += width + _GAP
    return rows


def diamond(figure: Element, css: str, x: float, y: float, size: float = 6.0) -> Element:
    """Draw a diamond around a place."""
    ring = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return add(figure, "polygon", css, points=" ".join(f"{a:.1f},{b:.1f}" for a, b in ring))


def deadline(figure: Element, css: str, x: float, y: float) -> Element:
    """Draw the mark of a deadline: an upright stroke under a small triangle."""
    add(figure, "line", css, x1=x, x2=x, y1=y - 8, y2=y + 9)
    return add(
        figure,
        "polygon",
        css,
        points=f"{x - 4.5:.1f},{y - 10:.1f} {x + 4.5:.1f},{y - 10:.1f} {x:.1f},{y - 3:.1f}",
    )


def whisker(figure: Element, x: float, end: float, y: float) -> Element:
    """Draw a whisker from `x` to `end` with a cap."""
    add(figure, "line", "whisker", x1=end, x2=end, y1=y - 4, y2=y + 4)
    return add(figure, "line", "whisker", x1=x, x2=end, y1=y, y2=y)


def _box(css: str, height: float) -> Callable[[Element, float, float], object]:
    """Return what draws a sample box."""
    return lambda figure, x, y: add_box(figure, css, (x, y - height / 2, _SAMPLE, height), rx=2.0)


def _stroke(css: str) -> Callable[[Element, float, float], object]:
    """Return what draws a sample stroke."""
    return lambda figure, x, y: add(figure, "line", css, x1=x, x2=x + _SAMPLE, y1=y, y2=y)


_SAMPLES: dict[str, Callable[[Element, float, float], object]] = {
    "task": _box("task", 11),
    "critical": _box("task critical", 11),
    "baseline": _box("baseline", 5),
    "off": _box("off", 14),
    "mark": _box("mark", 11),
    "quiet": _box("quiet", 11),
    "rise": _box("rise", 11),
    "fall": _box("fall", 11),
    "total": _box("total", 11),
    "over": _box("load over", 13),
    "barred": _box("barred", 14),
    "outer band": _box("band outer", 13),
    "band": _box("band inner", 13),
    "line": _stroke("course"),
    "level": _stroke("level"),
    "tangent": _stroke("tangent"),
    "whisker": lambda figure, x, y: whisker(figure, x, x + _SAMPLE, y),
    "today": lambda figure, x, y: add(
        figure, "line", "today", x1=x + _SAMPLE / 2, x2=x + _SAMPLE / 2, y1=y - 7, y2=y + 7
    ),
    "milestone": lambda figure, x, y: diamond(figure, "milestone", x + _SAMPLE / 2, y),
    "deadline": lambda figure, x, y: deadline(figure, "deadline", x + _SAMPLE / 2, y),
    "dot": lambda figure, x, y: add(figure, "circle", "mark dot", cx=x + _SAMPLE / 2, cy=y, r=4),
    "ring": lambda figure, x, y: add(figure, "circle", "ring", cx=x + _SAMPLE / 2, cy=y, r=4),
    "point": lambda figure, x, y: add(figure, "circle", "point dot", cx=x + _SAMPLE / 2, cy=y, r=5),
}
