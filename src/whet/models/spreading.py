"""What do the neighbours of a text say? Answers are passed on between texts that lie near.

A probe draws straight lines through few labelled rows; thousands of texts without labels show where
the classes really lie, because texts of one class lie close together. Each text takes over a share
of what its nearest neighbours are said to be, again and again, while labelled rows keep their
label. Source: Zhou et al. 2003, "Learning with local and global consistency" (NIPS 16).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from whet.models.output import Floats, Ids

NEIGHBOURS = 5
"""Nearest texts that each text is joined to."""
TAKEN_OVER = 0.8
"""Share of a text's answer that comes from its neighbours in each round."""
ROUNDS = 20
"""After so many rounds what is still on its way is 0.8 ** 20, a hundredth."""
POWER = 4
"""Exponent of the cosine that weighs a neighbour: near ones count for much more."""
_BLOCK = 1024  # rows whose similarities are held at a time


def spread(views: NDArray[np.floating], answers: Floats, labels: Ids) -> Floats:
    """Return answers (n - m, k) of the texts without labels, in agreement with their neighbours.

    Each row sums to 1. Memory grows with n, not with its square.

    Args:
        views: of the m labelled texts, then of the others, (n, w).
        answers: probabilities of the texts without labels, (n - m, k).
        labels: class ids of the labelled texts, (m,).
    """
    own = np.eye(answers.shape[1], dtype=np.float32)[labels]
    start = np.concatenate([own, answers]).astype(np.float32)
    graph = neighbour_graph(views, NEIGHBOURS)
    now = start
    for _ in range(ROUNDS):
        now = TAKEN_OVER * (graph @ now) + (1 - TAKEN_OVER) * start
        now[: len(labels)] = own
    reached = now[len(labels) :]
    return np.asarray(reached / reached.sum(axis=1, keepdims=True), dtype=np.float32)


def neighbour_graph(views: NDArray[np.floating], count: int) -> csr_array:
    """Return weights (n, n) between each text and its `count` nearest, by the cosine of views.

    Two texts are joined where either is near the other; a text's weights are divided by the roots
    of what both have in all, so that no text with many neighbours takes over.
    """
    rows = np.asarray(views, dtype=np.float32)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    n, count = len(rows), min(count, len(rows) - 1)
    nearest, weights = np.zeros((n, count), np.int64), np.zeros((n, count), np.float32)
    for start in range(0, n, _BLOCK):
        cosine = rows[start : start + _BLOCK] @ rows.T
        cosine[np.arange(len(cosine)), start + np.arange(len(cosine))] = -np.inf  # not itself
        part = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
        nearest[start : start + _BLOCK] = part
        weights[start : start + _BLOCK] = np.take_along_axis(cosine, part, axis=1)
    place = (np.repeat(np.arange(n), count), nearest.ravel())
    one_way = csr_array((np.maximum(weights, 0).ravel() ** POWER, place), shape=(n, n))
    both = one_way.maximum(one_way.T)
    scale = diags_array(1 / np.sqrt(np.maximum(both.sum(axis=1), 1e-12)))
    return csr_array(scale @ both @ scale).astype(np.float32)
