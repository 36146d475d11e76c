"""What moves the answer, and by how much? Tornado and waterfall: rows of bars with names.

A tornado shows how far a result swings when one factor goes from low to high; a waterfall shows
how one number became another, step by step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from xml.etree.ElementTree import Element

from whet.company.pictures.legend import legend
from whet.company.pictures.plot import WIDTH
from whet.company.pictures.wording import Language, compact, phrase, signed
from whet.core.svg import add, add_tip, canvas, clipped, scale, text_width, ticks

_ROW, _TOP = 26.0, 24.0
_SHOWN = 12
_Row = tuple[str, float, float, str]  # class, start, end, number


@dataclass(frozen=True)
class Swing:
    """What a result becomes at both ends of one factor."""

    name: str
    """The factor."""
    low: float
    """The result with the factor at its low end."""
    high: float
    """The result with the factor at its high end."""

    @property
    def width(self) -> float:
        """How far the result moves."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Step:
    """One step from a number to the next."""

    name: str
    """What changes it."""
    change: float
    """By how much; negative takes away."""


def tornado(
    swings: Sequence[Swing],
    *,
    base: float,
    name: str,
    words: Callable[[float], str] | None = None,
    language: Language = "en",
) -> Element:
    """Return the factors by how far they move the result from `base`; the widest is on top.

    `name` says what the result is, with its unit; `words` writes it. At most twelve factors are
    drawn, and the number of the others is told.
    """
    say = words or partial(compact, language=language)
    ordered = sorted(swings, key=lambda s: -s.width)
    shown, rest = ordered[:_SHOWN], len(ordered[_SHOWN:])
    left = _name_room([s.name for s in shown])
    bottom = _TOP + _ROW * max(len(shown), 1)
    figure = canvas(
        WIDTH, bottom + (86 if rest else 66), label=_tornado_label(shown, name, base, say, language)
    )
    if not shown:
        add(figure, "text", "note", phrase("nothing", language), x=0, y=24)
        return figure
    ends = [base, *(v for s in shown for v in (s.low, s.high))]
    room = max(text_width(say(v)) for v in ends) * 0.92 + 10
    x = scale(
        min(ends),
        max(ends) if max(ends) > min(ends) else min(ends) + 1,
        left + room,
        WIDTH - 8 - room,
    )
    _grid(figure, (min(ends), max(ends)), x, say, bottom=bottom)
    for i, swing in enumerate(shown):
        _swing(figure, swing, (base, x, say), y=_TOP + _ROW * (i + 0.5), left=left)
    add(figure, "line", "axis", x1=x(base), x2=x(base), y1=_TOP - 4, y2=bottom)
    add(figure, "text", "note middle strong", say(base), x=x(base), y=_TOP - 9)
    add(figure, "text", "note middle", name, x=(left + WIDTH) / 2, y=bottom + 36)
    _tornado_foot(figure, rest, language, left=left, bottom=bottom)
    return figure


def _tornado_foot(
    figure: Element, rest: int, language: Language, *, left: float, bottom: float
) -> None:
    """Draw the legend, and how many factors are left out."""
    signs = [("quiet", phrase("low", language)), ("mark", phrase("high", language))]
    legend(figure, signs, left=left, right=WIDTH, y=bottom + 56)
    if rest:
        add(figure, "text", "note", phrase("more", language, count=str(rest)), x=0, y=bottom + 78)


def waterfall(
    start: tuple[str, float],
    steps: Sequence[Step],
    *,
    end: str,
    name: str,
    language: Language = "en",
) -> Element:
    """Return how `start` (its name and value) becomes the number called `end`, a row a step.

    `name` says what the numbers are, with their unit.
    """
    say = partial(compact, language=language)
    totals = list(accumulate((s.change for s in steps), initial=start[1]))
    names = [start[0], *(s.name for s in steps), end]
    left, bottom = _name_room(names), _TOP + _ROW * len(names) - 14
    x = _waterfall_scale(totals, steps, left, language)
    label = _waterfall_label(start, totals[-1], steps, end, name, language)
    figure = canvas(WIDTH, bottom + 44, label=label)
    _grid(figure, (min(0.0, *totals), max(0.0, *totals)), x, say, bottom=bottom)
    add(figure, "line", "axis", x1=x(0), x2=x(0), y1=_TOP - 14, y2=bottom)
    rows = _rows(totals, steps, language)
    for i, (title, row) in enumerate(zip(names, rows, strict=True)):
        y = _TOP + _ROW * (i + 0.5) - 14
        if i < len(rows) - 1:
            add(figure, "line", "link", x1=x(row[2]), x2=x(row[2]), y1=y, y2=y + _ROW)
        _step(figure, row, x, y)
        weight = "name strong" if row[0] == "total" else "name"
        add_tip(add(figure, "text", weight, clipped(title, left - 10), x=0, y=y + 4.5), title)
    add(figure, "text", "note middle", name, x=(left + WIDTH) / 2, y=bottom + 36)
    return figure


