"""Tests for the store's conversations: whole rows, pages, counts, and laws that the tables keep."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, update
from sqlalchemy.exc import IntegrityError

from whet.core.errors import InputError
from whet.store.conversation_lists import DayCount, Wanted
from whet.store.conversation_rows import Agent, Conversation, Message
from whet.store.conversation_tables import AGENTS, CONVERSATIONS, MESSAGES
from whet.store.store import Store

NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")


@pytest.mark.parametrize(
    ("table", "kind"), [(CONVERSATIONS, Conversation), (MESSAGES, Message), (AGENTS, Agent)]
)
def test_the_fields_of_a_row_are_the_columns_of_its_table(table: Table, kind: Any) -> None:
    assert [field.name for field in fields(kind)] == [column.name for column in table.columns]


def start(store: Store, name: str, customer: str | None = None) -> Conversation:
    return store.conversations.start(
        "widget", channel_id=name, customer=customer, language="en", queue="support"
    )


def say(store: Store, talk: str, text: str, **more: Any) -> Message:
    with store.conversations.change(talk) as change:
        at = change.at
        more = {"author": "customer", "agent": "", "client_id": None, "fence": 1} | more
        return change.add(Message(conversation=talk, seq=0, text=text, at=at, **more))


def test_a_conversation_begins_with_the_bot(store: Store) -> None:
    talk = start(store, "w1", "c1")
    assert (talk.state, talk.owner, talk.fence, talk.last_seq) == ("bot", None, 1, 1)
    assert (talk.opened, talk.language, talk.channel_language) == (NOON, "en", "en")
    assert store.conversations.get(talk.id) == talk == start(store, "w1", "other")


def test_entries_are_paged_by_their_numbers(store: Store) -> None:
    talk = start(store, "w1").id
    for n in range(4):
        say(store, talk, f"text {n}", is_private=n == 1, author="person", agent="ana")
    with store.conversations.change(talk) as change:
        change.record("take", who="ana", why="secret", from_state="bot")
    seen = store.conversations.entries(talk, after=1, limit=2)
    assert [(entry.seq, entry.text) for entry in seen] == [(2, "text 0"), (4, "text 2")]
    rest = store.conversations.entries(talk, after=4)
    assert [(entry.seq, entry.kind, entry.text) for entry in rest] == [
        (5, "message", "text 3"),
        (6, "take", ""),
    ]
    private = store.conversations.entries(talk, after=2, private=True)
    assert [(entry.seq, entry.text) for entry in private][::3] == [(3, "text 1"), (6, "secret")]


def test_a_change_that_fails_leaves_nothing(store: Store) -> None:
    talk = start(store, "w1")
    with pytest.raises(RuntimeError), store.conversations.change(talk.id) as change:
        change.add(Message(talk.id, 0, "customer", "", "1", "Hello", change.at, 1))
        change.record("take", who="ana", why="", from_state="bot")
        raise RuntimeError
    assert store.conversations.get(talk.id) == talk
    assert len(store.conversations.entries(talk.id)) == 1


@pytest.mark.parametrize("more", [{"client_id": "c"}, {"author": "bot", "in_reply_to": 2}])
def test_the_tables_themselves_refuse_doubles(store: Store, more: dict[str, Any]) -> None:
    talk = start(store, "w1").id
    say(store, talk, "once", **more)
    with pytest.raises(IntegrityError):
        say(store, talk, "twice", **more)


def test_the_tables_themselves_refuse_a_person_without_a_name(store: Store) -> None:
    talk = start(store, "w1")
    for wrong in ({"state": "person"}, {"owner": "ana"}):
        with pytest.raises(IntegrityError), store.database.write() as connection:
            connection.execute(update(CONVERSATIONS).values(**wrong))
    with pytest.raises(IntegrityError), store.database.write() as connection:
        row = vars(talk) | {"id": "other", "state": "bot"}
        connection.execute(insert(CONVERSATIONS), row)  # the same id of the channel


def test_pending_messages_are_counted_and_dated(
    store: Store, advance: Callable[[float], None]
) -> None:
    talk = start(store, "w1").id
    for n in range(3):
        advance(1)
        say(store, talk, str(n), is_pending=True)
    with store.conversations.change(talk) as change:
        assert (change.row.pending, change.row.pending_since) == (3, NOON + timedelta(seconds=1))
        change.mark_answered([2])
        assert change.row.pending_since == NOON + timedelta(seconds=2)
        change.mark_answered([3, 4])
        change.mark_answered([])
    row = store.conversations.get(talk)
    assert (row.pending, row.pending_since) == (0, None)


def test_an_inbox_is_paged_without_a_gap(store: Store, advance: Callable[[float], None]) -> None:
    for n in range(7):
        talk = start(store, f"w{n}", "c1" if n % 2 else None).id
        say(store, talk, f"text {n}")
        if n % 3:
            advance(1)  # some at the same moment
    for oldest_first in (False, True):
        found, after = [], None
        while True:
            page = store.conversation_lists.page(
                Wanted(), oldest_first=oldest_first, after=after, limit=2
            )
            found += [line.text for line in page.lines]
            after = page.following
            if after is None:
                break
        assert sorted(str(text) for text in found) == [f"text {n}" for n in range(7)]
        assert str(found[0 if oldest_first else -1]) in ("text 0", "text 1")


def test_an_inbox_is_narrowed(store: Store, advance: Callable[[float], None]) -> None:
    first, second, third = (start(store, name, name) for name in ("a", "b", "c"))
    with store.conversations.change(second.id) as change:
        change.set(state="waiting", waiting_since=NOON, queue="refunds", assigned="ana")
    with store.conversations.change(third.id) as change:
        change.set(state="person", owner="ana")

    def found(**wanted: Any) -> set[str]:
        page = store.conversation_lists.page(Wanted(**wanted))
        return {line.conversation.channel_id for line in page.lines}

    assert found(states=["waiting", "person"]) == {"b", "c"}
    assert found(queues=["refunds"]) == {"b"}
    assert found(owner="ana") == {"b", "c"}
    assert found(customer="a") == {"a"}
    assert found(before=NOON) == set()
    assert store.conversation_lists.queue_lengths() == {"refunds": 1}
    assert [c.id for c in store.conversations.waiting(limit=5)] == [second.id]
    assert store.conversations.get(first.id).state == "bot"
    line = store.conversation_lists.page(Wanted(customer="a")).lines[0]
    assert (line.author, line.text) == (None, None)


def test_a_place_that_no_page_returned_is_refused(store: Store) -> None:
    for wrong in ("soon", "2026-11-22T12:00:00 conv_1", "2026-11-22T12:00:00+00:00"):
        with pytest.raises(InputError) as error:
            store.conversation_lists.page(Wanted(), after=wrong)
        assert str(error.value) == (
            f"`after` must be what the page before returned as `following`; found {wrong!r}."
        )


def test_days_are_counted_in_utc(store: Store, advance: Callable[[float], None]) -> None:
    talk = start(store, "w1").id
    advance(11.5 * 3600)  # half past eleven at night in UTC, next morning at the server
    say(store, talk, "1")
    say(store, talk, "2", author="bot", in_reply_to=2, tier="template", cost=0.25)
    say(store, talk, "note", author="person", agent="ana", is_private=True)
    advance(3600)
    say(store, talk, "3", author="bot", in_reply_to=3, tier="template", cost=0.5)
    say(store, talk, "4", author="bot", in_reply_to=4, tier="template", cost=0.5)
    with store.conversations.change(talk) as change:
        change.set(intent="track")
    counted = store.conversation_lists.per_day(NOON, NOON + timedelta(days=2))
    assert counted == [
        DayCount("2026-11-22", "widget", "track", "bot", "template", 1, 0.25),
        DayCount("2026-11-22", "widget", "track", "customer", None, 1, 0.0),
        DayCount("2026-11-22", "widget", "track", "open", None, 1, 0.0),
        DayCount("2026-11-23", "widget", "track", "bot", "template", 2, 1.0),
    ]
    assert store.conversation_lists.per_day(NOON + timedelta(days=2), NOON) == []


def test_agents_come_and_go(store: Store) -> None:
    ana = Agent("ana", NOON, False, ["refunds"], 3)
    store.conversations.see_agent(ana)
    store.conversations.see_agent(Agent("bo", NOON, True, [], 0))
    assert store.conversations.agents()[0] == ana
    store.conversations.remove_agent("ana")
    assert [agent.name for agent in store.conversations.agents()] == ["bo"]
