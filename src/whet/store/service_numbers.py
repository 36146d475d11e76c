"""How did each conversation go? One row of numbers for each, from which quality is computed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.sql.expression import Subquery

from whet.store.conversation_tables import CONVERSATIONS, EVENTS, MESSAGES, RATINGS
from whet.store.database import Database
from whet.store.example_tables import EXAMPLES

_C, _M, _E, _R, _X = CONVERSATIONS.c, MESSAGES.c, EVENTS.c, RATINGS.c, EXAMPLES.c


@dataclass(frozen=True)
class Course:
    """How one conversation went."""

    id: str
    channel: str
    intent: str | None
    language: str
    state: str
    opened: datetime
    questions: int
    """Messages of the customer."""
    answers: int
    """Answers of the bot that answer: no questions back, no hand-overs, no small talk."""
    persons: int
    """Messages of people of the desk."""
    cost: float
    """Of the bot's answers, beyond the machine, in the desk's currency."""
    handed_over: int
    """How often it was put into a queue."""
    first_asked: datetime | None
    """First message of the customer."""
    first_said: datetime | None
    """First message of bot or person after that; None where nobody has answered."""
    person_seconds: float
    """Time that a person had it, in seconds."""
    wrong: int
    """Answers of the bot that somebody found wrong: a thumb down, opened again, a review."""


class ServiceNumbers:
    """What quality is computed from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def courses(self, since: datetime, until: datetime) -> list[Course]:
        """Return the conversations opened from `since` to before `until`, oldest first."""
        inside = and_(_C.opened >= since, _C.opened < until)
        with self._database.read() as connection:
            courses = connection.execute(_asked(inside)).all()
            wrong = _wrong(connection, inside)
            spent = _person_seconds(connection, inside, self._database.clock())
        return [Course(*row, spent.get(row[0], 0.0), len(wrong.get(row[0], ()))) for row in courses]


def _asked(inside: Any) -> Any:
    """Return the query for what can be counted conversation by conversation."""
    said, moved = _said(inside), _moved(inside)
    asked = select(
        _C.id,
        _C.channel,
        _C.intent,
        _C.language,
        _C.state,
        _C.opened,
        func.coalesce(said.c.questions, 0),
        func.coalesce(said.c.answers, 0),
        func.coalesce(said.c.persons, 0),
        func.coalesce(said.c.cost, 0.0),
        func.coalesce(moved.c.handed, 0),
        said.c.first_asked,
        said.c.first_said,
    )
    asked = asked.outerjoin_from(CONVERSATIONS, said, said.c.conversation == _C.id)
    asked = asked.outerjoin(moved, moved.c.conversation == _C.id)
    return asked.where(inside).order_by(_C.opened, _C.id)


def _said(inside: Any) -> Subquery:
    """Return the numbers of the messages of each conversation."""
    answering = _M.tier.in_(("template", "article", "composed"))
    is_reply = _M.author.in_(("bot", "person"))
    columns = [
        _M.conversation,
        func.sum(case((_M.author == "customer", 1), else_=0)).label("questions"),
        func.sum(case((and_(_M.author == "bot", answering), 1), else_=0)).label("answers"),
        func.sum(case((_M.author == "person", 1), else_=0)).label("persons"),
        func.sum(case((_M.cost.is_not(None), _M.cost), else_=0.0)).label("cost"),
        func.min(case((_M.author == "customer", _M.at))).label("first_asked"),
        func.min(case((is_reply, _M.at))).label("first_said"),
    ]
    asked = select(*columns).join_from(MESSAGES, CONVERSATIONS, _C.id == _M.conversation)
    asked = asked.where(inside, _M.is_private.is_(False)).group_by(_M.conversation)
    return asked.subquery("said")


def _moved(inside: Any) -> Subquery:
    """Return how often each conversation was put into a queue."""
    entered = and_(_E.to_state == "waiting", _E.from_state != "waiting")
    asked = select(_E.conversation, func.count().label("handed"))
    asked = asked.join_from(EVENTS, CONVERSATIONS, _C.id == _E.conversation)
    return asked.where(inside, entered).group_by(_E.conversation).subquery("moved")


def _wrong(connection: Any, inside: Any) -> dict[str, set[int]]:
    """Return by conversation the numbers of the customer's messages that were answered wrongly."""
    down = select(_M.conversation, _M.in_reply_to).join_from(
        RATINGS, MESSAGES, and_(_M.conversation == _R.conversation, _M.seq == _R.message)
    )
    down = down.join(CONVERSATIONS, _C.id == _M.conversation)
    down = down.where(inside, _R.value == -1, _R.message > 0, _M.author == "bot")
    # A reopened conversation counts until a person says that the answer was right.
    said_wrong = and_(_X.answered.is_not(None), _X.state != "rejected")
    differs = case((_X.label.is_(None), _X.source == "reopened"), else_=_X.label != _X.answered)
    told = select(_X.conversation, _X.message).distinct()
    told = told.join_from(EXAMPLES, CONVERSATIONS, _C.id == _X.conversation)
    told = told.join(MESSAGES, and_(_M.conversation == _C.id, _M.in_reply_to == _X.message))
    is_answer = _M.tier.in_(("template", "article", "composed"))
    told = told.where(inside, said_wrong, differs, is_answer)
    found: dict[str, set[int]] = {}
    for asked in (down, told):
        for conversation, message in connection.execute(asked):
            found.setdefault(conversation, set()).add(message)
    return found


def _person_seconds(connection: Any, inside: Any, now: datetime) -> dict[str, float]:
    """Return by conversation the time between events in which a person had it."""
    asked = select(_E.conversation, _E.from_state, _E.to_state, _E.at)
    asked = asked.join_from(EVENTS, CONVERSATIONS, _C.id == _E.conversation).where(inside)
    spent: dict[str, float] = {}
    since: dict[str, datetime] = {}
    for conversation, _, after, at in connection.execute(asked.order_by(_E.conversation, _E.seq)):
        if conversation in since:
            seconds = (at - since.pop(conversation)).total_seconds()
            spent[conversation] = spent.get(conversation, 0.0) + max(0.0, seconds)
        if after == "person":
            since[conversation] = at
    for conversation, at in since.items():
        seconds = (now - at).total_seconds()
        spent[conversation] = spent.get(conversation, 0.0) + max(0.0, seconds)
    return spent
