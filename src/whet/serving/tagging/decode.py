"""Which tags does a text have, and how sure is each span? Both over whole sequences of tags.

Every head is a linear chain here: scores (w, k) of the tags of each word plus scores
(k + 1, k + 1) of one tag behind another, whose last row is the beginning of the text and whose last
column is its end. A softmax head has a chain that only forbids, so that no head can give tags that
stand for nothing.
"""

import numpy as np
from numpy.typing import NDArray

from whet.serving.tagging.tag_set import Floats, Ids, TagSet


def best_tags(scores: Floats, chain: Floats) -> Ids:
    """Return the tag sequence (w,) with the highest score.

    Source: Viterbi 1967, IEEE Transactions on Information Theory 13.
    """
    w, k = scores.shape
    if w == 0:
        return np.zeros(0, dtype=np.int64)
    between, begin, end = chain[:k, :k], chain[k, :k], chain[:k, k]
    came_from = np.zeros((w, k), dtype=np.int64)
    best = begin + scores[0]
    columns = np.arange(k)
    for i in range(1, w):
        ways = best[:, None] + between
        came_from[i] = ways.argmax(axis=0)
        best = ways[came_from[i], columns] + scores[i]
    tags = np.zeros(w, dtype=np.int64)
    tags[-1] = (best + end).argmax()
    for i in range(w - 1, 0, -1):
        tags[i - 1] = came_from[i, tags[i]]
    return tags


def span_probabilities(
    scores: Floats, chain: Floats, tags: Ids, tag_set: TagSet
) -> NDArray[np.float64]:
    """Return the probability (s,) of each span of `tags`: the share of all sequences that have it.

    A sequence counts by the exponential of its score. A span is had when exactly its words have
    exactly its tags.
    """
    runs = tag_set.runs(tags)
    if not runs:
        return np.zeros(0)
    exact, moves = scores.astype(np.float64), chain.astype(np.float64)
    k = exact.shape[1]
    before, behind = _before(exact, moves), _behind(exact, moves)
    total = _log_sum(before[-1] + exact[-1] + moves[:k, k])
    found = []
    for first, stop, _ in runs:
        inside = tags[first:stop]
        path = exact[np.arange(first, stop), inside].sum()
        path += moves[inside[:-1], inside[1:]].sum()
        found.append(before[first, inside[0]] + path + behind[stop - 1, inside[-1]] - total)
    shares: NDArray[np.float64] = np.exp(np.minimum(np.array(found), 0.0))
    return shares


def _before(scores: NDArray[np.float64], chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (w, k): the log of the sum over all ways to reach a tag, its own score left out."""
    w, k = scores.shape
    sums = np.empty((w, k))
    sums[0] = chain[k, :k]
    for i in range(1, w):
        sums[i] = _log_sum((sums[i - 1] + scores[i - 1])[:, None] + chain[:k, :k])
    return sums


def _behind(scores: NDArray[np.float64], chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (w, k): the log of the sum over all ways from a tag to the end, likewise."""
    w, k = scores.shape
    sums = np.empty((w, k))
    sums[-1] = chain[:k, k]
    for i in range(w - 2, -1, -1):
        sums[i] = _log_sum((chain[:k, :k] + scores[i + 1] + sums[i + 1]).T)
    return sums


def _log_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log of the sum of exponentials over the first axis."""
    largest = values.max(axis=0)
    summed: NDArray[np.float64] = largest + np.log(np.exp(values - largest).sum(axis=0))
    return summed
