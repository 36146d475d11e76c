"""What does an encoder bring whose every token is judged? One rung for tags and for answers.

All of it is tuned, for as many epochs as pay and as the budget bears, so that the learning rate
comes down to zero in time.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from whet.core.files import write_atomic
from whet.core.seeds import derived_seed, generator
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Fitted
from whet.ladder.rungs.shared import sample
from whet.models.output import Ids
from whet.training.lesson import Lesson
from whet.training.loop import OUT_OF_TIME, Recipe, Tuned, learn
from whet.training.trials import TRIED_BATCHES, seconds_per_row

HELD_BACK, MOST_HELD_BACK = 0.1, 500
"""Share and number of the rows of a training that only choose its best state, at most."""
MOST_EPOCHS, FEWEST_STEPS = 10, 300
"""Epochs that pay; where rows are few, as many more as make these steps."""
BUDGET_SHARE = 0.6
"""Share of the build's budget that the training is planned to take at most."""
STEP_SHARE = 1.35
"""Time of a step with optimiser and evaluations over that of its gradients, as measured."""

A_co = TypeVar("A_co", covariant=True)


@dataclass(frozen=True)
class Task(Generic[A_co]):
    """What tags and answers each make of a tuned encoder."""

    name: str
    """Name of the rung."""
    judged: str
    """What is learnt, in a word; it names the random stream that holds rows back."""
    recipe: Recipe
    lesson: Callable[[Ids, Ids], Lesson[Any]]
    """Returns the lesson of rows to learn from and of those held back, from a fresh model."""
    fitted: Callable[[Any, Ids, Ids, str], Fitted[A_co]]
    """Returns what has learnt, from its model, the rows taught and held back, and a note."""
    unlearnt: str
    """What the note says of a training whose best state is its first."""


class WholeRung(Generic[A_co]):
    """An encoder under a new head, all of it tuned."""

    cross_validated = False

    def __init__(self, context: Context, task: Task[A_co]) -> None:
        self.context, self.task = context, task

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a few measured steps, scaled to the epochs that the budget bears."""
        per_row = self._seconds_per_row()
        epochs = self._epochs(rows, per_row)
        return per_row * rows * epochs * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> Fitted[A_co]:
        """Learn from most rows; the others choose the best state."""
        context, task, held = self.context, self.task, self._held_back(rows)
        epochs = self._epochs(len(rows), None)
        recipe = replace(task.recipe, epochs=epochs)
        lesson = task.lesson(rows[~held], rows[held])
        steps = math.ceil(len(lesson.lengths) / recipe.rows_per_batch) * epochs
        context.progress.start(f"{task.name}: fine-tuning", steps)
        tuned = learn(lesson, recipe, folder=self._folder, deadline=deadline, on_step=self._on_step)
        return task.fitted(tuned.model, rows[~held], rows[held], self._note(tuned, recipe))

    @property
    def _folder(self) -> Path:
        return self.context.work_folder / self.task.name

    def _held_back(self, rows: Ids) -> NDArray[np.bool_]:
        """Return which rows choose the best state instead of teaching, (n,), at least one."""
        count = max(1, min(MOST_HELD_BACK, int(HELD_BACK * len(rows))))
        held = np.zeros(len(rows), dtype=np.bool_)
        random = generator(self.context.seed, f"{self.task.judged} held back")
        held[random.permutation(len(rows))[:count]] = True
        return held

    def _seconds_per_row(self) -> float:
        """Return the time that a row takes in one epoch, from a few steps."""
        size = self.task.recipe.rows_per_batch
        tried = sample(self.context, TRIED_BATCHES * size)
        lesson = self.task.lesson(tried, tried[:1])
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
            most = max(MOST_EPOCHS, FEWEST_STEPS * self.task.recipe.rows_per_batch // rows)
            epochs = max(1, min(most, int(60 * minutes * BUDGET_SHARE / seconds)))
            plan = {"rows": rows, "minutes": minutes, "epochs": epochs}
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(file, json.dumps(plan))
        return int(plan["epochs"])

    def _on_step(self, step: int, values: dict[str, float]) -> None:
        """Draw the step and pass its measurements on."""
        self.context.progress.advance()
        self.context.on_training(step, values)

    def _note(self, tuned: Tuned[Any], recipe: Recipe) -> str:
        """Return what the verdict table says of a training."""
        said = f"{recipe.epochs} epochs at learning rate {recipe.encoder_rate:.2g}."
        if "not a finite number" in tuned.reason:
            said += f" It ended early: {tuned.reason}."
        elif tuned.reason == OUT_OF_TIME:
            said += f" The budget ended it at step {tuned.steps}. Give it more budget.minutes."
        if not tuned.has_learnt:
            said += (
                f" It did not learn: {self.task.unlearnt} than the one at the start. Try another "
                "tuning.learning_rate or more tuning.epochs."
            )
        return said


def recipe_of(context: Context, name: str, default: Recipe) -> Recipe:
    """Return the recipe of a rung with what the card changes."""
    tuning = context.card.tuning
    rate = tuning.learning_rate or default.encoder_rate
    return replace(
        default,
        seed=derived_seed(context.seed, name),
        rows_per_batch=tuning.rows_per_batch,
        encoder_rate=rate,
        head_rate=rate * default.head_rate / default.encoder_rate,
        layer_decay=tuning.layer_decay or default.layer_decay,
        weight_decay=tuning.weight_decay,
        dropout=default.dropout if tuning.dropout is None else tuning.dropout,
        patience=tuning.patience,
    )
