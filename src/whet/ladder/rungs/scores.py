"""How is a model made whose k scores each stand by themselves? The rungs of `real` and `labels`.

Numbers and several labels a text differ in what is fitted under the scores, in the loss and in the
judgement of a training; `Scoring` says these, and the rungs are the same.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from whet.cards.tuning import method_of
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Rung
from whet.ladder.rungs.linear import LinearRung, WordLearner
from whet.ladder.rungs.probe import FittedProbe
from whet.ladder.rungs.shared import embedding_seconds, sample
from whet.ladder.rungs.tuned_scores import TunedScoresRung
from whet.models.output import Ids, Output
from whet.models.probe import ProbeFit
from whet.training.scores import Task

MOST_TRIED = 1_000
"""Rows of the trial that predicts the time of a fit."""


@dataclass(frozen=True)
class Scoring:
    """What the rungs must know of a kind whose answers are scores."""

    targets: NDArray[np.float32]
    """(n, k), truths of the development rows."""
    words: WordLearner
    """Learns scores from n-grams."""
    head: Callable[[NDArray[np.floating], NDArray[np.float32], float | None], ProbeFit]
    """Learns scores from views (m, w) and targets (m, k) at a strength (None: the best)."""
    task: Task
    """What a tuned encoder learns from and is judged by."""


def open_scores(context: Context, scoring: Scoring, candidate: str) -> Rung[Output]:
    """Return the rung of a candidate.

    Raises:
        InputError: the base does not support the candidate's method.
    """
    if method_of(candidate) is not None:
        start = partial(_fit_head, context, scoring)
        return TunedScoresRung(context, candidate, scoring.task, scoring.targets, start)
    if candidate == "linear":
        return LinearRung(context, scoring.words)
    return ScoresProbeRung(context, scoring)


def _fit_head(
    context: Context, scoring: Scoring, rows: Ids, strength: float | None = None
) -> ProbeFit:
    """Return the scores learnt from the views of some rows."""
    return scoring.head(context.views(rows), scoring.targets[rows], strength)


class ScoresProbeRung:
    """A frozen encoder under a regularised line for each score."""

    cross_validated = True

    def __init__(self, context: Context, scoring: Scoring) -> None:
        self.context, self.scoring = context, scoring
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time to embed what is not embedded yet, and to fit, from a small trial."""
        seconds = embedding_seconds(self.context)
        tried = sample(self.context, min(MOST_TRIED, rows))
        width = 3 * self.context.encoder.dimension
        random = np.random.default_rng(0).normal(size=(len(tried), width)).astype(np.float16)
        started = time.perf_counter()
        strength = self.scoring.head(random, self.scoring.targets[tried], self.strength).strength
        first = time.perf_counter() - started
        started = time.perf_counter()
        self.scoring.head(random, self.scoring.targets[tried], strength)
        later = (time.perf_counter() - started) * (fits - 1)
        return seconds + (first + later) * max(1.0, rows / len(tried))

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedProbe:
        """Learn from rows; the first fit chooses the strength for all later ones."""
        model = _fit_head(self.context, self.scoring, rows, self.strength)
        self.strength = model.strength
        return FittedProbe(self.context, model)
