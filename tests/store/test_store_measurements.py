"""Tests for whet.store.measurements: metrics by step, costs by stage, verdict rows."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.measurements import Cost, Metric
from whet.store.runs import NewRun
from whet.store.store import Store

VERDICT: dict[str, Any] = {
    "candidate": "probe",
    "metric": "macro_f1",
    "value": 0.91,
    "low": 0.89,
    "high": 0.93,
    "against": "linear",
    "difference": {"value": 0.05, "low": 0.02, "high": 0.08},
    "verdict": "beats",
    "reason": "the interval of the difference is above zero",
    "seconds": 12.5,
    "predicted_seconds": 11.0,
    "peak_bytes": 3_000_000_000,
}


@pytest.fixture
def run(store: Store, new_run: NewRun) -> str:
    return store.runs.create(new_run)


def test_metrics_come_back_by_name_and_step(store: Store, run: str, clock: Clock) -> None:
    for step, loss in ((10, 0.5), (2, 0.75)):
        store.measurements.log(run, "loss", step=step, value=loss)
    store.measurements.log(run, "accuracy", step=2, value=1)
    assert store.measurements.metrics(run, "loss") == [
        Metric("loss", 2, 0.75, clock()),
        Metric("loss", 10, 0.5, clock()),
    ]
    assert [metric.name for metric in store.measurements.metrics(run)] == [
        "accuracy",
        "loss",
        "loss",
    ]


def test_a_step_that_is_logged_again_after_resuming_keeps_the_newest(
    store: Store, run: str, clock: Clock, advance: Callable[[float], None]
) -> None:
    store.measurements.log(run, "loss", step=1, value=0.5)
    advance(1)
    store.measurements.log(run, "loss", step=1, value=0.25)
    assert store.measurements.metrics(run) == [Metric("loss", 1, 0.25, clock())]


def test_a_loss_that_ran_away_is_kept(store: Store, run: str) -> None:
    for step, value in enumerate((math.nan, math.inf, -math.inf)):
        store.measurements.log(run, "loss", step=step, value=value)
    values = [metric.value for metric in store.measurements.metrics(run)]
    assert values == [None, math.inf, -math.inf]


def test_costs_of_a_run(
    store: Store, run: str, new_run: NewRun, advance: Callable[[float], None]
) -> None:
    probe = Cost("rung:probe", 12.5, "cpu", rows=1000, peak_bytes=5 * 2**30, predicted_seconds=11.0)
    bare = Cost("audit", 0.5, "cpu")
    later = Cost("rung:probe", 3.0, "cuda")
    store.measurements.add_cost(run, probe)
    advance(1)
    store.measurements.add_cost(run, bare)
    advance(1)
    second = store.runs.create(new_run)
    store.measurements.add_cost(second, later)
    assert store.measurements.costs(run) == [probe, bare]
    assert store.measurements.costs(second) == [later]
    store.measurements.add_cost(second, bare)
    assert store.measurements.costs(second) == [bare, later]  # one moment: by name


def test_verdicts_come_back_as_they_were_given(
    store: Store, run: str, advance: Callable[[float], None]
) -> None:
    nothing: dict[str, Any] = {key: None for key in VERDICT}
    skipped = nothing | {
        "candidate": "full",
        "metric": "macro_f1",
        "verdict": "skipped",
        "reason": "the budget is spent",
    }
    store.measurements.add_verdict(run, VERDICT)
    advance(1)
    store.measurements.add_verdict(run, {k: v for k, v in skipped.items() if v is not None})
    assert store.measurements.verdicts(run) == [VERDICT, skipped]


def test_a_candidate_that_is_judged_again_has_one_verdict(store: Store, run: str) -> None:
    store.measurements.add_verdict(run, VERDICT)
    store.measurements.add_verdict(run, VERDICT | {"verdict": "ties"})
    assert store.measurements.verdicts(run) == [VERDICT | {"verdict": "ties"}]


def test_nothing_is_recorded_for_an_unknown_run(store: Store) -> None:
    text = "There is no run 'run_x'. This store has no runs yet."
    with pytest.raises(InputError) as metric:
        store.measurements.log("run_x", "loss", step=1, value=1)
    with pytest.raises(InputError) as cost:
        store.measurements.add_cost("run_x", Cost("audit", 1, "cpu"))
    with pytest.raises(InputError) as verdict:
        store.measurements.add_verdict("run_x", VERDICT)
    assert [str(metric.value), str(cost.value), str(verdict.value)] == [text] * 3
