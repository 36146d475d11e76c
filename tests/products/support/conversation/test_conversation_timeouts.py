"""Tests for what the clock does: told once, back to the queue, closed, and never too early."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from tests.support_desk import NOON, SetClock, reply

from whet.products.support.conversation.hours import Hours
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.service import Conversations
from whet.products.support.conversation.timeouts import Done
from whet.store.conversation_change import Change
from whet.store.conversation_rows import Conversation
from whet.store.conversations import ConversationBox
from whet.store.store import Store

OFFICE = Hours("UTC", ((((540, 1080),),) * 5) + ((), ()))
MINUTE, HOUR = 60, 3600


def says(desk: Conversations, talk: Conversation, text: str) -> None:
    desk.customer_says(talk.id, client_id=text, text=text)


def last(desk: Conversations, talk: Conversation) -> str:
    return desk.events(talk.id)[-1].text


def test_who_waits_too_long_is_told_once(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    desk.ask_for_person(talk.id)
    clock.advance(15 * MINUTE - 1)
    assert desk.tick() == []
    clock.advance(1)
    assert desk.tick() == [Done(talk.id, "takes_longer")]
    clock.advance(HOUR)
    assert desk.tick() == []
    assert desk.get(talk.id).escalated is not None
    assert desk.get(talk.id).state == "waiting"
    assert last(desk, talk) == (
        "It takes longer than usual, and we are sorry. You are still in the queue, and your "
        "conversation now comes first."
    )


def test_a_night_is_no_waiting(store: Store, clock: SetClock) -> None:
    desk = Conversations(store, Rules(hours=OFFICE))
    clock.now = NOON + timedelta(hours=5, minutes=55)  # five to six
    talk = desk.start("widget")
    desk.ask_for_person(talk.id)
    clock.advance(12 * HOUR)
    assert desk.tick() == []
    clock.now = NOON + timedelta(hours=21, minutes=14)  # 09:14, the next day
    assert desk.tick() == []
    clock.advance(MINUTE)
    assert desk.tick() == [Done(talk.id, "takes_longer")]


def test_who_waits_through_the_night_is_left_alone(
    store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Conversations(store, Rules(hours=OFFICE))
    clock.now = NOON
    for _ in range(3):
        desk.ask_for_person(desk.start("widget").id)
    clock.advance(12 * HOUR)
    locked: list[str] = []
    change = ConversationBox.change

    def watched(box: ConversationBox, conversation: str) -> AbstractContextManager[Change]:
        locked.append(conversation)
        return change(box, conversation)

    monkeypatch.setattr(ConversationBox, "change", watched)
    assert desk.tick() == []
    assert locked == []
    clock.advance(12 * HOUR)
    assert len(desk.tick()) == 3
    assert len(locked) == 3


def test_what_an_agent_does_not_answer_goes_back_to_the_queue(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    says(desk, talk, "Hello?")
    clock.advance(HOUR)
    desk.take(talk.id, agent="ana")
    assert desk.tick() == []  # the agent's time begins when she takes it
    clock.advance(30 * MINUTE)
    assert desk.tick() == [Done(talk.id, "agent_silent")]
    back = desk.get(talk.id)
    assert (back.state, back.owner, back.last_person) == ("waiting", None, "ana")
    assert last(desk, talk) == (
        "Your colleague at the desk was called away. Somebody else will answer you here."
    )


def test_an_agent_who_has_answered_keeps_it(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    says(desk, talk, "Hello?")
    taken = desk.take(talk.id, agent="ana")
    desk.person_says(talk.id, agent="ana", fence=taken.fence, client_id="p", text="Yes?")
    clock.advance(23 * HOUR)
    assert desk.tick() == []


def test_an_agent_who_went_offline_is_waited_for_a_minute(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    desk.present("ana")
    desk.take(talk.id, agent="ana")
    clock.advance(10 * MINUTE)
    says(desk, talk, "Are you there?")
    assert desk.tick() == []
    clock.advance(MINUTE)
    assert desk.tick() == [Done(talk.id, "agent_silent")]


def test_when_the_bot_does_not_answer_a_person_is_asked(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    says(desk, talk, "Hello?")
    clock.advance(5 * MINUTE)
    assert desk.tick() == [Done(talk.id, "bot_silent")]
    assert desk.get(talk.id).state == "waiting"
    assert desk.get(talk.id).pending == 1


def test_a_talk_that_is_over_is_closed_with_a_notice(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    says(desk, talk, "Hello")
    desk.bot_says(talk.id, fence=1, in_reply_to=2, reply=reply())
    clock.advance(24 * HOUR - 1)
    assert desk.tick() == []
    clock.advance(1)
    assert desk.tick() == [Done(talk.id, "idle")]
    assert last(desk, talk) == (
        "We have not heard from you for a while, so this conversation is closed. "
        "Just write here if you need anything more."
    )


def test_a_talk_without_a_word_is_closed_without_one(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    clock.advance(24 * HOUR)
    assert desk.tick() == [Done(talk.id, "idle")]
    assert [entry.kind for entry in desk.events(talk.id)] == ["open", "idle"]


def test_who_waits_is_never_closed(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    desk.ask_for_person(talk.id)
    clock.advance(1000 * HOUR)
    desk.tick()
    assert desk.get(talk.id).state == "waiting"


@pytest.mark.parametrize("jump", [HOUR, 48 * HOUR])
def test_a_clock_that_jumps_back_makes_nothing_due_and_nothing_older(
    desk: Conversations, talk: Conversation, clock: SetClock, jump: int
) -> None:
    says(desk, talk, "1")
    desk.ask_for_person(talk.id)
    clock.advance(-jump)
    says(desk, talk, "2")
    assert desk.tick() == []
    times = [entry.at for entry in desk.events(talk.id)]
    assert times == sorted(times)
    assert times[-1] == NOON
    clock.advance(jump + 15 * MINUTE)
    assert desk.tick() == [Done(talk.id, "takes_longer")]


def test_an_offer_goes_on_to_the_next_who_is_there(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    desk.ask_for_person(talk.id)
    assert desk.tick() == []  # nobody is there
    desk.present("ana")
    assert desk.tick() == [Done(talk.id, "offer")]
    clock.advance(2 * MINUTE)
    desk.present("ana")
    assert desk.tick() == []  # nobody else is there
    assert desk.get(talk.id).assigned == "ana"
    desk.present("bo")
    assert desk.tick() == [Done(talk.id, "offer")]
    assert desk.get(talk.id).assigned == "bo"
    desk.away("bo")
    desk.away("ana")
    desk.tick()
    assert desk.get(talk.id).assigned is None


def test_who_has_the_fewest_is_offered_the_next(desk: Conversations) -> None:
    desk.present("ana", capacity=2)
    desk.present("bo", capacity=1)
    offered = [desk.ask_for_person(desk.start("widget").id).assigned for _ in range(4)]
    assert offered == ["ana", "bo", "ana", None]


def test_what_an_agent_gave_back_is_not_offered_to_the_same_one_at_once(
    desk: Conversations, talk: Conversation
) -> None:
    desk.present("ana")
    taken = desk.take(talk.id, agent="ana")
    back = desk.give_back(talk.id, agent="ana", fence=taken.fence, to="queue")
    assert (back.state, back.assigned) == ("waiting", None)
