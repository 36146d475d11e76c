"""How well are matches told from the other pairs? Metrics of one class, as sums over rows.

F1 of the match, and two metrics of the order in which pairs come when sorted by the probability of
a match: average precision and the area under the ROC curve. The order is kept in `LEVELS` levels of
equally many different probabilities: with as many different ones, or fewer, both are exact.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from whet.evaluation.metrics import METRICS, Floats, Integers, check_answers
from whet.evaluation.sums import Sums

LEVELS = 1000


def pair_sums(metric: str, truth: Integers, probabilities: Floats, *, match: int) -> Sums:
    """Return a metric of probabilities (n, 2) for class ids (n,); `match` is the match's id.

    Raises:
        InputError: see `whet.evaluation.metrics.check_answers`.
    """
    check_answers(truth, probabilities)
    if metric in METRICS:
        known = METRICS[metric]
        return Sums(known.contributions(truth, probabilities), known.statistic, known.upper)
    is_match = truth == match
    if metric == "f1":
        return Sums(_f1_rows(is_match, probabilities.argmax(axis=1) == match), _f1)
    return Sums(_level_rows(is_match, probabilities[:, match]), _OF_ORDER[metric])


def _f1_rows(is_match: Integers, is_answered: Integers) -> csr_array:
    """Return (n, 2): found matches, and true plus answered ones."""
    found, occur = is_match & is_answered, is_match.astype(int) + is_answered
    return csr_array(np.stack([found, occur], axis=1).astype(np.float64))


def _f1(sums: Floats) -> Floats:
    """Return F1 (b,); 0 where there is no match, true or answered."""
    found: Floats = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    return found


def _level_rows(is_match: Integers, probability: Floats) -> csr_array:
    """Return (n, 2 LEVELS): 1 at the row's level, counted from the highest, matches first."""
    different, rank = np.unique(-probability, return_inverse=True)
    level = rank * LEVELS // max(len(different), LEVELS)
    rows = np.arange(len(probability))
    columns = np.where(is_match, level, LEVELS + level)
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(rows), 2 * LEVELS))


def _average_precision(sums: Floats) -> Floats:
    """Return the mean precision (b,) at the level of each match; NaN without a match.

    The definition is scikit-learn's: no interpolation between levels.
    """
    matches, others = sums[:, :LEVELS], sums[:, LEVELS:]
    found = matches.cumsum(axis=1)
    precision = found / np.maximum(found + others.cumsum(axis=1), 1)
    return _share((matches * precision).sum(axis=1), matches.sum(axis=1))


def _roc_auc(sums: Floats) -> Floats:
    """Return how often a match comes before another pair (b,), half where they come level.

    NaN without a match, or without another pair.
    """
    matches, others = sums[:, :LEVELS], sums[:, LEVELS:]
    behind = others.sum(axis=1, keepdims=True) - others.cumsum(axis=1)
    won = (matches * (behind + others / 2)).sum(axis=1)
    return _share(won, matches.sum(axis=1) * others.sum(axis=1))


def _share(part: Floats, whole: Floats) -> Floats:
    """Return part over whole, NaN where the whole is 0."""
    share = np.full(part.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


_OF_ORDER: dict[str, Callable[[Floats], Floats]] = {
    "average_precision": _average_precision,
    "roc_auc": _roc_auc,
}
