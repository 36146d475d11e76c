"""What does a fitted model say to questions over passages? A part of each, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.core.pairs import split_pair
from whet.models.output import Ids
from whet.serving.passages.decode import Read, Rule, decided


@dataclass(frozen=True)
class PassageOutput:
    """Answers to n questions."""

    spans: Ids
    """(n, 2), begin and end in the passage, in characters; equal where it holds no answer."""
    sure: NDArray[np.float64]
    """(n,), log odds of each answer's probability as the model sees it, not calibrated."""

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Return which passages are said to hold an answer, (n,)."""
        found: NDArray[np.bool_] = self.spans[:, 1] > self.spans[:, 0]
        return found

    def take(self, rows: Ids) -> "PassageOutput":
        """Return the answers to some questions."""
        return PassageOutput(self.spans[rows], self.sure[rows])


def join_answers(parts: Sequence[tuple[Ids, PassageOutput]], n: int) -> PassageOutput:
    """Return one output of n questions from outputs of disjoint ones; the others have no answer."""
    spans, sure = np.zeros((n, 2), dtype=np.int64), np.zeros(n, dtype=np.float64)
    for rows, output in parts:
        spans[rows], sure[rows] = output.spans, output.sure
    return PassageOutput(spans, sure)


def answered(texts: Sequence[str], reads: Sequence[Read], rule: Rule) -> PassageOutput:
    """Return the answers to questions with their passages, from the scores of these."""
    found = [
        decided(split_pair(text)[1], read.parts, rule)
        for text, read in zip(texts, reads, strict=True)
    ]
    spans = np.array([(one.start, one.end) for one in found], dtype=np.int64).reshape(-1, 2)
    return PassageOutput(spans, np.array([one.sure for one in found], dtype=np.float64))


def choose_threshold(odds: NDArray[np.float64], has_answer: NDArray[np.bool_]) -> float | None:
    """Return the score from which a part is answered; None where every passage has an answer.

    It is where most passages are told right: with an answer those at or above it, without one those
    below. Of equal ones, the one nearest to 0 is taken.

    Args:
        odds: (n,), score of the best part of each passage over that of no answer.
        has_answer: (n,), whether the passage has one.
    """
    if has_answer.all():
        return None
    order = np.argsort(odds, kind="stable")
    ranked, right = odds[order], has_answer[order]
    # Below place i all are taken to have no answer, from there on all to have one.
    told = (
        np.concatenate([[0], np.cumsum(~right)])
        + right.sum()
        - np.concatenate([[0], np.cumsum(right)])
    )
    edges = np.concatenate([[ranked[0] - 1], (ranked[1:] + ranked[:-1]) / 2, [ranked[-1] + 1]])
    # Between two equal scores no threshold can lie.
    may = np.concatenate([[True], ranked[1:] > ranked[:-1], [True]])
    best = np.flatnonzero(may & (told == told[may].max()))
    near = np.where(_holds_zero(ranked, best), 0.0, edges[best])
    return float(near[np.abs(near).argmin()])


def _holds_zero(ranked: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether 0 parts the scores at each place too."""
    below = np.where(places > 0, ranked[np.maximum(places - 1, 0)] < 0, True)
    above = np.where(places < len(ranked), ranked[np.minimum(places, len(ranked) - 1)] >= 0, True)
    holds: NDArray[np.bool_] = below & above
    return holds
