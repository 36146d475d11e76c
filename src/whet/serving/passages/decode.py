"""Which part of a passage is the answer, is there one, and how sure is that?

A model scores each place of a passage as begin and as end of the answer, and says what it scores
where there is none. The score of a part is the sum of its two; less the score of no answer
it says how much more probable the part is, which makes parts of several windows comparable.
Source: Devlin et al. 2019, arXiv:1810.04805, section 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NOTHING = -1e9
"""Score of a part where a passage has none."""
SUREST = 20.0
"""Largest log odds of an answer's probability; float32 tells nothing beyond."""


@dataclass(frozen=True)
class Part:
    """A window of a passage with its scores."""

    places: NDArray[np.int32]
    """(t, 2), begin and end in the passage of each token or word."""
    scores: Floats
    """(t, 2), as the beginning and as the end of the answer."""
    none: float
    """Score of no answer in this window."""


@dataclass(frozen=True)
class Read:
    """What a model makes of one question with its passage."""

    parts: list[Part]
    tokens: int
    """Number of tokens that were read; those in several windows count as often."""
    truncated: bool
    """Whether the question went on after what was read."""


@dataclass(frozen=True)
class Rule:
    """How scores become an answer."""

    longest: int
    """Most tokens or words of an answer."""
    threshold: float | None
    """Smallest score of a part over no answer that is answered; None when a part always is."""


@dataclass(frozen=True)
class Decided:
    """The answer to one question."""

    start: int
    """Position of its first character in the passage; equal to `end` without an answer."""
    end: int
    sure: float
    """Log odds of its probability, as the model sees it."""

    @property
    def is_found(self) -> bool:
        """Return whether the passage is said to hold an answer."""
        return self.end > self.start


def decided(passage: str, parts: Sequence[Part], rule: Rule) -> Decided:
    """Return the answer in a passage.

    What stands in the overlap of two windows counts once for each of them among all parts; the
    confidence of answers is calibrated afterwards.
    """
    found = [_best(part, rule.longest) for part in parts if len(part.places)]
    total = float(np.logaddexp.reduce([one[3] for one in found])) if found else NOTHING
    start, end, odds, _ = max(found, key=lambda one: one[2], default=(0, 0, NOTHING, NOTHING))
    start, end = _trimmed(passage, start, end)
    none = NOTHING if rule.threshold is None else rule.threshold
    if odds < none or end <= start:
        return Decided(0, 0, _log_odds(none - float(np.logaddexp(total, none))))
    return Decided(start, end, _log_odds(odds - float(np.logaddexp(total, none))))


def best_odds(parts: Sequence[Part], longest: int) -> float:
    """Return the score of the best part of a passage over that of no answer."""
    return max((_best(p, longest)[2] for p in parts if len(p.places)), default=NOTHING)


def _best(part: Part, longest: int) -> tuple[int, int, float, float]:
    """Return begin, end and score of the best part of a window, and the log of the sum of all."""
    begins, ends = part.scores.astype(np.float64).T
    size = len(begins)
    diagonals = [begins[: size - d] + ends[d:] for d in range(min(longest, size))]
    best = [(float(own.max()), -d) for d, own in enumerate(diagonals)]
    score, length = max(best)  # of equal ones the shorter
    first = int(diagonals[-length].argmax())
    total = float(np.logaddexp.reduce(np.concatenate(diagonals)))
    start, end = int(part.places[first, 0]), int(part.places[first - length, 1])
    return start, end, score - part.none, total - part.none


def _trimmed(passage: str, start: int, end: int) -> tuple[int, int]:
    """Return a part of a passage without the white space around it."""
    text = passage[start:end]
    start += len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def _log_odds(log_probability: float) -> float:
    """Return the log odds of a probability, at most `SUREST` in size."""
    p = np.exp(np.clip(log_probability, -SUREST, -np.exp(-SUREST)))
    return float(np.clip(np.log(p) - np.log1p(-p), -SUREST, SUREST))
