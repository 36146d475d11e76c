"""What did a run measure on its way? Training metrics by step, costs by stage, verdicts.

A run that is resumed may measure a step, a stage or a candidate again: the newest value stays.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from whet.store.columns import Json, replace_row
from whet.store.database import Database
from whet.store.runs import check_run
from whet.store.schema import COSTS, METRICS, VERDICTS

_VERDICT = tuple(c.name for c in VERDICTS.columns if c.name not in ("run", "at"))


@dataclass(frozen=True)
class Metric:
    """One value of one step."""

    name: str
    step: int
    value: float | None
    """None when it was not a number, for example a loss that ran away."""
    at: datetime


@dataclass(frozen=True)
class Cost:
    """What one stage of a run cost."""

    stage: str
    """Name of the stage, for example `rung:probe`."""
    seconds: float
    """Wall-clock seconds."""
    device: str
    """Where it ran, for example `cpu`."""
    rows: int | None = None
    """Number of rows that it worked on."""
    peak_bytes: int | None = None
    """Largest memory during the stage."""
    predicted_seconds: float | None = None
    """What was predicted before; None when nothing was."""


class Measurements:
    """The measurements of all runs of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def log(self, run: str, name: str, *, step: int, value: float) -> None:
        """Record the value of metric `name` at a step."""
        row = {"run": run, "name": name, "step": step, "value": value}
        with self._database.write() as connection:
            check_run(connection, run)
            replace_row(connection, METRICS, row | {"at": self._database.clock()})

    def metrics(self, run: str, name: str | None = None) -> list[Metric]:
        """Return the logged values of a run by name and step."""
        asked = select(*(METRICS.c[field.name] for field in fields(Metric)))
        asked = asked.where(METRICS.c.run == run).order_by(METRICS.c.name, METRICS.c.step)
        if name is not None:
            asked = asked.where(METRICS.c.name == name)
        with self._database.read() as connection:
            return [Metric(*row) for row in connection.execute(asked)]

    def add_cost(self, run: str, cost: Cost) -> None:
        """Record what a stage of a run cost."""
        with self._database.write() as connection:
            check_run(connection, run)
            row = {"run": run, "at": self._database.clock()} | asdict(cost)
            replace_row(connection, COSTS, row)

    def costs(self, run: str) -> list[Cost]:
        """Return the costs of a run, oldest first."""
        asked = select(*(COSTS.c[field.name] for field in fields(Cost))).where(COSTS.c.run == run)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(COSTS.c.at, COSTS.c.stage))
            return [Cost(*row) for row in rows]

    def add_verdict(self, run: str, verdict: Mapping[str, Any]) -> None:
        """Record one row of the verdict table, with the keys that the facts of a build have.

        Needed: `candidate`, `metric`, `verdict`, `reason`; what is missing of the others is None.
        """
        row: Json = {key: verdict.get(key) for key in _VERDICT}
        with self._database.write() as connection:
            check_run(connection, run)
            row |= {"run": run, "at": self._database.clock()}
            replace_row(connection, VERDICTS, row)

    def verdicts(self, run: str) -> list[Json]:
        """Return the verdict rows of a run in the order in which they were given."""
        asked = select(*(VERDICTS.c[key] for key in _VERDICT)).where(VERDICTS.c.run == run)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(VERDICTS.c.at, VERDICTS.c.candidate))
            return [dict(row) for row in rows.mappings()]
