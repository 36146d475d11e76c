"""What did a served model answer, and when? One row per answer; the text only if it was passed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select

from whet.core.errors import InputError
from whet.store.columns import insert_into
from whet.store.database import Database
from whet.store.schema import PREDICTIONS


@dataclass(frozen=True)
class Prediction:
    """One answer of one package."""

    id: str
    name: str
    """Name of the package."""
    version: str
    """Version of the package."""
    at: datetime
    input_sha256: str
    """SHA-256 of the input text."""
    label: str | None
    """Most probable label, also when the model abstained."""
    probability: float | None
    """Calibrated probability of `label`."""
    confidence: float | None
    """What the threshold was compared with; None when the package has none."""
    abstained: bool
    latency_ms: float
    key: str | None = None
    """Id of the API key; None without one."""
    text: str | None = None
    """The input; None unless the operator has chosen to keep texts."""


class Predictions:
    """The answers that a store remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, batch: Sequence[Prediction]) -> None:
        """Record a batch; an id that is already there is left as it is, so a retry is harmless."""
        if not batch:
            return
        with self._database.write() as connection:
            insert = insert_into(connection, PREDICTIONS).on_conflict_do_nothing()
            connection.execute(insert, [asdict(prediction) for prediction in batch])

    def get(self, prediction: str) -> Prediction:
        """Return one answer.

        Raises:
            InputError: there is no such prediction.
        """
        asked = select(PREDICTIONS).where(PREDICTIONS.c.id == prediction)
        with self._database.read() as connection:
            row = connection.execute(asked).mappings().one_or_none()
        if row is None:
            raise unknown_prediction(prediction)
        return Prediction(**row)

    def recent(
        self, name: str | None = None, *, since: datetime | None = None, limit: int = 100
    ) -> list[Prediction]:
        """Return the newest answers first, of one package or of all, not older than `since`."""
        asked = select(PREDICTIONS)
        if name is not None:
            asked = asked.where(PREDICTIONS.c.name == name)
        if since is not None:
            asked = asked.where(PREDICTIONS.c.at >= since)
        asked = asked.order_by(PREDICTIONS.c.at.desc(), PREDICTIONS.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [Prediction(**row) for row in connection.execute(asked).mappings()]

    def prune(self, before: datetime) -> int:
        """Delete the answers older than `before`, with their feedback; return how many.

        Corrections that must outlive this belong in a data version.
        """
        with self._database.write() as connection:
            return connection.execute(delete(PREDICTIONS).where(PREDICTIONS.c.at < before)).rowcount


def unknown_prediction(prediction: str) -> InputError:
    """Return the refusal of a prediction id that the store does not hold."""
    return InputError(
        f"There is no prediction {prediction!r}. Send the id exactly as the answer gave it."
    )
