"""What does fine-tuning the whole encoder bring? The dearest rung."""

import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.core.seeds import derived_seed
from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import held_back, log_loss, sample, write_encoder
from whet.models.classifier import Classifier, classify
from whet.models.encoder import token_ids
from whet.models.output import Floats, Ids, Output
from whet.models.probe import fit_probe
from whet.training.finetune import Recipe, TrainingData, batch_loss, fine_tune

HELD_BACK = 0.1
"""Share of the rows of a fine-tuning that only decide when it stops."""


@dataclass(frozen=True)
class FittedFull:
    """A fine-tuned classifier and the build whose texts it reads."""

    context: Context
    model: Classifier
    rows: Ids
    """Rows that it learnt from; the others may judge it."""

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        texts = [self.context.texts[row] for row in rows]
        return classify(self.model, token_ids(self.context.encoder.tokenizer, texts))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the classifier and the tokenizer."""
        return write_encoder(self.context, self.model, folder, temperature)


class FullRung:
    """The whole encoder, fine-tuned from the probe's solution."""

    cross_validated = False

    def __init__(self, context: Context) -> None:
        self.context = context
        self.recipe = Recipe(seed=derived_seed(context.seed, "full"))

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of two measured steps, scaled to all steps."""
        context, recipe = self.context, self.recipe
        tried = sample(context, 2 * recipe.rows_per_batch)
        data = self._data(tried, tried[:1])
        classifier = self._start(tried)
        started = time.perf_counter()
        for batch in np.array_split(np.arange(len(tried)), 2):
            batch_loss(classifier, data, batch).backward()  # type: ignore[no-untyped-call]
        per_row = (time.perf_counter() - started) / len(tried)
        # The optimiser step and the evaluations come on top: a third, as measured.
        return per_row * 1.35 * rows * recipe.epochs * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedFull:
        """Learn from nine tenths of the rows; one tenth decides when to stop."""
        context = self.context
        held = held_back(context, rows, "held back", HELD_BACK)
        if not held.any():
            held[-1] = True
        data = self._data(rows[~held], rows[held])
        recipe = self.recipe
        steps = math.ceil(len(data.ids) / recipe.rows_per_batch) * recipe.epochs
        start = self._start(rows[~held])  # may embed texts, which is a stage of its own
        context.progress.start("fine-tuning", steps)
        tuned = fine_tune(
            start,
            data,
            recipe,
            evaluate=self._score,
            folder=context.work_folder / "full",
            deadline=deadline,
            on_step=self._on_step,
        )
        return FittedFull(context, tuned.model, rows[~held])

    def _data(self, rows: Ids, held: Ids) -> TrainingData:
        """Return token ids and class ids of the rows to learn from and of those held back."""
        context = self.context
        tokenizer = context.encoder.tokenizer
        ids = token_ids(tokenizer, [context.texts[row] for row in rows])
        held_ids = token_ids(tokenizer, [context.texts[row] for row in held])
        return TrainingData(ids, context.labels[rows], held_ids, context.labels[held])

    def _start(self, rows: Ids) -> Classifier:
        """Return the classifier to start from: a copy of the encoder under the probe's head."""
        context = self.context
        probe = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "probe"),
        )
        weight, bias = probe.folded()
        views = copy.deepcopy(context.encoder.module)
        return Classifier(views, weight, np.maximum(bias, -50), self.recipe.dropout)

    def _on_step(self, step: int, values: dict[str, float]) -> None:
        """Draw the step and pass its measurements on."""
        self.context.progress.advance()
        self.context.on_training(step, values)

    def _score(self, logits: Floats, labels: Ids) -> float:
        """Return the negative log loss at the best temperature.

        It is finer than accuracy on few rows. The temperature is set after the training anyway, so
        confidence alone must not decide: see docs/experiments.md.
        """
        if not np.isfinite(logits).all():
            return -math.inf
        return -log_loss(logits / fit_temperature(logits, labels), labels)
