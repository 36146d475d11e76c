"""What was a base thought to be worth on a card's data, and what did builds with it measure?"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from whet.store.columns import replace_row
from whet.store.database import Database
from whet.store.schema import BASE_ESTIMATES, RUNS, VERDICTS

_WORDS_ONLY = "linear"
"""The rung that reads no base: what it measures says nothing about one."""


@dataclass(frozen=True)
class BaseEstimate:
    """The estimate of one base for one version of a card's data."""

    name: str
    """Name of the card."""
    data_version: str
    base: str
    """The base as cards name it; a folder by its whole path."""
    identity: str
    """Hash of the base's files."""
    metric: str
    """Metric of `probe`."""
    logme: float
    logme_low: float
    logme_high: float
    probe: float
    """Metric of a frozen probe on held-out rows of the sample."""
    probe_low: float
    probe_high: float
    curve: list[dict[str, Any]]
    """Sizes and values of the probe's learning curve."""
    rows: int
    """Rows of the sample."""
    seconds: float


@dataclass(frozen=True)
class Measured:
    """What one rung that reads the base measured in one finished run."""

    name: str
    data_version: str
    card_path: str
    base: str
    """The base as the run's card names it."""
    metric: str
    value: float


class BaseEstimates:
    """The estimates of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, estimate: BaseEstimate) -> None:
        """Keep an estimate; a newer one of the same card, data and base replaces the older."""
        row = asdict(estimate) | {"at": self._database.clock()}
        with self._database.write() as connection:
            replace_row(connection, BASE_ESTIMATES, row)

    def all(self) -> list[BaseEstimate]:
        """Return every estimate, by card, data and base."""
        asked = select(*(BASE_ESTIMATES.c[field.name] for field in fields(BaseEstimate)))
        order = (BASE_ESTIMATES.c.name, BASE_ESTIMATES.c.data_version, BASE_ESTIMATES.c.base)
        with self._database.read() as connection:
            return [BaseEstimate(*row) for row in connection.execute(asked.order_by(*order))]

    def measured(self) -> list[Measured]:
        """Return what the rungs of finished runs measured on validation rows, oldest run first."""
        names = ("name", "data_version", "card_path", "card")
        asked = (
            select(*(RUNS.c[name] for name in names), VERDICTS.c.metric, VERDICTS.c.value)
            .join(VERDICTS, VERDICTS.c.run == RUNS.c.id)
            .where(RUNS.c.status.in_(("built", "gate_failed")), VERDICTS.c.value.is_not(None))
            .where(VERDICTS.c.candidate != _WORDS_ONLY)
            .order_by(RUNS.c.started, RUNS.c.id)
        )
        with self._database.read() as connection:
            return [
                Measured(row[0], row[1], row[2], row[3]["base"], row[4], row[5])
                for row in connection.execute(asked)
            ]
