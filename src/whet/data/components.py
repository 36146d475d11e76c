"""Which rows must stay on one side of a split? Those of one group, and those with one text.

Rows hang together when they share a value of a group column or the same normalised text; what hangs
together through others does too.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from whet.core.text import normalise
from whet.data.frame import Frame


def components(
    frame: Frame, columns: Sequence[str], texts: Sequence[tuple[str, ...]] | None = None
) -> NDArray[np.int64]:
    """Return the number of each row's component, shape (n,), in [0, number of components).

    Args:
        frame: the rows.
        columns: group columns; rows with an empty value have no group.
        texts: texts of each row, where it has several; rows that share one hang together.
    """
    parent = list(range(len(frame)))
    _join_equal(parent, ((normalise(t),) for t in frame.texts) if texts is None else texts)
    for column in columns:
        _join_equal(parent, ((value,) for value in frame.columns[column]))
    roots = np.array([_root(parent, i) for i in range(len(frame))], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _join_equal(parent: list[int], keys: Iterable[tuple[str, ...]]) -> None:
    """Join the components of all rows that share a non-empty key."""
    first: dict[str, int] = {}
    for i, key in ((i, key) for i, own in enumerate(keys) for key in own):
        if key and (other := first.setdefault(key, i)) != i:
            # The smaller number becomes the root, so that the result does not depend on the order.
            low, high = sorted((_root(parent, i), _root(parent, other)))
            parent[high] = low


def _root(parent: list[int], i: int) -> int:
    """Return the root of row `i`; halves the path on the way, which keeps later calls short."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
