"""When does who do what? The schedule as bars, with what may move and what may not.

A row a task, grouped by project: the bar, under it the bar of the last plan, behind it a whisker
to the date that holds in 80 % of all cases, on it the people. Milestones are diamonds with a mark
at their deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from xml.etree.ElementTree import Element

from whet.company.pictures.dates import (
    Calendar,
    calendar,
    draw_dates,
    draw_days_off,
    draw_today,
)
from whet.company.pictures.legend import (
    ROW_PX,
    Sign,
    deadline,
    diamond,
    legend,
    legend_rows,
    whisker,
)
from whet.company.pictures.wording import Language, day, joined, phrase
from whet.core.svg import add, add_box, add_tip, canvas, clipped, text_width

_WIDTH = 980.0
_NAMES = (214.0, 310.0)  # least and most room for names
_ROW, _GROUP = 22.0, 26.0
_HEAD = 34.0
_BAR = 11.0


@dataclass(frozen=True)
class Bar:
    """A task on the calendar."""

    name: str
    """The task as people call it."""
    project: str
    """The project that it belongs to."""
    start: date
    """The first day of work."""
    end: date
    """The last day of work; not before the start."""
    people: tuple[str, ...] = ()
    """Who works on it."""
    is_critical: bool = False
    """Whether a day's delay moves the end of the plan or a milestone."""
    p80: date | None = None
    """The last day of work in 80 % of all cases; None where nothing was simulated."""
    baseline: tuple[date, date] | None = None
    """First and last day in the plan before; None for a new task."""


@dataclass(frozen=True)
class Milestone:
    """A date that something is finished by."""

    name: str
    """The milestone as people call it."""
    project: str
    """The project that it belongs to."""
    when: date
    """The day on which it is reached by this plan."""
    deadline: date | None = None
    """The day on which it should be reached; None where there is none."""
    p80: date | None = None
    """The day on which it is reached in 80 % of all cases."""
    is_critical: bool = False
    """Whether it is on the critical chain."""


def gantt(
    bars: Sequence[Bar],
    milestones: Sequence[Milestone] = (),
    *,
    today: date | None = None,
    holidays: Sequence[date] = (),
    language: Language = "en",
) -> Element:
    """Return the schedule; projects in the order in which they are first named.

    An empty schedule is a figure that says so.
    """
    rows = _grouped(bars, milestones)
    if not rows:
        return _empty(language)
    names = [*(bar.name for bar in bars), *(milestone.name for milestone in milestones)]
    longest = max(map(text_width, names))
    left = min(max(longest + 26, _NAMES[0]), _NAMES[1])
    axis = calendar(_days(bars, milestones), left=left, right=_WIDTH - 16)
    signs = _signs(bars, milestones, language)
    bottom = _HEAD + sum(_GROUP + _ROW * len(items) for _, items in rows)
    height = bottom + 30 + ROW_PX * legend_rows(signs, left=0, right=_WIDTH)
    figure = canvas(_WIDTH, height, label=_label(bars, milestones, language), kind="chart broad")
    draw_days_off(figure, axis, holidays, top=_HEAD, bottom=bottom)
    draw_dates(figure, axis, language, top=_HEAD, bottom=bottom)
    if today:
        draw_today(figure, axis, today, language, top=_HEAD, bottom=bottom + 18)
    y = _HEAD
    for project, items in rows:
        add(figure, "line", "grid", x1=0, x2=_WIDTH - 16, y1=y, y2=y)
        name = add(figure, "text", "name strong", clipped(project, left - 14), x=0, y=y + 18)
        add_tip(name, project)
        y += _GROUP
        for item in items:
            _row(figure, item, axis, y + _ROW / 2, language)
            y += _ROW
    legend(figure, signs, left=0, right=_WIDTH, y=bottom + 36)
    return figure


def _empty(language: Language) -> Element:
    """Return a figure that says that there is nothing to do."""
    text = phrase("no tasks", language)
    figure = canvas(_WIDTH, 40, label=text, kind="chart broad")
    add(figure, "text", "note", text, x=0, y=24)
    return figure


def _grouped(
    bars: Sequence[Bar], milestones: Sequence[Milestone]
) -> list[tuple[str, list[Bar | Milestone]]]:
    """Return the rows of each project: tasks by start, each milestone after what ends by then."""
    items: list[Bar | Milestone] = [*bars, *milestones]
    order = {name: place for place, name in reversed(list(enumerate(i.project for i in items)))}
    items.sort(key=lambda item: (order[item.project], *_when(item)))
    return [(name, list(group)) for name, group in groupby(items, key=lambda i: i.project)]


def _when(item: Bar | Milestone) -> tuple[date, int, date]:
    """Return what rows of a project are sorted by."""
    return (item.start, 0, item.end) if isinstance(item, Bar) else (item.when, 1, item.when)


def _days(bars: Sequence[Bar], milestones: Sequence[Milestone]) -> list[date]:
    """Return every date that has to be on the axis."""
    days = [d for bar in bars for d in (bar.start, bar.end, bar.p80, *(bar.baseline or ())) if d]
    return days + [d for m in milestones for d in (m.when, m.deadline, m.p80) if d]


