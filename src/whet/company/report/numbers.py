"""Which numbers stand behind a picture? Tables of tornados, finish dates and response curves.

A picture's text alternative names what matters most; here is all of it, to be read or heard. The
tables are folded, since the picture shows the same.
"""

from collections.abc import Callable, Sequence

from whet.company.pictures.finish import Finish
from whet.company.pictures.response import Response
from whet.company.pictures.swings import Swing
from whet.company.report.blocks import Table, folded_table
from whet.company.report.wording import Words

_CHANCES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.99)
_AMOUNTS = 9


def swing_table(
    swings: Sequence[Swing], base: float, name: str, say: Callable[[float], str], w: Words
) -> Table:
    """Return what a result becomes at both ends of every factor; the widest comes first.

    `base` is the result with all factors as planned, `name` says what it is.
    """
    heads = [w("factor", "因素"), w("#factor low", "#因素取低值"), w("#factor high", "#因素取高值")]
    ordered = sorted(swings, key=lambda one: -one.width)
    caption = w(f"{name}: {say(base)} as planned", f"{name}：按计划为 {say(base)}")
    return folded_table(caption, heads, [(s.name, say(s.low), say(s.high)) for s in ordered])


def finish_table(finish: Finish, w: Words) -> Table:
    """Return by when a milestone is reached with which probability, its deadline among them."""
    heads = [w("chance", "概率"), w("finished by", "完成日期")]
    days = [(share, finish.quantile(share)) for share in _CHANCES]
    rows = [(w.share(share), w.day(day)) for share, day in days if day is not None]
    if finish.deadline:
        name = w("deadline", "截止日期")
        share = w.chance(finish.chance_by(finish.deadline))
        rows.append((share, f"{w.day(finish.deadline)} ({name})"))
    return folded_table(finish.name, heads, rows)


def response_table(response: Response, axes: tuple[str, str], w: Words) -> Table:
    """Return what amounts bring, the chosen one and today's marked; `axes` name both columns."""
    step = max(len(response.spend) // (_AMOUNTS - 1), 1)
    curve = list(zip(response.spend, response.value, strict=True))
    points = {point: "" for point in [*curve[::step], *curve[-1:]]}
    if response.today is not None:
        points[response.today] = w("today", "目前")
    points[response.chosen] = w("chosen", "所选")
    rows = [(w.number(a), w.number(b), mark) for (a, b), mark in sorted(points.items())]
    heads = [f"#{axes[0]}", f"#{axes[1]}", w("which", "说明")]
    slope = w.number(response.slope)
    caption = w(
        f"{response.name}: the next unit brings {slope}",
        f"{response.name}：再投一单位带来 {slope}",
    )
    return folded_table(caption, heads, rows)
