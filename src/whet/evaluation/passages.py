"""How good are answers from passages? Exact match and F1 of words, as SQuAD's own script has them.

Letters are made small, punctuation and the articles `a`, `an`, `the` are left out and white space
folded, in answers and truths alike; what remains is compared whole (exact match), or as bags of
words (F1). An answer counts by the truth that it fits best; where there is no answer, saying so is
right and all else is wrong. Text with Chinese or Japanese characters is compared by these, one word
each, and loses punctuation of every script, as in MLQA's script.

Source: evaluate-v2.0.py of Rajpurkar et al. 2018, arXiv:1806.03822; mlqa_evaluation_v1.py of Lewis
et al. 2020, arXiv:1910.07475.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.evaluation.sums import Sums

METRICS: tuple[str, ...] = ("f1", "exact_match", "answerable_accuracy")
"""The columns of `answer_scores`, in order."""

_SINGLE = re.compile(
    "([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])"
)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalised(answer: str) -> str:
    """Return an answer as it is compared.

    >>> normalised("The  Cat's  hat!"), normalised("《红楼梦》 by Cao")
    ('cats hat', '红 楼 梦 by cao')
    """
    text = answer.lower()
    by_character = bool(_SINGLE.search(text))
    text = "".join(c for c in text if c not in _PUNCTUATION and not (by_character and _is_sign(c)))
    text = _ARTICLES.sub(" ", text)
    return " ".join((_SINGLE.sub(r" \1 ", text) if by_character else text).split())


def _is_sign(character: str) -> bool:
    """Return whether a character is punctuation of any script."""
    return unicodedata.category(character).startswith("P")


def word_f1(answer: str, truth: str) -> float:
    """Return the F1 of the words of an answer; 1 where both are empty.

    >>> word_f1("in Rome", "Rome"), word_f1("", "Rome"), word_f1("北京市", "北京")
    (0.6666666666666666, 0.0, 0.8)
    """
    found, true = normalised(answer).split(), normalised(truth).split()
    if not found or not true:
        return float(found == true)
    shared = (Counter(found) & Counter(true)).total()
    return 2 * shared / (len(found) + len(true))


def answer_scores(found: Sequence[str], truths: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return what each of n answers scores by each of `METRICS`, (n, 3).

    Args:
        found: answers; empty where the passage is said to hold none.
        truths: answers that are right, by question; none where the passage holds none.

    Raises:
        InputError: there are no questions, or not as many answers as questions.
    """
    if not len(found) or len(found) != len(truths):
        raise InputError(
            f"Each question needs its answer and its truths; got {len(found)} and {len(truths)}. "
            "Pass the same questions in both."
        )
    scores = np.zeros((len(found), len(METRICS)))
    for row, answer, given in zip(scores, found, truths, strict=True):
        # A truth of nothing but articles and punctuation is none to the script.
        right = [truth for truth in given if normalised(truth)] or [""]
        row[0] = max(word_f1(answer, truth) for truth in right)
        row[1] = max(normalised(answer) == normalised(truth) for truth in right)
        row[2] = bool(answer) == bool(given)
    return scores


def answer_sums(metric: str, scores: NDArray[np.floating]) -> Sums:
    """Return a metric as the mean of its column of scores (n, 3)."""
    column = scores[:, METRICS.index(metric)].astype(np.float64)
    rows = csr_array(np.stack([column, np.ones(len(column))], axis=1))
    return Sums(rows, lambda sums: sums[:, 0] / sums[:, 1])


def fit_confidence(
    sure: NDArray[np.floating], is_found: NDArray[np.bool_], right: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Return slope and two biases that make of log odds (n,) those of being right.

    The first bias is of answers, the second of those that say that there is none. The share of
    right ones is pulled a little to the middle, which keeps all three finite.

    Source: Platt 1999, Probabilistic Outputs for Support Vector Machines, section 2.2.
    """
    count = right.sum()
    high, low = (count + 1) / (count + 2), 1 / (len(right) - count + 2)
    wanted = np.where(right, high, low)
    columns = np.stack([sure, is_found, ~is_found], axis=1).astype(np.float64)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = columns @ values
        shares = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
        value = (np.logaddexp(0, logits) - wanted * logits).mean() + 1e-4 * values @ values
        return float(value), columns.T @ (shares - wanted) / len(right) + 2e-4 * values

    found = minimize(
        loss,
        np.array([1.0, 0.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None), (None, None), (None, None)],
    )
    slope, bias, without = found.x
    return float(slope), float(bias), float(without)
