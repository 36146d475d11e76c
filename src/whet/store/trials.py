"""Did a challenger hold against the champion, and what would it have said to live messages?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from whet.store.columns import Json, insert_into
from whet.store.database import Database
from whet.store.example_tables import SHADOWS, TRIALS


@dataclass(frozen=True)
class Trial:
    """One comparison of a challenger with the champion."""

    id: str
    model: str
    champion: str
    """Version."""
    challenger: str
    """Version."""
    passed: bool
    at: datetime
    facts: Json = field(hash=False)
    """Everything that was compared."""


@dataclass(frozen=True)
class Shadow:
    """What champion and challenger say to one live message; only the champion was heard."""

    model: str
    challenger: str
    """Version."""
    conversation: str
    message: int
    """Number of the customer's message."""
    champion: str
    """Version."""
    at: datetime
    old_intent: str | None
    new_intent: str | None
    old_action: str
    """`answer`, `ask` or `hand_over`."""
    new_action: str
    old_tier: str
    new_tier: str
    agrees: bool
    """Whether action, tier, intent and cited articles are the same."""
    seconds: float
    """That the challenger's answer took."""


class Trials:
    """Comparisons and shadow answers of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, trial: Trial) -> None:
        """Record a comparison."""
        with self._database.write() as connection:
            connection.execute(TRIALS.insert().values(**asdict(trial)))

    def all(self, model: str) -> list[Trial]:
        """Return the comparisons of a model, oldest first."""
        asked = select(TRIALS).where(TRIALS.c.model == model).order_by(TRIALS.c.at, TRIALS.c.id)
        with self._database.read() as connection:
            return [Trial(**row._mapping) for row in connection.execute(asked)]

    def keep_facts(self, trial: str, facts: Json) -> None:
        """Replace what was compared, where a text of it was deleted."""
        with self._database.write() as connection:
            connection.execute(update(TRIALS).where(TRIALS.c.id == trial).values(facts=facts))
        self._database.empty_log()  # the write-ahead log holds older copies of the pages

    def latest(self, model: str, challenger: str | None = None) -> Trial | None:
        """Return the newest comparison of a model, or of one of its challengers; None without."""
        asked = select(TRIALS).where(TRIALS.c.model == model)
        if challenger is not None:
            asked = asked.where(TRIALS.c.challenger == challenger)
        asked = asked.order_by(TRIALS.c.at.desc(), TRIALS.c.id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(asked).one_or_none()
        return None if row is None else Trial(**row._mapping)

    def add_shadows(self, shadows: Sequence[Shadow]) -> None:
        """Record shadow answers; one that is there already stays as it is."""
        if not shadows:
            return
        with self._database.write() as connection:
            insert = insert_into(connection, SHADOWS).on_conflict_do_nothing()
            connection.execute(insert, [asdict(shadow) for shadow in shadows])

    def shadows(self, model: str, challenger: str) -> list[Shadow]:
        """Return the shadow answers of a challenger, oldest first."""
        c = SHADOWS.c
        asked = select(SHADOWS).where(c.model == model, c.challenger == challenger)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(c.at, c.conversation, c.message)).all()
        return [Shadow(**row._mapping) for row in rows]
