"""What was forecast of a learning curve, when and by which code, and how right was it?

A forecast holds quantiles at several sizes beyond the largest measured one, so that a later
measurement at any size between them can judge it. A forecast made again from the same points with
the same code has the same id: the first one stays, with its date.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, select

from whet.core.errors import InputError
from whet.store.columns import insert_if_new, replace_row
from whet.store.database import Database
from whet.store.schema import FORECAST_SCORES, FORECASTS


@dataclass(frozen=True)
class StoredForecast:
    """One forecast of one curve."""

    id: str
    """The same for the same points, method and seed."""
    name: str
    """Name of the card, or of the file that the points came from."""
    candidate: str
    """Rung whose curve it is; "" for a file."""
    metric: str
    unit: str
    """What a size counts, for example `labels`."""
    run: str | None
    """Newest run that measured the points; None for a file."""
    largest: float
    """Largest size that was measured."""
    sizes: list[float]
    """Sizes of the rows of `quantiles`, ascending."""
    levels: list[float]
    """Levels of the columns of `quantiles`, ascending."""
    quantiles: list[list[float]]
    """Scores; one row a size."""
    factor: float
    """By how much the spread had been stretched."""
    method: str
    """Name of the way of forecasting; scores of another one calibrate nothing."""
    version: str
    """Version of Whet."""
    seed: int


@dataclass(frozen=True)
class DatedForecast:
    """A forecast with the moment at which it was made."""

    forecast: StoredForecast
    at: datetime


@dataclass(frozen=True)
class ForecastScore:
    """How right one forecast was at one size that was measured later."""

    forecast: str
    """Id of the forecast."""
    source: str
    """Run, or file, that measured the truth."""
    size: float
    truth: float
    """The score that was measured, the mean of its seeds."""
    low: float
    """10 % quantile that had been forecast."""
    middle: float
    """Median that had been forecast."""
    high: float
    """90 % quantile that had been forecast."""
    pinball: float
    """Mean pinball loss over the levels."""
    crps: float
    """Continuous ranked probability score."""
    miss: float
    """Miss as a share of the half-width before it was stretched, on the side of the miss."""

    @property
    def is_held(self) -> bool:
        """Whether the 80 % interval held the truth."""
        return self.low <= self.truth <= self.high


class Forecasts:
    """The forecasts of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, forecast: StoredForecast) -> bool:
        """Keep a forecast and return True; False when the same one is there already."""
        row = asdict(forecast) | {"at": self._database.clock()}
        with self._database.write() as connection:
            return insert_if_new(connection, FORECASTS, row)

    def all(self, name: str | None = None) -> list[DatedForecast]:
        """Return the forecasts of a card or file, or all, oldest first."""
        asked = select(FORECASTS).order_by(FORECASTS.c.at, FORECASTS.c.id)
        if name is not None:
            asked = asked.where(FORECASTS.c.name == name)
        names = [field.name for field in fields(StoredForecast)]
        with self._database.read() as connection:
            return [
                DatedForecast(StoredForecast(**{n: getattr(row, n) for n in names}), row.at)
                for row in connection.execute(asked)
            ]

    def add_scores(self, scores: Iterable[ForecastScore]) -> None:
        """Record scores; one of the same forecast, source and size replaces the older.

        Raises:
            InputError: a score names a forecast that does not exist; none of them is kept then.
        """
        rows = list(scores)
        with self._database.write() as connection:
            for forecast in {row.forecast for row in rows}:
                _check_forecast(connection, forecast)
            for row in rows:
                dated = asdict(row) | {"at": self._database.clock()}
                replace_row(connection, FORECAST_SCORES, dated)

    def scores(self, *, method: str | None = None) -> list[ForecastScore]:
        """Return the scores of the forecasts by one method, or all; by forecast, source, size."""
        columns = [FORECAST_SCORES.c[field.name] for field in fields(ForecastScore)]
        asked = select(*columns).join(FORECASTS)
        if method is not None:
            asked = asked.where(FORECASTS.c.method == method)
        asked = asked.order_by(*columns[:3])
        with self._database.read() as connection:
            return [ForecastScore(*row) for row in connection.execute(asked)]


def _check_forecast(connection: Connection, forecast: str) -> None:
    """Refuse the id of a forecast that does not exist.

    Raises:
        InputError: there is no such forecast.
    """
    asked = select(FORECASTS.c.id).where(FORECASTS.c.id == forecast)
    if connection.execute(asked).one_or_none() is None:
        raise InputError(
            f"There is no forecast {forecast!r}. Make it with `whet plan labels` before it is "
            "scored."
        )
