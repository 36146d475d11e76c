"""Was an answer right? What people said about predictions; corrections become new data later."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from whet.core.errors import InputError
from whet.store.columns import insert_if_new, storable_text
from whet.store.database import Database
from whet.store.predictions import Prediction, unknown_prediction
from whet.store.schema import FEEDBACK, PREDICTIONS

OUT_OF_SCOPE = "out_of_scope"
"""Label of feedback that says: this message belongs to no class."""

_LONGEST_ID = 200  # an index of PostgreSQL holds no more than about 2,700 bytes


@dataclass(frozen=True)
class Feedback:
    """The right label of one prediction, as somebody says."""

    id: str
    """Chosen by who sends it: sending the same feedback twice counts once."""
    prediction: str
    label: str
    source: str
    """Who says so, for example `agent` or `customer`."""
    at: datetime


class FeedbackBox:
    """The feedback of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, feedback_id: str, prediction: str, *, label: str, source: str) -> bool:
        """Record the right label of a prediction; False when this id said the same before.

        Raises:
            InputError: the id is empty, too long or said something else before; the label is
                empty; or there is no such prediction.
        """
        _check(feedback_id, label)
        new = Feedback(feedback_id, prediction, label, source, self._database.clock())
        with self._database.write() as connection:
            # Held until the end, so that pruning cannot delete it in between.
            asked = select(PREDICTIONS.c.id).where(PREDICTIONS.c.id == prediction)
            if connection.execute(asked.with_for_update(read=True)).one_or_none() is None:
                raise unknown_prediction(prediction)
            if insert_if_new(connection, FEEDBACK, asdict(new)):
                return True
            _check_same(connection, new)
            return False

    def corrections(
        self, name: str, *, since: datetime | None = None
    ) -> list[tuple[Prediction, Feedback]]:
        """Return the answers of a package with the latest feedback on each, oldest first.

        Feedback that confirms the answer is among them: right answers are labels too.
        """
        with self._database.read() as connection:
            rows = connection.execute(_joined(name, since)).all()
        split = len(fields(Prediction))
        latest = {row[0]: (Prediction(*row[:split]), Feedback(*row[split:])) for row in rows}
        return sorted(latest.values(), key=lambda pair: (pair[1].at, pair[1].id))


def _joined(name: str, since: datetime | None) -> Select[Any]:
    """Return the query for predictions of a package with their feedback, oldest feedback first."""
    columns = [PREDICTIONS.c[field.name] for field in fields(Prediction)]
    columns += [FEEDBACK.c[field.name] for field in fields(Feedback)]
    asked = select(*columns).join_from(FEEDBACK, PREDICTIONS).where(PREDICTIONS.c.name == name)
    if since is not None:
        asked = asked.where(FEEDBACK.c.at >= since)
    return asked.order_by(FEEDBACK.c.at, FEEDBACK.c.id)


def _check(feedback_id: str, label: str) -> None:
    """Refuse an id or a label that nobody could use."""
    if not 0 < len(feedback_id) <= _LONGEST_ID:
        raise InputError(
            f"The id of a feedback must have 1 to {_LONGEST_ID} characters; "
            f"found {len(feedback_id)}. A UUID does well."
        )
    if not label.strip():
        raise InputError("Feedback needs the right label; found an empty text.")


def _check_same(connection: Connection, new: Feedback) -> None:
    """Refuse an id that stands for other feedback."""
    old = connection.execute(select(FEEDBACK).where(FEEDBACK.c.id == new.id)).one()
    said = (old.prediction, old.label)
    if said != (storable_text(new.prediction), storable_text(new.label)):
        raise InputError(
            f"Feedback {new.id!r} already says {old.label!r} about prediction "
            f"{old.prediction!r}. Send a new id with each new opinion."
        )
