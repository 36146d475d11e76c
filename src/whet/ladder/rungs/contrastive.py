"""Does it help to draw the rows of a class together first? Contrastive tuning, then the probe.

The encoder is tuned so that rows of one class lie near each other; the head is then the probe's, on
the tuned encoder's views.
"""

import copy
import hashlib
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from whet.core.seeds import derived_seed
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.shared import sample, write_encoder
from whet.ladder.rungs.words import Examples, choose_weight, own_words
from whet.models.classifier import Classifier, classify
from whet.models.encoder import PooledViews, encode, token_ids
from whet.models.output import Floats, Ids, Output
from whet.models.probe import fit_probe
from whet.training.contrastive import ContrastiveRecipe, add_gradients, tune_contrastive

HEAD_STRENGTH = 0.03
"""Inverse regularisation of the head. It is not chosen on rows held back: the encoder has drawn
those to their classes already."""

OPTIMISER_SHARE = 1.15
"""Time of a step with the optimiser over that of its gradients."""


@dataclass(frozen=True)
class FittedContrastive:
    """A tuned encoder under a probe, and the build whose texts it reads."""

    context: Context
    model: Classifier
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        texts = [self.context.texts[row] for row in rows]
        return classify(self.model, token_ids(self.context.encoder.tokenizer, texts))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the classifier and the tokenizer."""
        return write_encoder(self.context, self.model, folder, temperature)


class ContrastiveRung:
    """An encoder tuned by supervised contrast, under the probe's logistic regression."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.recipe = ContrastiveRecipe(seed=derived_seed(context.seed, "contrastive"))
        self.word_weight: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of tuning and of reading the rows with the tuned encoder."""
        cost = trial(self.context, self.recipe)
        probe = ProbeRung(self.context).predicted_seconds(rows, fits)
        return (cost.step * self.recipe.steps(rows) + cost.row * rows) * fits + probe

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedContrastive:
        """Learn from rows; the first fit chooses whether the labels' own words count."""
        context = self.context
        if self.word_weight is None:
            seed = derived_seed(context.seed, "probe")
            _, self.word_weight = choose_weight(context, rows, seed)
        words = own_words(context, rows, self.word_weight)
        views = tune(context, rows, words, self.recipe, deadline)
        return FittedContrastive(context, under_head(context, views, rows, words))


def tune(
    context: Context, rows: Ids, extra: Examples, recipe: ContrastiveRecipe, deadline: float
) -> PooledViews:
    """Return a copy of the encoder, tuned on labelled rows and on the extra examples alike."""
    pool = np.concatenate([rows, extra.rows])
    labels = np.concatenate([context.labels[rows], extra.labels])
    context.progress.start("contrastive tuning", recipe.steps(len(pool)))

    def read(positions: Ids) -> list[list[int]]:
        texts = [context.texts[row] for row in pool[positions]]
        return token_ids(context.encoder.tokenizer, texts)

    def on_step(step: int, values: dict[str, float]) -> None:
        context.progress.advance()
        context.on_training(step, values)

    # Folds may be tuned side by side: each keeps a checkpoint of its own.
    mark = hashlib.sha256(pool.tobytes()).hexdigest()[:12]
    return tune_contrastive(
        copy.deepcopy(context.encoder.module),
        read,
        labels,
        recipe,
        folder=context.work_folder / f"contrastive-{mark}",
        deadline=deadline,
        on_step=on_step,
    ).views


def under_head(context: Context, views: PooledViews, rows: Ids, extra: Examples) -> Classifier:
    """Return a tuned encoder under a head that learnt from rows and extra examples."""
    encoder = replace(context.encoder, module=views)

    def seen(rows: Ids) -> Floats:
        return encode(encoder, [context.texts[row] for row in rows])

    probe = fit_probe(
        seen(rows),
        context.labels[rows],
        context.classes,
        seed=0,
        strength=HEAD_STRENGTH,
        extra=extra.seen(seen),
    )
    weight, bias = probe.folded()
    return Classifier(views, weight, bias, dropout=0.0).eval()


@dataclass(frozen=True)
class Trial:
    """Seconds of one step of contrastive tuning, and of reading one row with the encoder."""

    step: float
    row: float


def trial(context: Context, recipe: ContrastiveRecipe) -> Trial:
    """Return what a step and a row cost on this machine, from two steps on a copy."""
    tried = sample(context, recipe.rows_per_batch)
    ids = token_ids(context.encoder.tokenizer, [context.texts[row] for row in tried])
    views = copy.deepcopy(context.encoder.module).train()
    seconds = 0.0
    for _ in range(2):  # the first is slower than all others; the last counts
        started = time.perf_counter()
        add_gradients(views, ids, context.labels[tried], recipe)
        seconds = time.perf_counter() - started
    step = seconds * recipe.rows_per_batch / len(tried)
    # Without gradients a row is a third of the work.
    return Trial(step * OPTIMISER_SHARE, seconds / len(tried) / 3)
