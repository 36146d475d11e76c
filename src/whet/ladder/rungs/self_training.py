"""What do messages without labels bring? A teacher labels those it is sure of, a student learns.

The teacher is the probe. Its calibrated answers are passed on between messages that lie near each
other, which puts many a wrong one right: the teacher has seen few rows, and the messages show where
the classes lie. It is sure of the rows with the highest probability among those of the same label,
so that no class takes over. The student is
tuned by contrast on the labelled rows, the labels' own words and the rows that the teacher is sure
of, and its head learns from the same, a row of the teacher's weighed by its probability.
"""

import math
import time

import numpy as np

from whet.core.seeds import derived_seed
from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.ladder.rungs.contrastive import FittedContrastive, trial, tune, under_head
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.shared import held_back
from whet.ladder.rungs.words import Examples, own_words
from whet.models.encoder import VIEWS
from whet.models.output import Floats, Ids
from whet.models.spreading import NEIGHBOURS, neighbour_graph, spread
from whet.training.contrastive import ContrastiveRecipe

SHARE = 0.6
"""Share of the rows of each label that the teacher is taken to be sure of."""
TRIAL_ROWS = 1000
"""Rows whose neighbours tell how long a search takes."""
HELD_BACK = 0.2
"""Share of the labelled rows that only set the teacher's temperature."""


class SelfTrainingRung:
    """An encoder that learns from labelled rows and from what a probe makes of unlabelled ones."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.probe = ProbeRung(context)
        self.recipe = ContrastiveRecipe(seed=derived_seed(context.seed, "self-training"))
        self.temperature: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of teacher and student; the teacher is fitted once more to calibrate."""
        asked = len(self.context.unlabelled_rows)
        learnt = rows + round(SHARE * asked)
        cost = trial(self.context, self.recipe)
        student = cost.step * self.recipe.steps(learnt) + cost.row * learnt
        teacher = self.probe.predicted_seconds(learnt, fits + 1)
        neighbours = graph_seconds(rows + asked, VIEWS * self.context.encoder.dimension)
        # The teacher reads each row once.
        return (student + neighbours) * fits + teacher + cost.row * asked

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedContrastive:
        """Learn from rows and from the build's unlabelled rows; the first fit calibrates."""
        context, asked = self.context, self.context.unlabelled_rows
        answers = self.answers(rows)
        words = own_words(context, rows, self.probe.word_weight)
        extra = words.joined(sure_of(asked, answers, SHARE))
        views = tune(context, rows, extra, self.recipe, deadline)
        return FittedContrastive(context, under_head(context, views, rows, extra))

    def answers(self, rows: Ids) -> Floats:
        """Return the probabilities of the unlabelled rows, (n, k), after their neighbours spoke."""
        views = self.context.views(np.concatenate([rows, self.context.unlabelled_rows]))
        return spread(views, self.taught(rows), self.context.labels[rows])

    def taught(self, rows: Ids) -> Floats:
        """Return the calibrated probabilities of the unlabelled rows, (n, k), from the teacher."""
        if self.temperature is None:
            self.temperature = self._calibrated(rows)
        answers = self.probe.fit(rows).predict(self.context.unlabelled_rows)
        return answers.probabilities(self.temperature)

    def _calibrated(self, rows: Ids) -> float:
        """Return the temperature of a probe on rows held back from it."""
        context = self.context
        held = held_back(context, rows, "self-training", HELD_BACK)
        if not held.any() or len(np.unique(context.labels[rows[~held]])) < 2:
            return 1.0
        logits = self.probe.fit(rows[~held]).predict(rows[held]).logits
        return fit_temperature(logits, context.labels[rows[held]])


def graph_seconds(rows: int, width: int) -> float:
    """Return the time to find the neighbours of so many rows: it grows with their square."""
    views = np.random.default_rng(0).normal(size=(TRIAL_ROWS, width)).astype(np.float32)
    started = time.perf_counter()
    neighbour_graph(views, NEIGHBOURS)
    return (time.perf_counter() - started) * (rows / TRIAL_ROWS) ** 2


def sure_of(rows: Ids, probabilities: Floats, share: float) -> Examples:
    """Return of each label the `share` of its rows with the highest probability, so weighted.

    Shapes: rows (n,), probabilities (n, k).
    """
    labels, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    order = np.argsort(-sure, kind="stable")
    chosen: list[int] = []
    for label in np.unique(labels):
        mine = order[labels[order] == label]
        chosen.extend(mine[: math.ceil(share * len(mine))])
    taken = np.sort(np.array(chosen, dtype=np.int64))
    return Examples(rows[taken], labels[taken].astype(np.int64), sure[taken])
