"""How far do words alone go? Word and character n-grams under a linear model.

The vocabulary and the inverse document frequencies come from the training rows of each fit, so
nothing of the held-out rows leaks. Characters make it work for Chinese, which has no spaces.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

from whet.core.text import text_features
from whet.models.output import Ids, Output

STRENGTHS = (0.3, 1.0, 3.0)
"""Inverse regularisation strengths tried on rows held back inside the training rows."""
MIN_ROWS_OF_A_FEATURE = 2
MAX_FEATURES = 200_000
"""Bound on the size of the package; the most frequent features stay."""


@dataclass(frozen=True)
class NgramCounts:
    """Feature counts of a corpus, (n, v) sparse, computed once and shared by all fits."""

    counts: csr_matrix
    features: NDArray[np.str_]


def count_ngrams(texts: Sequence[str]) -> NgramCounts:
    """Return the n-gram counts of every text of the corpus; labels are not looked at."""
    vectorizer = CountVectorizer(analyzer=text_features, dtype=np.float32)
    counts = vectorizer.fit_transform(texts)
    return NgramCounts(csr_matrix(counts), vectorizer.get_feature_names_out())


@dataclass(frozen=True)
class LinearFit:
    """A fitted linear model over the chosen columns of the shared counts."""

    columns: Ids
    idf: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    intercept: NDArray[np.float32]
    strength: float

    def predict(self, counts: csr_matrix) -> Output:
        """Return the decision values of rows of counts, (n, k)."""
        weighted = weighed(counts[:, self.columns], self.idf)
        logits = np.asarray(weighted @ self.coefficients + self.intercept, dtype=np.float32)
        return Output(logits, np.zeros((len(logits), 0), dtype=np.float32))


def fit_linear(
    counts: csr_matrix, labels: Ids, classes: int, *, seed: int, strength: float | None = None
) -> LinearFit:
    """Return a linear support-vector model, one class against the rest.

    Args:
        counts: feature counts of the training rows, (n, v).
        labels: class ids in [0, classes), (n,). Classes without a row get a logit below all others.
        classes: k.
        seed: seed of the rows held back to choose the strength.
        strength: inverse regularisation; chosen among `STRENGTHS` when None.
    """
    columns, idf = chosen_features(counts)
    features = weighed(counts[:, columns], idf)
    if strength is None:
        strength = _best_strength(features, labels, seed)
    coefficients, intercept = _spread(_svc(features, labels, strength, seed), classes)
    return LinearFit(columns, idf, coefficients, intercept, strength)


def chosen_features(counts: csr_matrix) -> tuple[Ids, NDArray[np.float32]]:
    """Return the columns of counts (n, v) that a model reads, and their inverse frequencies."""
    rows_of = np.asarray((counts > 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(rows_of >= MIN_ROWS_OF_A_FEATURE)
    if len(columns) == 0:  # every text is unlike every other: keep all rather than nothing
        columns = np.flatnonzero(rows_of > 0)
    if len(columns) > MAX_FEATURES:
        columns = np.sort(columns[np.argsort(-rows_of[columns], kind="stable")[:MAX_FEATURES]])
    idf = TfidfTransformer(sublinear_tf=True).fit(counts[:, columns]).idf_.astype(np.float32)
    return columns, idf


def weighed(counts: csr_matrix, idf: NDArray[np.float32]) -> csr_matrix:
    """Return (1 + ln count) * idf, each row scaled to length 1."""
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = idf
    return transformer.transform(counts)


def _svc(features: csr_matrix, labels: Ids, strength: float, seed: int) -> LinearSVC:
    """Return a fitted support-vector model; slow convergence changes the third decimal only."""
    model = LinearSVC(C=strength, tol=1e-2, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(features, labels)


def _best_strength(features: csr_matrix, labels: Ids, seed: int) -> float:
    """Return the strength with the best accuracy on a fifth of the rows held back."""
    held = np.random.default_rng(seed).random(len(labels)) < 0.2
    if held.sum() < 20 or len(np.unique(labels[~held])) < 2:
        return 1.0
    right = [
        float(
            (
                _svc(features[~held], labels[~held], c, seed).predict(features[held])
                == labels[held]
            ).mean()
        )
        for c in STRENGTHS
    ]
    return STRENGTHS[int(np.argmax(right))]


def _spread(model: LinearSVC, classes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return coefficients (v, k) and intercept (k,) over all k classes, seen or not."""
    seen, weights, bias = model.classes_, model.coef_, model.intercept_
    if len(seen) == 2:  # one decision value: positive means the second class
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    coefficients = np.zeros((weights.shape[1], classes), dtype=np.float32)
    intercept = np.full(classes, -1e3, dtype=np.float32)
    coefficients[:, seen], intercept[seen] = weights.T, bias
    return coefficients, intercept
