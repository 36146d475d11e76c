"""Tests of whet.evaluation.scope: by hand, against scikit-learn, how often intervals hold."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from whet.core.errors import InputError
from whet.evaluation.scope import auroc, recall_at_rejection


def test_auroc_by_hand() -> None:
    # Of six pairs 0.9 wins three; 0.5 wins one, ties one (a half), loses one.
    found = auroc(np.array([0.9, 0.5]), np.array([0.1, 0.5, 0.7]), level=0.95)
    assert found.value == pytest.approx(4.5 / 6)


def test_auroc_agrees_with_scikit_learn(rng: np.random.Generator) -> None:
    inside, outside = rng.normal(1, 1, 200).round(1), rng.normal(0, 1, 80).round(1)
    truth = np.repeat([1, 0], [200, 80])
    expected = roc_auc_score(truth, np.append(inside, outside))
    assert auroc(inside, outside, level=0.95).value == pytest.approx(expected)


def test_recall_by_hand() -> None:
    # Of 20 in scope one (5 %) lies below 1; of 4 out of scope three do.
    inside, outside = np.arange(20.0), np.array([-3.0, -2.0, 0.5, 7.0])
    found = recall_at_rejection(inside, outside, n=100, level=0.95, seed=0)
    assert found.value == 0.75
    assert 0 <= found.low < 0.75 < found.high <= 1


def test_a_score_on_the_threshold_is_answered() -> None:
    found = recall_at_rejection(np.ones(40), np.ones(10), n=100, level=0.95, seed=0)
    assert found.value == 0


def test_perfect_separation_is_not_certain() -> None:
    inside, outside = np.linspace(2, 3, 30), np.linspace(0, 1, 30)
    for found in (
        auroc(inside, outside, level=0.95),
        recall_at_rejection(inside, outside, n=100, level=0.95, seed=0),
    ):
        assert (found.value, found.high) == (1.0, 1.0)
        assert 0.8 < found.low < 0.95


def test_one_message_on_a_side_says_nothing() -> None:
    found = auroc(np.array([1.0]), np.array([0.0, 0.5]), level=0.95)
    assert (found.value, found.low, found.high) == (1.0, 0.0, 1.0)


def test_intervals_hold_the_true_values() -> None:
    rng, shift, n, m = np.random.default_rng(3), 2.0, 200, 120
    true_auroc = norm.cdf(shift / np.sqrt(2))
    true_recall = norm.cdf(shift + norm.ppf(0.05))
    held = np.zeros(2)
    for seed in range(300):
        inside, outside = rng.normal(shift, 1, n), rng.normal(0, 1, m)
        area = auroc(inside, outside, level=0.95)
        recall = recall_at_rejection(inside, outside, n=100, level=0.95, seed=seed)
        held += [area.low <= true_auroc <= area.high, recall.low <= true_recall <= recall.high]
    assert (held / 300 >= 0.92).all() and (held / 300 <= 0.985).all(), held / 300


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0)])
def test_a_side_without_messages_is_refused(n: int, m: int) -> None:
    with pytest.raises(InputError) as caught:
        auroc(np.zeros(n), np.zeros(m), level=0.95)
    assert str(caught.value) == (
        f"Scope needs messages on both sides; got {n} in scope and {m} out of scope. "
        "Name a file of out-of-scope messages in `split.out_of_scope`."
    )
