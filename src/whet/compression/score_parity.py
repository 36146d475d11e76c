"""Does a package of scores answer as the trained model did? Numbers and several labels a text.

Each kind says when the answer to a text counts as another one: a *flip*.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Package as Limits
from whet.compression.parity import Change, Parity, judged
from whet.serving.package import open_package
from whet.serving.scorer import Scorer

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class ScoreReplay:
    """What the trained model said about the texts that every form replays."""

    texts: Sequence[str]
    scores: Scores
    """(n, k), as a package answers: calibrated probabilities, or numbers."""
    flipped: Callable[[Scores, Scores], NDArray[np.bool_]]
    """Maps trained and packaged scores (n, k) to the rows whose answer is another one, (n,)."""
    score: Callable[[Scores], float]
    """The primary metric of scores (n, k), higher is better, as a share of its unit."""


def replay_scores(folder: Path, form: str, reference: ScoreReplay, limits: Limits) -> Parity:
    """Return how the package in `folder` answers the texts; kept when within the card's limits."""
    scorer = Scorer(open_package(folder))
    found = scorer.scores(reference.texts)
    return judged(
        folder,
        form,
        limits,
        change=Change(
            flips=float(reference.flipped(reference.scores, found).mean()),
            loss=reference.score(reference.scores) - reference.score(found),
            largest=float(np.abs(found - reference.scores).max()),
        ),
        timed=(scorer.scores, reference.texts),
        what="answers",
    )
