"""Tests for whet.models.linear: against scikit-learn's own pipeline, classes missing, Chinese."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from whet.core.text import text_features
from whet.models.linear import count_ngrams, fit_linear

TEXTS = [
    "i want my money back",
    "refund the money please",
    "money back now please",
    "reset my password",
    "password does not work",
    "new password please",
]
LABELS = np.array([0, 0, 0, 1, 1, 1])


def test_agrees_with_scikit_learns_pipeline() -> None:
    counts = count_ngrams(TEXTS).counts
    ours = fit_linear(counts, LABELS, 2, seed=0, strength=1.0).predict(counts).logits
    vectorizer = TfidfVectorizer(analyzer=text_features, sublinear_tf=True, min_df=2)
    features = vectorizer.fit_transform(TEXTS)
    theirs = LinearSVC(C=1.0, tol=1e-2, random_state=0).fit(features, LABELS)
    # scikit-learn has one decision value for two classes: it is our second logit.
    np.testing.assert_allclose(ours[:, 1], theirs.decision_function(features), atol=1e-4)
    np.testing.assert_allclose(ours[:, 0], -ours[:, 1], atol=1e-5)


def test_the_vocabulary_comes_from_the_training_rows_alone() -> None:
    corpus = count_ngrams([*TEXTS, "zebra zebra zebra", "zebra"])
    model = fit_linear(corpus.counts[:6], LABELS, 2, seed=0, strength=1.0)
    assert not any("zebra" in feature for feature in corpus.features[model.columns])


def test_a_class_without_rows_is_never_the_answer() -> None:
    counts = count_ngrams(TEXTS).counts
    logits = fit_linear(counts, LABELS * 2, 3, seed=0, strength=1.0).predict(counts).logits
    assert logits.shape == (6, 3)
    assert (logits.argmax(axis=1) == LABELS * 2).all()
    assert (logits[:, 1] < logits.min(axis=1, where=[[True, False, True]], initial=0)).all()


def test_chinese_is_told_apart_by_its_characters() -> None:
    texts = ["我要退款", "请给我退款", "可以退款吗", "密码忘了", "重置密码", "密码不对"]
    corpus = count_ngrams([*texts, "退款多久到账", "怎么改密码"])
    model = fit_linear(corpus.counts[:6], LABELS, 2, seed=0, strength=1.0)
    assert model.predict(corpus.counts[6:]).logits.argmax(axis=1).tolist() == [0, 1]


def test_two_fits_with_one_seed_are_the_same_bytes() -> None:
    counts = count_ngrams(TEXTS * 20).counts
    labels = np.tile(LABELS, 20)
    fits = [fit_linear(counts, labels, 2, seed=3) for _ in range(2)]
    assert fits[0].coefficients.tobytes() == fits[1].coefficients.tobytes()
    assert fits[0].strength == fits[1].strength


def test_texts_that_share_nothing_still_fit() -> None:
    counts = count_ngrams(["ab", "cd"]).counts
    model = fit_linear(counts, np.array([0, 1]), 2, seed=0, strength=1.0)
    assert model.predict(counts).logits.argmax(axis=1).tolist() == [0, 1]
