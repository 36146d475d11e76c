"""How does one transaction change one conversation, so that all of it happens or none?

``Conversations.change`` locks the row of the conversation first (the row in PostgreSQL, the file in
SQLite), so that what is read stays true until the end. Entries are numbered under that lock. The
row itself is written once, at the end.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from whet.core.errors import InputError
from whet.store.columns import replace_row, storable_text
from whet.store.conversation_rows import Agent, Conversation, Message
from whet.store.conversation_tables import AGENTS, CONVERSATIONS, EVENTS, MESSAGES, RATINGS

_OF = MESSAGES.c.conversation == bindparam("of")
_IS_PENDING = MESSAGES.c.is_pending.is_(True)
_ROW = select(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("of")).with_for_update()
_BY_CLIENT = select(MESSAGES).where(
    _OF,
    MESSAGES.c.author == bindparam("author"),
    MESSAGES.c.agent == bindparam("agent"),
    MESSAGES.c.client_id == bindparam("client_id"),
)
_BY_SEQ = select(MESSAGES).where(_OF, MESSAGES.c.seq == bindparam("seq"))
_ANSWER_TO = select(MESSAGES).where(_OF, MESSAGES.c.in_reply_to == bindparam("seq"))
_PENDING = select(MESSAGES).where(_OF, _IS_PENDING).order_by(MESSAGES.c.seq)
_OLDEST_PENDING = _PENDING.limit(1)
_BEFORE = (
    select(MESSAGES)
    .where(
        _OF,
        # Answers stand behind later messages that came while they were computed.
        or_(MESSAGES.c.seq < bindparam("before"), MESSAGES.c.author != "customer"),
        MESSAGES.c.seq >= bindparam("since"),
        MESSAGES.c.is_private.is_(False),
    )
    .order_by(MESSAGES.c.seq.desc())
    .limit(bindparam("most", type_=CONVERSATIONS.c.fence.type))
)
_ANSWERED = (
    update(MESSAGES)
    .where(_OF, MESSAGES.c.seq.in_(bindparam("seqs", expanding=True)))
    .values(is_pending=False)
)
_SET = update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("of"))
_LOADS = select(CONVERSATIONS.c.owner, CONVERSATIONS.c.assigned).where(
    CONVERSATIONS.c.state.in_(["person", "waiting"])
)


class Change:
    """One conversation inside a transaction that holds its lock."""

    def __init__(self, connection: Connection, conversation: str, now: datetime) -> None:
        """Lock and read the conversation.

        Raises:
            InputError: there is no such conversation.
        """
        found = connection.execute(_ROW, {"of": conversation}).one_or_none()
        if found is None:
            raise unknown_conversation(conversation)
        self.connection = connection
        self._dirty: dict[str, Any] = {}
        self.row = Conversation(*found)
        self.now = now
        """What the clock says, which may be before what it said last time."""
        self.at = max(now, self.row.updated)
        """The time of every entry of this change: a clock that jumps back stands still here."""

    def set(self, **values: Any) -> None:
        """Set columns of the conversation."""
        self.row = replace(self.row, **values)
        self._dirty |= values

    def add(self, message: Message) -> Message:
        """Append a message under the next number and return it as it is stored."""
        seq = self._next()
        stored = replace(message, seq=seq, text=storable_text(message.text))
        self.connection.execute(insert(MESSAGES), vars(stored))
        if not stored.is_private:
            self.set(last_message=seq)
        if stored.is_pending:
            since = self.row.pending_since or stored.at
            self.set(pending=self.row.pending + 1, pending_since=since)
        return stored

    def record(self, kind: str, *, who: str, why: str, from_state: str | None) -> int:
        """Append an event about the conversation as it stands now; return its number."""
        seq = self._next()
        row = {
            "conversation": self.row.id,
            "seq": seq,
            "kind": kind,
            "who": who,
            "why": why,
            "from_state": from_state,
            "to_state": self.row.state,
            "owner": self.row.owner,
            "fence": self.row.fence,
            "at": self.at,
        }
        self.connection.execute(insert(EVENTS), row)
        return seq

    def sent_before(self, author: str, agent: str, client_id: str) -> Message | None:
        """Return the message that this sender sent under this id."""
        return self._one(_BY_CLIENT, author=author, agent=agent, client_id=storable_text(client_id))

    def message(self, seq: int) -> Message | None:
        """Return the message of a number."""
        return self._one(_BY_SEQ, seq=seq)

    def answer_to(self, seq: int) -> Message | None:
        """Return the bot's answer to the message of a number."""
        return self._one(_ANSWER_TO, seq=seq)

    def pending(self) -> list[Message]:
        """Return the customer's messages that nobody has answered, oldest first."""
        found = self.connection.execute(_PENDING, {"of": self.row.id})
        return [Message(*row) for row in found]

    def oldest_pending(self) -> Message | None:
        """Return the oldest of the customer's messages that nobody has answered."""
        return self._one(_OLDEST_PENDING)

    def history(self, before: int, *, most: int) -> list[Message]:
        """Return what was publicly said since it was opened, oldest first, the last `most`.

        Messages of the customer from number `before` on are left out.
        """
        asked = {"of": self.row.id, "before": before, "since": self.row.context_from, "most": most}
        found = [Message(*row) for row in self.connection.execute(_BEFORE, asked)]
        return found[::-1]

    def mark_answered(self, seqs: list[int]) -> None:
        """Say that nobody needs to answer the messages of these numbers any more."""
        if not seqs:
            return
        self.connection.execute(_ANSWERED, {"of": self.row.id, "seqs": seqs})
        left = self.row.pending - len(seqs)
        oldest = self.oldest_pending() if left else None
        self.set(pending=left, pending_since=oldest.at if oldest else None)

    def rate(self, *, message: int, value: int, comment: str) -> None:
        """Keep an opinion about a message, or with 0 about the conversation; a later one wins."""
        row = {"conversation": self.row.id, "message": message, "value": value, "at": self.at}
        replace_row(self.connection, RATINGS, row | {"comment": comment})
        if not message:
            self.set(csat=value)

    def agents(self) -> list[tuple[Agent, int]]:
        """Return every agent with the number of conversations that are theirs or offered."""
        loads: dict[str, int] = {}
        for owner, assigned in self.connection.execute(_LOADS):
            name = owner or assigned
            loads[name] = loads.get(name, 0) + 1
        found = self.connection.execute(select(AGENTS).order_by(AGENTS.c.name))
        return [(Agent(*row), loads.get(row.name, 0)) for row in found]

    def flush(self) -> None:
        """Write the row of the conversation; called once, at the end of the transaction."""
        if self._dirty:
            self.connection.execute(_SET, {"of": self.row.id} | self._dirty)

    def _next(self) -> int:
        """Return the number of the next entry, which is written now."""
        self.set(last_seq=self.row.last_seq + 1, updated=self.at)
        return self.row.last_seq

    def _one(self, asked: Any, **values: Any) -> Message | None:
        """Return the one message that a query of this conversation finds."""
        found = self.connection.execute(asked, {"of": self.row.id} | values).one_or_none()
        return None if found is None else Message(*found)


def unknown_conversation(conversation: str) -> InputError:
    """Return the refusal of an id that no conversation has."""
    return InputError(
        f"There is no conversation {conversation[:60]!r}. Start one, or send the id that "
        "starting returned."
    )
