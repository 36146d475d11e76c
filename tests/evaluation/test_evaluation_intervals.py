"""Tests of whet.evaluation.intervals: how often they hold the truth, references, the edges."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import binomtest
from scipy.stats import t as student
from tests.evaluation.populations import certain, population

from whet.core.errors import InputError
from whet.evaluation import intervals
from whet.evaluation.intervals import Estimate, Interval, bootstrap, estimate, wilson
from whet.evaluation.metrics import METRICS


def _share_held(
    k: int, accuracy: float, n: int, skewed: bool, units: int | None, simulations: int
) -> dict[str, float]:
    """Return how often the 95 % intervals of accuracy and macro F1 hold the true value."""
    people = population(k, accuracy, skewed=skewed)
    rng, held = np.random.default_rng(1), {"accuracy": 0, "macro_f1": 0}
    for seed in range(simulations):
        if units is None:
            rows, unit = people.rows(rng, n, same=0), None
        else:
            rows, unit = people.clustered(rng, units, n / units, same=0)
        answered = certain(rows[:, 1], k)
        for name in held:
            metric = METRICS[name]
            found = bootstrap(metric, rows[:, 0], answered, unit, n=100, level=0.95, seed=seed)
            held[name] += found.low <= people.values[name] <= found.high
    return {name: count / simulations for name, count in held.items()}


@pytest.mark.parametrize("units", [None, 100])
def test_intervals_hold_the_true_value_as_often_as_they_say(units: int | None) -> None:
    for share in _share_held(10, 0.9, 300, True, units, simulations=200).values():
        assert 0.91 <= share <= 0.99  # 0.93 to 0.97 and the error of 200 simulations


@pytest.mark.slow
@pytest.mark.parametrize(
    ("k", "accuracy", "n", "skewed", "units"),
    [
        (2, 0.70, 150, False, None),
        (3, 0.97, 150, False, None),
        (10, 0.97, 300, True, None),
        (20, 0.85, 300, False, None),
        (77, 0.90, 1000, False, None),
        (77, 0.80, 1000, True, None),
        (3, 0.90, 150, False, 60),
        (10, 0.95, 300, False, 75),
        (20, 0.90, 1000, True, 250),
    ],
)
def test_intervals_hold_the_true_value_over_many_simulations(
    k: int, accuracy: float, n: int, skewed: bool, units: int | None
) -> None:
    for name, share in _share_held(k, accuracy, n, skewed, units, simulations=1000).items():
        assert 0.93 <= share <= 0.975, name


def test_the_error_and_bias_of_a_squared_mean_are_those_of_theory(
    rng: np.random.Generator,
) -> None:
    x = rng.normal(3, 1, 200)
    sums = csr_array(np.stack([x, np.ones(200)], axis=1))
    mean = estimate(sums, lambda s: s[:, 0] / s[:, 1], n=100, seed=0)
    assert mean.error == pytest.approx(x.std(ddof=1) / np.sqrt(200))
    assert mean.influence == pytest.approx((x - x.mean()) / 199)
    squared = estimate(sums, lambda s: (s[:, 0] / s[:, 1] - 3) ** 2, n=20_000, seed=0)
    assert squared.bias == pytest.approx(x.var() / 200, rel=0.1)


def test_a_wilson_interval_by_hand() -> None:
    # The centre is 0.8 + 0.05, the quantile t(0.975, 24) = 2.0639 and z^2 / u = 0.17039.
    low, high = wilson(_estimate(0.8, -0.05, 0.04), 25, 0.95)
    assert low == pytest.approx((0.85 + 0.085194 - 0.118741) / 1.170388, abs=1e-4)
    assert high == pytest.approx((0.85 + 0.085194 + 0.118741) / 1.170388, abs=1e-4)


@pytest.mark.parametrize("bias", [-0.3, 0.3])
def test_a_value_far_from_its_corrected_centre_stays_inside(bias: float) -> None:
    low, high = wilson(_estimate(0.5, bias, 0.01), 1000, 0.95)
    assert (low == 0.5) == (bias < 0)
    assert (high == 0.5) == (bias > 0)


def _estimate(value: float, bias: float, error: float) -> Estimate:
    return Estimate(np.array(value), np.array(bias), np.array(error), np.empty(0))


def test_perfect_answers_of_rows_get_wilsons_bound() -> None:
    truth = np.arange(400) % 4
    found = bootstrap(
        METRICS["accuracy"], truth, certain(truth, 4), None, n=200, level=0.95, seed=0
    )
    z = student.ppf(0.975, 399)
    assert found == Interval(1.0, found.low, 1.0)
    assert found.low == pytest.approx(400 / (400 + z**2))


@pytest.mark.parametrize("right", [0.2, 0.9])
def test_the_accuracy_of_rows_is_close_to_wilsons_interval(right: float) -> None:
    n = 1000
    truth = np.zeros(n, dtype=np.int64)
    answers = (np.arange(n) >= right * n).astype(np.int64)
    found = bootstrap(
        METRICS["accuracy"], truth, certain(answers, 2), None, n=4000, level=0.95, seed=0
    )
    expected = binomtest(int(right * n), n).proportion_ci(0.95, method="wilson")
    assert found.value == pytest.approx(right)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-3)


def test_all_wrong_mirrors_all_right() -> None:
    truth = np.zeros(50, dtype=np.int64)
    metric = METRICS["accuracy"]
    right = bootstrap(metric, truth, certain(truth, 2), None, n=100, level=0.9, seed=0)
    wrong = bootstrap(metric, truth, certain(truth + 1, 2), None, n=100, level=0.9, seed=0)
    assert (wrong.low, wrong.high) == pytest.approx((1 - right.high, 1 - right.low))


def test_rows_that_repeat_their_unit_are_not_more_rows(rng: np.random.Generator) -> None:
    truth, answers = rng.integers(0, 3, 60), rng.integers(0, 3, 60)
    metric, k = METRICS["macro_f1"], 3
    once = bootstrap(metric, truth, certain(answers, k), None, n=300, level=0.95, seed=3)
    ten_times = bootstrap(
        metric,
        truth.repeat(10),
        certain(answers.repeat(10), k),
        np.array([f"customer {i}" for i in range(60)]).repeat(10),
        n=300,
        level=0.95,
        seed=3,
    )
    assert (ten_times.value, ten_times.low, ten_times.high) == pytest.approx(
        (once.value, once.low, once.high), abs=0.005
    )


def test_one_unit_says_nothing() -> None:
    truth = np.array([0, 1, 1])
    unit = np.array(["a", "a", "a"])
    for name, metric in METRICS.items():
        found = bootstrap(metric, truth, certain(truth, 2), unit, n=100, level=0.95, seed=0)
        assert (found.low, found.high) == (0.0, metric.upper), name


def test_the_log_loss_has_students_interval(rng: np.random.Generator) -> None:
    probabilities, truth = rng.dirichlet(np.ones(3), size=500), rng.integers(0, 3, 500)
    losses = -np.log(probabilities[np.arange(500), truth])
    found = bootstrap(METRICS["log_loss"], truth, probabilities, None, n=2000, level=0.9, seed=0)
    half = student.ppf(0.95, 499) * losses.std(ddof=1) / np.sqrt(500)
    assert found.value == pytest.approx(losses.mean())
    assert (found.low, found.high) == pytest.approx(
        (losses.mean() - half, losses.mean() + half), abs=0.01
    )


@pytest.mark.parametrize("name", METRICS)
def test_one_seed_gives_the_same_interval_and_the_value_lies_inside(
    rng: np.random.Generator, name: str
) -> None:
    truth, probabilities = rng.integers(0, 77, 150), rng.dirichlet(np.ones(77), size=150)
    first, second = (
        bootstrap(METRICS[name], truth, probabilities, None, n=100, level=0.95, seed=5)
        for _ in range(2)
    )
    assert first == second
    assert 0 <= first.low <= first.value <= first.high <= METRICS[name].upper


def test_blocks_give_the_same_result_as_one_piece(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth, probabilities = rng.integers(0, 5, 80), rng.dirichlet(np.ones(5), size=80)
    metric = METRICS["macro_f1"]
    whole = bootstrap(metric, truth, probabilities, None, n=4000, level=0.95, seed=0)
    monkeypatch.setattr(intervals, "_BLOCK", 300)
    pieces = bootstrap(metric, truth, probabilities, None, n=4000, level=0.95, seed=0)
    assert (pieces.low, pieces.high) == pytest.approx((whole.low, whole.high), abs=0.003)


def test_units_of_another_number_of_rows_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        bootstrap(
            METRICS["accuracy"],
            np.array([0, 1]),
            np.eye(2),
            np.array(["a"]),
            n=100,
            level=0.95,
            seed=0,
        )
    assert str(caught.value) == (
        "Each row needs its unit; got 1 units for 2 rows. Pass one id per row."
    )
