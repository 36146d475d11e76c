"""Who did what in the console, when, and to which? Written once, never changed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from whet.store.columns import Json
from whet.store.console_tables import AUDIT
from whet.store.database import Database


@dataclass(frozen=True)
class Deed:
    """One thing that somebody did."""

    id: int
    """Grows."""
    at: datetime
    who: str
    """Name of the user; as it was typed for an attempt to sign in."""
    what: str
    """For example `take` or `article.delete`."""
    which: str
    """What it was done to: the id of a conversation, an article, a user."""
    address: str
    """Network address that it was done from; empty on the command line."""
    facts: Json = field(hash=False)
    """What else is to be known of it."""


class AuditLog:
    """What was done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, who: str, what: str, which: str, *, address: str = "", facts: Json | None = None
    ) -> None:
        """Keep that somebody did something."""
        row = {"at": self._database.clock(), "who": who[:200], "what": what}
        row |= {"which": which[:200], "address": address, "facts": facts or {}}
        with self._database.write() as connection:
            connection.execute(AUDIT.insert().values(**row))

    def page(
        self, *, who: str = "", what: str = "", before: int = 0, limit: int = 100
    ) -> list[Deed]:
        """Return deeds, the latest first.

        Args:
            who: only those of this user.
            what: only those whose name begins so.
            before: only those before the deed of this id.
            limit: most of them.
        """
        asked = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
        if who:
            asked = asked.where(AUDIT.c.who == who)
        if what:
            asked = asked.where(AUDIT.c.what.startswith(what, autoescape=True))
        if before:
            asked = asked.where(AUDIT.c.id < before)
        with self._database.read() as connection:
            return [Deed(*row) for row in connection.execute(asked)]
