"""Tests for the engine: answered once, also over crashes, failures and slow answers."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support_desk import SetClock, reply

from whet.core.errors import InputError
from whet.products.support.conversation.rules import Rules
from whet.products.support.conversation.service import Conversations
from whet.products.support.engine import Engine
from whet.products.support.turns import Reply, Turn
from whet.store.conversation_rows import Conversation
from whet.store.store import Store, open_store


class Echo:
    """Says what was said, counts, and does what some words ask."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.wait = threading.Event()

    def answer(self, turn: Turn) -> Reply:
        self.turns.append(turn)
        if "slow" in turn.text:
            assert self.wait.wait(20)
        if "fail" in turn.text:
            raise RuntimeError("no such model")
        if "nothing" in turn.text:
            return reply(" ")
        count = int(turn.memory.get("count", 0)) + 1
        action = "hand_over" if "person" in turn.text else "answer"
        memory = {"count": count}
        return reply(f"{count}: {turn.text}", action=action, memory=memory)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}", clock=clock) as opened:
        yield opened


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def engine(store: Store, echo: Echo) -> Iterator[Engine]:
    made = Engine(Conversations(store), echo)
    yield made
    echo.wait.set()
    made.close()


@pytest.fixture
def talk(engine: Engine) -> Conversation:
    return engine.conversations.start("widget", language="en")


def said(engine: Engine, talk: Conversation) -> list[tuple[str, str]]:
    log = engine.conversations.events(talk.id)
    return [(entry.who, entry.text) for entry in log if entry.kind == "message"]


def handle(engine: Engine, talk: Conversation, text: str) -> str | None:
    answer = engine.handle(talk.id, client_id=text, text=text).answer
    return None if answer is None else answer.text


def test_a_message_is_answered_with_what_came_before(
    engine: Engine, talk: Conversation, echo: Echo
) -> None:
    assert handle(engine, talk, "Hello") == "1: Hello"
    assert handle(engine, talk, "Where is it?") == "2: Where is it?"
    turn = echo.turns[-1]
    assert [m.text for m in turn.history] == ["Hello", "1: Hello"]
    assert (turn.memory, turn.channel, turn.language) == ({"count": 1}, "widget", "en")


def test_a_message_sent_again_gets_the_answer_it_got(
    engine: Engine, talk: Conversation, echo: Echo
) -> None:
    assert handle(engine, talk, "Hello") == "1: Hello"
    assert handle(engine, talk, "Hello") == "1: Hello"
    assert len(echo.turns) == 1


def test_who_asks_for_a_person_gets_one(engine: Engine, talk: Conversation, echo: Echo) -> None:
    assert handle(engine, talk, "a person") == "1: a person"
    assert handle(engine, talk, "hello?") is None
    assert engine.conversations.get(talk.id).state == "waiting"
    assert len(echo.turns) == 1


@pytest.mark.parametrize(
    ("text", "error"), [("fail", "RuntimeError"), ("say nothing", "ValueError")]
)
def test_where_the_bot_fails_a_person_is_asked(
    engine: Engine, talk: Conversation, text: str, error: str
) -> None:
    assert handle(engine, talk, text) is None
    log = engine.conversations.events(talk.id, private=True)
    assert (log[-2].kind, log[-2].who) == ("ask_for_person", "system")
    assert log[-2].text == f"the bot could not answer: {error}"
    assert log[-1].text == "A colleague will answer you here as soon as possible."


def test_what_a_dead_process_left_is_answered_once(
    engine: Engine, talk: Conversation, store: Store, clock: SetClock, echo: Echo
) -> None:
    # The process died after the message was kept, with its answer under way.
    left = engine.conversations.customer_says(talk.id, client_id="1", text="one", worker="dead")
    engine.conversations.customer_says(talk.id, client_id="2", text="two", worker="other")
    assert left.work is not None
    again = Engine(Conversations(store), echo)
    assert again.recover() == 0  # its lease has not run out
    clock.advance(61)
    assert again.recover() == 2
    assert again.recover() == 0
    again.close()
    assert said(engine, talk)[2:] == [("bot", "1: one"), ("bot", "2: two")]


def test_an_answer_that_comes_after_a_person_is_dropped(
    engine: Engine, talk: Conversation, echo: Echo
) -> None:
    receipt, answer = engine.submit(talk.id, client_id="1", text="slow one")
    engine.conversations.take(talk.id, agent="ana")
    echo.wait.set()
    handled = answer.result(20)
    assert (handled.answer, receipt.is_new) == (None, True)
    assert said(engine, talk) == [("customer", "slow one")]


def test_a_failure_after_a_person_asks_for_nobody(
    engine: Engine, talk: Conversation, echo: Echo
) -> None:
    _, answer = engine.submit(talk.id, client_id="1", text="slow fail")
    engine.conversations.take(talk.id, agent="ana")
    echo.wait.set()
    assert answer.result(20).said == ()
    assert engine.conversations.get(talk.id).owner == "ana"


def test_what_comes_while_an_answer_is_under_way_is_answered_after_it(
    engine: Engine, talk: Conversation, echo: Echo
) -> None:
    _, answer = engine.submit(talk.id, client_id="1", text="slow one")
    assert handle(engine, talk, "two") is None
    echo.wait.set()
    assert [m.text for m in answer.result(20).said] == ["1: slow one", "2: two"]


def test_slow_answers_hold_up_nobody_else(engine: Engine, echo: Echo) -> None:
    async def both() -> tuple[str, bool]:
        talks = [engine.conversations.start("widget") for _ in range(9)]
        slow = [
            asyncio.create_task(engine.handle_async(t.id, client_id="1", text="slow"))
            for t in talks[1:]
        ]
        await asyncio.sleep(0)
        quick = await engine.handle_async(talks[0].id, client_id="1", text="quick")
        are_open = not any(task.done() for task in slow)
        echo.wait.set()
        for handled in await asyncio.gather(*slow):
            assert handled.answer is not None
        assert quick.answer is not None
        return quick.answer.text, are_open

    assert asyncio.run(both()) == ("1: quick", True)


def test_an_error_of_the_caller_is_the_callers(engine: Engine, talk: Conversation) -> None:
    with pytest.raises(InputError, match="A message must say something; found an empty text"):
        engine.handle(talk.id, client_id="1", text="")
    with pytest.raises(InputError, match="There is no conversation 'none'"):
        engine.handle("none", client_id="1", text="Hello")


def test_two_engines_answer_a_resent_message_once(
    engine: Engine, store: Store, talk: Conversation, echo: Echo
) -> None:
    other = Engine(Conversations(store, Rules()), echo)
    handle(engine, talk, "Hello")
    assert handle(other, talk, "Hello") == "1: Hello"
    other.close()
    assert said(engine, talk) == [("customer", "Hello"), ("bot", "1: Hello")]
