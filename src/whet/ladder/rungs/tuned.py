"""What does tuning the encoder bring? One rung for every method, from `freeze:k` to `full`."""

import copy
import math
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.core.seeds import derived_seed
from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.ladder.rungs.augmented import Augmentation, Copy
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import held_back, log_loss, sample, write_encoder
from whet.models.classifier import Classifier, classify
from whet.models.encoder import token_ids
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import adapt
from whet.models.output import Floats, Ids, Output
from whet.models.probe import fit_probe
from whet.training.finetune import (
    OUT_OF_TIME,
    Recipe,
    TrainingData,
    Tuned,
    batch_loss,
    fine_tune,
)
from whet.training.loop import CHECKPOINT
from whet.training.memory import MemoryTrial, bytes_in_use, fastest_that_fits, memory_trials
from whet.training.parallel import Job, train_together
from whet.training.planning import plan_training
from whet.training.rates import FACTORS, at_rate, trial_steps, with_tried_rate
from whet.training.recipes import recipe_for
from whet.training.shards import check_can_shard
from whet.training.steps import StepPlan
from whet.training.trials import TRIED_BATCHES, seconds_per_row

HELD_BACK = 0.1
"""Share of the rows of a fine-tuning that only decide when it stops."""

AGAIN = "-again"
"""End of the name of the folder of a training from all rows: a resumed build needs both."""
STAGES = ("fine-tuning", "learning again from all rows")
"""What the first training and the one from all rows are called."""


