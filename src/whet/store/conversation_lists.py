"""Which conversations are in the inbox, how many were there each day, and how is one forgotten?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement
from sqlalchemy.types import Text

from whet.core.errors import InputError
from whet.store.articles import forget_questions
from whet.store.columns import Json
from whet.store.conversation_change import Change
from whet.store.conversation_rows import Conversation
from whet.store.conversation_tables import CONVERSATIONS, EVENTS, MESSAGES, RATINGS
from whet.store.database import Database
from whet.store.example_tables import EXAMPLES

_C = CONVERSATIONS.c
_LARGEST_PAGE = 200


@dataclass(frozen=True)
class Wanted:
    """Which conversations an inbox shows; every field narrows it."""

    states: Sequence[str] = ()
    queues: Sequence[str] = ()
    owner: str | None = None
    """Agent who has them, or to whom they are offered."""
    customer: str | None = None
    channel: str | None = None
    before: datetime | None = None
    """Last changed before this."""


@dataclass(frozen=True)
class Listed:
    """One line of an inbox."""

    conversation: Conversation
    author: str | None
    """Author of the last message that the customer may read; None without any."""
    text: str | None
    """That message."""


@dataclass(frozen=True)
class Page:
    """Some lines of an inbox, and where to go on."""

    lines: list[Listed]
    following: str | None
    """To be passed as `after` for the next page; None on the last one."""


@dataclass(frozen=True)
class DayCount:
    """How often something happened on one day (UTC), in one channel, about one intent."""

    day: str
    """As `2026-11-28`."""
    channel: str
    intent: str | None
    what: str
    """The author of messages, or the kind of event, for example `ask_for_person`."""
    tier: str | None
    """How the bot's answers were found."""
    count: int
    cost: float
    """Of the bot's answers, beyond the machine."""


class _Day(FunctionElement[str]):
    """The UTC day of a time, as text."""

    type = Text()
    inherit_cache = True


@compiles(_Day, "sqlite")
def _day_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    """Times are text of fixed width there, in UTC."""
    return f"substr({compiler.process(element.clauses, **options)}, 1, 10)"


@compiles(_Day, "postgresql")
def _day_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """The day would else be that of the server's own time zone."""
    inner = compiler.process(element.clauses, **options)
    return f"to_char({inner} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


class ConversationLists:
    """What is read of many conversations at once; and their deletion."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        wanted: Wanted,
        *,
        oldest_first: bool = False,
        after: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Return conversations by the time of their last change, newest first if not asked else.

        Raises:
            InputError: `after` is not what a page returned.
        """
        limit = max(1, min(limit, _LARGEST_PAGE))
        asked = _page(wanted, oldest_first, after).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        lines = [Listed(Conversation(*row[:-2]), row[-2], row[-1]) for row in rows[:limit]]
        last = lines[-1].conversation if len(rows) > limit else None
        return Page(lines, f"{last.updated.isoformat()} {last.id}" if last else None)

    def waiting(self, *, limit: int = 100) -> list[Listed]:
        """Return what waits for a person, the longest first, with what the customer said last."""
        m = MESSAGES.alias()
        own = (m.c.conversation == _C.id) & (m.c.author == "customer")
        last = select(func.max(m.c.seq)).where(own).scalar_subquery()
        asked = _lines(last).where(_C.state == "waiting").order_by(_C.waiting_since, _C.id)
        with self._database.read() as connection:
            rows = connection.execute(asked.limit(limit))
            return [Listed(Conversation(*row[:-2]), row[-2], row[-1]) for row in rows]

    def queue_lengths(self) -> dict[str, int]:
        """Return how many conversations wait in each queue that is not empty."""
        asked = select(_C.queue, func.count()).where(_C.state == "waiting").group_by(_C.queue)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(asked.order_by(_C.queue))}

    def per_day(self, since: datetime, until: datetime) -> list[DayCount]:
        """Return messages by author and tier, and events by kind, from `since` to before `until`.

        The intent is the one that the conversation ended with.
        """
        with self._database.read() as connection:
            found = [
                DayCount(*row)
                for asked in (_messages_per_day(since, until), _events_per_day(since, until))
                for row in connection.execute(asked)
            ]
        return sorted(found, key=lambda c: (c.day, c.channel, c.intent or "", c.what, c.tier or ""))

    def forget(self, customer: str) -> int:
        """Delete every text of a customer's conversations; return how many there were.

        What stays is a skeleton that counts: states, times, tiers, costs, intents. Open
        conversations are closed, so that no answer under way can write into them.
        """
        return self._forget(_C.customer == customer)

    def forget_conversation(self, conversation: str) -> int:
        """Delete every text of one conversation, for a customer without a name; return 1 or 0."""
        return self._forget(_C.id == conversation)

    def _forget(self, of: ColumnElement[bool]) -> int:
        """Delete every text of some conversations; return how many there were."""
        asked = select(_C.id).where(of, _C.forgotten.is_(None)).order_by(_C.id)
        with self._database.write() as connection:
            found = connection.execute(asked).scalars().all()
            for ident in found:
                _delete_texts(Change(connection, ident, self._database.clock()))
        if found:
            # The write-ahead log holds older copies of the pages.
            self._database.empty_log()
        return len(found)


