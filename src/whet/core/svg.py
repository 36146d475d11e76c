"""What is every figure drawn with? Elements, scales, ticks, grids, and the width of a text.

Colours are not set here: shapes carry class names, and the page's style sheet gives them colours
for light, dark and paper. Elements are built as a tree, so a text can never become markup.
"""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

TEXT_PX = 13
_NARROW_EM, _WIDE_EM = 0.56, 1.0  # average advance of Latin letters, and of CJK, in a sans serif
_MAX_TICKS = 6


@dataclass(frozen=True)
class Axis:
    """What one direction means; `words` writes a tick."""

    name: str
    low: float
    high: float
    words: Callable[[float], str]


def canvas(width: float, height: float, *, label: str, kind: str = "chart") -> Element:
    """Return an empty figure with `label` as its text alternative; CSS pixels, y downwards."""
    return Element(
        "svg",
        {
            "class": kind,
            "role": "img",
            "aria-label": label,
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            "width": _number(width),
            "height": _number(height),
        },
    )


def add(parent: Element, tag: str, css: str, text: str = "", **at: float | str) -> Element:
    """Add an element with class `css`; attributes are numbers (rounded) or texts."""
    attributes = {
        name.replace("_", "-"): value if isinstance(value, str) else _number(value)
        for name, value in at.items()
    }
    element = SubElement(parent, tag, {"class": css, **attributes})
    element.text = text or None
    return element


def add_box(
    parent: Element, css: str, box: tuple[float, float, float, float], *, rx: float = 0.0
) -> Element:
    """Add a rectangle: left, top, width and height; `rx` rounds its corners."""
    x, y, width, height = box
    return add(parent, "rect", css, x=x, y=y, width=width, height=height, rx=rx)


def add_tip(element: Element, text: str) -> None:
    """Give a shape a text that a browser shows when the pointer rests on it."""
    SubElement(element, "title").text = text


def markup(figure: Element) -> str:
    """Return a figure as text to be put inside an HTML page."""
    return tostring(figure, encoding="unicode")


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return the straight map that takes `low` to `start` and `high` to `end`."""
    span = (high - low) or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def ticks(low: float, high: float) -> list[float]:
    """Return two to six round values between `low` and `high`, each 1, 2 or 5 times a power of ten.

    >>> ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    >>> ticks(0.83, 0.94)
    [0.84, 0.86, 0.88, 0.9, 0.92, 0.94]
    """
    if not high > low:
        return [low]
    power = math.floor(math.log10(high - low)) - 1
    for factor in (1, 2, 5, 10, 20, 50):
        step = factor * 10.0**power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= _MAX_TICKS:
            break
    return [round(i * step, 12) for i in range(first, last + 1)]


def text_width(text: str) -> float:
    """Return about how many pixels a text takes; Chinese characters are twice as wide as Latin."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return TEXT_PX * (_WIDE_EM * wide + _NARROW_EM * (len(text) - wide))


def clipped(text: str, width: float) -> str:
    """Return a text cut to about `width` pixels, with an ellipsis where something is missing.

    >>> clipped("cancel_subscription", 80)
    'cancel_su…'
    """
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def name_beside(figure: Element, x: float, y: float, name: str, *, right: float) -> None:
    """Write a name that starts at `x`, or ends there when it would run past `right`."""
    css = "note strong end" if x + text_width(name) > right else "note strong"
    add(figure, "text", css, name, x=x, y=y)


def upright_grid(
    figure: Element, axis: Axis, x: Callable[[float], float], *, top: float, bottom: float
) -> None:
    """Draw the vertical grid lines of an axis, its tick texts and its name under `bottom`."""
    for value in ticks(axis.low, axis.high):
        add(figure, "line", "grid", x1=x(value), x2=x(value), y1=top, y2=bottom + 4)
        add(figure, "text", "note middle", axis.words(value), x=x(value), y=bottom + 19)
    middle = (x(axis.low) + x(axis.high)) / 2
    add(figure, "text", "note middle", axis.name, x=middle, y=bottom + 38)


def level_grid(
    figure: Element, axis: Axis, y: Callable[[float], float], *, left: float, right: float
) -> None:
    """Draw the horizontal grid lines of an axis, its tick texts, and its name up the left side."""
    for value in ticks(axis.low, axis.high):
        add(figure, "line", "grid", x1=left, x2=right, y1=y(value), y2=y(value))
        add(figure, "text", "note end", axis.words(value), x=left - 8, y=y(value) + 4.5)
    name = add(figure, "text", "note middle", axis.name, x=0, y=0)
    middle = (y(axis.low) + y(axis.high)) / 2
    name.set("transform", f"translate(10 {middle:.1f}) rotate(-90)")


def _number(value: float) -> str:
    """Return a coordinate to a tenth of a pixel, without a useless zero."""
    return f"{value:.1f}".removesuffix(".0")
