"""How far does a frozen encoder go? The rung of a regularised logistic regression on its views."""

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from whet.core.seeds import derived_seed, generator
from whet.ladder.context import Context
from whet.ladder.rungs.augmented import Augmentation
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import embedding_seconds, fastest, write_encoder
from whet.ladder.rungs.words import WEIGHTS, are_few, choose_weight, own_words
from whet.models.classifier import Classifier
from whet.models.encoder import VIEWS
from whet.models.output import Ids, Output
from whet.models.probe import SEARCH_HELD_BACK, STRENGTHS, ProbeFit, fit_probe

FIT_TRIALS = (100, 500)
"""Rows of the two fits whose times give the time of any number of rows."""


@dataclass(frozen=True)
class FittedProbe:
    """The probe and the build whose embeddings it reads."""

    context: Context
    model: ProbeFit
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        return self.model.predict(self.context.views(rows))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the encoder with the probe as its head, and the tokenizer."""
        weight, bias = self.model.folded()
        classifier = Classifier(self.context.encoder.module, weight, bias, dropout=0.0).eval()
        return write_encoder(self.context, classifier, folder, temperature)


class ProbeRung:
    """A frozen encoder under a regularised logistic regression."""

    cross_validated = True

    def __init__(self, context: Context, augmentation: Augmentation | None = None) -> None:
        self.context, self.augmentation = context, augmentation
        self.strength: float | None = None
        self.word_weight = 0.0

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time to embed what is not embedded yet, and to fit, from small trials."""
        seconds = embedding_seconds(self.context)
        if self.augmentation:
            seconds += self.augmentation.predicted_seconds(rows, fits)
            rows = self.augmentation.examples(rows)
        return seconds + self._fit_seconds(rows) * (fits + self._search_fits())

    def _search_fits(self) -> float:
        """Return how many more fits the first one makes at the most, to choose its settings."""
        if self.strength is not None:
            return 0.0
        context = self.context
        weights = len(WEIGHTS) if are_few(context.labels[context.development_rows]) else 1
        return weights * len(STRENGTHS) * (1 - SEARCH_HELD_BACK)

    def _fit_seconds(self, rows: int) -> float:
        """Return the time of one fit: a line through two small fits on random numbers."""
        random, classes = generator(self.context.seed, "trial"), self.context.classes
        width, times = VIEWS * self.context.encoder.dimension, []
        for size in FIT_TRIALS:
            views = random.normal(size=(size, width)).astype(np.float16)
            labels = np.arange(size) % min(classes, size)
            fit = partial(fit_probe, views, labels, classes, seed=0, strength=0.03)
            times.append(fastest(fit))
        slope = max(0.0, times[1] - times[0]) / (FIT_TRIALS[1] - FIT_TRIALS[0])
        return times[0] + slope * rows

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedProbe:
        """Learn from rows; the first fit chooses the regularisation for all later ones.

        It also chooses whether the labels' own words count as examples.
        """
        context, seed = self.context, derived_seed(self.context.seed, "probe")
        if self.strength is None:
            self.strength, self.word_weight = choose_weight(context, rows, seed)
        extra = own_words(context, rows, self.word_weight).seen(context.views)
        if self.augmentation:  # after the choice of strength: a copy must not meet its own row
            extra = extra.joined(self.augmentation.extra(rows))
        model = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=seed,
            strength=self.strength,
            extra=extra,
        )
        return FittedProbe(context, model)
