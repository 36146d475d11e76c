"""Tests for whet.company.report.filling.running: what ran out of time is not called impossible."""

from dataclasses import replace
from datetime import date

from whet.company.operations.answer import Change, operate
from whet.company.operations.problem import Form, Operations, Service
from whet.company.report import money
from whet.company.report.blocks import Lines, Table
from whet.company.report.filling.running import operations_section
from whet.company.report.wording import Words

FORMS = (Form("small", 0.8, 20, 100), Form("large", 0.9, 5, 400))
ONE = Service("live", (1000.0, 2000.0), 3, 1, 0.95, 0.5, FORMS)
CHANGES = (
    Change("live: 10 % more requests", 12.0, 12.0, 12.0),
    Change("live: large all the time", 600.0, 550.0, 700.0, is_proved=False),
    Change("live: 1,000 more requests a month", None, is_impossible=True),
    Change("support: 10 % more contacts", None, is_proved=False),
)


def told(language: str) -> tuple[list[tuple[str, ...]], list[Lines]]:
    answer = operate(Operations(2, (ONE,)))
    answer = replace(answer, prices=CHANGES, others=(), run=replace(answer.run, bound=0.0))
    section = operations_section(answer, date(2026, 12, 1), ("A sentence.",))
    assert [month.month for month in section.months] == [date(2026, 12, 1), date(2027, 1, 1)]
    assert section.months[0].choice == "1 × small"
    blocks = money.operations(section, Words("zh" if language == "zh" else "en", "EUR"))
    tables = [block for block in blocks if isinstance(block, Table)]
    return list(tables[1].rows), [block for block in blocks if isinstance(block, Lines)]


def test_what_ran_out_of_time_is_not_called_impossible() -> None:
    rows, lines = told("en")
    assert rows == [
        ("live: 10 % more requests", "+12"),
        ("live: large all the time", "+600 [+550, +700]"),
        ("live: 1,000 more requests a month", "impossible"),
        ("support: 10 % more contacts", "not solved in time"),
    ]
    assert lines[0].sentences == ("The search ended before this was proved cheapest.",)
    assert (lines[1].sentences, lines[1].language) == (("A sentence.",), None)


def test_the_chinese_face_says_the_same() -> None:
    rows, lines = told("zh")
    assert rows == [
        ("live：请求增加 10%", "+12"),
        ("live：始终使用 large", "+600 [+550, +700]"),
        ("live：每月增加 1,000 次请求", "不可行"),
        ("客服：咨询增加 10%", "未能在限时内求解"),
    ]
    assert lines[1].language == "en"
