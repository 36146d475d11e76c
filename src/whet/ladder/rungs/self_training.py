"""What do messages without labels bring? A teacher answers them, and a student learns the answers.

The teacher is the probe. Its calibrated answers are passed on between messages that lie near each
other, which puts many a wrong one right: the teacher has seen few rows, and the messages show where
the classes lie. The student is a probe on the labelled rows, the labels' own words and all
messages, each weighed by the probability of its answer. What else was tried: docs/experiments.md.
"""

import math
import time

import numpy as np

from whet.core.seeds import derived_seed
from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.ladder.rungs.probe import FittedProbe, ProbeRung
from whet.ladder.rungs.shared import held_back, sample
from whet.ladder.rungs.words import Examples, own_words
from whet.models.encoder import VIEWS, encode
from whet.models.output import Floats, Ids
from whet.models.probe import fit_probe
from whet.models.spreading import NEIGHBOURS, neighbour_graph, spread

STUDENT_STRENGTH = 0.01
"""Inverse regularisation of the student: measured in docs/experiments.md. Rows held back could not
choose it, because their neighbours have told the messages what they are."""
TRIAL_TEXTS = 64
"""Texts whose reading tells how long the messages take."""
TRIAL_ROWS = 1000
"""Rows whose neighbours tell how long a search takes."""
HELD_BACK = 0.2
"""Share of the labelled rows that only set the teacher's temperature."""


class SelfTrainingRung:
    """A probe that learns from labelled rows and from what another makes of unlabelled ones."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.probe = ProbeRung(context)
        self.temperature: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of teacher and student; the teacher is fitted once more to calibrate."""
        context, asked = self.context, len(self.context.unlabelled_rows)
        neighbours = graph_seconds(rows + asked, VIEWS * context.encoder.dimension)
        teacher = self.probe.predicted_seconds(rows, fits + 1)
        student = self.probe.predicted_seconds(rows + asked, fits)
        texts = [context.texts[row] for row in sample(context, TRIAL_TEXTS)]
        started = time.perf_counter()
        encode(context.encoder, texts)
        reading = (time.perf_counter() - started) / len(texts) * asked
        return teacher + student + neighbours * fits + reading

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedProbe:
        """Learn from rows and from the build's unlabelled rows; the first fit calibrates."""
        context = self.context
        told = as_examples(context.unlabelled_rows, self.answers(rows))
        words = own_words(context, rows, self.probe.word_weight)
        model = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "self-training"),
            strength=STUDENT_STRENGTH,
            extra=words.joined(told).seen(context.views),
        )
        return FittedProbe(context, model)

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


def as_examples(rows: Ids, probabilities: Floats) -> Examples:
    """Return each row with its most probable label, weighed by the probability of that.

    Shapes: rows (n,), probabilities (n, k).
    """
    labels = probabilities.argmax(axis=1).astype(np.int64)
    return Examples(rows, labels, probabilities.max(axis=1))
