"""What was said in which conversation, whose is it, and what happened to it?

Everything is changed inside ``change``, which holds the conversation's lock; the rules of what may
happen are the product's (`whet.products.support.conversation`), not the store's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, cast, delete, false, literal, null, or_, select, union_all

from whet.core.ids import new_id
from whet.store.columns import Json, insert_if_new, replace_row, storable_text
from whet.store.conversation_change import Change, unknown_conversation
from whet.store.conversation_rows import Agent, Conversation, Entry, Message, check_id
from whet.store.conversation_tables import AGENTS, CONVERSATIONS, EVENTS, MESSAGES
from whet.store.database import Database

_C = CONVERSATIONS.c
_IDS_AT_ONCE = 1000
# Queries of every message are made once: to make one costs more than to run it.
_BY_ID = select(CONVERSATIONS).where(_C.id == bindparam("of"))
_BY_CHANNEL = select(CONVERSATIONS).where(
    _C.channel == bindparam("in_channel"), _C.channel_id == bindparam("under")
)


@dataclass(frozen=True)
class Due:
    """Times before which something is overdue; see `ConversationBox.due`."""

    waiting: datetime | None
    """Waiting since before this: the customer is told. None where nobody is to be told now."""
    pending: datetime
    """A message unanswered since before this: whoever has the conversation is silent."""
    idle: datetime
    """Nothing said since before this: it is closed."""


class ConversationBox:
    """The conversations of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def change(self, conversation: str) -> Iterator[Change]:
        """Yield a conversation under its lock; an error takes the whole change back.

        Raises:
            InputError: there is no such conversation.
        """
        with self._database.write() as connection:
            # The clock is read under the lock: a change that waited is not older than the last.
            change = Change(connection, conversation, self._database.clock())
            yield change
            change.flush()

    def start(
        self,
        channel: str,
        *,
        channel_id: str | None,
        customer: str | None,
        language: str | None,
        queue: str,
        likely: str = "en",
    ) -> Conversation:
        """Return the conversation of a channel's id; a new one, owned by the bot, at first."""
        if channel_id and (known := self.find(channel, channel_id)) is not None:
            return known  # most messages are not the first; a read holds nobody up
        now, ident = self._database.clock(), new_id("conv")
        wanted = check_id("id of the conversation in its channel", channel_id or ident)
        if customer is not None:
            check_id("id of the customer", customer)
        row: Json = {name: None for name in CONVERSATIONS.columns.keys()}  # noqa: SIM118
        row |= {"id": ident, "channel": check_id("name of the channel", channel)}
        row |= {
            "channel_id": wanted,
            "customer": customer,
            "channel_language": language,
            "queue": queue,
        }
        row |= {"state": "bot", "memory": {}, "opened": now, "updated": now, "state_since": now}
        row |= {name: 0 for name in ("reopened", "last_seq", "last_message", "pending")}
        row |= {"language": language or likely, "fence": 1, "context_from": 1, "rate_count": 0}
        with self._database.write() as connection:
            if insert_if_new(connection, CONVERSATIONS, row):
                change = Change(connection, ident, now)
                change.record("open", who="customer", why="", from_state=None)
                change.flush()
                return change.row
            return Conversation(*connection.execute(_BY_CHANNEL, _place(channel, wanted)).one())

    def get(self, conversation: str) -> Conversation:
        """Return a conversation.

        Raises:
            InputError: there is no such conversation.
        """
        with self._database.read() as connection:
            found = connection.execute(_BY_ID, {"of": conversation}).one_or_none()
        if found is None:
            raise unknown_conversation(conversation)
        return Conversation(*found)

    def find(self, channel: str, channel_id: str) -> Conversation | None:
        """Return the conversation of a channel's id; None where there is none."""
        wanted = _place(channel, channel_id)
        with self._database.read() as connection:
            found = connection.execute(_BY_CHANNEL, wanted).one_or_none()
        return None if found is None else Conversation(*found)

    def last_entries(self, conversations: Sequence[str]) -> dict[str, int]:
        """Return the number of the last entry of each conversation, in one query a thousand."""
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for start in range(0, len(conversations), _IDS_AT_ONCE):
                block = conversations[start : start + _IDS_AT_ONCE]
                asked = select(_C.id, _C.last_seq).where(_C.id.in_(block))
                found |= {ident: seq for ident, seq in connection.execute(asked)}
        return found

    def entries(
        self, conversation: str, *, after: int = 0, limit: int = 200, private: bool = False
    ) -> list[Entry]:
        """Return the entries of a conversation after a number, in order, in one query.

        `private` adds agents' notes and why the state changed; customers read neither.
        """
        asked = _ALL_ENTRIES if private else _PUBLIC_ENTRIES
        values = {"of": conversation, "after": after, "most": limit}
        with self._database.read() as connection:
            return [Entry(*row) for row in connection.execute(asked, values)]

    def answer_to(self, conversation: str, seq: int) -> Message | None:
        """Return the bot's answer to a message; None where there is none."""
        own = (MESSAGES.c.conversation == conversation) & (MESSAGES.c.in_reply_to == seq)
        with self._database.read() as connection:
            found = connection.execute(select(MESSAGES).where(own)).one_or_none()
        return None if found is None else Message(*found)

    def unanswered(self, *, lease_s: float, limit: int) -> list[Conversation]:
        """Return conversations of the bot that owe an answer and that no worker has leased.

        A lease that ends later than any can was given before the clock jumped back: it is free.
        """
        now = self._database.clock()
        latest = now + timedelta(seconds=lease_s)
        is_free = or_(_C.lease_until.is_(None), _C.lease_until <= now, _C.lease_until > latest)
        asked = select(CONVERSATIONS).where(_C.state == "bot", _C.pending > 0, is_free)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(_C.pending_since, _C.id).limit(limit))
            return [Conversation(*row) for row in found]

    def now(self) -> datetime:
        """Return what the store's clock says."""
        return self._database.clock()

    def due(self, overdue: Due, *, limit: int) -> list[str]:
        """Return the ids of conversations for which a time may have come, longest silent first.

        It finds a little too much: whether the time has come is decided under the lock.
        """
        silent = and_(_C.state.in_(["bot", "person"]), _C.pending_since <= overdue.pending)
        idle = and_(_C.state.in_(["bot", "person"]), _C.pending == 0, _C.updated <= overdue.idle)
        times = [silent, idle]
        if overdue.waiting is not None:
            waits = and_(_C.state == "waiting", _C.waiting_since <= overdue.waiting)
            times.append(waits & _C.escalated.is_(None))
        asked = select(_C.id).where(or_(*times)).order_by(_C.updated, _C.id)
        with self._database.read() as connection:
            return list(connection.execute(asked.limit(limit)).scalars())

    def waiting(self, *, limit: int, offered: bool = False) -> list[Conversation]:
        """Return the conversations that wait for a person, or are offered to one, oldest first."""
        asked = select(CONVERSATIONS).where(_C.state == "waiting")
        if offered:
            asked = asked.where(_C.assigned.is_not(None))
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(_C.waiting_since, _C.id).limit(limit))
            return [Conversation(*row) for row in found]

    def owned_by(self, agents: Sequence[str]) -> list[str]:
        """Return the ids of conversations that these agents have and whose customer waits."""
        mine = (_C.state == "person") & _C.owner.in_(agents) & (_C.pending > 0)
        with self._database.read() as connection:
            return list(connection.execute(select(_C.id).where(mine).order_by(_C.id)).scalars())

    def see_agent(self, agent: Agent) -> None:
        """Keep a sign of life of an agent."""
        check_id("name of the agent", agent.name)
        with self._database.write() as connection:
            replace_row(connection, AGENTS, vars(agent))

    def agents(self) -> list[Agent]:
        """Return every agent that was ever at the desk, by name."""
        with self._database.read() as connection:
            found = connection.execute(select(AGENTS).order_by(AGENTS.c.name))
            return [Agent(*row) for row in found]

    def remove_agent(self, name: str) -> None:
        """Delete an agent's presence."""
        with self._database.write() as connection:
            connection.execute(delete(AGENTS).where(AGENTS.c.name == name))


