"""Tests for several labels at once: against scikit-learn, label by label, and at the edge."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from whet.models.linear import count_ngrams
from whet.models.one_vs_rest import (
    CERTAIN,
    fit_label_probe,
    fit_label_words,
    fit_temperature,
    label_loss,
)

RNG = np.random.default_rng(0)
VIEWS = RNG.normal(size=(150, 6)).astype(np.float32)
TRUTHS = (VIEWS @ RNG.normal(size=(6, 3)) + RNG.normal(size=(150, 3)) > 0).astype(np.float32)


@pytest.mark.parametrize("strength", [0.03, 1.0])
def test_each_label_is_a_logistic_regression_of_its_own(strength: float) -> None:
    scores = fit_label_probe(VIEWS, TRUTHS, strength=strength).predict(VIEWS).logits
    rows = (VIEWS - VIEWS.mean(axis=0)) / VIEWS.std(axis=0)
    for label in range(3):
        model = LogisticRegression(C=strength, tol=1e-8, max_iter=1000).fit(rows, TRUTHS[:, label])
        np.testing.assert_allclose(scores[:, label], model.decision_function(rows), atol=0.02)


def test_the_loss_is_that_of_scikit_learn() -> None:
    scores = RNG.normal(size=(150, 3))
    expected = np.mean([log_loss(TRUTHS[:, i], expit(scores[:, i])) for i in range(3)])
    assert label_loss(scores, TRUTHS) == pytest.approx(expected)


def test_the_temperature_undoes_what_made_scores_too_sure() -> None:
    scores = 2 * fit_label_probe(VIEWS, TRUTHS, strength=1.0).predict(VIEWS).logits
    once = fit_temperature(scores, TRUTHS)
    assert fit_temperature(scores * 3, TRUTHS) == pytest.approx(3 * once, rel=1e-3)


def test_labels_of_no_row_and_of_every_row_have_one_score() -> None:
    truths = TRUTHS.copy()
    truths[:, 0], truths[:, 1] = 0, 1
    scores = fit_label_probe(VIEWS, truths).predict(VIEWS).logits
    assert (scores[:, 0] == -CERTAIN).all() and (scores[:, 1] == CERTAIN).all()
    assert len(np.unique(scores[:, 2])) > 100


def test_words_tell_labels() -> None:
    texts = [f"{'oil' if i % 2 else ''} {'gas' if i % 3 else ''} {i % 7}" for i in range(90)]
    truths = np.array([[i % 2 > 0, i % 3 > 0, False] for i in range(90)], dtype=np.float32)
    counts = count_ngrams([*texts, "oil gas", "gas"]).counts
    found = fit_label_words(counts[:90], truths, seed=0).predict(counts[90:]).logits > 0
    assert found.tolist() == [[True, True, False], [False, True, False]]
