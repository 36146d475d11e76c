"""Who asks how much for what? We and our rivals by price and by value to the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element

from whet.company.pictures.legend import diamond, legend
from whet.company.pictures.plot import WIDTH, Plot, padded, plot
from whet.company.pictures.wording import Language, compact, phrase
from whet.core.svg import Axis, add, add_tip, text_width

_Box = tuple[float, float, float, float]
_Place = tuple[str, float, float, float]  # anchor, where it is anchored, base line, left end


@dataclass(frozen=True)
class Offer:
    """A product on the market."""

    name: str
    """Who offers it."""
    price: float
    """What it costs; not negative."""
    value: float
    """What it is worth to the customer, in points."""
    is_ours: bool = False
    """Whether it is our own."""


def price_value_map(
    offers: Sequence[Offer], *, axes: tuple[str, str], language: Language = "en"
) -> Element:
    """Return prices to the right and values upwards; ours is a diamond, rivals are dots.

    `axes` name price and value with their units. The dashed line holds every offer with as many
    points of value per unit of price as ours: who lies above it offers more for the money.
    """
    say = partial(compact, language=language)
    x = Axis(axes[0], *_range([o.price for o in offers]), say)
    y = Axis(axes[1], *_range([o.value for o in offers]), say)
    own = next((o for o in offers if o.is_ours), None)
    signs = [("dot", phrase("rival", language))]
    if own:
        signs = [("milestone", phrase("ours", language)), *signs]
        if own.price > 0:
            signs.append(("tangent", phrase("per value", language)))
    chart = plot(x, y, label=_label(offers, axes, language), foot=76)
    if own and own.price > 0:
        _fair_line(chart, own, x, y)
    taken: list[_Box] = []
    for offer in offers:
        at = (chart.x(offer.price), chart.y(offer.value))
        taken.append((at[0] - 7, at[1] - 7, at[0] + 7, at[1] + 7))
    for offer in sorted(offers, key=lambda o: not o.is_ours):
        _offer(chart, offer, taken, axes)
    legend(chart.figure, signs, left=0, right=WIDTH, y=chart.bottom + 62)
    return chart.figure


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return a range with room for names, not below zero."""
    low, high = padded(values, share=0.18)
    return (max(low, 0.0), high) if min(values, default=0.0) >= 0 else (low, high)


def _fair_line(chart: Plot, own: Offer, x: Axis, y: Axis) -> None:
    """Draw the line of our value for the money, as far as it stays in the box."""
    ratio = own.value / own.price
    if ratio <= 0:
        return
    low = max(x.low, y.low / ratio)
    high = min(x.high, y.high / ratio)
    path = chart.path([low, high], [low * ratio, high * ratio])
    add(chart.figure, "polyline", "tangent", points=path)


def _offer(chart: Plot, offer: Offer, taken: list[_Box], axes: tuple[str, str]) -> None:
    """Draw one offer, and its name where it hits nothing that is there already."""
    x, y = chart.x(offer.price), chart.y(offer.value)
    if offer.is_ours:
        shape = diamond(chart.figure, "milestone", x, y, 8)
    else:
        shape = add(chart.figure, "circle", "mark dot", cx=x, cy=y, r=5.5)
    tip = f"{offer.name}: {axes[0]} {offer.price:g}, {axes[1]} {offer.value:g}"
    add_tip(shape, tip)
    width = text_width(offer.name)
    places = (
        ("", x + 11, y + 4.5, x + 11),
        ("end", x - 11, y + 4.5, x - 11 - width),
        ("middle", x, y - 12, x - width / 2),
        ("middle", x, y + 22, x - width / 2),
    )
    free = (p for p in places if _is_free(_box(p, width), chart, taken))
    place = next(free, places[1] if x > WIDTH / 2 else places[0])
    taken.append(_box(place, width))
    anchor, at, base, _ = place
    weight = "name halo strong" if offer.is_ours else "name halo"
    add(chart.figure, "text", f"{weight} {anchor}".strip(), offer.name, x=at, y=base)


def _box(place: _Place, width: float) -> _Box:
    """Return the box that a name takes at a place."""
    _, _, base, start = place
    return (start, base - 12, start + width, base + 3)


def _is_free(box: _Box, chart: Plot, taken: list[_Box]) -> bool:
    """Return whether a name in this box stays in the figure and hits nothing."""
    inside = box[0] >= chart.left - 20 and box[2] <= WIDTH and box[1] >= 0
    return inside and not any(_overlap(box, other) for other in taken)


def _overlap(one: _Box, other: _Box) -> bool:
    """Return whether two boxes share a place."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(offers: Sequence[Offer], axes: tuple[str, str], language: Language) -> str:
    """Return the text alternative: every offer with both numbers, the cheapest first."""
    ordered = sorted(offers, key=lambda o: o.price)
    parts = [
        f"{o.name} {compact(o.price, language)} / {compact(o.value, language)}" for o in ordered
    ]
    return f"{axes[0]} / {axes[1]}: {'; '.join(parts) or phrase('nothing', language)}."
