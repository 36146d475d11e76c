"""How far do words alone go in answering from a passage? A linear model of begin and end.

Begin and end are each one choice among all words of a passage and no answer, so the model is a
softmax over places whose scores are sums of weights of features. Source: the logistic regression of
Rajpurkar et al. 2016, arXiv:1606.05250, with begin and end apart as in Wang and Jiang 2016,
arXiv:1608.07905.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from whet.models.output import Ids
from whet.serving.passages.features import TEMPLATE, passage_features
from whet.serving.tagging.table import WordTable

MOST_FEATURES = 2**16
"""Features that are kept, the most frequent ones."""
FEWEST = 3
"""Words that must have a feature for it to be kept; fewer say nothing of other passages."""
STRENGTH = 1e-3
"""Penalty on squared weights, over the mean loss of a question."""
_STEPS = 60

Span = tuple[int, int]


def fit_words(texts: Sequence[str], spans: Sequence[Span | None]) -> tuple[WordTable, list[int]]:
    """Return a table that has learnt, and the words of each answer, for how long one may be.

    Args:
        texts: questions joined with their passages.
        spans: begin and end of each answer in its passage, in characters; None without one.
    """
    numbers = {"": 0}  # of features; the empty one stands for none
    parts: list[Ids] = []
    targets, lengths, end = [], [], 0
    for text, span in zip(texts, spans, strict=True):
        words, rows = passage_features(text)
        first, last = covered(words, span)
        targets.append((end + first, end + last))
        lengths += [last - first + 1] if first else []
        numbered = [[numbers.setdefault(name, len(numbers)) for name in row] for row in rows]
        parts.append(np.array(numbered, dtype=np.int32))
        end += len(rows)
    found = np.concatenate(parts)
    kept = _kept(np.bincount(found.ravel(), minlength=len(numbers)))
    ends = np.cumsum([0, *map(len, parts)])
    weights = _solved(_matrix(found, kept), ends, np.array(targets, dtype=np.int64))
    names = list(numbers)
    table = tuple(names[number] for number in kept)
    return WordTable(TEMPLATE, table, weights, np.zeros(2, dtype=np.float32)), lengths


def covered(places: ArrayLike, span: Span | None) -> tuple[int, int]:
    """Return the first and last of the places (t, 2) that a span touches, from 1; (0, 0) for none.

    >>> covered([(0, 3), (4, 9), (10, 12)], (4, 12)), covered([(0, 3)], None)
    ((2, 3), (0, 0))
    """
    if span is None:
        return 0, 0
    begins, ends = np.asarray(places, dtype=np.int64).reshape(-1, 2).T
    inside = np.flatnonzero((begins < span[1]) & (ends > span[0])) + 1
    return (int(inside[0]), int(inside[-1])) if len(inside) else (0, 0)


def _kept(counts: Ids) -> Ids:
    """Return the numbers of the features that are kept, the most frequent first."""
    ranked = np.argsort(-counts, kind="stable")
    ranked = ranked[(ranked > 0) & (counts[ranked] >= FEWEST)]
    return ranked[:MOST_FEATURES].astype(np.int64)


def _matrix(found: Ids, kept: Ids) -> csr_array:
    """Return how often each of r rows has each feature that is kept, (r, f)."""
    column = np.full(int(found.max()) + 1, -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    columns = column[found]
    is_kept = columns >= 0
    ends = np.concatenate([[0], np.cumsum(is_kept.sum(axis=1))])
    values = np.ones(int(ends[-1]))
    matrix = csr_array((values, columns[is_kept], ends), shape=(len(found), len(kept)))
    matrix.sum_duplicates()
    return matrix


def _solved(matrix: csr_array, ends: Ids, targets: Ids) -> NDArray[np.float32]:
    """Return the weights (f, 2) with the least mean loss of begin and end over all questions.

    `ends` (n + 1,) parts the rows of the matrix by question; `targets` (n, 2) are rows.
    """
    starts, n, width = ends[:-1], len(targets), matrix.shape[1]
    sizes = np.diff(ends)
    truth = np.zeros((matrix.shape[0], 2))
    truth[targets[:, 0], 0] = truth[targets[:, 1], 1] = 1

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(width, 2)
        scores = matrix @ weights
        total = np.logaddexp.reduceat(scores, starts, axis=0)
        shares = np.exp(scores - np.repeat(total, sizes, axis=0))
        value = (total.sum() - scores[truth > 0].sum()) / n
        slope = matrix.T @ (shares - truth) / n + 2 * STRENGTH * weights
        return float(value + STRENGTH * np.square(flat).sum()), slope.ravel()

    found = minimize(
        loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    )
    return np.asarray(found.x.reshape(width, 2), dtype=np.float32)
