"""Whose label would teach most? The predictions that a person should look at next.

    queue = review_queue(candidates, known_texts, budget=20)

The worth of a label is uncertainty × density × novelty:

- uncertainty: 1 minus the margin between the two likeliest labels (Scheffer, Decomain and Wrobel
  2001, Active Hidden Markov Models for Information Extraction); an answer that somebody found wrong
  counts as wholly uncertain,
- density: mean likeness to the other candidates, to the power `beta`, so that one label speaks for
  many messages (Settles and Craven 2008, An Analysis of Active Learning Strategies, section 3.4),
- novelty: 1 minus the likeness to the nearest text that has a label, or that the queue holds
  already, so that a subject is not asked twice (as in Sener and Savarese 2018, Active Learning for
  Convolutional Neural Networks: A Core-Set Approach).

A quota keeps one confused label from taking the whole queue, and of near copies one is asked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whet.feedback.likeness import Embed, Floats, nearest, vectors

NEAR_COPY = 0.95
"""Cosine from which two messages are asked about once."""

_BETA = 1.0
_MOST_CANDIDATES = 2_000


@dataclass(frozen=True)
class Candidate:
    """One prediction that could be reviewed."""

    id: str
    text: str
    label: str
    """Likeliest label."""
    probabilities: tuple[float, ...]
    """Of the likeliest labels, largest first, at least one."""
    found_wrong: bool = False
    """Whether somebody said that the answer was wrong."""


@dataclass(frozen=True)
class Asked:
    """One place of the queue."""

    candidate: Candidate
    worth: float
    uncertainty: float
    density: float
    novelty: float
    stands_for: int
    """Candidates that are almost the same, itself among them."""


def review_queue(
    candidates: Sequence[Candidate],
    known: Sequence[str],
    *,
    budget: int,
    embed: Embed | None = None,
    label_share: float = 0.2,
) -> list[Asked]:
    """Return at most `budget` predictions to review, the most instructive first.

    Args:
        candidates: predictions; of more than 2,000 the most uncertain are looked at.
        known: texts that have labels.
        budget: how many a person can look at.
        embed: an encoder's embedding; without one, words decide what is alike.
        label_share: share of the queue that one likeliest label may take, at least one place.
    """
    if not candidates or budget <= 0:
        return []
    unsure = np.array([uncertainty(c) for c in candidates])
    order = np.argsort(-unsure, kind="stable")[:_MOST_CANDIDATES]
    chosen = [candidates[i] for i in order]
    both = vectors([*(c.text for c in chosen), *known], embed)
    mine = both[: len(chosen)]
    likeness = _likeness(mine)
    density = np.clip((likeness.sum(axis=1) - 1) / max(1, len(chosen) - 1), 0, 1)
    density = density / max(float(density.max()), 1e-12)
    known_near, _ = nearest(mine, both[len(chosen) :])
    most = max(1, round(label_share * budget))
    found = _greedy(chosen, likeness, (unsure[order], density, known_near), budget, most)
    return found


def uncertainty(candidate: Candidate) -> float:
    """Return 1 minus the margin between the two likeliest labels, in [0, 1]."""
    if candidate.found_wrong:
        return 1.0
    first, second = (*candidate.probabilities, 0.0)[:2]
    return float(np.clip(1 - (first - second), 0, 1))


def _greedy(
    chosen: Sequence[Candidate],
    likeness: Floats,
    parts: tuple[Floats, Floats, Floats],
    budget: int,
    most: int,
) -> list[Asked]:
    """Return the queue: the worthiest first, then the worthiest given it, and so on."""
    unsure, density, near = parts[0], parts[1], np.maximum(parts[2], 0.0)
    free = np.ones(len(chosen), dtype=bool)
    taken: Counter[str] = Counter()
    queue: list[Asked] = []
    while len(queue) < budget and free.any():
        novelty = np.clip(1 - near, 0, 1)
        worth = np.where(free, unsure * density**_BETA * novelty, -1.0)
        best = int(worth.argmax())
        copies = free & (likeness[best] >= NEAR_COPY)
        free[copies] = False
        free[best] = False
        label = chosen[best].label
        numbers = (worth[best], unsure[best], density[best], novelty[best])
        stands_for = max(1, int(copies.sum()))
        queue.append(Asked(chosen[best], *map(float, numbers), stands_for))
        near = np.maximum(near, likeness[best])
        taken[label] += 1
        if taken[label] >= most:
            free &= np.array([c.label != label for c in chosen])
    return queue


def _likeness(rows: object) -> Floats:
    """Return the cosine of every pair of rows, (n, n), not below 0."""
    product = rows @ rows.T  # type: ignore[attr-defined]
    return np.clip(product.toarray(), 0, 1).astype(np.float64)
