"""How does a model learn? One loop for every task and method: resumable, with early stopping.

Batches hold rows of one length, learning rates may fall from the head to the lowest layer, and the
state that was best on rows held back wins. A loss that is no number ends the training in the best
state before it. The method says which parameters learn: these alone are saved and taken up again.

The loop knows a task as a `Lesson`: rows by their lengths, the loss of some of them, the score of
those held back. Class labels in `whet.training.finetune` are one kind of lesson, spans in
`whet.training.tagging` another.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Literal

import torch

from whet.models.output import Ids
from whet.training.batches import epoch_batches
from whet.training.checkpoint import load_checkpoint, save_checkpoint
from whet.training.lesson import Lesson, M_co
from whet.training.losses import not_a_number
from whet.training.schedule import parameter_groups, schedule
from whet.training.steps import WHOLE, Stepper, StepPlan, formed

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


def learn(
    lesson: Lesson[M_co],
    recipe: Recipe,
    *,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
    plan: StepPlan = WHOLE,
) -> Tuned[M_co]:
    """Return the tuned model; it continues from `folder` when the same training was cut off.

    Args:
        deadline: value of `time.monotonic()` at which training ends with the best state so far.
        plan: how a step is computed; a training may go on by another plan than it began with.

    Raises:
        InputError: the processes were given different data, weights or settings.
    """
    loop, reason = train(
        lesson, recipe, folder=folder, deadline=deadline, on_step=on_step, plan=plan
    )
    loop.take(loop.best)
    model = lesson.merged().eval()
    return Tuned(model, loop.step, loop.best_step, loop.first_score, loop.best_score, reason)


def train(
    lesson: Lesson[torch.nn.Module],
    recipe: Recipe,
    *,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
    plan: StepPlan = WHOLE,
) -> tuple["Loop", str]:
    """Return a training after its last step, and why it ended; its state is in `folder`.

    Arguments and errors are those of `learn`.
    """
    plan.group.in_turn(lesson.prepare)
    fingerprint = fingerprint_of(lesson, recipe)
    plan.group.check_agreed(fingerprint)
    torch.manual_seed(recipe.seed)
    plan.group.shard(lesson.model)
    loop = Loop(lesson, recipe, folder, fingerprint, plan)
    with formed(lesson.transformer, plan):
        reason = loop.finish(deadline, on_step)
    return loop, reason


class Loop:
    """The state of one training, so that it can be saved and taken up again."""

    def __init__(
        self,
        lesson: Lesson[torch.nn.Module],
        recipe: Recipe,
        folder: Path,
        fingerprint: str,
        plan: StepPlan = WHOLE,
    ) -> None:
        self.lesson, self.recipe = lesson, recipe
        self.path, self.fingerprint, self.group = folder / CHECKPOINT, fingerprint, plan.group
        self.lengths = lesson.lengths
        self.per_epoch = math.ceil(len(self.lengths) / recipe.rows_per_batch)
        self.total = recipe.epochs * self.per_epoch
        self.learning = lesson.trainable()
        self.optimizer = torch.optim.AdamW(parameter_groups(lesson.model, recipe), fused=True)
        self.peak = [float(part["lr"]) for part in self.optimizer.param_groups]
        self.stepper = Stepper(
            lesson.loss,
            self.lengths,
            list(self.learning.values()),
            self.optimizer,
            clip=recipe.clip,
            plan=plan,
        )
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
        self.take(self._placed(state["learning"]))
        self.optimizer.load_state_dict(self._placed_moments(state["optimizer"]))
        self.stepper.restore(state["stepper"])
        if self.lesson.work:
            self.lesson.work.restore(state["work"])
        for name in _COUNTED:
            setattr(self, name, state[name])
        self.best, self.mean = self._placed(self.best), self.mean and self._placed(self.mean)
        return str(state["ended"])

    def _placed(self, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return a whole copy of what the method changes in the form of this process."""
        return {name: self.group.placed(state[name], own) for name, own in self.learning.items()}

    def _placed_moments(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return a whole state of the optimiser in the form of this process."""
        owns = [p for part in self.optimizer.param_groups for p in part["params"]]
        moments = {
            number: {
                name: self.group.placed(value, owns[number]) if name in _MOMENTS else value
                for name, value in values.items()
            }
            for number, values in state["state"].items()
        }
        return {**state, "state": moments}

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
                self._average()
                if self.lesson.work:
                    self.lesson.work.stepped(self.step)
                if self.step % every == 0 or self.step == self.total:
                    values["score"] = self._judge()
                on_step(self.step, values)
                if self.waited >= self.recipe.patience:
                    return f"no better score in {self.waited} evaluations"
                if self.group.is_over(deadline):
                    return OUT_OF_TIME
                is_due = time.monotonic() - self.saved_at >= self.recipe.checkpoint_every_s
                if self.group.any(is_due):
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
        for part, peak in zip(self.optimizer.param_groups, self.peak, strict=True):
            part["lr"] = peak * factor
        self.group.reseed(self.recipe.seed, self.step)
        return self.stepper.take(batch)

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
            "stepper": self.stepper.state(),
            "work": self.lesson.work.state() if self.lesson.work else None,
            "ended": ended,
        }
        state = self.group.whole({**state, **counted})
        if self.group.rank == 0:  # all processes are in one state; the first keeps it for all
            save_checkpoint(self.path, self.fingerprint, state)
        self.saved_at = time.monotonic()


_MOMENTS = ("exp_avg", "exp_avg_sq")
"""What AdamW keeps in the shape of each parameter."""
_COUNTED = ("best", "mean", "first_score", "best_score", "step", "best_step", "waited")
"""What a checkpoint holds beside the parameters, the optimiser and the method's own state."""


def weights(module: torch.nn.Module) -> Iterable[bytes]:
    """Yield the values of a module's weights.

    The weights to start from belong to what a training is: many bases share one tokenizer, so token
    ids do not tell them apart.
    """
    for value in module.state_dict().values():
        yield value.cpu().numpy().tobytes()


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
