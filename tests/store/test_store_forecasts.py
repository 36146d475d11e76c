"""Tests for whet.store.forecasts: kept whole and once, scored, over both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from whet.core.errors import InputError
from whet.store.forecasts import DatedForecast, ForecastScore, StoredForecast
from whet.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

FORECAST = StoredForecast(
    id="f1",
    name="support",
    candidate="probe",
    metric="macro_f1",
    unit="labels",
    run="run_1",
    largest=1000.0,
    sizes=[1000.0, 2000.0, 4000.0],
    levels=[0.1, 0.5, 0.9],
    quantiles=[[0.7, 0.72, 0.74], [0.74, 0.78, 0.8], [0.75, 0.8, 0.84]],
    factor=0.87,
    method="average-1",
    version="0.1.0",
    seed=0,
)
SCORE = ForecastScore(
    forecast="f1",
    source="run_2",
    size=2000.0,
    truth=0.77,
    low=0.74,
    middle=0.78,
    high=0.8,
    pinball=0.003,
    crps=0.006,
    miss=0.2,
)


def test_a_forecast_is_kept_whole_with_its_date(store: Store) -> None:
    assert store.forecasts.all() == []
    assert store.forecasts.add(FORECAST)
    assert store.forecasts.all("support") == [DatedForecast(FORECAST, NOON)]
    assert store.forecasts.all("opinion") == []


def test_the_same_forecast_keeps_its_first_date(
    store: Store, advance: Callable[[float], None]
) -> None:
    store.forecasts.add(FORECAST)
    advance(60)
    assert not store.forecasts.add(replace(FORECAST, factor=2.0))
    later = replace(FORECAST, id="a-later-one", run=None, candidate="")
    assert store.forecasts.add(later)
    minute = NOON + timedelta(seconds=60)
    assert store.forecasts.all() == [DatedForecast(FORECAST, NOON), DatedForecast(later, minute)]


def test_scores_are_replaced_by_forecast_source_and_size(store: Store) -> None:
    store.forecasts.add(FORECAST)
    other = replace(SCORE, size=4000.0, truth=0.9)
    store.forecasts.add_scores([other, SCORE])
    store.forecasts.add_scores([replace(SCORE, truth=0.775)])
    assert store.forecasts.scores() == [replace(SCORE, truth=0.775), other]
    assert [score.is_held for score in store.forecasts.scores()] == [True, False]


def test_scores_of_one_method_only(store: Store) -> None:
    store.forecasts.add(FORECAST)
    store.forecasts.add(replace(FORECAST, id="f2", method="average-2"))
    newer = replace(SCORE, forecast="f2")
    store.forecasts.add_scores([SCORE, newer])
    assert store.forecasts.scores(method="average-2") == [newer]
    assert store.forecasts.scores(method="average-3") == []


def test_scores_of_an_unknown_forecast_are_refused_and_none_is_kept(store: Store) -> None:
    store.forecasts.add(FORECAST)
    with pytest.raises(InputError) as error:
        store.forecasts.add_scores([SCORE, replace(SCORE, forecast="f9")])
    assert str(error.value) == (
        "There is no forecast 'f9'. Make it with `whet plan labels` before it is scored."
    )
    assert store.forecasts.scores() == []
