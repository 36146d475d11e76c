"""What did people say about the bot's answers? Thumbs, agents' answers, conversations reopened.

Each signal is one question of a customer with what the bot said to it and what came after. What a
forgotten customer wrote has no text and gives no signal.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, select

from whet.store.columns import Json
from whet.store.conversation_tables import CONVERSATIONS, EVENTS, MESSAGES, RATINGS
from whet.store.database import Database

_REOPENING = ("customer_writes", "customer_returns", "reopen")


@dataclass(frozen=True)
class Signal:
    """What somebody said, or did, about the answer to one message."""

    kind: str
    """`thumb`, `agent`, `reopened`, or `answered` where nobody said anything."""
    conversation: str
    message: int
    """Number of the customer's message."""
    text: str
    """What the customer wrote."""
    reply: Json | None = field(hash=False)
    """The bot's answer to it: action, reason; None where it gave none."""
    who: str | None
    """Customer or agent; None for a customer without a name."""
    said: str
    """For `agent`: the answer that the agent sent; for `thumb`: `1` or `-1`."""
    at: datetime
    """When it was said or done."""
    channel: str
    language: str


class Signals:
    """What people said in the conversations of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, moment: datetime) -> list[Signal]:
        """Return everything that was said since a moment, oldest first."""
        found = []
        with self._database.read() as connection:
            for asked in (_thumbs(moment), _agents(moment), _reopened(moment)):
                for row in connection.execute(asked):
                    values = dict(row._mapping)
                    values["said"] = str(values["said"])
                    found.append(Signal(**values))
        return sorted(found, key=lambda s: (s.at, s.conversation, s.message, s.kind))

    def answered(self, moment: datetime, *, limit: int = 2000) -> list[Signal]:
        """Return the newest messages that the bot replied to since a moment, newest first."""
        asked = _answered().where(_B.c.at >= moment)
        asked = asked.order_by(_B.c.at.desc(), _B.c.conversation, _B.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [Signal(**row._mapping) for row in connection.execute(asked)]

    def answer_to(self, conversation: str, message: int) -> Signal | None:
        """Return one message that the bot replied to; None where there is none with a text."""
        asked = _answered().where(_Q.c.conversation == conversation, _Q.c.seq == message)
        with self._database.read() as connection:
            row = connection.execute(asked).one_or_none()
        return None if row is None else Signal(**row._mapping)


_Q, _B, _P = MESSAGES.alias("q"), MESSAGES.alias("b"), MESSAGES.alias("p")


def _columns(kind: str, who: Any, said: Any, at: Any) -> list[Any]:
    """Return the columns of a signal."""
    c = CONVERSATIONS.c
    return [
        literal(kind).label("kind"),
        _Q.c.conversation,
        _Q.c.seq.label("message"),
        _Q.c.text,
        _B.c.reply,
        who.label("who"),
        said.label("said"),
        at.label("at"),
        c.channel,
        c.language,
    ]


def _question(of: Any) -> Any:
    """Return the condition that `_Q` is what the bot's answer `of` replies to."""
    return and_(_Q.c.conversation == of.c.conversation, _Q.c.seq == of.c.in_reply_to)


def _answered() -> Select[Any]:
    """Return the query for messages that the bot replied to."""
    asked = select(*_columns("answered", CONVERSATIONS.c.customer, literal(""), _B.c.at))
    asked = asked.select_from(_B).join(_Q, _question(_B))
    asked = asked.join(CONVERSATIONS, CONVERSATIONS.c.id == _B.c.conversation)
    return asked.where(_B.c.author == "bot", _Q.c.text != "")


def _thumbs(moment: datetime) -> Select[Any]:
    """Return the query for thumbs on the bot's answers."""
    r, c = RATINGS.c, CONVERSATIONS.c
    asked = select(*_columns("thumb", c.customer, r.value, r.at))
    rated = and_(_B.c.conversation == r.conversation, _B.c.seq == r.message)
    asked = asked.select_from(RATINGS).join(_B, rated).join(_Q, _question(_B))
    asked = asked.join(CONVERSATIONS, c.id == r.conversation)
    return asked.where(r.at >= moment, r.message > 0, _B.c.author == "bot", _Q.c.text != "")


def _agents(moment: datetime) -> Select[Any]:
    """Return the query for an agent's first answer after a message of the customer."""
    earlier = MESSAGES.alias("earlier")
    before = (
        select(func.max(earlier.c.seq))
        .where(earlier.c.conversation == _P.c.conversation, earlier.c.author == "customer")
        .where(earlier.c.seq < _P.c.seq)
        .scalar_subquery()
    )
    asked = select(*_columns("agent", _P.c.agent, _P.c.text, _P.c.at)).select_from(_P)
    asked = asked.join(_Q, and_(_Q.c.conversation == _P.c.conversation, _Q.c.seq == before))
    asked = asked.outerjoin(
        _B, and_(_B.c.conversation == _Q.c.conversation, _B.c.in_reply_to == _Q.c.seq)
    )
    asked = asked.join(CONVERSATIONS, CONVERSATIONS.c.id == _P.c.conversation)
    is_answer = and_(_P.c.author == "person", _P.c.is_private.is_(False))
    return asked.where(_P.c.at >= moment, is_answer, _Q.c.text != "", _P.c.text != "")


def _reopened(moment: datetime) -> Select[Any]:
    """Return the query for the bot's last answer before a conversation was opened again."""
    e = EVENTS.c
    last = (
        select(func.max(_P.c.seq))
        .where(_P.c.conversation == e.conversation, _P.c.seq < e.seq, _P.c.is_private.is_(False))
        .where(_P.c.author.in_(("bot", "person", "customer")))
        .scalar_subquery()
    )
    asked = select(*_columns("reopened", CONVERSATIONS.c.customer, e.kind, e.at))
    asked = asked.select_from(EVENTS)
    asked = asked.join(_B, and_(_B.c.conversation == e.conversation, _B.c.seq == last))
    asked = asked.join(_Q, _question(_B)).join(CONVERSATIONS, CONVERSATIONS.c.id == e.conversation)
    was_closed = and_(e.kind.in_(_REOPENING), e.from_state == "resolved")
    return asked.where(e.at >= moment, was_closed, _B.c.author == "bot", _Q.c.text != "")
