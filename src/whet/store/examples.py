"""Which texts did people label, who said so, and may a model learn from it?

Nothing is learnt from an example before it is accepted. A text is masked before it comes here.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update

from whet.core.errors import InputError, did_you_mean
from whet.store.columns import insert_into
from whet.store.database import Database
from whet.store.example_tables import EXAMPLES

STATES = ("proposed", "accepted", "rejected", "quarantined")
"""`proposed`: nobody has decided; `quarantined`: the guard holds it for a person."""

SOURCES = ("thumb", "agent", "reopened", "review", "feedback")
"""Who or what says so: a customer's thumb, an agent's answer, a conversation that was opened again,
a person who reviewed the prediction, or feedback over the API."""

_C = EXAMPLES.c


@dataclass(frozen=True)
class Example:
    """One text with the label that somebody gave it."""

    id: str
    """Made from what it comes from: the same opinion read twice is one example."""
    model: str
    """Name of the model that it is for."""
    text: str
    """Masked."""
    label: str | None
    """Right label, or `out_of_scope`; None where somebody only said that the answer was wrong."""
    answered: str | None
    """What the model had answered; None where it had not."""
    source: str
    """One of `SOURCES`."""
    who: str
    """Kind and name of who says so, as `agent:ann`; anonymous customers share one name."""
    at: datetime
    conversation: str | None = None
    message: int | None = None
    """Number of the customer's message."""
    prediction: str | None = None
    channel: str = ""
    language: str = ""
    weight: float = 1.0
    """How much the saying counts where people disagree, above 0."""
    state: str = "proposed"
    why: str = ""
    """Why it is in this state, one sentence."""
    decided_by: str | None = None
    decided_at: datetime | None = None


class Examples:
    """The examples of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, found: Sequence[Example]) -> int:
        """Record examples; one that is there already stays as it is. Return how many were new."""
        if not found:
            return 0
        with self._database.write() as connection:
            before = connection.execute(select(func.count()).select_from(EXAMPLES)).scalar_one()
            insert = insert_into(connection, EXAMPLES).on_conflict_do_nothing()
            connection.execute(insert, [asdict(example) for example in found])
            after = connection.execute(select(func.count()).select_from(EXAMPLES)).scalar_one()
        return int(after - before)

    def all(self, model: str, states: Sequence[str] = STATES) -> list[Example]:
        """Return the examples of a model in some states, oldest first."""
        asked = select(EXAMPLES).where(_C.model == model, _C.state.in_(states))
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(_C.at, _C.id)).all()
        return [Example(**row._mapping) for row in rows]

    def counts(self, model: str) -> dict[tuple[str, str], int]:
        """Return how many examples there are by source and state."""
        asked = select(_C.source, _C.state, func.count()).where(_C.model == model)
        with self._database.read() as connection:
            rows = connection.execute(asked.group_by(_C.source, _C.state))
            return {(row[0], row[1]): row[2] for row in rows}

    def decide(self, decided: Sequence[Example]) -> None:
        """Keep the state and the reason of examples that are there; others are left out."""
        now = self._database.clock()
        with self._database.write() as connection:
            for example in decided:
                values = {
                    "state": example.state,
                    "why": example.why,
                    "decided_by": example.decided_by,
                    "decided_at": now,
                }
                connection.execute(update(EXAMPLES).where(_C.id == example.id).values(**values))

    def review(self, example: str, *, by: str, label: str | None) -> Example:
        """Let a person accept an example under a label (None rejects it); return it.

        The text counts as said by the reviewer from now on.

        Raises:
            InputError: there is no such example.
        """
        now = self._database.clock()
        with self._database.write() as connection:
            row = connection.execute(select(EXAMPLES).where(_C.id == example)).one_or_none()
            if row is None:
                known = list(connection.execute(select(_C.id)).scalars())
                hint = did_you_mean(example, known) if known else "This store has none yet."
                raise InputError(f"There is no example {example!r}. {hint}")
            old = Example(**row._mapping)
            state = "rejected" if label is None else "accepted"
            new = replace(
                old,
                state=state,
                label=old.label if label is None else label,
                why=f"{by} has {state} it",
                decided_by=by,
                decided_at=now,
            )
            if label is not None:
                new = replace(new, who=by, source="review", weight=REVIEW_WEIGHT)
            values = {name: value for name, value in asdict(new).items() if name != "id"}
            connection.execute(update(EXAMPLES).where(_C.id == example).values(**values))
        return new


REVIEW_WEIGHT = 2.0
"""Weight of what a person says who looked at the prediction for that purpose."""
