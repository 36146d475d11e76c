"""Who is busy when? A square a person and week, darker with the load, marked where it is too much.

More than all of the working time is told by the number, a thick frame and a corner, not by colour.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from whet.company.pictures.dates import Calendar, draw_dates, draw_today
from whet.company.pictures.legend import legend
from whet.company.pictures.wording import Language, day, percent, phrase
from whet.core.svg import add, add_box, add_tip, canvas, clipped, text_width

_WIDTH, _ROW, _HEAD = 980.0, 26.0, 34.0
_CELL = (5.0, 46.0)  # narrowest and widest square in pixels
_NUMBERS_FROM_PX = 24.0
_WEEK = timedelta(days=7)
_FULL = 1.005  # rounding of half days is no overload


def load_map(
    people: Sequence[str],
    loads: Sequence[Sequence[float]],
    *,
    monday: date,
    today: date | None = None,
    language: Language = "en",
) -> Element:
    """Return the load of each person in each week from the one that begins on `monday`.

    `loads` has a row a person and a column a week: the share of working time that is planned, and
    NaN where the person has none (before the start, a whole week of holidays).
    """
    weeks = max((len(row) for row in loads), default=0)
    names = min(max((text_width(name) for name in people), default=0) + 14, 190)
    cell = min(max((_WIDTH - names - 16) / max(weeks, 1), _CELL[0]), _CELL[1])
    right, bottom = names + cell * weeks, _HEAD + _ROW * len(people)
    width = max(right + 60, 560)
    figure = canvas(width, bottom + 62, label=_label(people, loads, monday, language))
    figure.set("class", "chart broad")
    if not people or not weeks:
        add(figure, "text", "note", phrase("no people", language), x=0, y=24)
        return figure
    axis = Calendar(monday, monday + weeks * _WEEK - timedelta(days=1), names, right)
    draw_dates(figure, axis, language, top=_HEAD, bottom=bottom)
    if today:
        draw_today(figure, axis, today, language, top=_HEAD - 4, bottom=bottom + 20)
    for i, (person, row) in enumerate(zip(people, loads, strict=True)):
        y = _HEAD + i * _ROW
        name = add(figure, "text", "name", clipped(person, names - 12), x=0, y=y + 17.5)
        add_tip(name, person)
        for week, load in enumerate(row):
            place = (names + week * cell, y, cell)
            tip = f"{person}, {day(monday + week * _WEEK, language)}: {percent(load, language)}"
            _square(figure, place, load, tip)
    _key(figure, language, y=bottom + 44, right=width)
    return figure


def _square(figure: Element, place: tuple[float, float, float], load: float, tip: str) -> None:
    """Draw one week of one person."""
    x, y, cell = place
    gap = 1.5 if cell > 8 else 0.5
    box = (x + gap / 2, y + 1, cell - gap, _ROW - 3)
    if load != load:  # NaN: no working time at all
        add_tip(add_box(figure, "load away", box), tip)
        return
    over = load > _FULL
    square = add_box(figure, "load over" if over else "load", box, rx=1.5)
    if not over:
        square.set("fill-opacity", f"{0.06 + 0.74 * min(max(load, 0.0), 1.0):.2f}")
    add_tip(square, tip)
    if over and cell < _NUMBERS_FROM_PX:
        corner = f"{x + gap:.1f},{y + 2:.1f} {x + cell - gap:.1f},{y + 2:.1f} "
        add(figure, "polygon", "corner", points=f"{corner}{x + cell / 2:.1f},{y + 11:.1f}")
    if cell >= _NUMBERS_FROM_PX and load > 0:
        css = "count strong on" if over else ("count on" if load > 0.62 else "count")
        size = f"{100 * load:.0f}" + ("!" if over and cell >= 34 else "")
        add(figure, "text", css, size, x=x + cell / 2, y=y + 17)


def _key(figure: Element, language: Language, *, y: float, right: float) -> None:
    """Draw what the shades mean."""
    x = 0.0
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        box = add(figure, "rect", "load", x=x, y=y - 6, width=20, height=13)
        box.set("fill-opacity", f"{0.06 + 0.74 * share:.2f}")
        x += 22
    name = f"0 – {percent(1.0, language)} {phrase('load', language)}"
    add(figure, "text", "note", name, x=x + 4, y=y + 4.5)
    legend(
        figure,
        [("over", phrase("over", language))],
        left=x + 22 + text_width(name),
        right=max(right, x + text_width(name) + 200),
        y=y,
    )


def _label(
    people: Sequence[str], loads: Sequence[Sequence[float]], monday: date, language: Language
) -> str:
    """Return the text alternative: who has too much to do, and in how many weeks."""
    over = {
        name: sum(load > _FULL for load in row) for name, row in zip(people, loads, strict=True)
    }
    weeks = max((len(row) for row in loads), default=0)
    named = [
        f"{name} ({count} 周)"
        if language == "zh"
        else f"{name} ({count} week{'s' if count > 1 else ''})"
        for name, count in over.items()
        if count
    ]
    start = day(monday, language)
    if language == "zh":
        text = f"{len(people)} 人自{start}起 {weeks} 周的工作负荷。"
        return text + (f"超过 100%：{'、'.join(named)}。" if named else "无人超过 100%。")
    text = f"Load of {len(people)} people in {weeks} weeks from {start}. "
    return text + (f"Over 100 %: {', '.join(named)}." if named else "Nobody is over 100 %.")
