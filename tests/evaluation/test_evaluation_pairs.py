"""Metrics of pairs against scikit-learn, at the edges, and over resamples."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from whet.cards.schema import Interval as Settings
from whet.evaluation.pairs import LEVELS, pair_sums
from whet.evaluation.sums import interval_of, verdict_on


def answers(rng: np.random.Generator, n: int, *, noise: float) -> tuple[np.ndarray, np.ndarray]:
    truth = rng.integers(0, 2, n)
    probability = 1 / (1 + np.exp(-(truth * 2 - 1 + noise * rng.normal(size=n))))
    return truth, np.stack([1 - probability, probability], axis=1)


@pytest.mark.parametrize("match", [0, 1])
@pytest.mark.parametrize("rounded", [False, True])
def test_agrees_with_scikit_learn(rng: np.random.Generator, match: int, rounded: bool) -> None:
    truth, probabilities = answers(rng, 400, noise=2.0)
    if rounded:  # many pairs come level
        probabilities = np.round(probabilities, 1)
    is_match, sure = truth == match, probabilities[:, match]
    answered = probabilities.argmax(axis=1) == match
    expected = {
        "f1": f1_score(is_match, answered),
        "average_precision": average_precision_score(is_match, sure),
        "roc_auc": roc_auc_score(is_match, sure),
        "accuracy": (answered == is_match).mean(),
    }
    for name, value in expected.items():
        found = pair_sums(name, truth, probabilities, match=match).value()
        assert found == pytest.approx(value), name


def test_more_levels_than_kept_change_the_fourth_digit_only(rng: np.random.Generator) -> None:
    truth, probabilities = answers(rng, 20 * LEVELS, noise=2.0)
    for name, reference in (
        ("average_precision", average_precision_score),
        ("roc_auc", roc_auc_score),
    ):
        found = pair_sums(name, truth, probabilities, match=1).value()
        assert found == pytest.approx(reference(truth, probabilities[:, 1]), abs=5e-4)


def test_nothing_to_order_has_no_area() -> None:
    probabilities = np.full((3, 2), 0.5)
    none = np.zeros(3, dtype=np.int64)
    assert np.isnan(pair_sums("roc_auc", none, probabilities, match=1).value())
    assert np.isnan(pair_sums("average_precision", none, probabilities, match=1).value())
    assert pair_sums("f1", none, probabilities, match=1).value() == 0


def test_a_clearly_better_order_beats(rng: np.random.Generator) -> None:
    truth, worse = answers(rng, 600, noise=6.0)
    better = np.where(rng.random(600)[:, None] < 0.9, np.eye(2)[truth], worse)
    settings = Settings(n=200)
    for name in ("f1", "average_precision", "roc_auc"):
        new, old = (pair_sums(name, truth, p, match=1) for p in (better, worse))
        verdict = verdict_on(name, new, old, None, settings=settings, seed=0)
        assert verdict.verdict == "beats", name
        interval = interval_of(new, None, settings=settings, seed=0)
        assert interval.low < interval.value < interval.high
