"""Tests for whet.evaluation.sums: the same numbers as intervals and verdicts over classes."""

import numpy as np
import pytest

from whet.cards.schema import Interval
from whet.evaluation.intervals import bootstrap
from whet.evaluation.metrics import METRICS
from whet.evaluation.sums import Sums, interval_of, verdict_on
from whet.evaluation.verdict import compare

SETTINGS = Interval(n=200)
TRUTH = np.random.default_rng(0).integers(0, 3, 60)
UNITS = np.arange(60) // 2


def answers(seed: int, right: float) -> np.ndarray:
    """Return probabilities (60, 3) that are right in about a share of the rows."""
    random = np.random.default_rng(seed)
    said = np.where(random.random(60) < right, TRUTH, random.integers(0, 3, 60))
    return np.eye(3)[said] * 0.7 + 0.1


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("units", [None, UNITS], ids=["rows", "units"])
def test_classes_come_out_as_before(name: str, units: np.ndarray | None) -> None:
    metric, new, old = METRICS[name], answers(1, 0.8), answers(2, 0.5)
    first, second = (
        Sums(metric.contributions(TRUTH, p), metric.statistic, metric.upper) for p in (new, old)
    )
    assert first.value() == metric(TRUTH, new)
    found = interval_of(first, units, settings=SETTINGS, seed=3)
    assert found == bootstrap(metric, TRUTH, new, units, n=200, level=0.95, seed=3)
    verdict = verdict_on(name, first, second, units, settings=SETTINGS, seed=3)
    assert verdict == compare(name, TRUTH, new, old, units, interval=SETTINGS, seed=3)
