"""Values of slots in messages of both languages, and answers to choices."""

from datetime import UTC, datetime

import pytest

from whet.products.support.answering.values import picked, value_of, values_in
from whet.products.support.desk.slots import Choice, Slot
from whet.products.support.desk.texts import Texts

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
SIZE = Slot(
    kind="choice",
    choices=[
        Choice(value="S", label=Texts(en="small", zh="小码"), words=["tiny"]),
        Choice(value="L", label=Texts(en="large", zh="大码")),
    ],
)
ORDER = Slot(kind="pattern", pattern="^[A-Z]{2}[0-9]{3}$")

IN_MESSAGES: list[tuple[Slot, str, list[str]]] = [
    (Slot(kind="number"), "I need 3 or 1,200.50 of them", ["3", "1200.5"]),
    (Slot(kind="number"), "call +44 20 7946 0958 or a2@b.com on 2026-03-01", []),
    (Slot(kind="number"), "version v2 of AB123 costs -4", ["-4"]),
    (Slot(kind="number"), "我要3个，付了25.5元", ["3", "25.5"]),
    (Slot(kind="number", least=5, most=10), "4 5 10 11", ["5", "10"]),
    (Slot(kind="email"), "write to Ann.B+x@mail.example.co.uk.", ["Ann.B+x@mail.example.co.uk"]),
    (Slot(kind="email"), "我的邮箱是ann@example.com，谢谢", ["ann@example.com"]),
    (Slot(kind="email"), "ann@localhost @x.com a@b", []),
    (Slot(kind="phone"), "+44 (20) 7946-0958 or 13800138000", ["+442079460958", "13800138000"]),
    (Slot(kind="phone"), "order 12345 of 2026-03-01", []),
    (ORDER, "AB123, cd456 and xAB1234", ["AB123", "CD456"]),
    (ORDER, "我的订单号是AB123", ["AB123"]),
    (SIZE, "a large one, not the tiny one", ["L", "S"]),
    (SIZE, "我要小码", ["S"]),
    (SIZE, "largest", []),
    (Slot(kind="date"), "from March 5 to 7 Apr 2027", ["2026-03-05", "2027-04-07"]),
    (Slot(kind="date"), "yesterday, or the day after tomorrow", ["2026-03-03", "2026-03-06"]),
    (Slot(kind="date"), "2026/2/30 or 2026-02-28", ["2026-02-28"]),
    (Slot(kind="date"), "3月5日或2025年12月31日", ["2026-03-05", "2025-12-31"]),
    (Slot(kind="date"), "大前天、昨天、后天", ["2026-03-01", "2026-03-03", "2026-03-06"]),
    (Slot(kind="date"), "December 30", ["2025-12-30"]),
    (Slot(kind="text"), "anything", []),
    (Slot(kind="email", longest=5), "ann@example.com", []),
]


@pytest.mark.parametrize(("slot", "text", "expected"), IN_MESSAGES)
def test_values_in_a_message(slot: Slot, text: str, expected: list[str]) -> None:
    assert values_in(slot, text, NOW) == expected


ANSWERS: list[tuple[Slot, str, str | None]] = [
    (Slot(kind="text"), "My name is Ann Smith.", "Ann Smith"),
    (Slot(kind="text"), "我叫王小明", "王小明"),
    (Slot(kind="text"), "  ", None),
    (Slot(kind="text", longest=5), "too long for it", None),
    (Slot(kind="number"), "three", "3"),
    (Slot(kind="number"), "两位", "2"),
    (Slot(kind="number", most=8), "nine", None),
    (Slot(kind="number"), "a few", None),
    (SIZE, "the second one", "L"),
    (SIZE, "1", "S"),
    (SIZE, "第二个", "L"),
    (SIZE, "neither", None),
    (ORDER, "it's ab123 I think", "AB123"),
    (ORDER, "123", None),
]


@pytest.mark.parametrize(("slot", "text", "expected"), ANSWERS)
def test_the_answer_to_a_question(slot: Slot, text: str, expected: str | None) -> None:
    assert value_of(slot, text, NOW) == expected


TITLES = [["Refund status", "退款进度"], ["Exchange", "换货"], ["Change the address", "修改地址"]]
PICKED = [
    *(("1", 0), ("2.", 1), ("#3", 2), ("option 2", 1), ("number 3 please", 2), ("first", 0)),
    *(("the third one", 2), ("the former", 0), ("the latter", 2), ("the last one", 2)),
    *(("yes, the exchange", 1), ("I want the refund", 0), ("address", 2), ("EXCHANGE!", 1)),
    *(("第一个", 0), ("二", 1), ("前者", 0), ("后者", 2), ("换货吧", 1), ("我要修改地址", 2)),
    *(
        ("4", None),
        ("hmm", None),
        ("", None),
        ("refund or exchange", None),
        ("where is my cat", None),
    ),
]


@pytest.mark.parametrize(("text", "expected"), PICKED)
def test_which_choice_is_picked(text: str, expected: int | None) -> None:
    assert picked(text, TITLES) == expected
