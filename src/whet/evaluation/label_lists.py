"""How good are several labels a text? Counts per row of right, found and true labels.

The counts are those of `whet.evaluation.entities`, with a label of a text in place of a span, so
that its F1 scores are computed, resampled and reported in the same way.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.evaluation.entities import macro_f1, micro_f1
from whet.evaluation.metrics import Floats
from whet.evaluation.sums import Sums

Booleans = NDArray[np.bool_]

_F1: dict[str, Callable[[Floats], Floats]] = {"micro_f1": micro_f1, "macro_f1": macro_f1}


def count_labels(truth: Booleans, found: Booleans) -> csr_array:
    """Return counts (n, 3 k): for each of n texts right, found and true labels.

    Raises:
        InputError: shapes disagree or there are no rows.
    """
    if truth.ndim != 2 or truth.shape != found.shape or not truth.size:
        raise InputError(
            "Truth and answers must both be (n, k) with n > 0; "
            f"got {truth.shape} and {found.shape}. Pass the same rows in both."
        )
    return csr_array(np.concatenate([truth & found, found, truth], axis=1).astype(np.float64))


def label_sums(metric: str, truth: Booleans, found: Booleans) -> Sums:
    """Return a metric of the labels (n, k) found in n texts; 0 where F1 is not defined.

    `subset_accuracy` is the share of texts whose labels are all right and complete.

    Raises:
        InputError: see `count_labels`.
    """
    counts = count_labels(truth, found)
    if metric == "subset_accuracy":
        right = (truth == found).all(axis=1)
        rows = np.stack([right, np.ones(len(right))], axis=1).astype(np.float64)
        return Sums(csr_array(rows), lambda sums: sums[:, 0] / sums[:, 1])
    statistic = _F1[metric]
    return Sums(counts, lambda sums: np.nan_to_num(statistic(sums), nan=0.0))
