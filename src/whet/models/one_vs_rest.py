"""How is each of several labels told from the rest? One line a label, all labels at once.

A label that no row has, or that every row has, gets a score that says so whatever the text.
"""

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from whet.models.linear import STRENGTHS as WORD_STRENGTHS
from whet.models.linear import LinearFit, chosen_features, weighed
from whet.models.output import Floats
from whet.models.probe import SEARCH_HELD_BACK, STRENGTHS, ProbeFit, standardised

CERTAIN = 20.0
"""Score of a label that every row has; of one that none has, minus it."""
ITERATIONS = 100

Truths = NDArray[np.float32]
"""(n, k) of zeros and ones."""


def label_loss(scores: NDArray[np.floating], truths: Truths) -> float:
    """Return the mean cross-entropy of scores (n, k), in nats a label."""
    values = scores.astype(np.float64)
    return float((np.logaddexp(0, values) - truths * values).mean())


def fit_temperature(scores: NDArray[np.floating], truths: Truths) -> float:
    """Return the divisor of scores (n, k) with the smallest cross-entropy."""
    found = minimize_scalar(
        lambda log_t: label_loss(scores / np.exp(log_t), truths), bounds=(-3, 3), method="bounded"
    )
    return float(np.exp(found.x))


def fit_label_probe(
    views: NDArray[np.floating], truths: Truths, *, seed: int = 0, strength: float | None = None
) -> ProbeFit:
    """Return a logistic regression for each of k labels on views (n, w).

    `strength` is the inverse regularisation; when None it has the smallest cross-entropy, at its
    best temperature, on rows held back.
    """
    mean, scale, rows = standardised(views)
    if strength is None:
        strength = _best_strength(rows, truths, seed)
    weight, bias = _solve(rows, truths, strength)
    return ProbeFit(mean, scale, weight, bias, strength)


def _best_strength(rows: Floats, truths: Truths, seed: int) -> float:
    """Return the strength that is best on rows held back; without enough of those, a strong one."""
    held: NDArray[np.bool_] = np.random.default_rng(seed).random(len(rows)) < SEARCH_HELD_BACK
    if held.sum() < 20:
        return STRENGTHS[1]
    best, smallest = STRENGTHS[0], np.inf
    for strength in STRENGTHS:
        weight, bias = _solve(rows[~held], truths[~held], strength)
        scores = rows[held] @ weight + bias
        loss = label_loss(scores / fit_temperature(scores, truths[held]), truths[held])
        if loss >= smallest:
            break
        best, smallest = strength, loss
    return best


def _solve(rows: Floats, truths: Truths, strength: float) -> tuple[Floats, Floats]:
    """Return weights (w, k) and bias (k,): the sum of the labels' problems is solved as one."""
    width, k = rows.shape[1], truths.shape[1]

    def cost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values = flat.astype(np.float32).reshape(width + 1, k)
        scores = (rows @ values[:-1] + values[-1]).astype(np.float64)
        error = (expit(scores) - truths).astype(np.float32)
        slope = np.concatenate([rows.T @ error, error.sum(axis=0, keepdims=True)])
        slope[:-1] += values[:-1] / strength
        penalty = float(np.square(values[:-1], dtype=np.float64).sum()) / (2 * strength)
        loss = float((np.logaddexp(0, scores) - truths * scores).sum())
        return loss + penalty, slope.astype(np.float64).ravel()

    found = minimize(
        cost,
        np.zeros((width + 1) * k),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS},
    )
    values = np.asarray(found.x, dtype=np.float32).reshape(width + 1, k)
    return _certain(values[:-1], values[-1], truths)


def fit_label_words(
    counts: csr_matrix, truths: Truths, *, seed: int, strength: float | None = None
) -> LinearFit:
    """Return a linear support-vector model for each of k labels on n-gram counts (n, v).

    `strength` is the inverse regularisation; when None it has the most right labels on a fifth of
    the rows.
    """
    columns, idf = chosen_features(counts)
    features = weighed(counts[:, columns], idf)
    if strength is None:
        strength = _best_word_strength(features, truths, seed)
    weight, bias = _machines(features, truths, strength, seed)
    return LinearFit(columns, idf, weight, bias, strength)


def _best_word_strength(features: csr_matrix, truths: Truths, seed: int) -> float:
    """Return the strength with the most right labels on rows held back."""
    held: NDArray[np.bool_] = np.random.default_rng(seed).random(len(truths)) < SEARCH_HELD_BACK
    if held.sum() < 20:
        return 1.0
    right = []
    for strength in WORD_STRENGTHS:
        weight, bias = _machines(features[~held], truths[~held], strength, seed)
        right.append(float((((features[held] @ weight + bias) > 0) == truths[held]).mean()))
    return WORD_STRENGTHS[int(np.argmax(right))]


def _machines(
    features: csr_matrix, truths: Truths, strength: float, seed: int
) -> tuple[Floats, Floats]:
    """Return weights (v, k) and bias (k,) of a support-vector machine a label."""
    weight = np.zeros((features.shape[1], truths.shape[1]), dtype=np.float32)
    bias = np.zeros(truths.shape[1], dtype=np.float32)
    for label, truth in enumerate(truths.T):
        if truth.min() == truth.max():
            continue
        model = LinearSVC(C=strength, tol=1e-2, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, truth)
        weight[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    return _certain(weight, bias, truths)


def _certain(weight: Floats, bias: Floats, truths: Truths) -> tuple[Floats, Floats]:
    """Return weights and bias in which labels that tell no row from another have one score."""
    share = truths.mean(axis=0)
    same = (share == 0) | (share == 1)
    return np.where(same, 0, weight), np.where(same, np.where(share == 1, CERTAIN, -CERTAIN), bias)
