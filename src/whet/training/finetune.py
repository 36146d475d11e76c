"""How is an encoder tuned to a task? One loop for every method: resumable, with early stopping.

Batches hold texts of one length, learning rates may fall from the head to the lowest layer, and the
state that was best on rows held back wins. A loss that is no number ends the training in the best
state before it. The method says which parameters learn: these alone are saved and taken up again.

The loop knows a task as a `Lesson`: rows by their lengths, the loss of some of them, the score of
those held back. Class labels are one kind of lesson, spans in `whet.training.tagging` another.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, Literal

import numpy as np
import torch

from whet.models.classifier import Classifier
from whet.models.encoder import length_batches
from whet.models.methods.contract import Adapted
from whet.models.output import Floats, Ids
from whet.training.adversarial import shifted_loss
from whet.training.batches import epoch_batches
from whet.training.checkpoint import load_checkpoint, save_checkpoint
from whet.training.lesson import Lesson, M_co
from whet.training.losses import Objective, balanced_weights, divergence, not_a_number
from whet.training.schedule import parameter_groups, schedule

Evaluate = Callable[[Floats, Ids], float]
"""Maps logits (n, k) and class ids (n,) to a score, higher is better."""
OnStep = Callable[[int, dict[str, float]], None]
"""Is told the step and its measurements: `loss`, and `score` after an evaluation."""

OUT_OF_TIME = "the budget was used up"


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
    fall: Literal["linear", "cosine", "constant"] = "linear"
    """How the rate goes on from there, to zero at the last step but for `constant`."""
    average: float = 0.0
    """Decay of a running average of the weights, which is judged and kept in place of the weights
    themselves; 0 for none. Source: Polyak and Juditsky 1992, SIAM J. Control and Optimization 30.
    """
    dropout: float = 0.1
    """Of the views, under the head."""
    label_smoothing: float = 0.0
    focal: float = 0.0
    """Exponent of the focal loss; 0 is cross-entropy."""
    balanced: bool = False
    """Whether every class weighs the same in the loss, however rare it is."""
    r_drop: float = 0.0
    """Weight of the divergence between two passes; above 0, every step takes two."""
    mixup: float = 0.0
    """Parameter of the shares in which rows are mixed; 0 mixes none."""
    fgm: float = 0.0
    """Length of the words' worst shift over that of their embeddings; above 0, every step learns
    from a second pass under that shift."""
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
class Tuned(Generic[M_co]):
    """What came out: the model in its best state, and how it got there."""

    model: M_co
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


def fine_tune(
    adapted: Adapted,
    data: TrainingData,
    recipe: Recipe,
    *,
    evaluate: Evaluate,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
) -> Tuned[Classifier]:
    """Return the tuned classifier; see `learn`."""
    lesson = ClassLesson(adapted, data, recipe, evaluate)
    return learn(lesson, recipe, folder=folder, deadline=deadline, on_step=on_step)


def learn(
    lesson: Lesson[M_co],
    recipe: Recipe,
    *,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
) -> Tuned[M_co]:
    """Return the tuned model; it continues from `folder` when the same training was cut off.

    Args:
        deadline: value of `time.monotonic()` at which training ends with the best state so far.
    """
    lesson.prepare()
    fingerprint = fingerprint_of(lesson, recipe)
    torch.manual_seed(recipe.seed)
    loop = Loop(lesson, recipe, folder, fingerprint)
    reason = loop.resume()
    if not reason:
        reason = loop.run(deadline, on_step)
        # With more time it may go on, so what a deadline ended is not over.
        loop.save("" if reason == OUT_OF_TIME else reason)
    loop.take(loop.best)
    model = lesson.merged().eval()
    return Tuned(model, loop.step, loop.best_step, loop.first_score, loop.best_score, reason)


class ClassLesson:
    """One class a text."""

    def __init__(
        self, adapted: Adapted, data: TrainingData, recipe: Recipe, evaluate: Evaluate
    ) -> None:
        self.adapted, self.data, self.evaluate = adapted, data, evaluate
        self.model, self.work = adapted.model, adapted.work
        self.lengths = [len(row) for row in data.ids]
        self.objective = objective_of(data, recipe, adapted.model.head.out_features)
        self.recipe = recipe
        self.trainable, self.merged = adapted.trainable, adapted.merged

    def prepare(self) -> None:
        """Let the method see all rows."""
        self.adapted.prepare([*self.data.ids, *self.data.held_ids])

    def loss(self, batch: Ids) -> torch.Tensor:
        """Return the mean loss that the recipe asks for."""
        return step_loss(self.adapted, self.data, batch, self.objective, self.recipe)

    def score(self) -> float:
        """Return what the caller makes of the answers to the rows held back."""
        return self.evaluate(answers(self.adapted, self.data.held_ids), self.data.held_labels)

    def content(self) -> Iterable[bytes]:
        """Yield the encoder's weights and both parts of the data.

        The weights go without their names: `freeze` moves layers when it has prepared them.
        """
        yield from weights(self.model.views)
        data = self.data
        for rows, labels in ((data.ids, data.labels), (data.held_ids, data.held_labels)):
            yield json.dumps(list(rows)).encode()
            yield np.ascontiguousarray(labels).tobytes()


class Loop:
    """The state of one training, so that it can be saved and taken up again."""

    def __init__(
        self, lesson: Lesson[torch.nn.Module], recipe: Recipe, folder: Path, fingerprint: str
    ) -> None:
        self.lesson, self.recipe = lesson, recipe
        self.path, self.fingerprint = folder / "checkpoint.pt", fingerprint
        self.lengths = lesson.lengths
        self.per_epoch = math.ceil(len(self.lengths) / recipe.rows_per_batch)
        self.total = recipe.epochs * self.per_epoch
        self.learning = lesson.trainable()
        self.optimizer = torch.optim.AdamW(parameter_groups(lesson.model, recipe), fused=True)
        self.peak = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.step, self.best_step, self.waited = 0, 0, 0
        self.best, self.first_score, self.best_score = self.copy(), -math.inf, -math.inf
        self.mean = self.copy() if recipe.average else None
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
            self.first_score = self.best_score = self.lesson.score()
            return ""
        self.take(state["learning"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.lesson.work:
            self.lesson.work.restore(state["work"])
        for name in _COUNTED:
            setattr(self, name, state[name])
        return str(state["ended"])

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
                self._average()
                if self.lesson.work:
                    self.lesson.work.stepped(self.step)
                if self.step % every == 0 or self.step == self.total:
                    values["score"] = self._judge()
                on_step(self.step, values)
                if self.waited >= self.recipe.patience:
                    return f"no better score in {self.waited} evaluations"
                if time.monotonic() >= deadline:
                    return OUT_OF_TIME
                if time.monotonic() - self.saved_at >= self.recipe.checkpoint_every_s:
                    self.save("")
        return "all epochs done"

    def _factor(self) -> float:
        """Return the factor on the rates at this step."""
        return schedule(self.step, self.total, self.recipe.warmup, self.recipe.fall)

    def learn(self, batch: Ids, factor: float) -> float:
        """Take one optimiser step at a factor of the full rates and return the loss.

        Where the loss or its gradient is no number, the parameters stay as they are and the loss
        that is returned is NaN.
        """
        self.lesson.model.train()
        for group, peak in zip(self.optimizer.param_groups, self.peak, strict=True):
            group["lr"] = peak * factor
        loss = self.lesson.loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.learning.values(), self.recipe.clip)
        if not (math.isfinite(float(loss.detach())) and math.isfinite(float(norm))):
            return math.nan
        self.optimizer.step()
        return float(loss.detach())

    def _average(self) -> None:
        """Move the running average, quickly while it knows few steps."""
        if self.mean is None:
            return
        decay = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        now = [value.detach() for value in self.learning.values()]
        torch._foreach_lerp_(list(self.mean.values()), now, 1 - decay)

    def _judge(self) -> float:
        """Score the rows held back and keep the state when it is the best."""
        if self.mean is None:
            return self._judge_as_it_is()
        now = self.copy()
        self.take(self.mean)
        score = self._judge_as_it_is()
        self.take(now)
        return score

    def _judge_as_it_is(self) -> float:
        """Score the model with the parameters that it has, and keep them when they are the best."""
        score = self.lesson.score()
        if score > self.best_score:
            self.best, self.best_score, self.best_step = self.copy(), score, self.step
            self.waited = 0
        else:
            self.waited += 1
        return score

    def save(self, ended: str) -> None:
        """Write the state; `ended` says why the training is over, empty while it is not."""
        counted = {name: getattr(self, name) for name in _COUNTED}
        state = {
            "learning": {name: value.detach() for name, value in self.learning.items()},
            "optimizer": self.optimizer.state_dict(),
            "work": self.lesson.work.state() if self.lesson.work else None,
            "ended": ended,
        }
        save_checkpoint(self.path, self.fingerprint, {**state, **counted})
        self.saved_at = time.monotonic()


_COUNTED = ("best", "mean", "first_score", "best_score", "step", "best_step", "waited")
"""What a checkpoint holds beside the parameters, the optimiser and the method's own state."""


