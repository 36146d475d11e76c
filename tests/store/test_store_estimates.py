"""Tests for whet.store.estimates: kept whole, replaced, and beside what builds measured."""

from dataclasses import replace

import pytest

from whet.store.estimates import BaseEstimate, Measured
from whet.store.runs import NewRun
from whet.store.store import Store

ESTIMATE = BaseEstimate(
    name="support",
    data_version="d" * 64,
    base="minilm",
    identity="e" * 64,
    metric="macro_f1",
    logme=-0.25,
    logme_low=-0.5,
    logme_high=0.0,
    probe=0.75,
    probe_low=0.5,
    probe_high=1.0,
    curve=[{"size": 10, "value": 0.5}, {"size": 20, "value": 0.75}],
    rows=40,
    seconds=1.5,
)


def test_an_estimate_is_kept_whole(store: Store) -> None:
    assert store.base_estimates.all() == []
    store.base_estimates.put(ESTIMATE)
    assert store.base_estimates.all() == [ESTIMATE]


def test_a_newer_estimate_replaces_the_older(store: Store) -> None:
    others = [replace(ESTIMATE, base="bge-small-zh"), replace(ESTIMATE, data_version="f" * 64)]
    for one in (ESTIMATE, *others, replace(ESTIMATE, probe=0.8)):
        store.base_estimates.put(one)
    assert store.base_estimates.all() == [others[0], replace(ESTIMATE, probe=0.8), others[1]]


def verdict(candidate: str, value: float | None) -> dict[str, object]:
    reason = {"verdict": "first", "reason": "the cheapest"}
    return {"candidate": candidate, "metric": "macro_f1", "value": value, **reason}


@pytest.mark.parametrize("status", ["built", "gate_failed", "failed", "interrupted"])
def test_finished_runs_say_what_rungs_measured_that_read_the_base(
    store: Store, new_run: NewRun, status: str
) -> None:
    run = store.runs.create(replace(new_run, card={"name": "support", "base": "minilm"}))
    for row in (verdict("linear", 0.9), verdict("probe", 0.7), verdict("full", None)):
        store.measurements.add_verdict(run, row)
    assert store.base_estimates.measured() == []
    store.runs.finish(run, status, reason="as it went", seconds=1)
    expected = Measured("support", "d" * 64, "cards/support.yaml", "minilm", "macro_f1", 0.7)
    is_finished = status in ("built", "gate_failed")
    assert store.base_estimates.measured() == ([expected] if is_finished else [])
