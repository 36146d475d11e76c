"""Does the model notice messages that belong to no class? Confidence in scope against out of scope.

Scores are confidences: larger is surer. A message is rejected when its score is below a threshold.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from whet.core.errors import InputError
from whet.core.seeds import generator
from whet.evaluation.intervals import Estimate, Interval, wilson

Floats = NDArray[np.floating]

_BLOCK = 4_000_000  # numbers held at once


def auroc(in_scores: Floats, out_scores: Floats, *, level: float) -> Interval:
    """Return the chance that a message in scope scores above one out of scope; ties count half.

    Shapes: in_scores (n,), out_scores (m,).

    Raises:
        InputError: one side has no rows.

    Source: DeLong et al. 1988, Biometrics 44 (the standard error).
    """
    _check(in_scores, out_scores)
    n, m = len(in_scores), len(out_scores)
    ranks = rankdata(np.concatenate([in_scores, out_scores]))
    # Share of the other side that each row is on the right side of.
    above = (ranks[:n] - rankdata(in_scores)) / m
    below = 1 - (ranks[n:] - rankdata(out_scores)) / n
    variance = above.var(ddof=min(n - 1, 1)) / n + below.var(ddof=min(m - 1, 1)) / m
    return _interval(float(above.mean()), 0.0, float(np.sqrt(variance)), min(n, m), level)


def recall_at_rejection(
    in_scores: Floats,
    out_scores: Floats,
    *,
    rejected: float = 0.05,
    n: int,
    level: float,
    seed: int,
) -> Interval:
    """Return the share of out-of-scope messages rejected where `rejected` of those in scope are.

    The interval knows that the threshold is estimated too: it is found again in each of `n`
    resamples of the messages in scope.

    Shapes: in_scores (i,), out_scores (o,).

    Raises:
        InputError: one side has no rows.
    """
    _check(in_scores, out_scores)
    ranked, out = np.sort(in_scores), np.sort(out_scores)
    size = len(ranked)
    place = int(rejected * size)  # rows in scope below the threshold
    value = np.searchsorted(out, ranked[place], side="left") / len(out)
    rng, step = generator(seed, "rejection"), max(1, _BLOCK // size)
    thresholds = [
        ranked[np.partition(rng.integers(0, size, size=(min(step, n - i), size)), place)[:, place]]
        for i in range(0, n, step)
    ]
    resampled = np.searchsorted(out, np.concatenate(thresholds), side="left") / len(out)
    error = np.sqrt(resampled.var() + value * (1 - value) / len(out))
    bias = resampled.mean() - value
    return _interval(float(value), float(bias), float(error), min(size, len(out)), level)


def _check(in_scores: Floats, out_scores: Floats) -> None:
    """Refuse a side without rows."""
    if not len(in_scores) or not len(out_scores):
        raise InputError(
            "Scope needs messages on both sides; "
            f"got {len(in_scores)} in scope and {len(out_scores)} out of scope. "
            "Name a file of out-of-scope messages in `split.out_of_scope`."
        )


def _interval(value: float, bias: float, error: float, units: int, level: float) -> Interval:
    """Return Wilson's interval for a share with this bias and standard error."""
    estimated = Estimate(np.asarray(value), np.asarray(bias), np.asarray(error), np.empty(0))
    low, high = wilson(estimated, units, level)
    return Interval(value, float(low), float(high))