def answers(adapted: Adapted, ids: Sequence[list[int]]) -> Floats:
    """Return the logits (n, k) of rows, in batches of similar length, without gradients."""
    logits = np.zeros((len(ids), adapted.model.head.out_features), dtype=np.float32)
    adapted.model.eval()
    with torch.inference_mode():
        for batch in length_batches([len(row) for row in ids]):
            logits[batch] = adapted.logits([ids[i] for i in batch]).numpy()
    return logits


def objective_of(data: TrainingData, recipe: Recipe, classes: int) -> Objective:
    """Return how a recipe measures the loss of rows of so many classes."""
    weights = balanced_weights(data.labels, classes) if recipe.balanced else None
    return Objective(recipe.label_smoothing, recipe.focal, weights, recipe.mixup)


def step_loss(
    adapted: Adapted, data: TrainingData, batch: Ids, objective: Objective, recipe: Recipe
) -> torch.Tensor:
    """Return the loss that one step learns from, with gradients."""

    def loss() -> torch.Tensor:
        return batch_loss(adapted, data, batch, objective, recipe.r_drop)

    if not recipe.fgm:
        return loss()
    return shifted_loss(loss, adapted.model.views.transformer.get_input_embeddings(), recipe.fgm)


def batch_loss(
    adapted: Adapted,
    data: TrainingData,
    batch: Ids,
    objective: Objective = Objective(),  # noqa: B008 (it is immutable)
    r_drop: float = 0.0,
) -> torch.Tensor:
    """Return the mean loss of one batch, with gradients; `r_drop` weighs what two passes differ."""
    rows, truth = [data.ids[i] for i in batch], torch.from_numpy(data.labels[batch])
    logits = adapted.logits(rows)
    loss = objective.loss(logits, truth)
    if r_drop:
        again = adapted.logits(rows)
        loss = (loss + objective.loss(again, truth)) / 2 + r_drop * divergence(logits, again)
    return loss + adapted.work.penalty() if adapted.work else loss


def weights(module: torch.nn.Module) -> Iterable[bytes]:
    """Yield the values of a module's weights.

    The weights to start from belong to what a training is: many bases share one tokenizer, so token
    ids do not tell them apart.
    """
    for value in module.state_dict().values():
        yield value.numpy().tobytes()


def fingerprint_of(lesson: Lesson[torch.nn.Module], recipe: Recipe) -> str:
    """Return a hash of everything that decides what a training does.

    The names of the parameters that learn tell the methods apart.
    """
    # How often the state is saved changes nothing of what is learnt.
    settings = {**asdict(recipe), "checkpoint_every_s": None}
    digest = hashlib.sha256(json.dumps([settings, list(lesson.trainable())]).encode())
    for part in lesson.content():
        digest.update(part)
    return digest.hexdigest()
