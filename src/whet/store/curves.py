"""How good was a candidate with so many rows? Points of learning curves, over all runs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import select

from whet.store.columns import replace_row
from whet.store.database import Database
from whet.store.runs import check_run
from whet.store.schema import CURVES, RUNS


@dataclass(frozen=True)
class CurvePoint:
    """One measured point of a learning curve."""

    run: str
    candidate: str
    """Rung that was fitted."""
    metric: str
    size: int
    """Number of training rows."""
    seed: int
    """Seed of the sample."""
    value: float


class Curves:
    """The learning curves of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, points: Iterable[CurvePoint]) -> None:
        """Record points; a point that was measured again replaces the old one.

        Raises:
            InputError: a point names a run that does not exist.
        """
        rows = list(points)
        with self._database.write() as connection:
            for run in {point.run for point in rows}:
                check_run(connection, run)
            for point in rows:
                replace_row(connection, CURVES, asdict(point))

    def points(self, name: str, *, run: str | None = None) -> list[CurvePoint]:
        """Return the points of a card over all its runs, or of one run; smallest size first."""
        asked = select(CURVES).join(RUNS).where(RUNS.c.name == name)
        if run is not None:
            asked = asked.where(CURVES.c.run == run)
        order = (CURVES.c.candidate, CURVES.c.metric, CURVES.c.size, CURVES.c.seed, CURVES.c.run)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(*order)).mappings()
            return [CurvePoint(**row) for row in rows]
