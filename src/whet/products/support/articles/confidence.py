"""How likely is the best passage the right one? A logistic curve over what the search says.

The curve that comes with Whet was fitted on the development half of `bank_faq` (573 questions) and
200 questions of another trade that it cannot answer. A desk that knows which of its own answers
were right fits one of its own with `fit_curve`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import InputError
from whet.retrieval.fusion import COVERAGE
from whet.retrieval.index import Hit

Floats = NDArray[np.float64]

MOST_LEAD = 0.3
"""A larger lead over the next article says no more: there may be few articles."""
LEAD_ALONE = 0.1
"""Lead of an article that has no rival, at the most."""
_RIDGE = 1e-2
_STEPS = 50


@dataclass(frozen=True)
class Curve:
    """A logistic curve over similarity, coverage and lead."""

    bias: float
    weights: tuple[float, float, float]


WITH_MEANING = Curve(-5.5, (5.0, 2.3, 10.9))
"""Where passages are searched by meaning too."""
WORDS_ALONE = Curve(-2.9, (0.0, 3.2, 11.1))
"""Where only words are searched."""


def features(hits: Sequence[Hit]) -> Floats:
    """Return similarity, coverage and lead of the best hit, (3,).

    The lead is that of its evidence over the best passage of another article.
    """
    best = hits[0]
    rivals = [_evidence(hit) for hit in hits[1:] if hit.document != best.document]
    own = _evidence(best)
    lead = min(own - max(rivals), MOST_LEAD) if rivals else min(own, LEAD_ALONE)
    return np.array([best.similarity, best.coverage, lead])


def confidence_of(hits: Sequence[Hit], curve: Curve | None = None) -> float:
    """Return how likely the best hit is right, in [0, 1]; 0 without any."""
    if not hits:
        return 0.0
    by_meaning = any(hit.meaning_rank is not None for hit in hits)
    curve = curve or (WITH_MEANING if by_meaning else WORDS_ALONE)
    logit = curve.bias + float(features(hits) @ np.array(curve.weights))
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def fit_curve(found: Sequence[Floats], is_right: Sequence[bool]) -> Curve:
    """Return the curve that says best how often such hits were right.

    Args:
        found: `features` of the hits of n questions, (3,) each.
        is_right: whether the best hit of each was right.

    Raises:
        InputError: fewer than 20 were right, or fewer than 20 wrong: a curve would be a guess.

    Source: logistic regression by Newton's method with a small ridge, for example Hastie,
    Tibshirani and Friedman 2009, section 4.4.
    """
    right = np.array(is_right, dtype=np.float64)
    few = int(min(right.sum(), len(right) - right.sum()))
    if few < 20:
        raise InputError(
            "A curve of confidence needs at least 20 right and 20 wrong answers; "
            f"found {int(right.sum())} right and {int(len(right) - right.sum())} wrong. "
            "Review more answers."
        )
    design = np.column_stack([np.ones(len(right)), np.array(found)])
    weights = np.zeros(design.shape[1])
    ridge = _RIDGE * np.eye(len(weights))
    for _ in range(_STEPS):
        odds = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (odds - right) + ridge @ weights
        bend = (design * (odds * (1 - odds))[:, None]).T @ design + ridge
        weights = weights - np.linalg.solve(bend, slope)
    bias, similarity, coverage, lead = map(float, weights)
    return Curve(bias, (similarity, coverage, lead))


def _evidence(hit: Hit) -> float:
    """Return what speaks for a hit, on a scale that is the same for every question."""
    return hit.similarity + COVERAGE * hit.coverage
