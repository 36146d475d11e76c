"""Tests for the desk's conversations: what users of other desks complain about, one test each."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support_desk import NOON, SetClock, reply

from whet.core.errors import InputError
from whet.products.support.conversation.hours import Hours
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.rules import Queue, Rules
from whet.products.support.conversation.service import Conversations, Receipt
from whet.store.conversation_rows import Conversation, Entry
from whet.store.store import Store

OFFICE = Hours("Europe/Berlin", ((((540, 1080),),) * 5) + ((), ()))


def says(desk: Conversations, talk: Conversation, text: str, **more: Any) -> Receipt:
    """Let the customer say a text, whose client id is the text itself."""
    return desk.customer_says(talk.id, client_id=text, text=text, **more)


def answers(desk: Conversations, receipt: Receipt, text: str = "so", **more: Any) -> Any:
    """Let the bot answer a message under the fence that it came with."""
    return desk.bot_says(
        receipt.conversation.id,
        fence=receipt.conversation.fence,
        in_reply_to=receipt.message.seq,
        reply=reply(text, **more),
    )


def texts(desk: Conversations, talk: Conversation) -> list[str]:
    """Return what a customer reads."""
    return [e.text for e in desk.events(talk.id) if e.kind == "message"]


def kinds(log: list[Entry]) -> list[str]:
    return [entry.who if entry.kind == "message" else entry.kind for entry in log]


def refused(kind: str, action: Callable[[], Any]) -> str:
    """Return the sentence of a refusal of that kind."""
    with pytest.raises(Refused) as error:
        action()
    assert error.value.kind == kind
    return str(error.value)


# --- the complaints


def test_the_bot_does_not_talk_over_a_person(desk: Conversations, talk: Conversation) -> None:
    # chatwoot #13673: the answer was under way when the agent took the conversation.
    asked = says(desk, talk, "Where is it?", worker="w")
    taken = desk.take(talk.id, agent="ana")
    sentence = refused("fence", lambda: answers(desk, asked))
    assert sentence == (
        "The conversation has changed since (token 1, now 2): ana has it. "
        "Read it anew before you send."
    )
    assert taken.fence == 2
    assert texts(desk, talk) == ["Where is it?"]


def test_a_late_answer_stays_out_after_the_person_gave_the_bot_its_turn_back(
    desk: Conversations, talk: Conversation
) -> None:
    # State alone would let it through: the bot has the conversation again.
    asked = says(desk, talk, "Where is it?", worker="w")
    taken = desk.take(talk.id, agent="ana")
    desk.person_says(talk.id, agent="ana", fence=taken.fence, client_id="p", text="Here.")
    desk.give_back(talk.id, agent="ana", fence=taken.fence)
    refused("fence", lambda: answers(desk, asked))
    assert desk.unanswered() == []


def test_handing_over_is_an_action_and_no_word(desk: Conversations, talk: Conversation) -> None:
    # chatwoot #13178: a sentinel in the text was not said, so nobody was asked.
    answers(desk, says(desk, talk, "1"), "[HANDOFF] conversation_handoff")
    assert desk.get(talk.id).state == "bot"
    answers(desk, says(desk, talk, "2"), "I would rather not say.", action="hand_over")
    assert desk.get(talk.id).state == "waiting"


@pytest.mark.parametrize("text", ["I pass you on.", ""])
def test_no_hand_over_is_silent_or_said_twice(
    desk: Conversations, talk: Conversation, text: str
) -> None:
    # chatwoot #13881: handed over without a word.
    answers(desk, says(desk, talk, "A person!"), text, action="hand_over")
    desk.ask_for_person(talk.id)
    desk.ask_for_person(talk.id, who="ana")
    told = "A colleague will answer you here as soon as possible."
    assert texts(desk, talk) == ["A person!", *([text] if text else []), told]


def test_the_bot_is_silent_while_a_person_is_awaited(
    desk: Conversations, talk: Conversation
) -> None:
    # rasa-agent-bot-demo #12: the bot went on after the conversation was opened for people.
    desk.ask_for_person(talk.id)
    asked = says(desk, talk, "Are you there?", worker="w")
    assert asked.work is None
    assert desk.unanswered() == []
    refused("state", lambda: answers(desk, asked))


def test_what_led_to_a_person_does_not_do_so_again_after_it_was_closed(
    desk: Conversations, talk: Conversation
) -> None:
    # chatwoot #15068: the whole context was used again, and led to the same hand-over for ever.
    answers(desk, says(desk, talk, "I want a person"), action="hand_over", memory={"failures": 3})
    taken = desk.take(talk.id, agent="ana")
    desk.person_says(talk.id, agent="ana", fence=taken.fence, client_id="p", text="Done.")
    desk.resolve(talk.id, who="ana", fence=taken.fence)
    work = says(desk, talk, "Thanks!", worker="w").work
    assert work is not None
    assert (work.turn.history, work.turn.memory) == ((), {})
    assert desk.get(talk.id).reopened == 1


def test_the_customer_chooses_between_bot_and_person(
    desk: Conversations, talk: Conversation
) -> None:
    # chatwoot #11681
    assert desk.ask_for_person(talk.id).state == "waiting"
    assert desk.ask_for_bot(talk.id).state == "bot"
    assert texts(desk, talk)[-1] == (
        "You are talking to our assistant again. Say so at any time if you want a person."
    )
    desk.take(talk.id, agent="ana")
    assert refused("state", lambda: desk.ask_for_bot(talk.id)) == (
        "This cannot be done in state 'person': a person is talking; only that person gives it "
        "back."
    )


def test_it_is_offered_to_somebody_who_is_there(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    # chatwoot #15554: assigned to people who were offline.
    desk.present("ana")
    desk.present("cy", capacity=0)
    clock.advance(61)
    desk.present("bo")
    desk.present("dora", queues=["refunds"])
    desk.away("eve")
    assert [agent.name for agent in desk.online()] == ["bo", "dora"]
    assert desk.ask_for_person(talk.id).assigned == "bo"
    assert desk.take(talk.id, agent="ana").owner == "ana"  # an offer binds nobody


def test_closing_is_said_once(desk: Conversations, talk: Conversation, clock: SetClock) -> None:
    # fazer-ai/agents #158: the closing message came twice.
    answers(desk, says(desk, talk, "Where is it?"))
    clock.advance(24 * 3600)
    assert [done.what for done in desk.tick()] == ["idle"]
    assert desk.tick() == []
    desk.resolve(talk.id, who="customer")
    assert kinds(desk.events(talk.id)) == ["open", "customer", "bot", "idle", "system"]


# --- owners and fences


def test_the_second_agent_is_told_who_was_first(desk: Conversations, talk: Conversation) -> None:
    first = desk.take(talk.id, agent="ana")
    assert desk.take(talk.id, agent="ana") == first
    with pytest.raises(Refused) as error:
        desk.take(talk.id, agent="bo")
    assert (error.value.kind, error.value.owner) == ("taken", "ana")
    assert str(error.value) == "ana has had this conversation since 2026-11-25 12:00:00 UTC."


def test_a_person_speaks_under_a_fence_too(desk: Conversations, talk: Conversation) -> None:
    def send(agent: str, fence: int, client_id: str = "p") -> Any:
        return desk.person_says(talk.id, agent=agent, fence=fence, client_id=client_id, text="Hi")

    refused("state", lambda: send("ana", 1))
    old = desk.take(talk.id, agent="ana").fence
    sent = send("ana", old)
    refused("taken", lambda: send("bo", old))
    desk.give_back(talk.id, agent="ana", fence=old, to="queue")
    refused("fence", lambda: send("ana", old, "q"))
    assert send("ana", old) == sent  # sent again, it is the same message
    desk.take(talk.id, agent="bo")
    refused("taken", lambda: send("ana", old, "q"))


def test_a_message_is_answered_once(desk: Conversations, talk: Conversation) -> None:
    asked = says(desk, talk, "Where is it?")
    answers(desk, asked)
    sentence = refused("answered", lambda: answers(desk, asked))
    assert sentence == "Message 2 has its answer; a second one is dropped."


def test_answers_come_in_the_order_of_the_messages(desk: Conversations, talk: Conversation) -> None:
    first, second = says(desk, talk, "1"), says(desk, talk, "2")
    sentence = refused("order", lambda: answers(desk, second))
    assert sentence == "Message 2 has no answer yet; it comes before 3."
    answers(desk, first)
    answers(desk, second)


def test_the_bot_answers_only_what_a_customer_said(desk: Conversations, talk: Conversation) -> None:
    asked = says(desk, talk, "1")
    for number in (1, 7):  # an event; nothing
        with pytest.raises(InputError) as error:
            desk.bot_says(talk.id, fence=1, in_reply_to=number, reply=reply())
        assert str(error.value) == f"The customer said nothing under number {number} of {talk.id}."
    with pytest.raises(InputError, match="An answer must say something; found an empty text"):
        answers(desk, asked, " ")


def test_what_nobody_answered_is_the_bots_again_when_a_person_gives_it_back(
    desk: Conversations, talk: Conversation
) -> None:
    answers(desk, says(desk, talk, "1"), action="hand_over")
    taken = desk.take(talk.id, agent="ana")
    says(desk, talk, "2")
    desk.give_back(talk.id, agent="ana", fence=taken.fence)
    work = desk.lease(talk.id, "w")
    assert work is not None and work.turn.text == "2"  # "1" has its answer: the hand-over


def test_closing_does_not_sweep_away_what_came_since(
    desk: Conversations, talk: Conversation
) -> None:
    says(desk, talk, "1")
    seen = desk.get(talk.id).last_seq
    says(desk, talk, "2")
    sentence = refused("seen", lambda: desk.resolve(talk.id, who="ana", seen=seen))
    assert sentence == "The customer has written since. Read it before you close."
    assert desk.resolve(talk.id, who="ana", seen=seen + 1).state == "resolved"
    assert desk.unanswered() == []


def test_a_person_answers_what_he_has_seen(desk: Conversations, talk: Conversation) -> None:
    says(desk, talk, "1")
    taken = desk.take(talk.id, agent="ana")
    says(desk, talk, "2")
    desk.person_says(
        talk.id, agent="ana", fence=taken.fence, client_id="p", text="To the first", seen=2
    )
    assert desk.get(talk.id).pending == 1


def test_who_comes_back_soon_comes_back_to_the_same_person(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    desk.present("ana")
    taken = desk.take(talk.id, agent="ana")
    desk.resolve(talk.id, who="ana", fence=taken.fence)
    clock.advance(30)
    back = says(desk, talk, "One more thing").conversation
    assert (back.state, back.owner) == ("person", "ana")
    desk.resolve(talk.id, who="ana", fence=back.fence)
    clock.advance(61)  # she is offline now
    assert says(desk, talk, "And another").conversation.state == "bot"


def test_after_a_day_or_after_the_bot_it_is_the_bots(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    taken = desk.take(talk.id, agent="ana")
    desk.resolve(talk.id, who="ana", fence=taken.fence)
    clock.advance(24 * 3600)
    desk.present("ana")
    assert says(desk, talk, "1").conversation.state == "bot"
    desk.resolve(talk.id, who="customer")
    assert says(desk, talk, "2").conversation.state == "bot"


def test_an_agent_reopens_and_owns(desk: Conversations, talk: Conversation) -> None:
    refused("state", lambda: desk.reopen(talk.id, agent="ana"))
    desk.resolve(talk.id, who="customer")
    assert refused("state", lambda: desk.take(talk.id, agent="bo")) == (
        "This cannot be done in state 'resolved': the conversation is closed; reopen it first."
    )
    assert desk.reopen(talk.id, agent="ana").owner == "ana"


def test_notes_are_for_people_only(desk: Conversations, talk: Conversation) -> None:
    note = desk.note(talk.id, agent="ana", client_id="n", text="Angry; be kind.")
    assert desk.note(talk.id, agent="ana", client_id="n", text="Angry; be kind.") == note
    assert texts(desk, talk) == []
    private = desk.events(talk.id, private=True)
    assert [(e.text, e.is_private) for e in private[1:]] == [("Angry; be kind.", True)]
    work = says(desk, talk, "Hello", worker="w").work
    assert work is not None and work.turn.history == ()


def test_nobody_is_called_like_an_author(desk: Conversations, talk: Conversation) -> None:
    with pytest.raises(InputError) as error:
        desk.take(talk.id, agent="bot")
    assert str(error.value) == "An agent cannot be called 'bot': that is an author of its own."


# --- customers


def test_a_message_sent_twice_is_one(desk: Conversations, talk: Conversation) -> None:
    first = says(desk, talk, "Hello")
    desk.take(talk.id, agent="ana")
    again = desk.customer_says(talk.id, client_id="Hello", text="changed")
    assert (again.message, first.is_new, again.is_new) == (first.message, True, False)
    assert texts(desk, talk) == ["Hello"]


def test_starting_twice_is_one_conversation(desk: Conversations, talk: Conversation) -> None:
    assert desk.start("widget", channel_id="w1") == desk.get(talk.id)
    assert desk.start("rest", channel_id="w1").id != talk.id
    assert desk.start("widget").id != desk.start("widget").id


def test_too_many_messages_are_refused_with_a_sentence(store: Store, clock: SetClock) -> None:
    desk = Conversations(store, Rules(per_minute=3))
    talk = desk.start("widget", language="zh")
    for n in range(3):
        says(desk, talk, str(n))
    assert refused("rate", lambda: says(desk, talk, "3")) == (
        "您在一分钟内发送了超过 3 条消息。请稍等片刻，再重新发送最后一条。"
    )
    assert not says(desk, talk, "2").is_new  # sent again: no new message
    clock.advance(39.5)
    with pytest.raises(Refused) as caught:
        says(desk, talk, "3")
    assert caught.value.wait_s == 21
    clock.advance(20.5)
    assert says(desk, talk, "3").is_new
    clock.advance(-3600)  # a clock that jumps back shuts nobody out
    assert says(desk, talk, "4").is_new
    assert len(texts(desk, talk)) == 5


def test_the_history_of_a_flood_is_bounded(store: Store, talk: Conversation) -> None:
    desk = Conversations(store, Rules(per_minute=1000, history=3))
    for n in range(12):
        says(desk, talk, str(n))
    asked = says(desk, talk, "last", worker="w")
    for n in range(12):
        work = desk.lease(talk.id, "w")
        assert work is not None and work.turn.text == str(n)
        desk.bot_says(talk.id, fence=1, in_reply_to=work.in_reply_to, reply=reply(f"to {n}"))
    work = desk.lease(talk.id, "w")
    assert asked.work is not None and work is not None
    # Its answers are in it, though they were written behind the message that is answered now.
    assert [said.text for said in work.turn.history] == [f"to {n}" for n in range(9, 12)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n", "A message must say something; found an empty text."),
        (
            "x" * 102_400,
            "A message may have 8,000 characters at most; found 102,400. Send it in parts.",
        ),
    ],
)
def test_a_text_that_is_no_message_is_refused(
    desk: Conversations, talk: Conversation, text: str, sentence: str
) -> None:
    with pytest.raises(InputError) as error:
        desk.customer_says(talk.id, client_id="1", text=text)
    assert str(error.value) == sentence


def test_ids_must_be_some_and_short(desk: Conversations, talk: Conversation) -> None:
    with pytest.raises(InputError) as error:
        desk.customer_says(talk.id, client_id="", text="Hello")
    assert str(error.value) == (
        "The client id of a message must have 1 to 200 characters; found an empty one."
    )
    with pytest.raises(InputError, match="must have 1 to 200 characters; found 201 characters"):
        desk.customer_says(talk.id, client_id="x" * 201, text="Hello")
    with pytest.raises(InputError) as error:
        desk.get("conv_none")
    assert str(error.value) == (
        "There is no conversation 'conv_none'. Start one, or send the id that starting returned."
    )


def test_text_that_no_database_holds_is_kept_as_well_as_can_be(
    desk: Conversations, talk: Conversation
) -> None:
    got = desk.customer_says(talk.id, client_id="a\x00b", text="\ud800退款\x00<script>")
    assert got.message.text == "\ufffd退款\ufffd<script>"
    again = desk.customer_says(talk.id, client_id="a\x00b", text="again")
    assert not again.is_new


# --- queues, languages, hours


def test_a_queue_is_found_by_intent_and_language(store: Store) -> None:
    queues = (Queue("refunds", ("refund",)), Queue("chinese", (), ("zh",)))
    desk = Conversations(store, Rules(queues=queues))
    found = []
    for intent, language in [("refund", "zh"), ("track", "zh"), ("track", "en")]:
        talk = desk.start("widget")
        asked = says(desk, talk, "Hello")
        answers(desk, asked, action="hand_over", intent=intent, language=language)
        found.append(desk.get(talk.id).queue)
    assert found == ["refunds", "chinese", "support"]


def test_outside_the_hours_the_customer_is_told_when_and_keeps_the_place(
    store: Store, clock: SetClock
) -> None:
    desk = Conversations(store, Rules(hours=OFFICE))
    clock.now = NOON + timedelta(days=2, hours=8)  # Friday evening
    told = []
    for language in ("en", "zh"):
        talk = desk.start("widget", language=language)
        assert desk.ask_for_person(talk.id).state == "waiting"
        told.append(texts(desk, talk)[-1])
    assert told == [
        "Nobody is at the desk right now. A colleague will answer you here from "
        "Monday 30 November, 09:00 (Europe/Berlin); you keep your place.",
        "现在没有同事在线。11月30日（周一）09:00（Europe/Berlin） 起会有同事在这里回复您，"
        "您的排队位置会保留。",
    ]


def test_a_desk_has_its_own_words(store: Store) -> None:
    own = {"handed_over": {"en": "One of us {will} be here."}}
    desk = Conversations(store, Rules(sentences=own))
    talk = desk.start("widget")
    desk.ask_for_person(talk.id)
    assert texts(desk, talk) == ["One of us {will} be here."]


# --- leases


def test_one_worker_computes_and_the_next_one_comes_in_its_turn(
    desk: Conversations, talk: Conversation
) -> None:
    work = says(desk, talk, "1", worker="w1").work
    assert work is not None
    assert says(desk, talk, "2", worker="w2").work is None
    assert desk.lease(talk.id, "w2") is None
    assert desk.unanswered() == []
    done = desk.bot_says(
        talk.id, fence=work.fence, in_reply_to=2, reply=reply(memory={"n": 1}), worker="w1"
    )
    assert done.following is not None
    assert (done.following.turn.text, done.following.turn.memory) == ("2", {"n": 1})


def test_a_worker_that_stood_still_for_longer_than_its_lease_stays_silent(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    slow = says(desk, talk, "1", worker="w1").work
    clock.advance(61)
    assert [owed.id for owed in desk.unanswered()] == [talk.id]
    quick = desk.lease(talk.id, "w2")
    assert slow is not None and quick is not None
    assert quick.fence == slow.fence + 1
    refused("fence", lambda: desk.bot_says(talk.id, fence=slow.fence, in_reply_to=2, reply=reply()))
    desk.bot_says(talk.id, fence=quick.fence, in_reply_to=2, reply=reply())
    assert kinds(desk.events(talk.id)) == ["open", "customer", "worker_lost", "bot"]


def test_a_lease_does_not_outlive_a_clock_that_jumped_back(
    desk: Conversations, talk: Conversation, clock: SetClock
) -> None:
    says(desk, talk, "1", worker="w1")
    clock.advance(-7200)
    assert [owed.id for owed in desk.unanswered()] == [talk.id]
    assert desk.lease(talk.id, "w2") is not None


# --- opinions, and being forgotten


def test_opinions_are_kept_and_the_later_one_counts(
    desk: Conversations, talk: Conversation
) -> None:
    answers(desk, says(desk, talk, "1"))
    desk.rate(talk.id, 1, message=3)
    desk.rate(talk.id, 2)
    desk.rate(talk.id, 4, comment="Better now")
    assert desk.get(talk.id).csat == 4
    with pytest.raises(InputError) as error:
        desk.rate(talk.id, 6)
    assert str(error.value) == "A rating must be 1 to 5 for a conversation; found 6."
    with pytest.raises(InputError) as error:
        desk.rate(talk.id, 3, message=3)
    assert str(error.value) == "A rating must be -1 or 1 for a message; found 3."
    with pytest.raises(InputError) as error:
        desk.rate(talk.id, 1, message=2)
    assert str(error.value) == f"Conversation {talk.id} has no answer 2 to rate."


def test_who_is_forgotten_leaves_no_text(
    desk: Conversations, talk: Conversation, store: Store
) -> None:
    asked = says(desk, talk, "hedgehog in the toaster", worker="w")
    answers(desk, asked, "hedgehogs are fine", action="hand_over", memory={"x": "hedgehog"})
    late = says(desk, talk, "the hedgehog again")
    desk.note(talk.id, agent="ana", client_id="n", text="hedgehog?!")
    desk.rate(talk.id, 1, comment="hedgehog")
    store.article_uses.unanswered("articles", "Hedgehog in the  toaster")
    assert desk.lists.forget("cust_1") == 1
    assert store.article_uses.questions("articles") == []
    assert desk.lists.forget("cust_1") == 0
    gone = desk.get(talk.id)
    assert (gone.state, gone.customer, gone.memory, gone.pending) == ("resolved", None, {}, 0)
    assert set(texts(desk, talk)) == {""}
    refused("fence", lambda: answers(desk, late))
    assert refused("forgotten", lambda: says(desk, talk, "hello")) == (
        "This conversation was deleted as the customer asked. Start a new one."
    )
    assert desk.start("widget", channel_id="w1").id != talk.id
    if store.database.place.endswith(".db"):
        held = b"".join(
            file.read_bytes() for file in Path(store.database.place).parent.glob("*.db*")
        )
        assert b"hedgehog" not in held and b"cust_1" not in held


def test_a_customer_without_a_name_is_forgotten_by_conversation(desk: Conversations) -> None:
    talk = desk.start("widget")
    says(desk, talk, "hedgehog")
    assert desk.lists.forget_conversation(talk.id) == 1
    assert texts(desk, talk) == [""]
