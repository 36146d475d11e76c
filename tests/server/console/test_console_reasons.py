"""Every reason that a desk gives is told in Chinese, but for names, titles and numbers."""

import re
from pathlib import Path

import pytest
from tests.products.support.answering.tiny_desk import Talk, tiny_answerer, tiny_files

from whet.products.support.conversation.states import TABLE
from whet.server.console.wording.reasons import told

DIALOGUES: tuple[tuple[str, ...], ...] = (
    ("hello", "thanks", "bye"),
    ("",),
    ("let me talk to a human",),
    ("Where is my order?", "AB123456"),
    ("Where is my order?", "I do not know"),
    ("Where is my order?", "never mind"),
    ("Where is my order?", "hm", "well", "so", "eh"),
    ("I want a refund for order AB123456", "no, the other order"),
    ("I want a refund for order AB123456", "that is wrong", "that is wrong again"),
    ("my lawyer will sue you",),
    ("refund or exchange", "neither"),
    ("exchange my order, and where is my refund AB123456?", "L"),
    ("the moon is made of cheese", "the moon, I said", "cheese!", "moon"),
    ("book an appointment", "tomorrow", "12 people", "3"),
)
NAMES: tuple[str, ...] = (
    "order_status",
    "opening_hours",
    "change_address",
    "order",
    "orders",
    "refund",
    "exchange",
)
NAMES += ("complaint", "appointment", "address", "day", "people", "size", "name")


def _left(text: str) -> str:
    """Return the English words of a text that are no names."""
    text = re.sub(r"“[^”]*”|（[A-Z]\w+）|JSON", "", text)
    return " ".join(w for w in re.findall(r"[A-Za-z_]+", text) if w.lower() not in NAMES)


@pytest.mark.parametrize("said", DIALOGUES, ids=lambda said: said[0] or "empty")
def test_reasons_of_answers_are_told_in_chinese(tmp_path: Path, said: tuple[str, ...]) -> None:
    talk = Talk(tiny_answerer(tiny_files(tmp_path)))
    for text in said:
        why = talk.say(text).reason.why
        assert told("en", why) == why
        assert _left(told("zh", why)) == "", why


def test_reasons_of_changes_by_the_desk_itself_are_told_in_chinese() -> None:
    for event in ("bot_silent", "agent_silent", "idle", "ask_for_person"):
        for state in ("bot", "person"):
            found = TABLE[state, event]
            if found.to not in (None, state):
                assert _left(told("zh", found.why)) == "", found.why


def test_what_no_line_knows_stays(tmp_path: Path) -> None:
    assert told("zh", "The moon is full; no article answers it.") == (
        "The moon is full；没有文章可以回答。"
    )
    assert told("zh", "") == ""
