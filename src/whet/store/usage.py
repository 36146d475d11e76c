"""How much did each key use? Requests, texts, tokens and time, per key, model and UTC hour."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from whet.store.columns import in_utc, insert_into
from whet.store.database import Database
from whet.store.schema import USAGE

_COUNTS = ("requests", "texts", "tokens", "milliseconds")
_Totals = dict[tuple[str, str, datetime], list[float]]


@dataclass(frozen=True)
class Use:
    """What was used at one moment."""

    key: str
    """Id of the API key; "" without one."""
    model: str
    """Name of the model."""
    at: datetime
    requests: int
    texts: int
    tokens: int
    milliseconds: float
    """Time that the model worked."""


@dataclass(frozen=True)
class DailyUse:
    """What one key used of one model on one UTC day."""

    day: date
    key: str
    model: str
    requests: int
    texts: int
    tokens: int
    milliseconds: float


class Usage:
    """The meters of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, uses: Iterable[Use]) -> None:
        """Add to the meters; several processes may do so at once, and nothing is lost."""
        totals = _by_hour(uses)
        if not totals:
            return
        rows = [
            {"key": key, "model": model, "hour": hour, **dict(zip(_COUNTS, counts, strict=True))}
            # In one order everywhere: otherwise two writers could wait for each other for ever.
            for (key, model, hour), counts in sorted(totals.items())
        ]
        with self._database.write() as connection:
            insert = insert_into(connection, USAGE)
            sums = {count: USAGE.c[count] + insert.excluded[count] for count in _COUNTS}
            upsert = insert.on_conflict_do_update(index_elements=list(USAGE.primary_key), set_=sums)
            connection.execute(upsert, rows)

    def report(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[DailyUse]:
        """Return the use per UTC day, key and model, from `since` on and before `until`.

        Use is kept by the hour: `since` and `until` cut at full hours.
        """
        asked = select(USAGE)
        if since is not None:
            asked = asked.where(USAGE.c.hour >= _hour(since))
        if until is not None:
            asked = asked.where(USAGE.c.hour < _hour(until))
        totals: dict[tuple[date, str, str], list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
        with self._database.read() as connection:
            for row in connection.execute(asked):
                total = totals[row.hour.date(), row.key, row.model]
                for index, count in enumerate(_COUNTS):
                    total[index] += getattr(row, count)
        return [
            DailyUse(*group, int(total[0]), int(total[1]), int(total[2]), total[3])
            for group, total in sorted(totals.items())
        ]


def _by_hour(uses: Iterable[Use]) -> _Totals:
    """Return the counts of a batch, summed per key, model and hour."""
    totals: _Totals = defaultdict(lambda: [0, 0, 0, 0.0])
    for use in uses:
        total = totals[use.key, use.model, _hour(use.at)]
        for index, count in enumerate(_COUNTS):
            total[index] += getattr(use, count)
    return totals


def _hour(moment: datetime) -> datetime:
    """Return the full UTC hour in which a moment lies."""
    return in_utc(moment).replace(minute=0, second=0, microsecond=0)
