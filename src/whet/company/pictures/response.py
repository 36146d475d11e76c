"""What does one more unit of spending bring? A response curve with the chosen point and its slope.

Where nothing binds but the budget, the slopes of all lines are the same: the price of money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element

from whet.company.pictures.legend import ROW_PX, Sign, legend, legend_rows
from whet.company.pictures.plot import Plot, padded, plot
from whet.company.pictures.wording import Language, compact, phrase
from whet.core.svg import Axis, add, add_box, add_tip

_WIDTH = 460.0


@dataclass(frozen=True)
class Response:
    """What a line of spending brings, and what was chosen."""

    name: str
    """The line."""
    spend: tuple[float, ...]
    """Amounts in ascending order."""
    value: tuple[float, ...]
    """What each amount brings."""
    chosen: tuple[float, float]
    """The chosen amount and what it brings."""
    slope: float
    """What one more unit brings at the chosen amount."""
    today: tuple[float, float] | None = None
    """The amount of today and what it brings; None where it is not known."""
    limits: tuple[float, float | None] | None = None
    """Least and most that may be spent; None as the most is no limit."""


def response_curve(
    response: Response, *, axes: tuple[str, str], language: Language = "en"
) -> Element:
    """Return the curve, the chosen point with its tangent, today's point and the allowed range.

    `axes` name spending and value, with their units.
    """
    say = partial(compact, language=language)
    places = [*response.spend, response.chosen[0], *(response.today or ())[:1]]
    heights = [*response.value, response.chosen[1], *(response.today or ())[1:]]
    low, high = padded(heights)
    x = Axis(axes[0], min(places), max(places), say)
    y = Axis(axes[1], min(low, min(heights)), high, say)
    signs = _signs(response, language)
    chart = plot(
        x,
        y,
        label=_label(response, axes, language),
        foot=56 + ROW_PX * legend_rows(signs, left=0, right=_WIDTH),
        width=_WIDTH,
    )
    _shade(chart, _barred(response))
    add(chart.figure, "polyline", "course", points=chart.path(response.spend, response.value))
    _tangent(chart, response, x, y)
    if response.today:
        ring = _dot(chart, response.today, "ring", 5)
        add_tip(ring, f"{phrase('now', language)}: {say(response.today[0])}")
    dot = _dot(chart, response.chosen, "point dot", 5.5)
    add_tip(dot, f"{phrase('chosen', language)}: {say(response.chosen[0])}")
    legend(chart.figure, signs, left=0, right=_WIDTH, y=chart.bottom + 60)
    return chart.figure


def _dot(chart: Plot, place: tuple[float, float], css: str, size: float) -> Element:
    """Draw a point of a curve."""
    return add(chart.figure, "circle", css, cx=chart.x(place[0]), cy=chart.y(place[1]), r=size)


def _barred(response: Response) -> list[tuple[float, float]]:
    """Return the stretches of the axis that may not be spent."""
    places = [*response.spend, response.chosen[0], *(response.today or ())[:1]]
    low, high = min(places), max(places)
    least, most = response.limits or (low, None)
    stretches = [(low, least), (high if most is None else most, high)]
    return [(max(a, low), min(b, high)) for a, b in stretches if min(b, high) > max(a, low)]


def _shade(chart: Plot, stretches: Sequence[tuple[float, float]]) -> None:
    """Shade what may not be spent."""
    for low, high in stretches:
        start, end = chart.x(low), chart.x(high)
        box = (start, chart.top, end - start, chart.bottom - chart.top)
        add_box(chart.figure, "barred", box)


def _tangent(chart: Plot, response: Response, x: Axis, y: Axis) -> None:
    """Draw the tangent at the chosen point as far as it stays in the box, a third at each side."""
    at, value = response.chosen
    reach = 0.3 * (x.high - x.low)
    if response.slope > 0:
        reach = min(reach, 0.35 * (y.high - y.low) / response.slope)
    ends = [max(at - reach, x.low), min(at + reach, x.high)]
    heights = [value + response.slope * (end - at) for end in ends]
    path = chart.path(ends, [min(max(h, y.low), y.high) for h in heights])
    add(chart.figure, "polyline", "tangent", points=path)


def _signs(response: Response, language: Language) -> list[Sign]:
    """Return the legend with the numbers that matter."""
    chosen = f"{phrase('chosen', language)} {compact(response.chosen[0], language)}"
    price = phrase("tangent", language, price=compact(response.slope, language))
    signs = [("point", chosen), ("tangent", price)]
    if response.today:
        signs.insert(
            1, ("ring", f"{phrase('now', language)} {compact(response.today[0], language)}")
        )
    if _barred(response):
        signs.append(("barred", phrase("barred", language)))
    return signs


def _label(response: Response, axes: Sequence[str], language: Language) -> str:
    """Return the text alternative: chosen amount, what it brings, the price of one more unit."""
    spend, value = (compact(v, language) for v in response.chosen)
    price = phrase("tangent", language, price=compact(response.slope, language))
    chosen = phrase("chosen", language)
    return f"{response.name}: {axes[0]} {chosen} {spend}, {axes[1]} {value}; {price}."
