"""In which order are rows learnt? Batches of equal length, so that padding is next to nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import generator


def epoch_batches(
    lengths: Sequence[int], *, rows: int, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    """Return the batches of one epoch: every position once, similar lengths together.

    Positions are shuffled, sorted by length (ties stay shuffled), cut, and the batches shuffled, so
    that both the company of a row and the order of lengths differ from epoch to epoch.

    >>> batches = epoch_batches([5, 2, 5, 2], rows=2, seed=0, epoch=0)
    >>> sorted(sorted(batch.tolist()) for batch in batches)
    [[0, 2], [1, 3]]
    """
    random = generator(seed, "batches", epoch)
    order = random.permutation(len(lengths))
    order = order[np.argsort(np.asarray(lengths)[order], kind="stable")]
    batches = [order[start : start + rows] for start in range(0, len(order), rows)]
    return [batches[i] for i in random.permutation(len(batches))]


def padding_share(lengths: Sequence[int], batches: Sequence[NDArray[np.int64]]) -> float:
    """Return the share of processed tokens that are padding, in [0, 1)."""
    sizes = np.asarray(lengths)
    processed = sum(int(sizes[batch].max()) * len(batch) for batch in batches)
    return 1 - int(sizes.sum()) / processed if processed else 0.0