def _waterfall_scale(
    totals: Sequence[float], steps: Sequence[Step], left: float, language: Language
) -> Callable[[float], float]:
    """Return the map from amounts to pixels, with room for the numbers beside the bars."""
    low, high = min(0.0, *totals), max(0.0, *totals)
    words = [signed(v, language) for v in (*totals, *(s.change for s in steps))]
    room = max(map(text_width, words)) + 8
    start = left + 6 + (room if low < 0 else 0)
    return scale(low, high if high > low else low + 1, start, WIDTH - room)


def _rows(totals: Sequence[float], steps: Sequence[Step], language: Language) -> list[_Row]:
    """Return the bars of a waterfall: how they look, from where, to where, and their number."""
    say = partial(compact, language=language)
    rows: list[_Row] = [("total", 0.0, totals[0], say(totals[0]))]
    for before, step in zip(totals, steps, strict=False):
        css = "rise" if step.change >= 0 else "fall"
        rows.append((css, before, before + step.change, signed(step.change, language)))
    return [*rows, ("total", 0.0, totals[-1], say(totals[-1]))]


def _name_room(names: Sequence[str]) -> float:
    """Return the room for names at the left."""
    return 14 + min(max((text_width(name) for name in names), default=0), 216)


def _grid(
    figure: Element,
    ends: tuple[float, float],
    x: Callable[[float], float],
    say: Callable[[float], str],
    *,
    bottom: float,
) -> None:
    """Draw upright lines with their values under them, as many as can be read."""
    last = float("-inf")
    for value in ticks(*ends):
        at, half = x(value), text_width(say(value)) * 0.46
        add(figure, "line", "grid", x1=at, x2=at, y1=_TOP - 4, y2=bottom + 4)
        if at - half > last + 8 and at + half <= WIDTH:
            add(figure, "text", "note middle", say(value), x=at, y=bottom + 18)
            last = at + half


def _swing(
    figure: Element,
    swing: Swing,
    how: tuple[float, Callable[[float], float], Callable[[float], str]],
    *,
    y: float,
    left: float,
) -> None:
    """Draw both sides of one factor, with the results at their ends."""
    base, x, say = how
    title = add(figure, "text", "name", clipped(swing.name, left - 10), x=0, y=y + 4.5)
    add_tip(title, swing.name)
    for css, value in (("quiet", swing.low), ("mark", swing.high)):
        start, end = sorted((x(base), x(value)))
        bar = add(figure, "rect", css, x=start, y=y - 7, width=max(end - start, 0.5), height=14)
        add_tip(bar, f"{swing.name}: {say(value)}")
    for css, value in (
        ("note end", min(swing.low, swing.high)),
        ("note", max(swing.low, swing.high)),
    ):
        at = min(x(value), x(base)) - 5 if css.endswith("end") else max(x(value), x(base)) + 5
        add(figure, "text", css, say(value), x=at, y=y + 4.5)


def _step(
    figure: Element,
    row: _Row,
    x: Callable[[float], float],
    y: float,
) -> None:
    """Draw one row of a waterfall: a bar from where it was to where it is, and the change."""
    css, before, after, words = row
    start, end = sorted((x(before), x(after)))
    bar = add(figure, "rect", css, x=start, y=y - 8, width=max(end - start, 1), height=16)
    add_tip(bar, words)
    is_left = css == "total" and after < 0
    weight = "note strong" if css == "total" else "note"
    add(
        figure,
        "text",
        f"{weight} end" if is_left else weight,
        words,
        x=start - 5 if is_left else end + 5,
        y=y + 4.5,
    )


def _tornado_label(
    shown: Sequence[Swing], name: str, base: float, say: Callable[[float], str], language: Language
) -> str:
    """Return the text alternative: the three factors that move the result most."""
    if not shown:
        return f"{name}: {phrase('nothing', language)}"
    top = [f"{s.name} ({say(s.low)} … {say(s.high)})" for s in shown[:3]]
    if language == "zh":
        return f"{name}，基准 {say(base)}。影响最大：{'、'.join(top)}。"
    return f"{name}, {say(base)} at the base. Moved most by {', '.join(top)}."


def _waterfall_label(
    start: tuple[str, float],
    last: float,
    steps: Sequence[Step],
    end: str,
    name: str,
    language: Language,
) -> str:
    """Return the text alternative: both ends, and every step."""
    parts = ", ".join(f"{s.name} {signed(s.change, language)}" for s in steps)
    first, final = (compact(v, language) for v in (start[1], last))
    return f"{name}: {start[0]} {first}; {parts}; {end} {final}."
