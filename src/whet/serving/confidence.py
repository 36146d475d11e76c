"""How sure is an answer, and which known rows is it like? One definition for training and serving.

Four signals are put on one scale: the probability of the best class, and the largest cosine to an
evidence row of that class, once between centred log-probabilities, once between all pooled views,
and once between the last of them, the maximum over the words. A message of no known class may get a
high probability, but it lies near no example. Where a blend answers, neighbours are those of its
encoder: that two texts share no word says little.

Notation: n rows asked about, m evidence rows, k classes, w features of all views, d of the first
one, which is the embedding, s signals.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]

SIGNALS: tuple[str, ...] = (
    *("probability", "logit_neighbour"),
    *("view_neighbour", "maximum_neighbour"),
)
"""Names of the signals in order; without an encoder there are the first two, and with one view the
first three."""

LABELS_SEARCHED = 5
"""Labels whose rows may be shown as evidence. A search over all rows takes most of the time of an
answer: 1.3 ms of 10,000 rows on two cores, where a label's 130 take 0.02 ms."""

# Kept well above the smallest float32, and float16 logarithms of it are still exact enough, so
# that a row has the same log-probabilities fresh from a model and read back from a package.
_FLOOR = 1e-7

# Cosines between halves differ by so much where nothing does: dividing by it would make noise loud.
_NOISE = 1e-3

PRIOR_ROWS = 30
"""Rows of all classes that count in what is usual for one class: see docs/experiments.md."""

_BLOCK_BYTES = 64 << 20  # of similarities held at once


