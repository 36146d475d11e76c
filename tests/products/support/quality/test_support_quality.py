"""Tests for the desk's numbers: counted by hand, over a few conversations."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.support_desk import NOON, SetClock, reply

from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.schema import Desk
from whet.products.support.quality.numbers import Quality, middle, quality
from whet.store.examples import Example
from whet.store.store import Store, open_store

UNTIL = NOON + timedelta(days=9)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}", clock=clock) as opened:
        yield opened


@pytest.fixture
def conversations(store: Store) -> Conversations:
    return Conversations(store)


def _measured(store: Store, since: datetime = NOON) -> Quality:
    return quality(store, Desk(person_minute=0.6), since=since, until=UNTIL)


def _ask(
    conversations: Conversations, clock: SetClock, channel: str, *, wait: float = 2
) -> tuple[str, int, int]:
    """Let the bot answer one message; return the conversation and both numbers."""
    opened = conversations.start(channel, language="en")
    work = conversations.customer_says(opened.id, client_id="1", text="hello?", worker="w").work
    assert work is not None
    clock.advance(wait)
    said = conversations.bot_says(
        opened.id,
        fence=work.fence,
        in_reply_to=work.in_reply_to,
        reply=reply(intent="refund"),
        worker="w",
    ).message
    assert said is not None
    return opened.id, work.in_reply_to, said.seq


def test_nothing_was_said(store: Store) -> None:
    whole = _measured(store).whole
    assert (whole.conversations, whole.answers, whole.unanswered) == (0, 0, 0)
    assert (whole.without_person, whole.wrong_found, whole.first_answer_s, whole.cost) == (
        None,
    ) * 4


def test_a_desk_is_counted_by_hand(
    store: Store, conversations: Conversations, clock: SetClock
) -> None:
    alone, _, said = _ask(conversations, clock, "widget", wait=2)
    conversations.rate(alone, -1, message=said)
    conversations.rate(alone, -1, message=said)  # again: one wrong answer all the same
    _ask(conversations, clock, "widget", wait=4)
    handed, _, _ = _ask(conversations, clock, "mail", wait=6)
    conversations.ask_for_person(handed)
    fence = conversations.take(handed, agent="bo").fence
    conversations.person_says(handed, agent="bo", fence=fence, client_id="1", text="I look.")
    clock.advance(120)
    conversations.resolve(handed, who="bo", fence=fence)
    clock.advance(3600)
    conversations.start("widget")  # nobody has written: no conversation that counts
    found = _measured(store)
    whole = found.whole
    assert (whole.conversations, whole.answers, whole.unanswered) == (3, 3, 0)
    assert whole.without_person is not None and whole.without_person.value == pytest.approx(2 / 3)
    assert whole.handed_over is not None and whole.handed_over.value == pytest.approx(1 / 3)
    assert whole.wrong_found is not None and whole.wrong_found.value == pytest.approx(1 / 3)
    assert whole.wrong_found.low < 1 / 3 < whole.wrong_found.high
    assert whole.first_answer_s is not None and whole.first_answer_s.value == 4
    assert whole.cost is not None
    assert whole.cost.value == pytest.approx(0.25 + 2 * 0.6 / 3)
    assert [n.value for n in found.by["channel"]] == ["mail", "widget"]
    assert [n.conversations for n in found.by["channel"]] == [1, 2]
    assert [n.value for n in found.by["day"]] == ["2026-11-25"]
    assert [n.value for n in found.by["intent"]] == ["refund"]


def test_a_review_and_a_reopened_conversation_count_as_wrong_once(
    store: Store, conversations: Conversations, clock: SetClock
) -> None:
    ident, asked, said = _ask(conversations, clock, "widget")
    values = (ident, "m", "hello?", "login", "refund", "review", "reviewer:a", NOON, ident, asked)
    store.examples.add([Example(*values)])
    assert store.service_numbers.courses(NOON, UNTIL)[0].wrong == 1
    conversations.rate(ident, -1, message=said)
    assert store.service_numbers.courses(NOON, UNTIL)[0].wrong == 1
    right, asked, _ = _ask(conversations, clock, "widget")
    store.examples.add([Example(f"{right}x", "m", "a", "refund", *values[4:8], right, asked)])
    assert [c.wrong for c in store.service_numbers.courses(NOON, UNTIL)] == [1, 0]


def test_only_the_days_that_are_asked_for_count(
    store: Store, conversations: Conversations, clock: SetClock
) -> None:
    _ask(conversations, clock, "widget")
    clock.advance(86_400)
    _ask(conversations, clock, "widget")
    assert _measured(store).whole.conversations == 2
    assert _measured(store, NOON + timedelta(days=1)).whole.conversations == 1


def test_the_middle_holds_the_truth_as_often_as_it_says() -> None:
    assert middle([]) is None
    one = middle([3.0])
    assert one is not None and (one.low, one.value, one.high) == (3.0, 3.0, 3.0)
    # n = 10: the second and the ninth value, P = 0.9785 (tables of the binomial distribution)
    ten = middle([float(i) for i in range(1, 11)])
    assert ten is not None and (ten.low, ten.value, ten.high) == (2.0, 5.5, 9.0)
    held = sum(math.comb(10, k) for k in range(2, 9)) / 2**10
    assert held == pytest.approx(0.978, abs=0.001)
