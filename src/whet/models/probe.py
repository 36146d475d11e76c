"""How far does a frozen encoder go? Multinomial logistic regression on its three pooled views."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from whet.models.output import Floats, Ids, Output

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse regularisation strengths tried on rows held back, strongest regularisation first."""
SEARCH_HELD_BACK = 0.2
"""Share of the rows that judge the strengths."""
MIN_SCALE = 1e-3
"""Smallest standard deviation of a feature; below it a feature is constant and stays small."""


@dataclass(frozen=True)
class Extra:
    """m examples beside the rows: learnt from, never held back, each weighed against a row's 1."""

    views: NDArray[np.floating]
    """(m, 3 d)."""
    labels: Ids
    """(m,), class ids."""
    weights: Floats
    """(m,), above 0."""

    def __len__(self) -> int:
        return len(self.labels)

    def joined(self, other: "Extra") -> "Extra":
        """Return the examples of both."""
        return Extra(
            np.concatenate([self.views, other.views]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.weights, other.weights]),
        )


@dataclass(frozen=True)
class ProbeFit:
    """A linear head on standardised views; it folds into one matrix for export."""

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: Floats
    strength: float

    def folded(self) -> tuple[Floats, Floats]:
        """Return weight (3 d, k) and bias (k,) that act on views as they are."""
        weight = self.coefficients / self.scale[:, None]
        return weight, self.intercept - self.mean @ weight

    def predict(self, views: NDArray[np.floating]) -> Output:
        """Return logits (n, k) for views (n, 3 d)."""
        weight, bias = self.folded()
        rows = views.astype(np.float32)
        return Output(rows @ weight + bias, rows)


def fit_probe(
    views: NDArray[np.floating],
    labels: Ids,
    classes: int,
    *,
    seed: int,
    strength: float | None = None,
    extra: Extra | None = None,
) -> ProbeFit:
    """Return a regularised logistic regression on views (n, 3 d) and class ids (n,).

    `strength` is the inverse regularisation; when None it is chosen by log loss on rows held back.
    Classes without a row or an extra example get a logit below all others.
    """
    if strength is None:
        strength, _ = best_strength(views, labels, seed=seed, extra=extra)
    mean, scale, rows = standardised(views)
    seen, weights, bias = _solve(_examples(rows, labels, mean, scale, extra), strength)
    coefficients = np.zeros((rows.shape[1], classes), dtype=np.float32)
    intercept = np.full(classes, -1e3, dtype=np.float32)
    coefficients[:, seen], intercept[seen] = weights.T, bias
    return ProbeFit(mean, scale, coefficients, intercept, strength)


def standardised(views: NDArray[np.floating]) -> tuple[Floats, Floats, Floats]:
    """Return mean (3 d,), scale (3 d,) and the standardised rows (n, 3 d)."""
    rows = views.astype(np.float32)
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), MIN_SCALE)
    return mean, scale, (rows - mean) / scale


_Examples = tuple[Floats, Ids, Floats | None]
"""Standardised rows, their class ids, and their weights where they differ."""


def _examples(
    rows: Floats, labels: Ids, mean: Floats, scale: Floats, extra: Extra | None
) -> _Examples:
    """Return standardised rows followed by the extra examples on the same scale."""
    if extra is None or not len(extra):
        return rows, labels, None
    added = (extra.views.astype(np.float32) - mean) / scale
    weights = np.concatenate([np.ones(len(rows), dtype=np.float32), extra.weights])
    return np.concatenate([rows, added]), np.concatenate([labels, extra.labels]), weights


def _solve(examples: _Examples, strength: float) -> tuple[Ids, Floats, Floats]:
    """Return the classes seen, weights (k, 3 d) and bias (k,) of the multinomial model."""
    model = _logistic(examples, strength)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return model.classes_.astype(np.int64), weights.astype(np.float32), bias.astype(np.float32)


def _logistic(examples: _Examples, strength: float) -> LogisticRegression:
    """Return a fitted model; the cap on iterations costs less than the third decimal."""
    model = LogisticRegression(C=strength, max_iter=100, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        rows, labels, weights = examples
        return model.fit(rows, labels, sample_weight=weights)


def best_strength(
    views: NDArray[np.floating], labels: Ids, *, seed: int, extra: Extra | None = None
) -> tuple[float, float]:
    """Return the strength with the smallest calibrated log loss on rows held back, and that loss.

    Calibrated, because the loss itself would reward weak regularisation for its confidence alone,
    which the temperature sets right afterwards anyway. The search goes from strong to weak
    regularisation and stops when the loss rises: it has one minimum. With fewer than 20 rows to
    hold back there is no choice, and the loss is NaN.
    """
    mean, scale, rows = standardised(views)
    held = np.random.default_rng(seed).random(len(labels)) < SEARCH_HELD_BACK
    held &= np.isin(labels, labels[~held])
    if held.sum() < 20 or len(np.unique(labels[~held])) < 2:
        return STRENGTHS[1], math.nan
    taught = _examples(rows[~held], labels[~held], mean, scale, extra)
    best, smallest = STRENGTHS[0], np.inf
    for strength in STRENGTHS:
        model = _logistic(taught, strength)
        truth = np.searchsorted(model.classes_, labels[held])
        loss = _calibrated_loss(model.predict_log_proba(rows[held]), truth)
        if loss >= smallest:
            break
        best, smallest = strength, loss
    return best, float(smallest)


def _calibrated_loss(log_p: NDArray[np.float64], truth: Ids) -> float:
    """Return the mean negative log likelihood at the best temperature."""

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(log_p / np.exp(log_temperature), axis=1)
        return -float(scaled[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(loss, bounds=(-3, 3), method="bounded").fun)
