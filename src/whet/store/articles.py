"""Which articles are never used, and which questions are never answered? Counted day by day.

A question is kept as it is given, so mask what is personal in it first. Where there are too many,
those that were asked least and longest ago make room.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Connection, delete, func, select

from whet.core.text import normalise
from whet.store.columns import insert_into
from whet.store.database import Database
from whet.store.passage_tables import ARTICLE_USES, DOCUMENTS, UNANSWERED

LONGEST_QUESTION = 500
"""Characters of a question that are kept."""
MOST_QUESTIONS = 5000
"""Questions of one index."""


@dataclass(frozen=True)
class ArticleUse:
    """How often an article was used."""

    document: str
    title: str
    owner: str
    uses: int
    """Answers that cited it."""
    last: datetime | None
    """First moment of the last day on which one did; None for never."""


@dataclass(frozen=True)
class Unanswered:
    """A question that found no answer."""

    question: str
    times: int
    first: datetime
    last: datetime


class ArticleUses:
    """What happened to the articles of an index, and to questions about them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, name: str, documents: Iterable[str]) -> None:
        """Count one answer for each article that it cites; articles that are gone do not count."""
        day = datetime.combine(self._database.clock().astimezone(UTC).date(), time(), UTC)
        with self._database.write() as connection:
            for document in sorted(set(documents)):
                asked = select(DOCUMENTS.c.id).where(
                    DOCUMENTS.c.name == name, DOCUMENTS.c.id == document
                )
                if connection.execute(asked.with_for_update()).one_or_none() is None:
                    continue
                row = {"name": name, "document": document, "day": day, "uses": 1}
                one_more = insert_into(connection, ARTICLE_USES).values(**row)
                connection.execute(
                    one_more.on_conflict_do_update(
                        index_elements=["name", "document", "day"],
                        set_={"uses": ARTICLE_USES.c.uses + 1},
                    )
                )

    def all(self, name: str, *, since: datetime | None = None) -> list[ArticleUse]:
        """Return the use of every article, those never used too; least used first."""
        joined = (ARTICLE_USES.c.name == DOCUMENTS.c.name) & (
            ARTICLE_USES.c.document == DOCUMENTS.c.id
        )
        if since is not None:
            joined &= ARTICLE_USES.c.day >= since
        uses = func.coalesce(func.sum(ARTICLE_USES.c.uses), 0).label("uses")
        asked = (
            select(DOCUMENTS.c.id, DOCUMENTS.c.title, DOCUMENTS.c.owner, uses)
            .add_columns(func.max(ARTICLE_USES.c.day, type_=ARTICLE_USES.c.day.type))
            .select_from(DOCUMENTS.outerjoin(ARTICLE_USES, joined))
            .where(DOCUMENTS.c.name == name)
            .group_by(DOCUMENTS.c.id, DOCUMENTS.c.title, DOCUMENTS.c.owner)
            .order_by(uses, DOCUMENTS.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        return [
            ArticleUse(ident, title, owner, int(n), last) for ident, title, owner, n, last in rows
        ]

    def unanswered(self, name: str, question: str, *, times: int = 1) -> None:
        """Count a question that found no answer; the same words count as one question."""
        now = self._database.clock()
        row = {
            "name": name,
            "digest": _digest(question),
            "question": question[:LONGEST_QUESTION],
            "times": times,
            "first": now,
            "last": now,
        }
        again = {"times": UNANSWERED.c.times + times, "last": now}
        with self._database.write() as connection:
            once_more = insert_into(connection, UNANSWERED).values(**row)
            connection.execute(
                once_more.on_conflict_do_update(index_elements=["name", "digest"], set_=again)
            )
            _make_room(connection, name)

    def questions(
        self, name: str, *, since: datetime | None = None, limit: int = 50
    ) -> list[Unanswered]:
        """Return questions that found no answer, the most frequent first."""
        table = UNANSWERED.c
        asked = select(table.question, table.times, table.first, table.last)
        asked = asked.where(table.name == name).limit(limit)
        if since is not None:
            asked = asked.where(table.last >= since)
        ordered = asked.order_by(table.times.desc(), table.last.desc(), table.digest)
        with self._database.read() as connection:
            return [Unanswered(*row) for row in connection.execute(ordered)]

    def settle(self, name: str, question: str) -> bool:
        """Forget a question, because it has an answer now; False when it was not there."""
        own = (UNANSWERED.c.name == name) & (UNANSWERED.c.digest == _digest(question))
        with self._database.write() as connection:
            return connection.execute(delete(UNANSWERED).where(own)).rowcount == 1


def forget_questions(connection: Connection, texts: Iterable[str]) -> None:
    """Delete what somebody asked from the questions of every index."""
    for text in texts:
        connection.execute(delete(UNANSWERED).where(UNANSWERED.c.digest == _digest(text)))


def _make_room(connection: Connection, name: str) -> None:
    """Delete the least important questions beyond `MOST_QUESTIONS`."""
    own = UNANSWERED.c.name == name
    count = connection.execute(select(func.count()).where(own).select_from(UNANSWERED)).scalar_one()
    if count <= MOST_QUESTIONS:
        return
    least = select(UNANSWERED.c.digest).where(own)
    least = least.order_by(UNANSWERED.c.times, UNANSWERED.c.last, UNANSWERED.c.digest)
    least = least.limit(count - MOST_QUESTIONS)
    connection.execute(delete(UNANSWERED).where(own, UNANSWERED.c.digest.in_(least)))


def _digest(question: str) -> str:
    """Return what tells questions of other words apart."""
    # Of what is kept: a question that is read from the list can be settled by its words.
    kept = normalise(question[:LONGEST_QUESTION])
    return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()
