"""How well will a frozen representation serve a task, without training on it? And was that right?

LogME is the largest evidence that a Bayesian linear model of the labels on the features can have,
a row: high where few directions of the features explain the labels. It needs no split.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import generator
from whet.evaluation.intervals import Interval

Matrix = NDArray[np.float64]
_ITERATIONS = 100
_CLOSE = 1e-6
"""Relative change of the ratio of the two precisions at which the fixed point is reached."""
HALVES = 20
"""Random halves of the rows from which the spread of LogME is taken."""
_STUDENT = 2.093024
"""97.5 % quantile of Student's distribution with one degree of freedom less than halves."""


def logme(features: Matrix, labels: NDArray[np.int64]) -> float:
    """Return the log maximum evidence a row, mean over the classes; higher is better.

    Args:
        features: (n, d).
        labels: (n,) class ids; each class that occurs is one column of zeros and ones.

    Source: You et al. 2021, LogME, arXiv:2102.11005, with MacKay's fixed point.
    """
    n, d = features.shape
    # Of the singular value decomposition only the left side and the squares are needed, and the
    # smaller of the two Gram matrices has both.
    squares, left = _left_side(features)
    targets = labels[:, None] == np.unique(labels)[None, :]
    evidences = [_evidence(target, squares, left, n, d) for target in targets.T.astype(np.float64)]
    return float(np.mean(evidences))


def _left_side(features: Matrix) -> tuple[Matrix, Matrix]:
    """Return squared singular values (r,) above 0 and left singular vectors (n, r)."""
    n, d = features.shape
    if n <= d:
        squares, left = np.linalg.eigh(features @ features.T)
    else:
        squares, right = np.linalg.eigh(features.T @ features)
        left = features @ (right / np.sqrt(np.maximum(squares, 1e-300)))
    kept = squares > squares.max() * max(n, d) * np.finfo(np.float64).eps
    return squares[kept], left[:, kept]


def _evidence(target: Matrix, squares: Matrix, left: Matrix, n: int, d: int) -> float:
    """Return the maximum log evidence a row of one target (n,)."""
    shares = (left.T @ target) ** 2
    outside = max(0.0, float(target @ target - shares.sum()))
    alpha, beta = 1.0, 1.0
    for _ in range(_ITERATIONS):
        ratio = alpha / beta
        gamma = float((squares / (squares + ratio)).sum())
        weight = float((squares * shares / (squares + ratio) ** 2).sum())
        residual = float((shares / (1 + squares / ratio) ** 2).sum()) + outside
        alpha, beta = gamma / max(weight, 1e-12), (n - gamma) / max(residual, 1e-12)
        if abs(alpha / beta - ratio) <= _CLOSE * ratio:
            break
    ratio = alpha / beta
    weight = float((squares * shares / (squares + ratio) ** 2).sum())
    residual = float((shares / (1 + squares / ratio) ** 2).sum()) + outside
    # Directions in which the features do not vary cancel: d - r of them have log(alpha) twice.
    whole = (
        len(squares) * np.log(alpha)
        + n * np.log(beta)
        - float(np.log(alpha + beta * squares).sum())
        - beta * residual
        - alpha * weight
        - n * np.log(2 * np.pi)
    )
    return float(whole / (2 * n))


def logme_interval(features: Matrix, labels: NDArray[np.int64], *, seed: int) -> Interval:
    """Return LogME with a 95 % interval from random halves of the rows.

    Halves and not resamples: a row that occurs twice would count as two proofs. With half of the
    rows left out each time, the spread of the halves is the standard error of the whole. In
    simulations with 240 and 600 rows the interval held the mean over samples in 93-94 %.
    Source: Shao and Wu 1989, Annals of Statistics 17, on the delete-d jackknife.
    """
    value, n = logme(features, labels), len(labels)
    random = generator(seed, "halves")
    parts = [np.sort(random.permutation(n)[: (n + 1) // 2]) for _ in range(HALVES)]
    halves = [logme(features[part], labels[part]) for part in parts]
    reach = _STUDENT * float(np.std(halves, ddof=1))
    return Interval(value, value - reach, value + reach)


@dataclass(frozen=True)
class Agreement:
    """How often an estimate put two bases in the order in which they were measured later."""

    pairs: int
    """Pairs of bases that were both estimated and measured, ties left out."""
    right: int

    @property
    def tau(self) -> float | None:
        """Return Kendall's rank correlation over the pairs; None without any."""
        return (2 * self.right - self.pairs) / self.pairs if self.pairs else None


def agreement(
    estimated: Mapping[str, float], measured: Mapping[str, float], *, lower_is_better: bool = False
) -> Agreement:
    """Return how well estimates order the bases that were measured.

    Args:
        estimated: estimate of each base, higher is better.
        measured: what builds with each base measured.

    >>> agreement({"a": 1, "b": 2, "c": 3}, {"a": 0.1, "c": 0.2, "d": 0.3})
    Agreement(pairs=1, right=1)
    """
    both = [name for name in estimated if name in measured]
    sign = -1 if lower_is_better else 1
    pairs = right = 0
    for i, one in enumerate(both):
        for other in both[:i]:
            thought = estimated[one] - estimated[other]
            found = sign * (measured[one] - measured[other])
            if thought and found:
                pairs += 1
                right += (thought > 0) == (found > 0)
    return Agreement(pairs, right)
