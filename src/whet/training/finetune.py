"""How is an encoder tuned to a task? One loop for every method: resumable, with early stopping.

Batches hold texts of one length, learning rates may fall from the head to the lowest layer, and the
state that was best on rows held back wins. A loss that is no number ends the training in the best
state before it. The method says which parameters learn: these alone are saved and taken up again.
The caller says how to evaluate.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from whet.models.classifier import Classifier
from whet.models.encoder import length_batches
from whet.models.methods.contract import Adapted
from whet.models.output import Floats, Ids
from whet.training.batches import epoch_batches
from whet.training.checkpoint import load_checkpoint, save_checkpoint
from whet.training.group import ALONE, Group
from whet.training.losses import Objective, balanced_weights, divergence
from whet.training.schedule import schedule
from whet.training.steps import WHOLE, Stepper, StepPlan, formed

Evaluate = Callable[[Floats, Ids], float]
"""Maps logits (n, k) and class ids (n,) to a score, higher is better."""
OnStep = Callable[[int, dict[str, float]], None]
"""Is told the step and its measurements: `loss`, and `score` after an evaluation."""

OUT_OF_TIME = "the budget was used up"
CHECKPOINT = "checkpoint.pt"
"""File of the state of a training, in its folder."""


@dataclass(frozen=True)
class Recipe:
    """Settings of fine-tuning; the defaults are for `full`, measured in docs/experiments.md."""

    seed: int = 0
    epochs: int = 3
    rows_per_batch: int = 32
    head_rate: float = 3e-3
    encoder_rate: float = 3e-4
    layer_decay: float = 1.0
    """Learning rate of a layer over that of the layer above it."""
    weight_decay: float = 0.01
    warmup: float = 0.06
    """Share of the steps over which the rate rises from zero."""
    dropout: float = 0.1
    """Of the views, under the head."""
    label_smoothing: float = 0.0
    focal: float = 0.0
    """Exponent of the focal loss; 0 is cross-entropy."""
    balanced: bool = False
    """Whether every class weighs the same in the loss, however rare it is."""
    r_drop: float = 0.0
    """Weight of the divergence between two passes; above 0, every step takes two."""
    clip: float = 1.0
    evaluations_per_epoch: int = 2
    patience: int = 6
    """Evaluations without a better score before training stops.

    At first a training loses what the probe's head knew, for an epoch or two.
    """
    checkpoint_every_s: float = 60.0


@dataclass(frozen=True)
class TrainingData:
    """Token ids and class ids of the rows to learn from and of those held back."""

    ids: Sequence[list[int]]
    labels: Ids
    held_ids: Sequence[list[int]]
    held_labels: Ids


@dataclass(frozen=True)
class Tuned:
    """What came out: the model in its best state, and how it got there."""

    model: Classifier
    """Merged: in the form in which it is packaged."""
    steps: int
    best_step: int
    first_score: float
    """Score of the state that the training started from."""
    best_score: float
    reason: str

    @property
    def has_learnt(self) -> bool:
        """Return whether any state was better than the one at the start."""
        return self.best_step > 0


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
) -> Tuned:
    """Return the tuned model; it continues from `folder` when the same training was cut off.

    Args:
        plan: how a step is computed; a training may go on by another plan than it began with.

    Raises:
        InputError: the processes were given different data, weights or settings.
        deadline: value of `time.monotonic()` at which training ends with the best state so far.
    """
    fingerprint = fingerprint_of(adapted, data, recipe)  # before `prepare` takes layers away
    plan.group.check_agreed(fingerprint)
    plan.group.in_turn(lambda: adapted.prepare([*data.ids, *data.held_ids]))
    torch.manual_seed(recipe.seed)
    loop = Loop(adapted, data, recipe, evaluate, folder, fingerprint, plan)
    with formed(adapted.model, plan):
        reason = loop.finish(deadline, on_step)
    loop.take(loop.best)
    model = adapted.merged().eval()
    return Tuned(model, loop.step, loop.best_step, loop.first_score, loop.best_score, reason)


class Loop:
    """The state of one training, so that it can be saved and taken up again."""

    def __init__(
        self,
        adapted: Adapted,
        data: TrainingData,
        recipe: Recipe,
        evaluate: Evaluate,
        folder: Path,
        fingerprint: str,
        plan: StepPlan = WHOLE,
    ) -> None:
        self.adapted, self.data, self.recipe, self.evaluate = adapted, data, recipe, evaluate
        self.path, self.fingerprint, self.group = folder / CHECKPOINT, fingerprint, plan.group
        self.lengths = [len(row) for row in data.ids]
        self.per_epoch = math.ceil(len(self.lengths) / recipe.rows_per_batch)
        self.total = recipe.epochs * self.per_epoch
        self.objective = objective_of(data, recipe, adapted.model.head.out_features)
        self.learning = adapted.trainable()
        self.optimizer = torch.optim.AdamW(parameter_groups(adapted.model, recipe), fused=True)
        self.peak = [float(part["lr"]) for part in self.optimizer.param_groups]
        self.stepper = Stepper(
            self.loss,
            self.lengths,
            list(self.learning.values()),
            self.optimizer,
            clip=recipe.clip,
            plan=plan,
        )
        self.step, self.best_step, self.waited = 0, 0, 0
        self.best, self.first_score, self.best_score = self.copy(), -math.inf, -math.inf
        self.saved_at = time.monotonic()

    def copy(self) -> dict[str, torch.Tensor]:
        """Return what the method has changed so far."""
        return {name: value.detach().clone() for name, value in self.learning.items()}

    def take(self, state: dict[str, torch.Tensor]) -> None:
        """Put a copy back in its place."""
        with torch.no_grad():
            for name, value in self.learning.items():
                value.copy_(state[name])

    def resume(self) -> str:
        """Take up a training that was cut off; otherwise score the starting point.

        Returns why the training ended, when it had ended already; otherwise an empty text.
        """
        state = load_checkpoint(self.path, self.fingerprint)
        if state is None:
            self.first_score = self.best_score = self.score()
            return ""
        self.take(state["learning"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.stepper.restore(state["stepper"])
        if self.adapted.work:
            self.adapted.work.restore(state["work"])
        for name in _COUNTED:
            setattr(self, name, state[name])
        return str(state["ended"])

    def finish(self, deadline: float, on_step: OnStep) -> str:
        """Take up what was cut off, train to the end and save; return why it ended."""
        reason = self.resume()
        if not reason:
            reason = self.run(deadline, on_step)
            # With more time it may go on, so what a deadline ended is not over.
            self.save("" if reason == OUT_OF_TIME else reason)
        return reason

    def run(self, deadline: float, on_step: OnStep) -> str:
        """Train to the end, to the deadline or until nothing gets better; return which it was."""
        every = max(1, self.per_epoch // self.recipe.evaluations_per_epoch)
        while self.step < self.total:
            epoch, position = divmod(self.step, self.per_epoch)
            batches = epoch_batches(
                self.lengths, rows=self.recipe.rows_per_batch, seed=self.recipe.seed, epoch=epoch
            )
            for batch in batches[position:]:
                values = {"loss": self.learn(batch, self._factor())}
                if math.isnan(values["loss"]):
                    return not_a_number(self.step + 1)
                self.step += 1
                if self.adapted.work:
                    self.adapted.work.stepped(self.step)
                if self.step % every == 0 or self.step == self.total:
                    values["score"] = self._judge()
                on_step(self.step, values)
                if self.waited >= self.recipe.patience:
                    return f"no better score in {self.waited} evaluations"
                if self.group.is_over(deadline):
                    return OUT_OF_TIME
                if time.monotonic() - self.saved_at >= self.recipe.checkpoint_every_s:
                    self.save("")
        return "all epochs done"

    def _factor(self) -> float:
        """Return the factor on the rates at this step."""
        return schedule(self.step, self.total, self.recipe.warmup)

    def learn(self, batch: Ids, factor: float) -> float:
        """Take one optimiser step at a factor of the full rates and return the loss.

        Where the loss or its gradient is no number, the parameters stay as they are and the loss
        that is returned is NaN.
        """
        self.adapted.model.train()
        for part, peak in zip(self.optimizer.param_groups, self.peak, strict=True):
            part["lr"] = peak * factor
        self.group.reseed(self.recipe.seed, self.step)
        return self.stepper.take(batch)

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of a part in the mean loss of its batch."""
        r_drop = self.recipe.r_drop
        return batch_loss(self.adapted, self.data, part, self.objective, r_drop, whole=batch)

    def _judge(self) -> float:
        """Score the rows held back and keep the state when it is the best."""
        score = self.score()
        if score > self.best_score:
            self.best, self.best_score, self.best_step = self.copy(), score, self.step
            self.waited = 0
        else:
            self.waited += 1
        return score

    def score(self) -> float:
        """Return the score on the rows held back."""
        logits = answers(self.adapted, self.data.held_ids, self.group)
        return self.evaluate(logits, self.data.held_labels)

    def save(self, ended: str) -> None:
        """Write the state; `ended` says why the training is over, empty while it is not."""
        if self.group.rank != 0:
            return  # all processes are in one state; the first keeps it for all
        counted = {name: getattr(self, name) for name in _COUNTED}
        state = {
            "learning": {name: value.detach() for name, value in self.learning.items()},
            "optimizer": self.optimizer.state_dict(),
            "stepper": self.stepper.state(),
            "work": self.adapted.work.state() if self.adapted.work else None,
            "ended": ended,
        }
        save_checkpoint(self.path, self.fingerprint, {**state, **counted})
        self.saved_at = time.monotonic()


