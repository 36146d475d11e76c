"""What does tuning the encoder bring to scores? One rung for every method, as `tuned` for classes.

The head starts from the probe. The rate is the method's own or the card's; no rates are tried, the
memory limit of the card is not kept to, and one process trains.
"""

import copy
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.core.seeds import derived_seed, generator
from whet.ladder.context import Context
from whet.ladder.rungs.shared import sample
from whet.ladder.rungs.tuned import AGAIN, HELD_BACK, STAGES, FittedTuned, note_on
from whet.models.classifier import Classifier
from whet.models.encoder import VIEWS, token_ids
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import adapt
from whet.models.output import Ids
from whet.models.probe import ProbeFit
from whet.training.finetune import OUT_OF_TIME
from whet.training.loop import learn
from whet.training.recipes import recipe_for
from whet.training.scores import ScoresData, ScoresLesson, Task, rescale

STEP_SHARE = 1.35
"""Time of a step with optimiser and evaluations over that of its gradients, as measured."""

Targets = NDArray[np.float32]


class TunedScoresRung:
    """An encoder tuned by one method to scores."""

    cross_validated = False

    def __init__(
        self,
        context: Context,
        candidate: str,
        task: Task,
        targets: Targets,
        start: Callable[[Ids], ProbeFit],
    ) -> None:
        self.context, self.candidate, self.task = context, candidate, task
        self.targets, self.start = targets, start
        seed = derived_seed(context.seed, candidate)
        self.recipe = recipe_for(candidate, context.card.tuning, seed=seed)
        if candidate != "full":  # every base supports that one; others are refused before any work
            width = VIEWS * context.encoder.dimension
            head = np.zeros((width, targets.shape[1]), np.float32)
            with tempfile.TemporaryDirectory() as place:
                self._adapted(self._classifier(head, head[0] * 0), 1, Path(place))

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of two measured steps, scaled to all steps."""
        tried = sample(self.context, 2 * self.recipe.rows_per_batch)
        head = np.zeros((VIEWS * self.context.encoder.dimension, self.targets.shape[1]), np.float32)
        with tempfile.TemporaryDirectory() as place:
            adapted = self._adapted(self._classifier(head, head[0] * 0), len(tried), Path(place))
            lesson = ScoresLesson(adapted, self._data(tried, tried[:1], self.targets), self.task)
            lesson.prepare()
            started = time.perf_counter()
            for batch in np.array_split(np.arange(len(tried)), 2):
                lesson.loss(batch, batch).backward()  # type: ignore[no-untyped-call]
            seconds = time.perf_counter() - started
        return seconds / len(tried) * STEP_SHARE * rows * self.recipe.epochs * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedTuned:
        """Learn from nine tenths of the rows; one tenth decides when to stop."""
        return self._learn(rows, deadline)

    def learn_again(self, rows: Ids, *, deadline: float = math.inf) -> FittedTuned | None:
        """Learn from more rows; None where the deadline ended it."""
        fitted = self._learn(rows, deadline, is_again=True)
        return None if fitted.is_cut_short else fitted

    def _learn(self, rows: Ids, deadline: float, *, is_again: bool = False) -> FittedTuned:
        """Learn from nine tenths of the rows, in a folder and a stage of its own each time."""
        context = self.context
        held = generator(context.seed, "held back").random(len(rows)) < HELD_BACK
        held[-1] = True
        taught = rows[~held]
        centre, scale = self._scale(taught)
        weight, bias = self.start(taught).folded()
        folder = context.work_folder / (self.candidate.replace(":", "-") + AGAIN * is_again)
        model = self._classifier(weight / scale, (bias - centre) / scale)
        adapted = self._adapted(model, len(taught), folder)
        data = self._data(taught, rows[held], (self.targets - centre) / scale)
        stage = STAGES[is_again]
        context.progress.start(f"{self.candidate}: {stage}", self._steps(len(taught)))
        tuned = learn(
            ScoresLesson(adapted, data, self.task),
            self.recipe,
            folder=folder,
            deadline=deadline,
            on_step=self._on_step,
        )
        rescale(tuned.model, centre, scale)
        note = note_on(self.candidate, tuned, self.recipe.encoder_rate)
        return FittedTuned(context, tuned.model, taught, note, tuned.reason == OUT_OF_TIME)

    def _scale(self, rows: Ids) -> tuple[float, float]:
        """Return what numbers are brought to one scale by: their mean and their deviation."""
        if not self.task.is_number:
            return 0.0, 1.0
        own = self.targets[rows]
        return float(own.mean()), float(own.std()) or 1.0

    def _classifier(self, weight: Targets, bias: Targets) -> Classifier:
        """Return a copy of the encoder under a head."""
        views = copy.deepcopy(self.context.encoder.module)
        return Classifier(views, weight, bias, self.recipe.dropout)

    def _adapted(self, model: Classifier, rows: int, folder: Path) -> Adapted:
        """Return the model in the form in which the method trains it."""
        setup = Setup(self.context.card.tuning, self._steps(rows), folder)
        return adapt(model, self.candidate, setup, seed=self.recipe.seed)

    def _steps(self, rows: int) -> int:
        """Return the optimiser steps of a training on so many rows."""
        return math.ceil(rows / self.recipe.rows_per_batch) * self.recipe.epochs

    def _data(self, rows: Ids, held: Ids, targets: Targets) -> ScoresData:
        """Return token ids and targets of what is learnt from and of the rows held back."""
        texts, tokenizer = self.context.texts, self.context.encoder.tokenizer
        ids = [token_ids(tokenizer, [texts[row] for row in part]) for part in (rows, held)]
        scaled = targets.astype(np.float32)
        return ScoresData(ids[0], scaled[rows], ids[1], scaled[held])

    def _on_step(self, step: int, values: dict[str, float]) -> None:
        """Draw the step and pass its measurements on."""
        self.context.progress.advance()
        self.context.on_training(step, values)
