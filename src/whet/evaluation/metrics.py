"""How good are the answers? Metrics that see the rows only through sums over them.

Each metric turns a row into a few numbers (`contributions`) and the sums of these into a value
(`statistic`). Whoever resamples, leaves out or pools rows re-adds the numbers and never looks at
the rows again: a thousand bootstrap resamples are one matrix product.

Notation: n rows, k classes, m contributions, b resamples. The answer is the most probable class.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.evaluation.calibration import BINS, confidence_bin

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]

# A probability of 0 for the truth would make the loss infinite; scikit-learn clips alike.
_SMALLEST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Metric:
    """A metric of class answers. `upper` is its largest possible value; the smallest is 0."""

    contributions: Callable[[Integers, Floats], csr_array]
    statistic: Callable[[Floats], Floats]
    upper: float = 1.0

    def __call__(
        self, truth: Integers, probabilities: Floats, weights: Integers | None = None
    ) -> float:
        """Return the metric; `weights` (n,) says how often each row counts (once without it).

        Raises:
            InputError: see `check_answers`.
        """
        check_answers(truth, probabilities)
        rows = np.ones(len(truth), dtype=np.int64) if weights is None else weights
        return float(self.resampled(truth, probabilities, rows[None])[0])

    def resampled(self, truth: Integers, probabilities: Floats, weights: Integers) -> Floats:
        """Return the metric (b,) of each row of a weight matrix (b, n)."""
        sums = weights.astype(np.float64) @ self.contributions(truth, probabilities)
        return self.statistic(sums)


def check_answers(truth: Integers, probabilities: Floats) -> None:
    """Refuse what is not truth (n,) in [0, k) with distributions (n, k), n > 0.

    Raises:
        InputError: shapes disagree, there are no rows, an id is out of range, or a row of
            probabilities is not a distribution.
    """
    if probabilities.ndim != 2 or truth.shape != probabilities.shape[:1] or not truth.size:
        raise InputError(
            "Truth must be (n,) and probabilities (n, k) with n > 0; "
            f"got {truth.shape} and {probabilities.shape}. Pass the same rows in both."
        )
    if truth.min() < 0 or truth.max() >= probabilities.shape[1]:
        raise InputError(
            f"Class ids must lie in [0, {probabilities.shape[1]}); "
            f"got {truth.min()} to {truth.max()}. Use positions in the list of labels."
        )
    off = np.abs(probabilities.sum(axis=1) - 1) + (probabilities < 0).any(axis=1)
    if not (off <= 1e-3).all():  # written this way round so that NaN is refused too
        row = int(off.argmax())
        raise InputError(
            f"Row {row} of the probabilities sums to {probabilities[row].sum():.4g} and must be a "
            "distribution. If these are logits, apply softmax first."
        )


def _matrix(columns: Integers, values: Floats, m: int) -> csr_array:
    """Return the sparse (n, m) matrix with values (n, j) at columns (n, j); repeats add up."""
    n, j = columns.shape
    rows = np.repeat(np.arange(n), j)
    return csr_array((values.ravel(), (rows, columns.ravel())), shape=(n, m))


def _accuracy_rows(truth: Integers, probabilities: Floats) -> csr_array:
    """Return (n, 2): right or wrong, and 1 for the row."""
    right = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    return csr_array(np.stack([right, np.ones(len(truth))], axis=1))


def _mean(sums: Floats) -> Floats:
    """Return the first sum over the second."""
    mean: Floats = sums[:, 0] / sums[:, 1]
    return mean


def class_counts(truth: Integers, probabilities: Floats) -> csr_array:
    """Return (n, 2k): right answers of each class, then its truths plus its answers."""
    k, answer = probabilities.shape[1], probabilities.argmax(axis=1)
    columns = np.stack([truth, k + truth, k + answer], axis=1)
    values = np.ones(columns.shape)
    values[:, 0] = answer == truth
    return _matrix(columns, values, 2 * k)


def class_f1(sums: Floats) -> Floats:
    """Return F1 (b, k) from sums (b, 2k); NaN for a class that is neither true nor answered."""
    k = sums.shape[1] // 2
    right, occurrences = sums[:, :k], sums[:, k:]
    f1 = np.full(right.shape, np.nan)
    np.divide(2 * right, occurrences, out=f1, where=occurrences > 0)
    return f1


def _macro_f1(sums: Floats) -> Floats:
    """Return the mean F1 over the classes that occur as truth or answer."""
    f1 = class_f1(sums)
    occurs = ~np.isnan(f1)
    mean: Floats = np.where(occurs, f1, 0).sum(axis=1) / occurs.sum(axis=1)
    return mean


def _ece_rows(truth: Integers, probabilities: Floats) -> csr_array:
    """Return (n, bins + 1): right minus confidence in the bin of the row, and 1 for the row."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    gap = (probabilities.argmax(axis=1) == truth) - confidence
    columns = np.stack([confidence_bin(confidence), np.full(len(truth), BINS)], axis=1)
    return _matrix(columns, np.stack([gap, np.ones(len(gap))], axis=1), BINS + 1)


def _ece(sums: Floats) -> Floats:
    """Return the expected calibration error from the sums of each bin."""
    error: Floats = np.abs(sums[:, :BINS]).sum(axis=1) / sums[:, BINS]
    return error


def _log_loss_rows(truth: Integers, probabilities: Floats) -> csr_array:
    """Return (n, 2): minus the log of the truth's probability in nats, and 1 for the row."""
    given = probabilities[np.arange(len(truth)), truth].astype(np.float64)
    loss = -np.log(np.clip(given, _SMALLEST, 1))
    return csr_array(np.stack([loss, np.ones(len(loss))], axis=1))


_ACCURACY = Metric(_accuracy_rows, _mean)

METRICS: dict[str, Metric] = {
    "accuracy": _ACCURACY,
    "macro_f1": Metric(class_counts, _macro_f1),
    "micro_f1": _ACCURACY,  # with one label and one answer a row the two are the same number
    "ece": Metric(_ece_rows, _ece),
    "log_loss": Metric(_log_loss_rows, _mean, upper=-float(np.log(_SMALLEST))),
}
"""Every metric of a class target by its name in a card (`whet.cards.schema.METRICS`)."""