_COUNTED = ("best", "first_score", "best_score", "step", "best_step", "waited")
"""What a checkpoint holds beside the parameters, the optimiser and the method's own state."""


def answers(adapted: Adapted, ids: Sequence[list[int]], group: Group = ALONE) -> Floats:
    """Return the logits (n, k) of rows, in batches of similar length, without gradients."""
    logits = np.zeros((len(ids), adapted.model.head.out_features), dtype=np.float32)
    mine = group.share(np.arange(len(ids)))
    adapted.model.eval()
    with torch.inference_mode():
        for places in length_batches([len(ids[i]) for i in mine]):
            batch = mine[places]
            logits[batch] = adapted.logits([ids[i] for i in batch]).cpu().numpy()
    return group.total(logits)


def objective_of(data: TrainingData, recipe: Recipe, classes: int) -> Objective:
    """Return how a recipe measures the loss of rows of so many classes."""
    weights = balanced_weights(data.labels, classes) if recipe.balanced else None
    return Objective(recipe.label_smoothing, recipe.focal, weights)


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


def parameter_groups(model: Classifier, recipe: Recipe) -> list[dict[str, Any]]:
    """Return optimiser groups whose rate falls by `layer_decay` from the top layer down.

    Biases and layer norms are not decayed. Source: Howard and Ruder 2018, arXiv:1801.06146.
    """
    learning = {name: p for name, p in model.named_parameters() if p.requires_grad}
    top = max(_numbered(name) for name in learning)
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in learning.items():
        if name.startswith("head."):
            rate = recipe.head_rate
        else:
            rate = recipe.encoder_rate * recipe.layer_decay ** (top - _depth(name, top))
        # Neither do factors, which stand at 1 where they change nothing.
        is_matrix = parameter.ndim > 1 and min(parameter.shape) > 1
        decay = recipe.weight_decay if is_matrix else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": members, "lr": rate, "weight_decay": decay}
        for (rate, decay), members in groups.items()
    ]