def _lines(seq: ColumnElement[Any] = _C.last_message) -> Select[Any]:
    """Return the query for conversations with one message each: the last one that is read."""
    one = and_(MESSAGES.c.conversation == _C.id, MESSAGES.c.seq == seq)
    asked = select(CONVERSATIONS, MESSAGES.c.author, MESSAGES.c.text)
    return asked.outerjoin_from(CONVERSATIONS, MESSAGES, one)


def _page(wanted: Wanted, oldest_first: bool, after: str | None) -> Select[Any]:
    """Return the query for a page."""
    asked = _lines().where(*_narrowed(wanted))
    if after is not None:
        moment, ident = _cursor(after)
        if oldest_first:
            asked = asked.where(or_(_C.updated > moment, and_(_C.updated == moment, _C.id > ident)))
        else:
            asked = asked.where(or_(_C.updated < moment, and_(_C.updated == moment, _C.id < ident)))
    if oldest_first:
        return asked.order_by(_C.updated, _C.id)
    return asked.order_by(_C.updated.desc(), _C.id.desc())


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions of a wish."""
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(_C.state.in_(wanted.states))
    if wanted.queues:
        found.append(_C.queue.in_(wanted.queues))
    if wanted.owner is not None:
        found.append(or_(_C.owner == wanted.owner, _C.assigned == wanted.owner))
    if wanted.customer is not None:
        found.append(_C.customer == wanted.customer)
    if wanted.channel is not None:
        found.append(_C.channel == wanted.channel)
    if wanted.before is not None:
        found.append(_C.updated < wanted.before)
    return found


def _cursor(after: str) -> tuple[datetime, str]:
    """Return the place that a page's `following` names."""
    moment, _, ident = after.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not ident:
        raise InputError(
            f"`after` must be what the page before returned as `following`; found {after[:60]!r}."
        )
    return at, ident


def _messages_per_day(since: datetime, until: datetime) -> Select[Any]:
    """Return the query that counts messages; notes of agents are not messages."""
    m = MESSAGES.c
    keys = (_Day(m.at), _C.channel, _C.intent, m.author, m.tier)
    counted = (func.count(), func.sum(case((m.cost.is_not(None), m.cost), else_=0.0)))
    asked = select(*keys, *counted).join_from(MESSAGES, CONVERSATIONS)
    return asked.where(m.at >= since, m.at < until, m.is_private.is_(False)).group_by(*keys)


def _events_per_day(since: datetime, until: datetime) -> Select[Any]:
    """Return the query that counts events."""
    e = EVENTS.c
    keys: tuple[Any, ...] = (_Day(e.at), _C.channel, _C.intent, e.kind)
    nothing: tuple[Any, ...] = (func.max(None, type_=Text()), func.count(), 0.0)
    asked: Select[Any] = select(*keys, *nothing).join_from(EVENTS, CONVERSATIONS)
    return asked.where(e.at >= since, e.at < until).group_by(*keys)


def _delete_texts(change: Change) -> None:
    """Delete every text of one conversation, and close it."""
    ident, run = change.row.id, change.connection.execute
    no_text = {"text": "", "client_id": None, "reply": None, "is_pending": False}
    asked = (MESSAGES.c.conversation == ident) & (MESSAGES.c.author == "customer")
    forget_questions(change.connection, run(select(MESSAGES.c.text).where(asked)).scalars().all())
    run(update(MESSAGES).where(MESSAGES.c.conversation == ident).values(**no_text))
    run(update(EVENTS).where(EVENTS.c.conversation == ident).values(why=""))
    run(update(RATINGS).where(RATINGS.c.conversation == ident).values(comment=""))
    run(delete(EXAMPLES).where(EXAMPLES.c.conversation == ident))
    before = change.row.state
    who = ("customer", "owner", "assigned", "assigned_at", "last_person")
    when = ("pending_since", "waiting_since", "escalated", "lease_holder", "lease_until")
    gone: Json = dict.fromkeys(who + when)
    change.set(**gone, memory={}, channel_id=ident, state="resolved", pending=0)
    closed = change.row.resolved_at or change.at
    change.set(fence=change.row.fence + 1, forgotten=change.at, resolved_at=closed)
    change.record("forget", who="customer", why="", from_state=before)
    change.flush()
