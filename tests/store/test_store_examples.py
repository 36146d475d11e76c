"""Tests for examples, trials, signals and courses in both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.support_desk import reply

from whet.core.errors import InputError
from whet.products.support.conversation.service import Conversations
from whet.store.examples import Example
from whet.store.store import Store
from whet.store.trials import Shadow, Trial


def _example(at: datetime, ident: str = "e1", **fields: object) -> Example:
    values = {"label": "refund", "answered": None, "source": "review", "who": "agent:ann", "at": at}
    return Example(ident, "m", "我要退款", **values | fields)  # type: ignore[arg-type]


def test_an_example_is_kept_once_and_comes_back_as_it_was(store: Store) -> None:
    first = _example(store.database.clock(), message=3, channel="widget", language="zh")
    assert store.examples.add([first, _example(store.database.clock(), "e2")]) == 2
    assert store.examples.add([_example(store.database.clock(), label="login")]) == 0
    assert store.examples.add([]) == 0
    assert store.examples.all("m")[0] == first
    assert store.examples.all("other") == []
    assert store.examples.counts("m") == {("review", "proposed"): 2}


def test_a_review_is_kept_with_who_and_when(store: Store, advance: Callable[[float], None]) -> None:
    start = store.database.clock()
    store.examples.add([_example(start, label=None, source="thumb")])
    advance(5)
    done = store.examples.review("e1", by="reviewer:bo", label="login")
    assert store.examples.all("m", ["accepted"]) == [done]
    assert (done.label, done.who, done.source) == ("login", "reviewer:bo", "review")
    assert done.decided_at == start + timedelta(seconds=5)
    with pytest.raises(InputError) as error:
        store.examples.review("e9", by="reviewer:bo", label="login")
    assert str(error.value) == "There is no example 'e9'. Valid names: e1."


def test_the_newest_trial_counts(store: Store, advance: Callable[[float], None]) -> None:
    assert store.trials.latest("m") is None
    for i, challenger in enumerate(("2", "2", "3")):
        advance(1)
        now = store.database.clock()
        store.trials.add(Trial(f"t{i}", "m", "1", challenger, i == 1, now, {"a": [1, None]}))
    found = store.trials.latest("m", "2")
    assert found is not None and (found.id, found.passed, found.facts) == (
        "t1",
        True,
        {"a": [1, None]},
    )


def test_signals_say_what_the_answer_was_and_to_what(
    store: Store, advance: Callable[[float], None]
) -> None:
    desk = Conversations(store)
    opened = desk.start("widget", customer="ann", language="en")
    work = desk.customer_says(opened.id, client_id="1", text="my money?", worker="w").work
    assert work is not None
    said = desk.bot_says(
        opened.id, fence=work.fence, in_reply_to=work.in_reply_to, reply=reply(intent="refund")
    ).message
    assert said is not None
    advance(1)
    desk.rate(opened.id, -1, message=said.seq)
    desk.resolve(opened.id, who="customer")
    advance(1)
    desk.customer_says(opened.id, client_id="2", text="still nothing")
    fence = desk.take(opened.id, agent="bo").fence
    desk.note(opened.id, agent="bo", client_id="n", text="a note is no answer")
    desk.person_says(opened.id, agent="bo", fence=fence, client_id="1", text="I look")
    start = store.database.clock() - timedelta(days=1)
    found = {s.kind: s for s in store.signals.since(start)}
    assert sorted(found) == ["agent", "reopened", "thumb"]
    assert found["thumb"].said == "-1"
    assert (found["thumb"].text, found["reopened"].text) == ("my money?", "my money?")
    assert found["thumb"].reply is not None
    assert found["thumb"].reply["reason"]["intents"][0]["intent"] == "refund"
    assert (found["agent"].text, found["agent"].said, found["agent"].who) == (
        "still nothing",
        "I look",
        "bo",
    )
    assert [s.message for s in store.signals.answered(start)] == [work.in_reply_to]
    assert store.signals.answer_to(opened.id, work.in_reply_to) is not None
    assert store.signals.answer_to(opened.id, 99) is None
    (course,) = store.service_numbers.courses(start, store.database.clock() + timedelta(1))
    assert (course.questions, course.answers, course.persons, course.wrong) == (2, 1, 1, 1)
    shadow = Shadow(
        "m", "2", opened.id, work.in_reply_to, "1", store.database.clock(),
        "a", "b", "answer", "hand_over", "template", "hand_over", False, 0.5,
    )  # fmt: skip
    store.trials.add_shadows([shadow, shadow])
    assert store.trials.shadows("m", "2") == [shadow]
    store.examples.add([_example(store.database.clock(), conversation=opened.id, message=2)])
    desk.lists.forget("ann")
    assert store.examples.all("m") == []
    assert store.signals.since(start) == []
