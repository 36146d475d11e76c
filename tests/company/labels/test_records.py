"""Tests for whet.company.labels.records: stored once, scored against later runs and files."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.company.labels.conftest import MakeCurve

from whet import __version__
from whet.company.labels.calibration import SHIPPED, SHIPPED_MISSES, calibrate
from whet.company.labels.curve import Score
from whet.company.labels.forecast import LEVELS, Forecast, forecast_curve
from whet.company.labels.origin import Origin
from whet.company.labels.records import (
    METHOD,
    as_stored,
    calibration_of,
    score_all,
    score_forecast,
)
from whet.store.curves import CurvePoint
from whet.store.runs import NewRun
from whet.store.store import Store, open_store

ORIGIN = Origin("support", "probe", "run_1")


@pytest.fixture
def forecast(make_curve: MakeCurve) -> Forecast:
    return forecast_curve(make_curve(), seed=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


def new_run(store: Store) -> str:
    return store.runs.create(
        NewRun(
            name="support",
            card={"name": "support"},
            card_path="card.yaml",
            data_version="d" * 64,
            seed=0,
            environment={},
        )
    )


def test_what_is_stored_are_quantiles_at_nine_sizes(forecast: Forecast) -> None:
    kept = as_stored(forecast, ORIGIN, seed=0)
    assert kept.sizes[0] == 3200 and kept.sizes[-1] == 12_800 and len(kept.sizes) == 9
    assert kept.levels == list(LEVELS)
    assert kept.quantiles[4] == pytest.approx(list(forecast.quantiles(6400)))
    assert (kept.method, kept.version, kept.factor) == (METHOD, __version__, SHIPPED.factor)
    assert all(row == sorted(row) for row in kept.quantiles)


def test_the_id_is_that_of_points_and_seed(forecast: Forecast, make_curve: MakeCurve) -> None:
    first = as_stored(forecast, ORIGIN, seed=0).id
    assert as_stored(forecast_curve(make_curve(), seed=0), ORIGIN, seed=0).id == first
    assert as_stored(forecast_curve(make_curve(1), seed=0), ORIGIN, seed=0).id != first
    assert as_stored(forecast, ORIGIN, seed=1).id != first


def test_scores_are_of_new_sizes_within_the_forecast(forecast: Forecast) -> None:
    kept = as_stored(forecast, ORIGIN, seed=0)
    truths = [Score(size, 0.9) for size in (1600, 3200, 6400, 13_000)]
    truths.append(Score(6400, 0.92, 1))
    (score,) = score_forecast(kept, truths, "run_2")
    assert (score.size, score.source) == (6400, "run_2")
    assert score.truth == pytest.approx(0.91)
    low, middle, high = forecast.quantiles(6400, (0.1, 0.5, 0.9))
    assert (score.low, score.middle, score.high) == pytest.approx((low, middle, high))
    width = (high - middle) if score.truth > middle else (middle - low)
    assert score.miss == pytest.approx(abs(score.truth - middle) / width * kept.factor)
    assert score.crps > 0


def test_between_stored_sizes_quantiles_are_interpolated(forecast: Forecast) -> None:
    kept = as_stored(forecast, ORIGIN, seed=0)
    (score,) = score_forecast(kept, [Score(7000, 0.9)], "file")
    assert score.middle == pytest.approx(float(forecast.quantiles(7000, (0.5,))[0]), abs=0.001)


def test_a_later_run_judges_and_calibrates(store: Store, forecast: Forecast) -> None:
    first = new_run(store)
    points = [CurvePoint(first, "probe", "accuracy", 3200, 0, 0.9)]
    store.curves.add(points)
    kept = as_stored(forecast, replace(ORIGIN, run=first), seed=0)
    store.forecasts.add(kept)
    assert score_all(store) == 0
    assert calibration_of(store) == SHIPPED
    second = new_run(store)
    store.curves.add(
        [
            CurvePoint(second, "probe", "accuracy", 6400, 0, 0.70),
            CurvePoint(second, "linear", "accuracy", 6400, 0, 0.99),
            CurvePoint(second, "probe", "macro_f1", 6400, 0, 0.99),
        ]
    )
    assert score_all(store) == 1
    assert score_all(store) == 1  # again: the same score, not another one
    (score,) = store.forecasts.scores()
    assert (score.source, score.truth, score.is_held) == (second, 0.70, False)
    found = calibration_of(store)
    assert found.scored == 1
    assert found.factor == sorted([*SHIPPED_MISSES, score.miss])[17] > SHIPPED.factor


def test_each_forecast_calibrates_once(store: Store, forecast: Forecast) -> None:
    store.forecasts.add(as_stored(forecast, Origin("curve"), seed=0))
    assert score_all(store, {"curve": [Score(6400, 0.92), Score(12_800, 0.93)]}) == 1
    assert len(store.forecasts.scores()) == 2
    assert calibration_of(store).scored == 1


def test_the_largest_size_calibrates_whichever_source_measured_it(
    store: Store, forecast: Forecast
) -> None:
    kept = as_stored(forecast, Origin("curve"), seed=0)
    store.forecasts.add(kept)
    (dated,) = store.forecasts.all()
    large = score_forecast(dated.forecast, [Score(12_800, 0.93)], "a")
    small = score_forecast(dated.forecast, [Score(6400, 0.5)], "b")
    store.forecasts.add_scores([*large, *small])
    (miss,) = [score.miss for score in large]
    assert calibration_of(store) == calibrate([miss])


def test_a_file_judges_forecasts_of_its_name_only(store: Store, forecast: Forecast) -> None:
    store.forecasts.add(as_stored(forecast, Origin("curve"), seed=0))
    store.forecasts.add(as_stored(forecast, ORIGIN, seed=0))
    assert score_all(store, {"other": [Score(6400, 0.92)]}) == 0
    assert score_all(store, {"support": [Score(6400, 0.92)]}) == 0


def test_intervals_hold_what_they_promise_over_many_scored_forecasts(
    make_curve: MakeCurve,
) -> None:
    random, held = np.random.default_rng(0), []
    for seed in range(60):
        kept = as_stored(forecast_curve(make_curve(seed, se=0.005), n=300), ORIGIN, seed=seed)
        truth = 1 - 0.05 - 1.2 * 6400**-0.4 + 0.005 * random.standard_normal()
        held += [score.is_held for score in score_forecast(kept, [Score(6400, truth)], "x")]
    assert 0.75 < np.mean(held) < 0.97
