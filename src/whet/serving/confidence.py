"""How sure is an answer, and which known rows is it like? One definition for training and serving.

Three signals are put on one scale: the probability of the best class, and the largest cosine to an
evidence row of that class, once between centred log-probabilities and once between embeddings. A
message of no known class may get a high probability, but it lies near no example.

Notation: n rows asked about, m evidence rows, k classes, d features of the embedding, s signals.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]

SIGNALS: tuple[str, ...] = ("probability", "logit_neighbour", "embedding_neighbour")
"""Names of the signals in order; the last is left out where there is no embedding."""

# Kept well above the smallest float32, and float16 logarithms of it are still exact enough, so
# that a row has the same log-probabilities fresh from a model and read back from a package.
_FLOOR = 1e-7

_BLOCK_BYTES = 64 << 20  # of similarities held at once


@dataclass(frozen=True)
class Evidence:
    """Known rows, sorted by label so that the rows of one class lie together. See `evidence`."""

    embedding: NDArray[np.float32]
    """(m, d), each row of length 1; d = 0 where the model has no embedding."""
    logits: NDArray[np.float32]
    """(m, k), centred log-probabilities, each row of length 1."""
    offsets: NDArray[np.int64]
    """(k + 1,): the rows of class c are offsets[c] to offsets[c + 1]."""
    positions: NDArray[np.int64]
    """(m,), where each row stood in the order that was given."""

    def nearest(
        self, probabilities: Floats, embedding: Floats, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return positions and cosines, each (n, count), of the most similar rows, nearest first.

        Cosines are between embeddings, or between centred log-probabilities where there is no
        embedding. With fewer than `count` evidence rows all are returned.
        """
        has_embedding = self.embedding.shape[1] > 0
        known = self.embedding if has_embedding else self.logits
        asked = _unit(embedding) if has_embedding else _centred(np.log(_clipped(probabilities)))
        count, m = min(count, len(known)), len(known)
        positions = np.empty((len(asked), count), dtype=np.int64)
        cosines = np.empty((len(asked), count), dtype=np.float32)
        for rows in _blocks(np.arange(len(asked)), m):
            cosine = asked[rows] @ known.T
            top = np.argpartition(cosine, m - count, axis=1)[:, m - count :]
            found = np.take_along_axis(cosine, top, axis=1)
            order = np.argsort(-found, axis=1, kind="stable")
            positions[rows] = self.positions[np.take_along_axis(top, order, axis=1)]
            cosines[rows] = np.take_along_axis(found, order, axis=1)
        return positions, cosines


def evidence(embedding: Floats, log_probabilities: Floats, labels: Integers) -> Evidence:
    """Return evidence rows made ready for search.

    Args:
        embedding: (m, d); d = 0 where the model has none.
        log_probabilities: natural logarithms (m, k) of out-of-fold or fitted probabilities.
        labels: class ids (m,) in [0, k).
    """
    order = np.argsort(labels, kind="stable")
    classes = np.arange(log_probabilities.shape[1] + 1)
    logits = np.maximum(log_probabilities[order].astype(np.float32), np.float32(np.log(_FLOOR)))
    return Evidence(
        embedding=_unit(embedding[order]),
        logits=_centred(logits),
        offsets=np.searchsorted(labels[order], classes).astype(np.int64),
        positions=order.astype(np.int64),
    )


def signals(
    probabilities: Floats,
    embedding: Floats,
    known: Evidence,
    *,
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None = None,
) -> NDArray[np.float64]:
    """Return the signals (n, s), s = 3 with an embedding and 2 without, in the order of `SIGNALS`.

    A cosine is -1 where no evidence row of the predicted class may be looked at.

    Args:
        probabilities: class probabilities (n, k).
        embedding: (n, d), as in the evidence.
        known: the evidence rows.
        groups: ids of the rows asked about (n,) and of the evidence rows (m,) in the order given
            to `evidence`; rows with equal ids do not see each other. Pass row numbers to leave
            out the row itself, fold numbers to look only at other folds.
    """
    best = probabilities.argmax(axis=1)
    result = np.full((len(best), 3), -1.0)
    result[:, 0] = probabilities.max(axis=1)
    spaces = [(_centred(np.log(_clipped(probabilities))), known.logits)]
    if known.embedding.shape[1]:
        spaces.append((_unit(embedding), known.embedding))
    ids = None if groups is None else (groups[0], groups[1][known.positions])
    for c in np.unique(best):
        mates = slice(known.offsets[c], known.offsets[c + 1])
        for rows in _blocks(np.flatnonzero(best == c), mates.stop - mates.start):
            seen = True if ids is None else ids[0][rows][:, None] != ids[1][mates]
            for i, (asked, rows_known) in enumerate(spaces, start=1):
                cosine = asked[rows] @ rows_known[mates].T
                result[rows, i] = cosine.max(axis=1, initial=-1.0, where=seen)
    return result[:, : 1 + len(spaces)]


def fit_scope(values: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and scale, each (s,), of signals (n, s); a signal that never varies has scale 1.

    Fit them on the rows that choose the threshold.
    """
    scale = values.std(axis=0)
    return values.mean(axis=0), np.where(scale > 1e-9, scale, 1.0)


def confidence(values: Floats, mean: Floats, scale: Floats) -> NDArray[np.float64]:
    """Return the confidence (n,) from signals (n, s), each as (signal - mean) / scale.

    The probability counts in full. A neighbour counts only where it is farther than usual: being
    far from every example speaks against an answer, but lying near one does not make it right.

    >>> confidence(np.array([[0.9, 0.5], [0.5, 0.1]]), np.array([0.7, 0.3]), np.array([0.2, 0.2]))
    array([ 1., -2.])
    """
    standard = (values - mean) / scale
    total: NDArray[np.float64] = standard[:, 0] + np.minimum(standard[:, 1:], 0).sum(axis=1)
    return total


def _clipped(probabilities: Floats) -> NDArray[np.float32]:
    """Return probabilities as float32, none of them 0."""
    return np.maximum(probabilities.astype(np.float32), np.float32(_FLOOR))


def _centred(log_probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each row minus its mean, with length 1."""
    return _unit(log_probabilities - log_probabilities.mean(axis=1, keepdims=True))


def _unit(rows: Floats) -> NDArray[np.float32]:
    """Return rows as contiguous float32 with length 1; a row of zeros stays as it is."""
    values = np.ascontiguousarray(rows, dtype=np.float32)
    length = np.sqrt(np.square(values).sum(axis=1, keepdims=True))
    length[length == 0] = 1
    unit: NDArray[np.float32] = values / length
    return unit


def _blocks(rows: NDArray[np.intp], width: int) -> Iterator[NDArray[np.intp]]:
    """Yield row numbers in blocks whose float32 similarities to `width` rows stay in memory."""
    step = max(1, _BLOCK_BYTES // (4 * max(width, 1)))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
