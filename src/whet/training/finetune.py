"""How is an encoder tuned to class labels? The lesson of one class a text, for every method."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from whet.models.classifier import Classifier
from whet.models.encoder import length_batches
from whet.models.methods.contract import Adapted
from whet.models.output import Floats, Ids
from whet.training.adversarial import shifted_loss
from whet.training.group import ALONE, Group
from whet.training.loop import OUT_OF_TIME as OUT_OF_TIME
from whet.training.loop import OnStep as OnStep
from whet.training.loop import Recipe as Recipe
from whet.training.loop import Tuned as Tuned
from whet.training.loop import learn, weights
from whet.training.losses import Objective, balanced_weights, divergence
from whet.training.steps import WHOLE, StepPlan

Evaluate = Callable[[Floats, Ids], float]
"""Maps logits (n, k) and class ids (n,) to a score, higher is better."""


@dataclass(frozen=True)
class TrainingData:
    """Token ids and class ids of the rows to learn from and of those held back."""

    ids: Sequence[list[int]]
    labels: Ids
    held_ids: Sequence[list[int]]
    held_labels: Ids


def fine_tune(  # noqa: PLR0913 (each is a choice of the caller)
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    *,
    evaluate: Evaluate,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
    plan: StepPlan = WHOLE,
) -> Tuned[Classifier]:
    """Return the tuned classifier; see `learn`."""
    lesson = ClassLesson(adapted, data, recipe, evaluate, plan.group)
    return learn(lesson, recipe, folder=folder, deadline=deadline, on_step=on_step, plan=plan)


class ClassLesson:
    """One class a text."""

    def __init__(
        self,
        adapted: Adapted,
        data: TrainingData,
        recipe: Recipe,
        evaluate: Evaluate,
        group: Group = ALONE,
    ) -> None:
        self.adapted, self.data, self.evaluate, self.group = adapted, data, evaluate, group
        self.model, self.work = adapted.model, adapted.work
        self.transformer = adapted.model.views.transformer
        self.lengths = [len(row) for row in data.ids]
        self.objective = objective_of(data, recipe, adapted.model.head.out_features)
        self.recipe = recipe
        self.trainable, self.merged = adapted.trainable, adapted.merged

    def prepare(self) -> None:
        """Let the method see all rows."""
        self.adapted.prepare([*self.data.ids, *self.data.held_ids])

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of a part in the mean loss that the recipe asks for."""
        return step_loss(self.adapted, self.data, part, self.objective, self.recipe, whole=batch)

    def score(self) -> float:
        """Return what the caller makes of the answers to the rows held back."""
        logits = answers(self.adapted, self.data.held_ids, self.group)
        return self.evaluate(logits, self.data.held_labels)

    def content(self) -> Iterable[bytes]:
        """Yield the encoder's weights and both parts of the data.

        The weights go without their names: `freeze` moves layers when it has prepared them.
        """
        yield from weights(self.model.views)
        data = self.data
        for rows, labels in ((data.ids, data.labels), (data.held_ids, data.held_labels)):
            yield json.dumps(list(rows)).encode()
            yield np.ascontiguousarray(labels).tobytes()


def answers(adapted: Adapted, ids: Sequence[list[int]], group: Group = ALONE) -> Floats:
    """Return the logits (n, k) of rows, in batches of similar length, without gradients."""
    logits = np.zeros((len(ids), adapted.model.head.out_features), dtype=np.float32)
    mine = group.share(np.arange(len(ids)))
    adapted.model.eval()
    batches = [mine[places] for places in length_batches([len(ids[i]) for i in mine])]
    # Not `inference_mode`: weights that are gathered for it could not be used in a step after it.
    with torch.no_grad():
        for number in range(group.passes(len(batches))):
            batch = batches[number] if number < len(batches) else mine[:0]
            answered = adapted.logits([ids[i] for i in batch] or [ids[0]])
            logits[batch] = answered[: len(batch)].cpu().numpy()
    return group.total(logits)


def objective_of(data: TrainingData, recipe: Recipe, classes: int) -> Objective:
    """Return how a recipe measures the loss of rows of so many classes."""
    weights = balanced_weights(data.labels, classes) if recipe.balanced else None
    return Objective(recipe.label_smoothing, recipe.focal, weights, recipe.mixup)


def step_loss(
    adapted: Adapted,
    data: TrainingData,
    batch: Ids,
    objective: Objective,
    recipe: Recipe,
    *,
    whole: Ids | None = None,
) -> torch.Tensor:
    """Return the loss that one step learns from, with gradients; `whole` as in `batch_loss`.

    Mixing and the worst shift are found within these rows.
    """

    def loss() -> torch.Tensor:
        return batch_loss(adapted, data, batch, objective, recipe.r_drop, whole=whole)

    if not recipe.fgm:
        return loss()
    return shifted_loss(loss, adapted.model.views.transformer.get_input_embeddings(), recipe.fgm)


def batch_loss(
    adapted: Adapted,
    data: TrainingData,
    batch: Ids,
    objective: Objective = Objective(),  # noqa: B008 (it is immutable)
    r_drop: float = 0.0,
    *,
    whole: Ids | None = None,
) -> torch.Tensor:
    """Return the mean loss of one batch, with gradients; `r_drop` weighs what two passes differ.

    Where the rows are a part of a `whole` batch it is their share in the mean loss of that one.
    """
    whole = batch if whole is None else whole
    labels = data.labels[batch]
    weight = objective.weight(labels) / objective.weight(data.labels[whole])
    share = len(batch) / len(whole)
    rows, truth = [data.ids[i] for i in batch], torch.from_numpy(labels)
    # The loss is computed in float32 whatever the passes are computed in.
    logits = adapted.logits(rows).float()
    truth = truth.to(logits.device)
    loss = objective.loss(logits, truth) * weight
    if r_drop:
        again = adapted.logits(rows).float()
        differs = r_drop * share * divergence(logits, again)
        loss = (loss + objective.loss(again, truth) * weight) / 2 + differs
    return loss + adapted.work.penalty() * share if adapted.work else loss