@dataclass(frozen=True)
class Evidence:
    """Known rows, sorted by label so that the rows of one class lie together. See `evidence`."""

    embedding: NDArray[np.float32]
    """(m, d), each row of length 1; d = 0 where the model has no encoder."""
    views: NDArray[np.float32]
    """(m, w), each row of length 1, rounded to halves as packages keep them. To widen the rows of
    one class for every answer takes 0.4 ms, a tenth of the answer."""
    maximum: NDArray[np.float32]
    """(m, d), the last view alone, each row of length 1; d = 0 where there is one view or none."""
    logits: NDArray[np.float32]
    """(m, k), centred log-probabilities, each row of length 1."""
    offsets: NDArray[np.int64]
    """(k + 1,): the rows of class c are offsets[c] to offsets[c + 1]."""
    positions: NDArray[np.int64]
    """(m,), where each row stood in the order that was given."""

    def nearest(
        self, read: Floats, views: Floats, count: int
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return for each row positions and cosines, (count,), of the most similar evidence rows.

        Nearest first. Only rows of the `LABELS_SEARCHED` most probable labels are looked at: what
        speaks for the answer and for its rivals. Cosines are between embeddings, or between centred
        log-probabilities where there is no encoder. With fewer than `count` such rows all are
        returned. `read` (n, k) and `views` (n, w) are as in `signals`.
        """
        width = self.embedding.shape[1]
        known = self.embedding if width else self.logits
        asked = _unit(views[:, :width]) if width else _centred(np.log(_clipped(read)))
        likely = np.argsort(-read, axis=1, kind="stable")[:, :LABELS_SEARCHED]
        return [
            self._best(known, row, np.sort(c), count) for row, c in zip(asked, likely, strict=True)
        ]

    def _best(
        self,
        known: NDArray[np.float32],
        asked: NDArray[np.float32],
        classes: NDArray[np.int64],
        count: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return positions and cosines of the rows of some classes that are most like one row."""
        mates = [slice(self.offsets[c], self.offsets[c + 1]) for c in classes]
        cosine = np.concatenate([known[rows] @ asked for rows in mates])
        positions = np.concatenate([self.positions[rows] for rows in mates])
        order = np.argsort(-cosine, kind="stable")[:count]
        return positions[order], cosine[order]


def evidence(
    views: Floats, log_probabilities: Floats, labels: Integers, *, dimension: int
) -> Evidence:
    """Return evidence rows made ready for search.

    Args:
        views: (m, w); w = 0 where the model has none.
        log_probabilities: natural logarithms (m, k) of out-of-fold or fitted probabilities.
        labels: class ids (m,) in [0, k).
        dimension: d, how many columns of `views` are the embedding.
    """
    order = np.argsort(labels, kind="stable")
    classes = np.arange(log_probabilities.shape[1] + 1)
    logits = np.maximum(log_probabilities[order].astype(np.float32), np.float32(np.log(_FLOOR)))
    return Evidence(
        embedding=_unit(views[order, :dimension]),
        views=_unit(views[order]).astype(np.float16).astype(np.float32),
        maximum=_maximum(views[order], dimension),
        logits=_centred(logits),
        offsets=np.searchsorted(labels[order], classes).astype(np.int64),
        positions=order.astype(np.int64),
    )


def signals(
    probabilities: Floats,
    read: Floats,
    views: Floats,
    known: Evidence,
    *,
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None = None,
) -> NDArray[np.float64]:
    """Return the signals (n, s), s = 4 with an encoder and 2 without, in the order of `SIGNALS`.

    A cosine is -1 where no evidence row of the predicted class may be looked at.

    Args:
        probabilities: class probabilities (n, k) of the answer.
        read: probabilities (n, k) between which neighbours are sought, as in the evidence.
        views: (n, w), as in the evidence.
        known: the evidence rows.
        groups: ids of the rows asked about (n,) and of the evidence rows (m,) in the order given
            to `evidence`; rows with equal ids do not see each other. Pass row numbers to leave
            out the row itself, fold numbers to look only at other folds.
    """
    best = probabilities.argmax(axis=1)
    result = np.full((len(best), len(SIGNALS)), -1.0)
    result[:, 0] = probabilities.max(axis=1)
    spaces: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = [
        (_centred(np.log(_clipped(read))), known.logits)
    ]
    if known.views.shape[1]:
        spaces.append((_unit(views), known.views))
    if known.maximum.shape[1]:
        spaces.append((_maximum(views, known.maximum.shape[1]), known.maximum))
    ids = None if groups is None else (groups[0], groups[1][known.positions])
    for c in np.unique(best):
        mates = slice(known.offsets[c], known.offsets[c + 1])
        near = [(asked, rows[mates]) for asked, rows in spaces]
        for rows in _blocks(np.flatnonzero(best == c), mates.stop - mates.start):
            seen = True if ids is None else ids[0][rows][:, None] != ids[1][mates]
            for i, (asked, theirs) in enumerate(near, start=1):
                cosine = asked[rows] @ theirs.T
                result[rows, i] = cosine.max(axis=1, initial=-1.0, where=seen)
    return result[:, : 1 + len(spaces)]


def fit_scope(
    values: Floats, best: Integers, classes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and scale, each (s, k), of signals (n, s) whose rows are answered `best` (n,).

    Messages of some classes lie closer together than those of others, so each class has its own
    mean and scale of a neighbour's cosine, drawn to those of all rows as if `PRIOR_ROWS` more rows
    of the class looked like these. The probability means the same in every class. A signal that
    never varies has scale 1.

    Fit them on the rows that choose the threshold.
    """
    mean, variance = values.mean(axis=0)[:, None], values.var(axis=0)[:, None]
    counts = np.bincount(best, minlength=classes)
    means, variances = (np.repeat(one, classes, axis=1) for one in (mean, variance))
    for i, column in enumerate(values.T[1:], start=1):
        total = np.bincount(best, column, classes)
        means[i] = (total + PRIOR_ROWS * mean[i]) / (counts + PRIOR_ROWS)
        own = total / np.maximum(counts, 1)
        squares = np.bincount(best, np.square(column - own[best]), classes)
        variances[i] = (squares + PRIOR_ROWS * variance[i]) / (counts + PRIOR_ROWS)
    scale = np.sqrt(variances)
    return means, np.where(scale > _NOISE, scale, 1.0)


def confidence(values: Floats, best: Integers, mean: Floats, scale: Floats) -> NDArray[np.float64]:
    """Return the confidence (n,) from signals (n, s), each as (signal - mean) / scale.

    Mean and scale (s, k) are those of the answered class, `best` (n,). The probability counts in
    full. A neighbour counts only where it is farther than usual: being far from every example
    speaks against an answer, but lying near one does not make it right.

    >>> mean, scale = np.array([[0.7, 0.7], [0.3, 0.1]]), np.full((2, 2), 0.2)
    >>> confidence(np.array([[0.9, 0.5], [0.5, 0.1]]), np.array([0, 0]), mean, scale)
    array([ 1., -2.])
    """
    standard = (values - mean.T[best]) / scale.T[best]
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


def _maximum(views: Floats, dimension: int) -> NDArray[np.float32]:
    """Return the last view (n, d) with length 1; (n, 0) where there is no more than one."""
    width = views.shape[1]
    return _unit(views[:, width - dimension :] if width > dimension else views[:, :0])


def _blocks(rows: NDArray[np.intp], width: int) -> Iterator[NDArray[np.intp]]:
    """Yield row numbers in blocks whose float32 similarities to `width` rows stay in memory."""
    step = max(1, _BLOCK_BYTES // (4 * max(width, 1)))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
