"""How does a number of the desk look over days, channels, intents? One figure for each.

The page says the same numbers in a table below each figure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from whet.core.svg import Axis
from whet.evaluation.intervals import Interval
from whet.evaluation.report.figures import Dot, Point, interval_dots, line_with_band
from whet.products.support.quality.numbers import Numbers
from whet.server.console.wording.find import words

MEASURES = ("without_person", "handed_over", "wrong_found", "first_answer_s", "cost")
_SHARES = MEASURES[:3]
_MOST_ROWS = 15


@dataclass(frozen=True)
class Chart:
    """A figure with what it shows."""

    by: str
    """`day`, `channel`, `intent` or `language`."""
    figure: Markup
    rows: tuple[Numbers, ...]
    """For the table below it."""


def chart(rows: Sequence[Numbers], by: str, measure: str, *, language: str, unit: str) -> Chart:
    """Return the figure of one measure by day, channel, intent or language.

    Args:
        rows: numbers of each value.
        by: what the values are.
        measure: one of `MEASURES`.
        language: of the page.
        unit: currency of amounts.
    """
    say = partial(words, language)
    shown = partial(told, measure=measure, unit=unit)
    name = say(f"measure.{measure}")
    label = f"{name}, {say(f'by.{by}')}"
    have = [(row, found) for row in rows if (found := interval(row, measure)) is not None]
    if by == "day":
        figure = _days([(row.value, found) for row, found in have], name, label, shown)
    else:
        top = sorted(have, key=lambda pair: -pair[0].conversations)[:_MOST_ROWS]
        dots = [_dot(row.value or say("quality.none"), found, shown) for row, found in top]
        axis = Axis(name, *_ends([found for _, found in top], measure), shown)
        figure = interval_dots(dots, axis=axis, label=label) if dots else ""
    return Chart(by, Markup(figure), tuple(rows))


def interval(row: Numbers, measure: str) -> Interval | None:
    """Return a measure of a row."""
    found: Interval | None = getattr(row, measure)
    return found


def told(value: float, *, measure: str, unit: str) -> str:
    """Return a value of a measure in words: a share, seconds, or an amount.

    >>> told(0.5, measure="handed_over", unit="EUR"), told(90, measure="first_answer_s", unit="EUR")
    ('50 %', '90 s')
    """
    if measure in _SHARES:
        return f"{100 * value:.0f} %"
    if measure == "cost":
        return f"{value:.2f} {unit}"
    return f"{value:.1f} s" if value < 10 else f"{value:,.0f} s"


def _days(
    days: Sequence[tuple[str, Interval]], name: str, label: str, shown: Callable[[float], str]
) -> str:
    """Return a line over days; too few days are a table alone."""
    if len(days) < 2:
        return ""
    line = [Point(i, one.value, one.low, one.high) for i, (_, one) in enumerate(days)]
    measure_ends = _ends([one for _, one in days], "")
    x = Axis("", 0, len(days) - 1, lambda at: days[min(round(at), len(days) - 1)][0][5:])
    return line_with_band(line, axes=(x, Axis(name, *measure_ends, shown)), label=label)


def _dot(name: str, found: Interval, shown: Callable[[float], str]) -> Dot:
    """Return a line of a figure."""
    texts = (
        f"{shown(found.value)} ({shown(found.low)} – {shown(found.high)})\u2003"  # room for bold
    )
    return Dot(name, found.value, found.low, found.high, texts, is_marked=True)


def _ends(found: Sequence[Interval], measure: str) -> tuple[float, float]:
    """Return the ends of an axis: shares from 0 to 1, the rest from 0."""
    if measure in _SHARES:
        return 0.0, 1.0
    highest = max((one.high for one in found), default=1.0)
    return 0.0, highest or 1.0
