"""How alike are two texts? Vectors of length 1 from their words, or from an encoder's embedding."""

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from whet.core.text import text_features

Floats = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[Any]]
"""Maps texts to embeddings (n, d)."""

_COLUMNS = 1 << 18
_ROWS = 512


def vectors(texts: Sequence[str], embed: Embed | None = None) -> csr_array:
    """Return vectors (n, v) of length 1: tf-idf of word and character n-grams, or embeddings.

    N-grams are hashed into 262,144 columns, so that no vocabulary has to be kept; their weight is
    (1 + ln count) * idf over the texts given.

    Source: Salton and Buckley 1988, Information Processing & Management 24; Weinberger et al.
    2009, Feature Hashing for Large Scale Multitask Learning.
    """
    if embed is not None:
        return _unit(csr_array(np.asarray(embed(list(texts)), dtype=np.float64)))
    rows: list[int] = []
    columns: list[int] = []
    for i, text in enumerate(texts):
        hashed = [crc32(feature.encode()) % _COLUMNS for feature in text_features(text)]
        columns += hashed
        rows += [i] * len(hashed)
    counts = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(texts), _COLUMNS))
    counts.sum_duplicates()
    seen = np.bincount(counts.indices, minlength=_COLUMNS)
    idf = np.log((1 + len(texts)) / (1 + seen)) + 1
    counts.data = 1 + np.log(counts.data)
    return _unit(csr_array(counts @ diags_array(idf)))


def nearest(queries: csr_array, pool: csr_array, *, skip_self: bool = False) -> tuple[Floats, Any]:
    """Return for each query the largest cosine in the pool (n,) and whose it is (n,).

    `skip_self`: queries and pool are the same rows, and a row is not its own neighbour. An empty
    pool gives -1 and -1.
    """
    n = queries.shape[0]
    if pool.shape[0] == 0 or (skip_self and pool.shape[0] == 1):
        return np.full(n, -1.0), np.full(n, -1)
    best, whose = np.empty(n), np.empty(n, dtype=np.int64)
    transposed = csr_array(pool.T)
    for begin in range(0, n, _ROWS):
        likeness = (queries[begin : begin + _ROWS] @ transposed).toarray()
        if skip_self:
            own = np.arange(len(likeness))
            likeness[own, begin + own] = -1
        whose[begin : begin + _ROWS] = likeness.argmax(axis=1)
        best[begin : begin + _ROWS] = likeness.max(axis=1)
    return best, whose


def _unit(rows: csr_array) -> csr_array:
    """Return rows scaled to length 1; a row of zeros stays one."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return csr_array(diags_array(scale) @ rows)
