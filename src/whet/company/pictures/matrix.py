"""Which risks are likely and bad? Each risk's number in a grid of probability and impact."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from whet.company.pictures.wording import Language, compact, percent, phrase
from whet.core.svg import add, add_box, add_tip, canvas, text_width

_CHANCES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
_COLUMNS = 5
_CELL = (84.0, 52.0)
_LEFT, _TOP = 74.0, 10.0
_LEVELS = ("mild", "watch", "act")


@dataclass(frozen=True)
class Risk:
    """A risk as a place in the grid."""

    id: str
    """Its short name."""
    name: str
    """What may happen."""
    probability: float
    """How likely it is, in [0, 1]."""
    impact: float
    """How bad it is, in the unit of the axis; not negative."""


def risk_matrix(risks: Sequence[Risk], *, name: str, language: Language = "en") -> Element:
    """Return the grid: probability upwards, impact to the right, the ids of the risks inside.

    `name` says what the impact is, with its unit. The columns are fifths of the greatest impact.
    Fields further up and right get a darker shade and, in words, what to do: the more, the darker.
    """
    greatest = max((risk.impact for risk in risks), default=0.0) or 1.0
    right, bottom = _LEFT + _COLUMNS * _CELL[0], _TOP + _COLUMNS * _CELL[1]
    figure = canvas(right + 12, bottom + 46, label=_label(risks, name, language))
    fields: dict[tuple[int, int], list[Risk]] = defaultdict(list)
    for risk in risks:
        fields[_field(risk, greatest)].append(risk)
    for row in range(_COLUMNS):
        for column in range(_COLUMNS):
            place = (_LEFT + column * _CELL[0], bottom - (row + 1) * _CELL[1])
            css = f"risk {_LEVELS[severity(row, column)]}"
            add_box(figure, css, (*place, *_CELL))
            _ids(figure, fields[(row, column)], place)
    for i, chance in enumerate(_CHANCES):
        y = bottom - i * _CELL[1]
        add(figure, "text", "note end", percent(chance, language), x=_LEFT - 8, y=y + 4.5)
    for i in range(_COLUMNS + 1):
        x, words = _LEFT + i * _CELL[0], compact(greatest * i / _COLUMNS, language)
        css = "note end" if i == _COLUMNS else "note middle"
        add(figure, "text", css, words, x=x + (8 if i == _COLUMNS else 0), y=bottom + 18)
    add(figure, "text", "note middle", name, x=(_LEFT + right) / 2, y=bottom + 38)
    title = add(figure, "text", "note middle", phrase("probability", language), x=0, y=0)
    title.set("transform", f"translate(11 {(_TOP + bottom) / 2:.1f}) rotate(-90)")
    return figure


def severity(row: int, column: int) -> int:
    """Return 0, 1 or 2 for a field: mild, to watch, to act upon; rows and columns from zero.

    >>> severity(0, 0), severity(2, 2), severity(4, 4)
    (0, 1, 2)
    """
    together = (row + 1) * (column + 1)
    return 2 if together >= 12 else 1 if together >= 5 else 0


def _field(risk: Risk, greatest: float) -> tuple[int, int]:
    """Return the row and the column of a risk."""
    row = max(i for i, chance in enumerate(_CHANCES[:-1]) if risk.probability >= chance or i == 0)
    return (row, min(int(_COLUMNS * max(risk.impact, 0.0) / greatest), _COLUMNS - 1))


def _ids(figure: Element, risks: Sequence[Risk], place: tuple[float, float]) -> None:
    """Write the ids into a field, in as many rows as fit; the last says how many are missing."""
    x, y = place[0] + 7, place[1] + 19
    for i, risk in enumerate(risks):
        width = text_width(risk.id) + 8
        if x > place[0] + 7 and x + width > place[0] + _CELL[0]:
            x, y = place[0] + 7, y + 18
        is_last_row = y + 18 > place[1] + _CELL[1]
        room = place[0] + _CELL[0] - x
        if y > place[1] + _CELL[1] or (is_last_row and i < len(risks) - 1 and room < 2 * width):
            more = add(figure, "text", "name", f"+{len(risks) - i}", x=x, y=y)
            add_tip(more, "; ".join(f"{r.id} {r.name}" for r in risks[i:]))
            return
        add_tip(add(figure, "text", "name strong", risk.id, x=x, y=y), f"{risk.id} {risk.name}")
        x += width


def _label(risks: Sequence[Risk], name: str, language: Language) -> str:
    """Return the text alternative: every risk with its numbers, the worst first."""
    ordered = sorted(risks, key=lambda r: -r.probability * r.impact)
    parts = [
        f"{r.id} {percent(r.probability, language)} × {compact(r.impact, language)}"
        for r in ordered
    ]
    head = f"{phrase('probability', language)} × {name}"
    return f"{head}: {'; '.join(parts) or phrase('nothing', language)}."
