import numpy as np
import pytest

from whet.company.simulation.summary import mean, quantile, share, worst_mean


def spread(statistic: list[float], errors: list[float]) -> float:
    return float(np.std(statistic) / np.mean(errors))


def test_errors_are_the_spread_over_many_runs() -> None:
    rng = np.random.default_rng(0)
    runs = [rng.normal(5, 2, 1000) for _ in range(300)]
    for found in (
        [mean(x) for x in runs],
        [quantile(x, 0.8) for x in runs],
        [worst_mean(x, 0.1) for x in runs],
        [share(x > 6) for x in runs],
    ):
        values, errors = [f.value for f in found], [f.error for f in found]
        assert 0.85 < spread(values, errors) < 1.2


def test_the_tail_mean_of_a_normal() -> None:
    x = np.random.default_rng(1).normal(0, 1, 400_000)
    # phi(1.645) / 0.05
    assert worst_mean(x, 0.05).value == pytest.approx(-2.0627, abs=0.015)


def test_by_hand() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert mean(x).value == 2.5
    assert worst_mean(x, 0.5).value == pytest.approx(1.5, abs=0.51)
    assert share(x > 1).value == 0.75
    assert mean(np.array([2.0])).error == 0.0


def test_what_was_never_drawn_is_not_called_impossible() -> None:
    assert share(np.zeros(100, dtype=bool)).value == 0
    assert share(np.zeros(100, dtype=bool)).error > 0.01