def _depth(name: str, top: int) -> int:
    """Return the number of the layer that a parameter belongs to; 0 for embeddings."""
    # What is no layer and no embedding lies above them, but for a prefix, which is in all layers.
    is_below = "embed" in name and "prompt" not in name
    return _numbered(name) or (0 if is_below else top)


def _numbered(name: str) -> int:
    """Return the number of the layer in a name, counted from 1; 0 where there is none."""
    return next((int(part) + 1 for part in name.split(".") if part.isdigit()), 0)


def not_a_number(step: int) -> str:
    """Return why a training ended whose loss is no number any more, and what to try."""
    return (
        f"the loss at step {step} was not a finite number, so the best state before it was kept. "
        "Try a smaller tuning.learning_rate"
    )


def fingerprint_of(adapted: Adapted, data: TrainingData, recipe: Recipe) -> str:
    """Return a hash of everything that decides what a training does.

    The encoder's weights belong to it: many bases share one tokenizer, so token ids do not tell
    them apart. The names of those that learn tell the methods apart.
    """
    # How often the state is saved changes nothing of what is learnt.
    settings = {**asdict(recipe), "checkpoint_every_s": None}
    digest = hashlib.sha256(json.dumps([settings, list(adapted.trainable())]).encode())
    # Without their names: `freeze` moves layers when it has prepared them.
    for value in adapted.model.views.state_dict().values():
        digest.update(value.cpu().numpy().tobytes())
    for rows, labels in ((data.ids, data.labels), (data.held_ids, data.held_labels)):
        digest.update(json.dumps(list(rows)).encode())
        digest.update(np.ascontiguousarray(labels).tobytes())
    return digest.hexdigest()
