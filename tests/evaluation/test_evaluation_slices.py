"""Tests of whet.evaluation.slices: values, notes, pooling."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evaluation.populations import certain

from whet.cards.schema import Interval as Settings
from whet.evaluation.intervals import Interval, bootstrap
from whet.evaluation.metrics import METRICS
from whet.evaluation.slices import Slice, sliced

FAST = Settings(n=100)


def slices(
    columns: Mapping[str, Sequence[str]],
    metric: str,
    truth: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    units: NDArray[Any] | None,
    *,
    interval: Settings,
    seed: int,
) -> list[Slice]:
    """Return the slices of class answers."""

    def measure(rows: NDArray[np.intp], own_seed: int) -> Interval:
        return bootstrap(
            METRICS[metric],
            truth[rows],
            probabilities[rows],
            None if units is None else units[rows],
            n=interval.n,
            level=interval.level,
            seed=own_seed,
        )

    return sliced(columns, metric, measure, seed=seed)


def test_each_value_has_the_metric_of_its_rows(rng: np.random.Generator) -> None:
    truth, probabilities = rng.integers(0, 3, 100), rng.dirichlet(np.ones(3), size=100)
    channel = ["网页"] * 60 + ["mail"] * 40
    found = slices(
        {"channel": channel}, "macro_f1", truth, probabilities, None, interval=FAST, seed=0
    )
    assert [(s.column, s.value, s.n, s.metric, s.note) for s in found] == [
        ("channel", "网页", 60, "macro_f1", ""),
        ("channel", "mail", 40, "macro_f1", ""),
    ]
    for slice_, rows in zip(found, (slice(0, 60), slice(60, 100)), strict=True):
        assert slice_.result is not None
        expected = METRICS["macro_f1"](truth[rows], probabilities[rows])
        assert slice_.result.value == pytest.approx(expected)
        assert slice_.result.low < expected < slice_.result.high


def test_fewer_than_20_rows_claim_nothing() -> None:
    truth = np.zeros(39, dtype=np.int64)
    values = ["many"] * 20 + ["few"] * 19
    many, few = slices(
        {"c": values}, "accuracy", truth, certain(truth, 2), None, interval=FAST, seed=0
    )
    assert many.result is not None and many.note == ""
    assert few.result is None
    assert few.note == "fewer than 20 rows: nothing is claimed"


def test_an_empty_value_says_so() -> None:
    truth = np.zeros(30, dtype=np.int64)
    (found,) = slices(
        {"c": [""] * 30}, "accuracy", truth, certain(truth, 2), None, interval=FAST, seed=0
    )
    assert (found.value, found.note) == ("", "no value")


def test_rare_values_are_pooled() -> None:
    values = [f"v{i:02}" for i in range(20) for _ in range(3)] + [f"rare{i}" for i in range(25)]
    truth = np.zeros(len(values), dtype=np.int64)
    answers = truth.copy()
    answers[60:65] = 1
    found = slices(
        {"c": values}, "accuracy", truth, certain(answers, 2), None, interval=FAST, seed=0
    )
    assert len(found) == 21
    assert [s.value for s in found[:20]] == [f"v{i:02}" for i in range(20)]
    pooled = found[20]
    assert (pooled.value, pooled.n, pooled.note) == ("other", 25, "25 rarer values together")
    assert pooled.result is not None and pooled.result.value == 0.8


def test_units_are_resampled_whole_within_a_slice(rng: np.random.Generator) -> None:
    truth = rng.integers(0, 2, 30).repeat(4)
    answers = rng.integers(0, 2, 30).repeat(4)
    columns, unit = {"c": ["x"] * 120}, np.arange(30).repeat(4)
    rows, units = (
        slices(columns, "accuracy", truth, certain(answers, 2), u, interval=FAST, seed=0)[0].result
        for u in (None, unit)
    )
    assert rows is not None and units is not None
    assert units.high - units.low > 1.6 * (rows.high - rows.low)