@dataclass(frozen=True)
class FittedTuned:
    """A tuned classifier and the build whose texts it reads."""

    context: Context
    model: Classifier
    rows: Ids
    """Rows that it learnt from; the others may judge it."""
    note: str
    is_cut_short: bool = False
    """Whether the deadline ended the training."""

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        texts = self.context.read_texts(rows)
        return classify(self.model, token_ids(self.context.encoder.tokenizer, texts))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the classifier and the tokenizer."""
        return write_encoder(self.context, self.model, folder, temperature)


class TunedRung:
    """An encoder tuned by one method, from the probe's solution."""

    cross_validated = False

    def __init__(
        self, context: Context, candidate: str, augmentation: Augmentation | None = None
    ) -> None:
        self.context, self.candidate = context, candidate
        self.tuning = context.card.tuning
        self.augmentation = augmentation or Augmentation(context)
        recipe = recipe_for(candidate, self.tuning, seed=derived_seed(context.seed, candidate))
        self.recipe = self.augmentation.in_loop(recipe)
        if context.processes > 1 and context.card.compute.shard:
            check_can_shard(candidate, self.recipe)
        self.rate = self.tuning.learning_rate
        """Learning rate of the encoder; None until the trials have found one."""
        self.limit = context.card.budget.memory_bytes
        self.memory: list[MemoryTrial] = []
        if self.limit is not None:
            self.memory = self._memory_trials(self.limit)
            fastest_that_fits(self.memory, self.limit, bytes_in_use(context.hardware.device))
        elif candidate != "full":  # every base supports that one, and the card may end before it
            self._refuse_unsupported()

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a few measured steps, scaled to all steps and trials of rates."""
        context, recipe = self.context, self.recipe
        tried = sample(context, TRIED_BATCHES * recipe.rows_per_batch)
        data = self._data(tried, tried[:1])
        with tempfile.TemporaryDirectory() as place:
            adapted = self._adapted(self._start(tried), len(tried), Path(place))
            started = time.perf_counter()
            adapted.prepare(data.ids)
            preparing = (time.perf_counter() - started) / len(tried)
            per_row = seconds_per_row(
                lambda batch: batch_loss(adapted, data, batch),
                [len(ids) for ids in data.ids],
                recipe.rows_per_batch,
            )
        copying = self.augmentation.predicted_seconds(rows, fits)
        rows = self.augmentation.copied(rows)
        # The worst shift takes a pass, and the gradient that finds it.
        passes = (2 if recipe.r_drop else 1) * (2.5 if recipe.fgm else 1)
        learnt = rows * recipe.epochs + self._trial_rows(rows)
        # The optimiser step and the evaluations come on top: a third, as measured.
        return (per_row * passes * 1.35 * learnt + preparing * rows) * fits + copying

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedTuned:
        """Learn from nine tenths of the rows; one tenth decides rate and when to stop."""
        return self._learn(rows, deadline)

    def learn_again(self, rows: Ids, *, deadline: float = math.inf) -> FittedTuned | None:
        """Learn from more rows at the rate that `fit` found; None where the deadline ended it."""
        fitted = self._learn(rows, deadline, is_again=True)
        return None if fitted.is_cut_short else fitted

    @property
    def has_begun(self) -> bool:
        """Whether the state of this training, done or not, is there to be taken up."""
        return (self.context.work_folder / self._name / CHECKPOINT).is_file()

    @property
    def _name(self) -> str:
        """Return the name of the folder that holds the state of the training."""
        return "-".join([self.candidate.replace(":", "-"), *self.augmentation.ways])

    def _learn(self, rows: Ids, deadline: float, *, is_again: bool = False) -> FittedTuned:
        """Learn from nine tenths of the rows, in a folder and a stage of its own each time."""
        context = self.context
        held = held_back(context, rows, "held back", HELD_BACK)
        if not held.any():
            held[-1] = True
        data = self._data(rows[~held], rows[held], copies=self.augmentation.copies(rows[~held]))
        folder = context.work_folder / (self._name + AGAIN * is_again)
        start = self._start(rows[~held])  # may embed texts, which is a stage of its own
        start_head = head_of(start)
        adapted = self._adapted(start, len(data.ids), folder)
        plan = self._plan(adapted, data)
        recipe = self.recipe
        if self.rate is None:
            context.progress.start(f"{self.candidate}: trying learning rates")
            recipe, _ = with_tried_rate(
                adapted, data, recipe, evaluate=judge, folder=folder, plan=plan
            )
            self.rate = recipe.encoder_rate
        recipe = at_rate(recipe, self.rate)
        stage = STAGES[is_again]
        context.progress.start(f"{self.candidate}: {stage}", self._steps(len(data.ids)))
        if context.processes > 1:
            job = self._job(start_head, data, recipe, plan, folder, deadline)
            train_together(job, processes=context.processes, on_step=self._on_step)
        tuned = fine_tune(
            adapted,
            data,
            recipe,
            evaluate=judge,
            folder=folder,
            deadline=deadline,
            on_step=self._on_step,
            plan=plan,
        )
        note = note_on(self.candidate, tuned, recipe.encoder_rate)
        return FittedTuned(context, tuned.model, rows[~held], note, tuned.reason == OUT_OF_TIME)

    def _refuse_unsupported(self) -> None:
        """Raise what the method says about a base that it does not support, before any work."""
        with tempfile.TemporaryDirectory() as place:
            self._adapted(self._untaught(), 1, Path(place))

    def _untaught(self) -> Classifier:
        """Return a copy of the encoder under a head that knows nothing."""
        views = copy.deepcopy(self.context.encoder.module)
        width, classes = 3 * views.dimension, self.context.classes
        nothing = np.zeros((width, classes), np.float32), np.zeros(classes, np.float32)
        return Classifier(views, *nothing, dropout=self.recipe.dropout)

    def _memory_trials(self, limit_bytes: int) -> list[MemoryTrial]:
        """Return what training on the longest development rows needs."""
        context = self.context
        context.progress.start(f"{self.candidate}: trying what fits the memory limit")
        whole = self._data(context.development_rows, context.development_rows[:1])
        longest = np.argsort([-len(row) for row in whole.ids], kind="stable")
        data = self._data(longest[: 2 * self.recipe.rows_per_batch], longest[:1])
        with tempfile.TemporaryDirectory() as place:
            adapted = self._adapted(self._untaught(), len(data.ids), Path(place))
            if self.candidate == "full":  # whose embeddings are those of all rows
                adapted.prepare(whole.ids)
            return memory_trials(adapted, data, self.recipe, limit_bytes)

    def _plan(self, adapted: Adapted, data: TrainingData) -> StepPlan:
        """Return how the steps are computed, and let the build's facts say why."""
        context = self.context
        context.progress.start(f"{self.candidate}: trying how to compute")
        planned = plan_training(
            adapted,
            data,
            self.recipe,
            compute=context.card.compute,
            hardware=context.hardware,
            limit_bytes=self.limit,
            memory=self.memory,
        )
        said = planned.facts() | {"processes": context.processes}
        context.trainings["+".join([self.candidate, *self.augmentation.ways])] = said
        return planned.plan

    def _job(
        self,
        head: tuple[Floats, Floats],
        data: TrainingData,
        recipe: Recipe,
        plan: StepPlan,
        folder: Path,
        deadline: float,
    ) -> Job:
        """Return the training as several processes are told it."""
        context = self.context
        return Job(
            base=context.base,
            weight=head[0],
            bias=head[1],
            candidate=self.candidate,
            setup=Setup(self.tuning, self._steps(len(data.ids)), folder),
            data=data,
            recipe=recipe,
            plan=plan,
            evaluate=judge,
            folder=folder,
            deadline=deadline,
            device=context.hardware.device.type,
            sharded=context.card.compute.shard,
            separator=context.encoder.module.separator,
        )

    def _adapted(self, start: Classifier, rows: int, folder: Path) -> Adapted:
        """Return the classifier in the form in which the method trains it."""
        setup = Setup(self.tuning, self._steps(rows), folder)
        return adapt(start, self.candidate, setup, seed=self.recipe.seed)

    def _steps(self, rows: int) -> int:
        """Return the optimiser steps of a training on so many rows."""
        return math.ceil(rows / self.recipe.rows_per_batch) * self.recipe.epochs

    def _trial_rows(self, rows: int) -> int:
        """Return how many rows the trials of rates learn from, each counted once a pass."""
        if self.rate is not None:
            return 0
        return trial_steps(self.recipe, rows) * len(FACTORS) * self.recipe.rows_per_batch

    def _data(self, rows: Ids, held: Ids, copies: Iterable[Copy] = ()) -> TrainingData:
        """Return token ids and class ids of what is learnt from and of the rows held back."""
        context = self.context
        tokenizer = context.encoder.tokenizer
        ids = token_ids(tokenizer, context.read_texts(rows))
        held_ids = token_ids(tokenizer, context.read_texts(held))
        labels = list(context.labels[rows])
        for text, label in copies:  # one at a time: their texts are never held together
            ids.append(tokenizer.encode(text).ids)
            labels.append(label)
        return TrainingData(ids, np.array(labels, np.int64), held_ids, context.labels[held])

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


