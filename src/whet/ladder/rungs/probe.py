"""How far does a frozen encoder go? The rung of a regularised logistic regression on its views."""

import math
from dataclasses import dataclass
from pathlib import Path

from whet.core.seeds import derived_seed
from whet.ladder.context import Context
from whet.ladder.rungs.augmented import Augmentation
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import embedding_seconds, fit_seconds, write_encoder
from whet.ladder.rungs.words import WEIGHTS, are_few, choose_weight, own_words
from whet.models.classifier import Classifier
from whet.models.encoder import VIEWS
from whet.models.output import Ids, Output
from whet.models.probe import SEARCH_HELD_BACK, STRENGTHS, ProbeFit, fit_probe


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
        context = self.context
        width = VIEWS * context.encoder.dimension
        own = fit_seconds(width, context.classes, rows, seed=context.seed)
        return seconds + own * (fits + self._search_fits())

    def _search_fits(self) -> float:
        """Return how many more fits the first one makes at the most, to choose its settings."""
        if self.strength is not None:
            return 0.0
        context = self.context
        weights = len(WEIGHTS) if are_few(context.labels[context.development_rows]) else 1
        return weights * len(STRENGTHS) * (1 - SEARCH_HELD_BACK)

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
