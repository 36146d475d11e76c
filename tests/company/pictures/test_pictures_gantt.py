"""Tests for whet.company.pictures.gantt: places by hand, late milestones, many tasks, CJK."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.company.pictures import samples
from tests.company.pictures.reading import at, having, outside, texts, tips

from whet.company.pictures.gantt import Bar, Milestone, gantt
from whet.company.pictures.wording import LANGUAGES, Language

DAY = timedelta(days=1)
START = date(2027, 3, 1)  # a Monday


def test_bars_whiskers_and_last_plan_lie_where_their_dates_are() -> None:
    bar = Bar(
        "label",
        "support",
        START,
        START + 3 * DAY,
        ("Ada",),
        is_critical=True,
        p80=START + 5 * DAY,
        baseline=(START - 2 * DAY, START + DAY),
    )
    figure = gantt([bar])
    # From 27 February to 6 March, with three days on either side: 14 days over 750 pixels.
    day_px, left = (980 - 16 - 214) / 14, 214.0
    (task,) = having(figure, "rect", "critical")[:1]
    assert at(task, "x", "width") == pytest.approx([left + 5 * day_px, 4 * day_px], abs=0.06)
    (before,) = having(figure, "rect", "baseline")[:1]
    assert at(before, "x", "width") == pytest.approx([left + 3 * day_px, 4 * day_px], abs=0.06)
    whisker = having(figure, "line", "whisker")[1]
    assert at(whisker, "x1", "x2") == pytest.approx(
        [left + 9 * day_px, left + 11 * day_px], abs=0.06
    )
    (who,) = having(figure, "text", "who")
    assert who.text == "Ada"
    assert at(who, "x")[0] > at(whisker, "x2")[0]
    assert "label: 1 Mar 2027 – 4 Mar 2027; P80 6 Mar 2027; critical task; Ada" in tips(figure)


def test_a_milestone_after_its_deadline_is_said_to_be_late() -> None:
    due = START + 4 * DAY
    late = Milestone("release", "support", due + DAY, due)
    good = Milestone("pilot", "support", due, due)
    figure = gantt([], [late, good])
    assert len(having(figure, "polygon", "milestone", "missed")) == 1
    assert texts(figure).count("late") == 1
    assert figure.get("aria-label") == (
        "Schedule of 0 tasks and 2 milestones, 5 Mar 2027 to 6 Mar 2027. Late: release."
    )


def test_weekends_and_holidays_are_shaded_once() -> None:
    bar = Bar("a", "p", START, START + 4 * DAY)
    figure = gantt([bar], holidays=[START + 7 * DAY])
    # 26 February to 8 March: two weekends, the second with the holiday after it.
    shades = having(figure, "rect", "off")
    widths = [at(shade, "width")[0] for shade in shades]
    assert len(widths) == 2
    assert widths[1] == pytest.approx(1.5 * widths[0], abs=0.16)


def test_a_plan_of_years_has_no_fog_of_weekends_and_few_ticks() -> None:
    bars = [Bar(f"t{i}", "p", START + i * 60 * DAY, START + (i + 1) * 60 * DAY) for i in range(20)]
    figure = gantt(bars)
    assert not having(figure, "rect", "off")
    names = [t for t in texts(figure) if t.startswith(("Jan", "Apr", "Jul", "Oct", "20"))]
    assert 3 <= len(names) <= 14


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tasks", [3, 60])
def test_every_task_has_a_row_and_no_text_leaves_the_drawing(
    tasks: int, language: Language
) -> None:
    bars, stones = samples.plan(tasks)
    figure = gantt(bars, stones, today=samples.MONDAY + DAY, language=language)
    assert len(having(figure, "rect", "task")) - 2 == tasks  # two samples in the legend
    # Twelve whole signs of milestones and their deadlines, one sign of each in the legend.
    assert len(having(figure, "polygon", "milestone")) == 7
    assert outside(figure) == []
    rows = sorted({at(e, "y")[0] for e in having(figure, "text", "name")})
    assert len(rows) == tasks + 6 + 3
    assert min(b - a for a, b in pairwise(rows)) >= 21
    long = "Sensor alarms with a very long name"
    assert long in tips(figure)
    assert long not in texts(figure)


def test_an_empty_plan_says_so_in_both_languages() -> None:
    assert texts(gantt([])) == ["The plan has no tasks."]
    assert gantt([], language="zh").get("aria-label") == "计划中没有任务。"


def test_a_task_of_one_day_can_be_seen_in_a_long_plan() -> None:
    bars = [Bar("short", "p", START, START), Bar("long", "p", START, START + 2000 * DAY)]
    short, _ = having(gantt(bars), "rect", "task")[:2]
    assert at(short, "width")[0] == 2.5


def test_people_stand_before_a_bar_that_ends_at_the_right_edge() -> None:
    bars = [
        Bar("a", "p", START, START + 2 * DAY),
        Bar("b", "p", START + 58 * DAY, START + 60 * DAY, ("Ada Lovelace", "Björn Borg")),
    ]
    (who,) = having(gantt(bars), "text", "who")
    assert "end" in who.get("class", "")
    assert who.text == "Ada Lovelace, Björn Borg"
