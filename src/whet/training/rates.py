"""Is the learning rate right for this base and these rows? A few short trainings, judged held back.

Each trial starts from the same state and takes the same batches at another rate. The method's own
rate stays unless it breaks the training or hardly moves it. Of two rates that do neither, a few
steps always prefer the lower: a good rate first loses some of what the probe's head knew, and is
better in the last epoch only (docs/experiments.md).
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from whet.core.files import write_atomic
from whet.core.seeds import generator
from whet.models.methods.contract import Adapted
from whet.training.finetune import (
    ClassLesson,
    Evaluate,
    Recipe,
    TrainingData,
)
from whet.training.loop import fingerprint_of
from whet.training.schedule import schedule
from whet.training.steps import WHOLE, StepPlan
from whet.training.trials import first_batches, tried

FACTORS = (1 / 4, 1.0, 4.0)
"""Rates that are tried, over the method's own."""
STEPS = 40
"""Optimiser steps of one trial; fewer where the whole training is short."""
JUDGES = 512
"""Held-back rows that judge a trial, at most."""
BROKEN = 1.0
"""Share of the starting score by which a rate may worsen it; beyond, it breaks the training."""
IDLE = 0.02
"""Share of the starting score by which a rate must move it; below, it hardly learns."""


@dataclass(frozen=True)
class RateTrials:
    """The rates that were tried, and the one to train with."""

    rates: list[float]
    """Learning rates of the encoder."""
    scores: list[float]
    """Score of each, higher is better; minus infinity where the loss was no number."""
    start: float
    """Score of the state that all started from."""
    chosen: float


def trial_steps(recipe: Recipe, rows: int) -> int:
    """Return the steps of one trial: at most a tenth of a training on so many rows.

    >>> trial_steps(Recipe(epochs=3, rows_per_batch=32), 9000)
    40
    >>> trial_steps(Recipe(epochs=3, rows_per_batch=32), 32)
    0
    """
    return min(STEPS, recipe.epochs * math.ceil(rows / recipe.rows_per_batch) // 10)


def with_tried_rate(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    *,
    evaluate: Evaluate,
    folder: Path,
    plan: StepPlan = WHOLE,
) -> tuple[Recipe, RateTrials | None]:
    """Return the recipe at the rate to train with, and the trials; none on very few rows.

    The trials of a training that was cut off are read from `folder`.
    """
    steps = trial_steps(recipe, len(data.ids))
    if steps < 1:
        return recipe, None
    adapted.prepare([*data.ids, *data.held_ids])
    fingerprint = fingerprint_of(ClassLesson(adapted, data, recipe, evaluate), recipe)
    trials = _read(folder / "rate.json", fingerprint)
    if trials is None:
        trials = _tried(adapted, data, recipe, evaluate, steps, plan)
        content = {"fingerprint": fingerprint, **trials.__dict__}
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / "rate.json", json.dumps(content))
    return at_rate(recipe, trials.chosen), trials


def at_rate(recipe: Recipe, rate: float) -> Recipe:
    """Return the recipe with another rate of the encoder, and the head's in proportion."""
    head = recipe.head_rate * rate / recipe.encoder_rate
    return replace(recipe, encoder_rate=rate, head_rate=head)


def _tried(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    evaluate: Evaluate,
    steps: int,
    plan: StepPlan,
) -> RateTrials:
    """Train a few steps at every rate and leave the classifier as it was."""
    judges = _judges(data, recipe.seed)
    rates = [recipe.encoder_rate * factor for factor in FACTORS]
    scores = [
        _score(adapted, judges, at_rate(recipe, rate), evaluate, steps, plan) for rate in rates
    ]
    start = ClassLesson(adapted, judges, recipe, evaluate).score()
    return RateTrials(rates, scores, start, rates[chosen(start, scores)])


def chosen(start: float, scores: list[float]) -> int:
    """Return which of the rates to train with, the scores of three ascending ones given.

    >>> chosen(-0.35, [-0.34, -0.4, -0.7]), chosen(-0.35, [-0.34, -0.9, -math.inf])
    (1, 0)
    >>> chosen(-0.35, [-0.35, -0.349, -0.3])
    2
    """
    lower, own, higher = range(3)
    unit = abs(start)
    if scores[own] < start - BROKEN * unit:
        return lower
    moved = abs(scores[own] - start)
    if moved < IDLE * unit and scores[higher] > scores[own] + IDLE * unit:
        return higher
    return own


def _score(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    evaluate: Evaluate,
    steps: int,
    plan: StepPlan,
) -> float:
    """Return the score after a few steps; minus infinity where the loss was no number."""
    with tried(adapted, data, recipe, plan, evaluate) as loop:
        for step, batch in enumerate(first_batches(loop.lengths, recipe, steps)):
            if math.isnan(loop.learn(batch, schedule(step, steps, 0.2))):
                return -math.inf
        score = loop.lesson.score()
        return score if math.isfinite(score) else -math.inf


def _judges(data: TrainingData, seed: int) -> TrainingData:
    """Return the data with at most `JUDGES` of the held-back rows."""
    order = generator(seed, "rate judges").permutation(len(data.held_ids))
    chosen = np.sort(order[:JUDGES])
    held = [data.held_ids[i] for i in chosen]
    return TrainingData(data.ids, data.labels, held, data.held_labels[chosen])


def _read(path: Path, fingerprint: str) -> RateTrials | None:
    """Return the trials of the same training; None when there are none."""
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.pop("fingerprint") != fingerprint:
        return None
    return RateTrials(**content)