def judge(logits: Floats, labels: Ids) -> float:
    """Return the negative log loss at the best temperature.

    It is finer than accuracy on few rows. The temperature is set after the training anyway, so
    confidence alone must not end it: see docs/experiments.md.
    """
    if not np.isfinite(logits).all():
        return -math.inf
    return -log_loss(logits / fit_temperature(logits, labels), labels)


def head_of(model: Classifier) -> tuple[Floats, Floats]:
    """Return the weight (3 d, k) and the bias (k,) of a classifier's head."""
    weight, bias = model.head.weight.detach().cpu().numpy(), model.head.bias.detach().cpu().numpy()
    return weight.T.copy(), bias.copy()


def note_on(candidate: str, tuned: Tuned[Classifier], rate: float) -> str:
    """Return what the verdict table says of a training: its rate, and what went wrong."""
    said = f"Learning rate {rate:.2g}."
    if "not a finite number" in tuned.reason:
        said += f" It ended early: {tuned.reason}."
    elif not tuned.has_learnt and tuned.reason == OUT_OF_TIME:
        said += (
            f" {candidate!r} did not learn: the budget ended it at step {tuned.steps}, before any "
            "state was better than the probe that it started from. Give it more budget.minutes or "
            "fewer tuning.epochs."
        )
    elif not tuned.has_learnt:
        said += (
            f" {candidate!r} did not learn: no state was better on the held-back rows than the "
            "probe that it started from. Try another tuning.learning_rate, more tuning.epochs or "
            "another candidate."
        )
    return said
