"""Tests for ridge regression: against scikit-learn, left-out rows one by one, at the edge."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from whet.models.linear import count_ngrams
from whet.models.ridge import STRENGTHS, fit_ridge, fit_word_ridge

RNG = np.random.default_rng(0)
VIEWS = RNG.normal(size=(60, 8)).astype(np.float32)
VALUES = 500 + VIEWS @ RNG.normal(size=8) * 20 + RNG.normal(0, 5, 60)


def standard(views: np.ndarray) -> np.ndarray:
    return np.asarray((views - VIEWS.mean(axis=0)) / VIEWS.std(axis=0))


@pytest.mark.parametrize("strength", [1.0, 100.0])
def test_it_is_the_ridge_of_scikit_learn(strength: float) -> None:
    fit = fit_ridge(VIEWS, VALUES, strengths=(strength,))
    reference = Ridge(alpha=strength).fit(standard(VIEWS), VALUES)
    found = fit.probe.predict(VIEWS).logits[:, 0]
    np.testing.assert_allclose(found, reference.predict(standard(VIEWS)), rtol=1e-4)


def test_a_row_that_is_left_out_was_not_seen() -> None:
    fit = fit_ridge(VIEWS, VALUES, strengths=(10.0,))
    for row in (0, 17, 59):
        others = np.arange(60) != row
        reference = Ridge(alpha=10.0).fit(standard(VIEWS)[others], VALUES[others])
        assert fit.left_out[row] == pytest.approx(
            reference.predict(standard(VIEWS)[[row]])[0], rel=1e-4
        )


def test_the_strength_is_the_one_that_is_best_on_rows_left_out() -> None:
    errors = {
        s: np.square(VALUES - fit_ridge(VIEWS, VALUES, strengths=(s,)).left_out).mean()
        for s in STRENGTHS
    }
    assert fit_ridge(VIEWS, VALUES).probe.strength == min(errors, key=lambda s: errors[s])
    noise = RNG.normal(size=60)
    assert fit_ridge(VIEWS, noise).probe.strength > fit_ridge(VIEWS, VALUES).probe.strength


def test_more_features_than_rows_and_constant_ones_are_fitted() -> None:
    wide = RNG.normal(size=(10, 40)).astype(np.float16)
    wide[:, 0] = 1
    fit = fit_ridge(wide, np.arange(10.0))
    assert np.isfinite(fit.left_out).all()
    assert np.isfinite(fit.probe.predict(wide).logits).all()


def test_words_have_prices() -> None:
    texts = [f"{'dear' if i % 2 else 'cheap'} thing {i % 7}" for i in range(120)]
    values = np.where(np.arange(120) % 2, 90.0, 10.0)
    counts = count_ngrams([*texts, "a dear one", "a cheap one"]).counts
    fit = fit_word_ridge(counts[:120], values, seed=0)
    dear, cheap = fit.predict(counts[120:]).logits[:, 0]
    assert dear > 60 > 40 > cheap
