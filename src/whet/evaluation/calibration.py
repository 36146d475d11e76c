"""Does a confidence mean what it says, and by how much must it be cooled so that it does?

Of the answers given with confidence 0.8 about 80 % should be right. One number, the temperature,
divides the logits: it changes no answer, only how sure the answers are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from whet.core.errors import InputError

BINS = 15
"""Number of equal-width confidence bins, as in Guo et al. 2017."""

_TEMPERATURES = (0.05, 20.0)


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies in (low, high]: mean confidence, share right, count."""

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


def confidence_bin(confidence: NDArray[np.floating], bins: int = BINS) -> NDArray[np.intp]:
    """Return the bin (n,) in [0, bins) of each confidence in (0, 1]; bins are (low, high].

    >>> confidence_bin(np.array([0.2, 0.21, 1.0]), bins=5)
    array([0, 1, 4])
    """
    edges = np.arange(1, bins) / bins
    return np.searchsorted(edges, confidence, side="left")


def reliability(
    probabilities: NDArray[np.floating], truth: NDArray[np.integer], *, bins: int = BINS
) -> list[Bin]:
    """Return the bins that hold answers, least confident first.

    Shapes: probabilities (n, k), truth (n,) of class ids.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    return binned(confidence, probabilities.argmax(axis=1) == truth, bins=bins)


def binned(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int = BINS
) -> list[Bin]:
    """Return the bins that hold answers by their confidence (n,); `right` (n,) says which are."""
    inside = confidence_bin(confidence, bins)
    return [
        Bin(
            low=i / bins,
            high=(i + 1) / bins,
            confidence=float(confidence[inside == i].mean()),
            accuracy=float(right[inside == i].mean()),
            count=int((inside == i).sum()),
        )
        for i in np.unique(inside)
    ]


def calibration_error(
    probabilities: NDArray[np.floating], truth: NDArray[np.integer], *, bins: int = BINS
) -> float:
    """Return the expected calibration error, a fraction in [0, 1]; 0 is perfect.

    It is the gap between share right and mean confidence, averaged over the bins by their counts.
    With few rows it is too large even for a perfectly calibrated model.

    Source: Guo et al. 2017, arXiv:1706.04599, section 2.

    >>> calibration_error(np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([0, 1]))
    0.375
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    return mean_gap(confidence, probabilities.argmax(axis=1) == truth, bins=bins)


def mean_gap(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int = BINS
) -> float:
    """Return the calibration error of answers by their confidence (n,) and which are right (n,)."""
    held = binned(confidence, right, bins=bins)
    return sum(b.count * abs(b.accuracy - b.confidence) for b in held) / len(right)


def fit_temperature(logits: NDArray[np.floating], truth: NDArray[np.integer]) -> float:
    """Return the temperature in [0.05, 20] with the smallest log loss on rows held out of training.

    Shapes: logits or log-probabilities (n, k), which give the same answer; truth (n,). Above 1
    the model was too sure.

    Raises:
        InputError: shapes disagree, there are no rows, or a logit is not finite.

    Source: Guo et al. 2017, arXiv:1706.04599, section 4.2.
    """
    if logits.ndim != 2 or truth.shape != logits.shape[:1] or not truth.size:
        raise InputError(
            "Logits must be (n, k) and truth (n,) with n > 0; "
            f"got {logits.shape} and {truth.shape}. Pass the same rows in both."
        )
    if not np.isfinite(logits).all():
        row = int(np.argmin(np.isfinite(logits).all(axis=1)))
        raise InputError(
            f"Logits must be finite; row {row} is not. "
            "Clip probabilities away from 0 before taking the logarithm."
        )
    exact = logits.astype(np.float64)

    def loss(log_temperature: float) -> float:
        given = log_softmax(exact / np.exp(log_temperature), axis=1)
        return -float(given[np.arange(len(truth)), truth].mean())

    # The loss is convex in 1/T, so it has one minimum on any monotone scale of T.
    found = minimize_scalar(loss, bounds=tuple(np.log(_TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))
