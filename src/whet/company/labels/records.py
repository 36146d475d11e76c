"""Which forecast goes into the store, and how right was it when the truth came?

A forecast is stored with its quantiles at nine sizes over two doublings, and scored against every
size between them that a later run, or a later file, measures. What the scores of a store say of its
forecasts stretches the next ones (`calibration`).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from whet import __version__
from whet.company.labels.calibration import Calibration, calibrate, crps, pinball, relative_miss
from whet.company.labels.compute import later_scores
from whet.company.labels.curve import LABELS, Floats, Score
from whet.company.labels.forecast import LEVELS, Forecast
from whet.company.labels.origin import Origin
from whet.store.forecasts import DatedForecast, ForecastScore, StoredForecast
from whet.store.store import Store

METHOD = "average-1"
"""Name of this way of forecasting; it changes when its numbers change, so that the scores of an
older way do not calibrate a newer one."""

_STEPS = 4
"""Sizes a doubling at which quantiles are stored."""

_NEW = 1.02
"""A size is new from so many times the largest one on: below, nothing was forecast."""


def as_stored(forecast: Forecast, origin: Origin, *, seed: int) -> StoredForecast:
    """Return the forecast as the store keeps it; the same points and seed give the same id."""
    curve = forecast.curve
    steps = round(float(np.log2(forecast.sizes[-1] / curve.largest)) * _STEPS)
    sizes = [float(curve.largest * 2 ** (step / _STEPS)) for step in range(steps + 1)]
    known = [origin.name, origin.candidate, curve.metric, curve.unit, METHOD, __version__, seed]
    points = [curve.sizes, curve.errors, curve.se, len(forecast.draws)]
    digest = hashlib.sha256(json.dumps([*known, *points]).encode()).hexdigest()
    return StoredForecast(
        id=f"forecast_{digest[:16]}",
        name=origin.name,
        candidate=origin.candidate,
        metric=curve.metric,
        unit=curve.unit,
        run=origin.run,
        largest=float(curve.largest),
        sizes=sizes,
        levels=list(LEVELS),
        quantiles=[[float(one) for one in forecast.quantiles(size)] for size in sizes],
        factor=forecast.factor,
        method=METHOD,
        version=__version__,
        seed=seed,
    )


def score_forecast(
    forecast: StoredForecast, truths: Sequence[Score], source: str
) -> list[ForecastScore]:
    """Return how right a forecast was at every size of `truths` that it spoke of.

    Seeds of one size are averaged. Sizes outside of the forecast are left out.
    """
    by_size: dict[float, list[float]] = defaultdict(list)
    for truth in truths:
        if forecast.largest * _NEW <= truth.size <= forecast.sizes[-1] * (1 + 1e-9):
            by_size[float(truth.size)].append(truth.value)
    return [
        _score(forecast, size, float(np.mean(values)), source)
        for size, values in sorted(by_size.items())
    ]


def score_all(store: Store, files: Mapping[str, Sequence[Score]] | None = None) -> int:
    """Score every forecast of the store against what was measured after it; return how many.

    Args:
        store: with forecasts and measured curves.
        files: points that files or the targets of a plan hold, by the name of the forecast that
            they judge.
    """
    found = []
    for dated in store.forecasts.all():
        found += list(_by_runs(store, dated))
        measured = (files or {}).get(dated.forecast.name)
        if measured and not dated.forecast.candidate:
            found += score_forecast(dated.forecast, measured, "file")
    store.forecasts.add_scores(found)
    return len({score.forecast for score in found})


def calibration_of(store: Store) -> Calibration:
    """Return the calibration of a store: the shipped history and its own.

    Each forecast counts once, by the largest size that was measured: its sizes miss together.
    """
    scores = sorted(store.forecasts.scores(method=METHOD), key=lambda score: score.size)
    largest = {score.forecast: score for score in scores}
    return calibrate([score.miss for score in largest.values()])


def _by_runs(store: Store, dated: DatedForecast) -> Iterable[ForecastScore]:
    """Yield the scores of one forecast by runs that its points do not come from."""
    forecast = dated.forecast
    if not forecast.candidate:
        return
    if forecast.unit != LABELS:
        for run, scores in later_scores(store, forecast).items():
            yield from score_forecast(forecast, scores, run)
        return
    by_run: dict[str, list[Score]] = defaultdict(list)
    for point in store.curves.points(forecast.name):
        if (point.candidate, point.metric) == (forecast.candidate, forecast.metric):
            by_run[point.run].append(Score(point.size, point.value, point.seed))
    for run, points in by_run.items():
        if run != forecast.run:
            yield from score_forecast(forecast, points, run)


def _score(forecast: StoredForecast, size: float, truth: float, source: str) -> ForecastScore:
    """Return how right a forecast was at one size."""
    told = _quantiles_at(forecast, size)
    low, middle, high = (float(np.interp(p, forecast.levels, told)) for p in (0.1, 0.5, 0.9))
    return ForecastScore(
        forecast=forecast.id,
        source=source,
        size=size,
        truth=truth,
        low=low,
        middle=middle,
        high=high,
        pinball=pinball(truth, told, forecast.levels),
        crps=crps(truth, told, forecast.levels),
        miss=relative_miss(truth, (low, middle, high), forecast.factor),
    )


def _quantiles_at(forecast: StoredForecast, size: float) -> Floats:
    """Return the stored quantiles at a size, straight lines in log(size) between stored sizes."""
    logs = np.log(forecast.sizes)
    columns = np.array(forecast.quantiles).T
    return np.array([np.interp(np.log(size), logs, column) for column in columns])