def _place(channel: str, channel_id: str) -> Json:
    """Return the values of `_BY_CHANNEL`."""
    return {"in_channel": storable_text(channel), "under": storable_text(channel_id)}


def _entries(*, private: bool) -> Any:
    """Return the query for entries: messages and events under one numbering."""
    m, e = MESSAGES.c, EVENTS.c
    of: Any = bindparam("of")
    after = bindparam("after", type_=m.seq.type)
    words, number = cast(null(), m.text.type), cast(null(), m.seq.type)
    message = literal("message", m.text.type)
    why = e.why if private else literal("", m.text.type)
    of_message = (m.in_reply_to, m.is_private, m.client_id, words, words, m.reply)
    of_event = (number, false(), words, e.from_state, e.to_state, cast(null(), m.reply.type))
    messages = select(m.seq, message, m.author, m.agent, m.text, m.at, m.fence, *of_message)
    messages = messages.where(m.conversation == of, m.seq > after)
    if not private:
        messages = messages.where(m.is_private.is_(False))
    events = select(e.seq, e.kind, e.who, e.owner, why, e.at, e.fence, *of_event)
    events = events.where(e.conversation == of, e.seq > after)
    most = bindparam("most", type_=m.seq.type)
    return union_all(messages, events).order_by("seq").limit(most)


_PUBLIC_ENTRIES, _ALL_ENTRIES = (_entries(private=private) for private in (False, True))
