"""What does an encoder bring that finds spans? The rung of a tagger with a linear chain."""

import copy
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from whet.compression.tag_files import write_tagger
from whet.core.files import write_atomic
from whet.core.seeds import derived_seed, generator
from whet.evaluation.entities import strict_f1
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import sample
from whet.ladder.rungs.tag_rows import TagRows
from whet.models.output import Ids
from whet.models.tag_output import TagOutput
from whet.models.tagger import Tagger, tag_texts
from whet.serving.tagging.windows import Reading, read_texts
from whet.training.loop import OUT_OF_TIME, Recipe, Tuned
from whet.training.tagging import TAGGING, SpanLesson, TaggingData, train_tagger
from whet.training.trials import TRIED_BATCHES, seconds_per_row

HELD_BACK, MOST_HELD_BACK = 0.1, 500
"""Share and number of the rows of a training that only choose its best state, at most."""
MOST_EPOCHS, FEWEST_STEPS = 10, 300
"""Epochs that pay; where rows are few, as many more as make these steps."""
BUDGET_SHARE = 0.6
"""Share of the build's budget that the training is planned to take at most."""
STEP_SHARE = 1.35
"""Time of a step with optimiser and evaluations over that of its gradients, as measured."""


@dataclass(frozen=True)
class FittedTagger:
    """A tagger and the build whose texts it reads."""

    reader: "Reader"
    model: Tagger
    note: str

    def predict(self, rows: Ids) -> TagOutput:
        """Return the spans of some rows."""
        return tag_texts(self.model, self.reader.read(rows))

    def write(self, folder: Path) -> Form:
        """Write the graph, the tokenizer and the chain."""
        context = self.reader.rows.context
        context.progress.start("exporting")
        write_tagger(folder, self.model, self.reader.tokenizer, context.encoder.max_tokens)
        return Form("tagger")


class Reader:
    """Reads rows as a tagger does: whole, in windows where they are long."""

    def __init__(self, rows: TagRows) -> None:
        self.rows = rows
        self.tokenizer: Tokenizer = Tokenizer.from_str(rows.context.encoder.tokenizer.to_str())
        self.tokenizer.no_truncation()

    def read(self, rows: Ids) -> list[Reading]:
        """Return how the tagger reads some rows."""
        texts = self.rows.texts(rows)
        return read_texts(self.tokenizer, texts, self.rows.context.encoder.max_tokens)


class TaggerRung:
    """An encoder with a tag for each word, all of it tuned."""

    cross_validated = False

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, TagRows(context)
        self.reader = Reader(self.rows)
        self.recipe = _recipe(context)
        self._tagger()  # what the base does not support is refused before any work

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a few measured steps, scaled to the epochs that the budget bears."""
        per_row = self._seconds_per_row()
        epochs = self._epochs(rows, per_row)
        return per_row * rows * epochs * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedTagger:
        """Learn from most rows; the others choose the best state."""
        context, held = self.context, _held_back(self.context, rows)
        epochs = self._epochs(len(rows), None)
        recipe = replace(self.recipe, epochs=epochs)
        steps = math.ceil(int((~held).sum()) / recipe.rows_per_batch) * epochs
        context.progress.start("tagger: fine-tuning", steps)
        tuned = train_tagger(
            self._tagger(),
            self._data(rows[~held], rows[held]),
            recipe,
            evaluate=strict_f1,
            folder=self._folder,
            deadline=deadline,
            on_step=self._on_step,
        )
        return FittedTagger(self.reader, tuned.model, _note(tuned, recipe))

    @property
    def _folder(self) -> Path:
        return self.context.work_folder / "tagger"

    def _tagger(self) -> Tagger:
        """Return the tagger to start from: a copy of the encoder under a new head."""
        # Taggers train on the CPU, whatever else the build runs on.
        transformer = copy.deepcopy(self.context.encoder.module.transformer).cpu()
        dropout, seed = self.recipe.dropout, self.recipe.seed
        return Tagger(transformer, self.rows.tag_set, dropout=dropout, seed=seed)

    def _data(self, rows: Ids, held: Ids) -> TaggingData:
        """Return what is learnt from and what is held back."""
        read, spans = self.reader.read, self.rows.spans
        return TaggingData(read(rows), spans(rows), read(held), spans(held))

    def _seconds_per_row(self) -> float:
        """Return the time that a row takes in one epoch, from a few steps."""
        size = self.recipe.rows_per_batch
        tried = sample(self.context, TRIED_BATCHES * size)
        lesson = SpanLesson(self._tagger(), self._data(tried, tried[:1]), strict_f1)
        lesson.model.train()
        per_window = seconds_per_row(lambda b: lesson.loss(b, b), lesson.lengths, size)
        return per_window * len(lesson.lengths) / len(tried) * STEP_SHARE

    def _epochs(self, rows: int, per_row: float | None) -> int:
        """Return the epochs to train: the card's, or as many as pay and the budget bears.

        A training that was cut off goes on with as many as it was planned with.
        """
        if self.context.card.tuning.epochs is not None:
            return self.context.card.tuning.epochs
        minutes, file = self.context.card.budget.minutes, self._folder / "plan.json"
        plan = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        if (plan.get("rows"), plan.get("minutes")) != (rows, minutes):
            seconds = (per_row or self._seconds_per_row()) * rows
            most = max(MOST_EPOCHS, FEWEST_STEPS * self.recipe.rows_per_batch // rows)
            epochs = max(1, min(most, int(60 * minutes * BUDGET_SHARE / seconds)))
            plan = {"rows": rows, "minutes": minutes, "epochs": epochs}
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(file, json.dumps(plan))
        return int(plan["epochs"])

    def _on_step(self, step: int, values: dict[str, float]) -> None:
        """Draw the step and pass its measurements on."""
        self.context.progress.advance()
        self.context.on_training(step, values)


def _recipe(context: Context) -> Recipe:
    """Return the recipe of taggers with what the card changes."""
    tuning = context.card.tuning
    rate = tuning.learning_rate or TAGGING.encoder_rate
    return replace(
        TAGGING,
        seed=derived_seed(context.seed, "tagger"),
        rows_per_batch=tuning.rows_per_batch,
        encoder_rate=rate,
        head_rate=rate * TAGGING.head_rate / TAGGING.encoder_rate,
        layer_decay=tuning.layer_decay or TAGGING.layer_decay,
        weight_decay=tuning.weight_decay,
        dropout=TAGGING.dropout if tuning.dropout is None else tuning.dropout,
        patience=tuning.patience,
    )


def _held_back(context: Context, rows: Ids) -> NDArray[np.bool_]:
    """Return which rows choose the best state instead of teaching, (n,), at least one."""
    count = max(1, min(MOST_HELD_BACK, int(HELD_BACK * len(rows))))
    held = np.zeros(len(rows), dtype=np.bool_)
    held[generator(context.seed, "tags held back").permutation(len(rows))[:count]] = True
    return held


def _note(tuned: Tuned[Tagger], recipe: Recipe) -> str:
    """Return what the verdict table says of a training."""
    said = f"{recipe.epochs} epochs at learning rate {recipe.encoder_rate:.2g}."
    if "not a finite number" in tuned.reason:
        said += f" It ended early: {tuned.reason}."
    elif tuned.reason == OUT_OF_TIME:
        said += f" The budget ended it at step {tuned.steps}. Give it more budget.minutes."
    if not tuned.has_learnt:
        said += (
            " It did not learn: no state found more spans of the held-back texts than the one at "
            "the start. Try another tuning.learning_rate or more tuning.epochs."
        )
    return said