def _row(
    figure: Element, item: Bar | Milestone, axis: Calendar, y: float, language: Language
) -> None:
    """Draw the name of a row and what happens in it."""
    name = add(figure, "text", "name", clipped(item.name, axis.left - 26), x=12, y=y + 4.5)
    add_tip(name, item.name)
    if isinstance(item, Bar):
        _bar(figure, item, axis, y, language)
    else:
        _milestone(figure, item, axis, y, language)


def _bar(figure: Element, bar: Bar, axis: Calendar, y: float, language: Language) -> None:
    """Draw a task with its last plan, its whisker and its people."""
    start, end = axis.x(bar.start), axis.x(bar.end, at_end=True)
    if bar.baseline:
        first, last = axis.x(bar.baseline[0]), axis.x(bar.baseline[1], at_end=True)
        add_box(figure, "baseline", (first, y + 5, max(last - first, 2), 4), rx=1.5)
    late = axis.x(bar.p80, at_end=True) if bar.p80 else end
    if late > end:
        whisker(figure, end, late, y - 1)
    css = "task critical" if bar.is_critical else "task"
    place = (start, y - 1 - _BAR / 2, max(end - start, 2.5), _BAR)
    add_tip(add_box(figure, css, place, rx=2.0), _bar_words(bar, language))
    _people(figure, bar, (start, max(end, late)), axis, y)


def _people(figure: Element, bar: Bar, span: tuple[float, float], axis: Calendar, y: float) -> None:
    """Write who works on a task behind its bar, or before it where there is no room behind."""
    names = ", ".join(bar.people)
    if not names:
        return
    (start, end), width = span, text_width(names) * 0.9
    room_right, room_left = axis.right - end - 6, start - axis.left - 6
    behind = room_right >= min(width, room_left)
    text = clipped(names, (room_right if behind else room_left) / 0.9)
    if text != "…":
        css = "who" if behind else "who end"
        add(figure, "text", css, text, x=end + 6 if behind else start - 6, y=y + 3.5)


def _milestone(
    figure: Element, milestone: Milestone, axis: Calendar, y: float, language: Language
) -> None:
    """Draw a milestone, the whisker to its late date, and its deadline."""
    x = axis.x(milestone.when, at_end=True)
    late = axis.x(milestone.p80, at_end=True) if milestone.p80 else x
    if late > x:
        whisker(figure, x, late, y)
    is_late = milestone.deadline is not None and milestone.when > milestone.deadline
    ends = [x, late]
    if milestone.deadline:
        mark = axis.x(milestone.deadline, at_end=True)
        ends.append(mark)
        deadline(figure, "deadline missed" if is_late else "deadline", mark, y)
    css = "milestone missed" if is_late else "milestone"
    add_tip(diamond(figure, css, x, y), _milestone_words(milestone, language))
    if is_late:
        name = phrase("late", language)
        room = max(ends) + 8 + text_width(name) <= axis.right
        at = max(ends) + 9 if room else min(ends) - 9
        add(figure, "text", "who strong" if room else "who strong end", name, x=at, y=y + 4)


def _bar_words(bar: Bar, language: Language) -> str:
    """Return what the pointer reads on a bar."""
    parts = [f"{bar.name}: {day(bar.start, language)} – {day(bar.end, language)}"]
    if bar.p80:
        parts.append(f"P80 {day(bar.p80, language)}")
    if bar.is_critical:
        parts.append(phrase("critical", language))
    if bar.people:
        parts.append(joined(list(bar.people), language))
    return "; ".join(parts)


def _milestone_words(milestone: Milestone, language: Language) -> str:
    """Return what the pointer reads on a milestone."""
    parts = [f"{milestone.name}: {day(milestone.when, language)}"]
    if milestone.deadline:
        parts.append(f"{phrase('deadline', language)} {day(milestone.deadline, language)}")
    if milestone.p80:
        parts.append(f"P80 {day(milestone.p80, language)}")
    return "; ".join(parts)


def _signs(bars: Sequence[Bar], milestones: Sequence[Milestone], language: Language) -> list[Sign]:
    """Return the legend: only what the figure shows."""
    shown = {
        "task": any(not bar.is_critical for bar in bars),
        "critical": any(bar.is_critical for bar in bars),
        "baseline": any(bar.baseline for bar in bars),
        "p80": any(b.p80 for b in bars) or any(m.p80 for m in milestones),
        "milestone": bool(milestones),
        "deadline": any(m.deadline for m in milestones),
    }
    looks = {"p80": "whisker"}
    return [(looks.get(key, key), phrase(key, language)) for key, there in shown.items() if there]


def _label(bars: Sequence[Bar], milestones: Sequence[Milestone], language: Language) -> str:
    """Return the text alternative: how much there is, from when to when, and what is late."""
    days = [d for bar in bars for d in (bar.start, bar.end)] + [m.when for m in milestones]
    first, last = day(min(days), language), day(max(days), language)
    late = [m.name for m in milestones if m.deadline and m.when > m.deadline]
    if language == "zh":
        text = f"进度计划：{len(bars)} 项任务、{len(milestones)} 个里程碑，{first}至{last}。"
        return text + (f"延误：{joined(late, language)}。" if late else "没有延误的里程碑。")
    text = f"Schedule of {len(bars)} tasks and {len(milestones)} milestones, {first} to {last}. "
    return text + (f"Late: {joined(late, language)}." if late else "No milestone is late.")
