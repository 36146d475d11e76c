"""How is a whole encoder tuned to a task? One loop: resumable, with a deadline and early stopping.

Batches hold texts of one length, learning rates fall from the head to the lowest layer, and the
state that was best on rows held back wins. The caller says how to evaluate.
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

from whet.models.classifier import Classifier, classify
from whet.models.encoder import padded
from whet.models.output import Floats, Ids
from whet.training.batches import epoch_batches
from whet.training.checkpoint import load_checkpoint, save_checkpoint

Evaluate = Callable[[Floats, Ids], float]
"""Maps logits (n, k) and class ids (n,) to a score, higher is better."""
OnStep = Callable[[int, dict[str, float]], None]
"""Is told the step and its measurements: `loss`, and `score` after an evaluation."""

OUT_OF_TIME = "the budget was used up"


@dataclass(frozen=True)
class Recipe:
    """Settings of fine-tuning; the defaults are measured in docs/experiments.md."""

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
    steps: int
    best_step: int
    best_score: float
    reason: str


def fine_tune(
    model: Classifier,
    data: TrainingData,
    recipe: Recipe,
    *,
    evaluate: Evaluate,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
) -> Tuned:
    """Return the tuned model; it continues from `folder` when the same training was cut off.

    Args:
        deadline: value of `time.monotonic()` at which training ends with the best state so far.
    """
    torch.manual_seed(recipe.seed)
    loop = _Loop(model, data, recipe, evaluate, folder)
    reason = loop.resume()
    if not reason:
        reason = loop.run(deadline, on_step)
        # With more time it may go on, so what a deadline ended is not over.
        loop.save("" if reason == OUT_OF_TIME else reason)
    loop.model.load_state_dict(loop.best)
    return Tuned(loop.model.eval(), loop.step, loop.best_step, loop.best_score, reason)


class _Loop:
    """The state of one training, so that it can be saved and taken up again."""

    def __init__(
        self,
        model: Classifier,
        data: TrainingData,
        recipe: Recipe,
        evaluate: Evaluate,
        folder: Path,
    ) -> None:
        self.model, self.data, self.recipe, self.evaluate = model, data, recipe, evaluate
        self.path = folder / "checkpoint.pt"
        self.lengths = [len(row) for row in data.ids]
        self.per_epoch = math.ceil(len(self.lengths) / recipe.rows_per_batch)
        self.total = recipe.epochs * self.per_epoch
        self.optimizer = torch.optim.AdamW(parameter_groups(model, recipe), fused=True)
        self.peak = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.step, self.best_step, self.waited = 0, 0, 0
        self.best, self.best_score = _copy(model), -math.inf
        self.fingerprint = _fingerprint(model, data, recipe)
        self.saved_at = time.monotonic()

    def resume(self) -> str:
        """Take up a training that was cut off; otherwise score the starting point.

        Returns why the training ended, when it had ended already; otherwise an empty text.
        """
        state = load_checkpoint(self.path, self.fingerprint)
        if state is None:
            self.best_score = self._score()
            return ""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best, self.best_score = state["best"], state["best_score"]
        self.step, self.best_step, self.waited = (
            state["step"],
            state["best_step"],
            state["waited"],
        )
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
                values = {"loss": self._learn(batch)}
                self.step += 1
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

    def _learn(self, batch: Ids) -> float:
        """Take one optimiser step and return the loss."""
        self.model.train()
        factor = _schedule(self.step, self.total, self.recipe.warmup)
        for group, peak in zip(self.optimizer.param_groups, self.peak, strict=True):
            group["lr"] = peak * factor
        loss = batch_loss(self.model, self.data, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        return float(loss.detach())

    def _judge(self) -> float:
        """Score the rows held back and keep the state when it is the best."""
        score = self._score()
        if score > self.best_score:
            self.best, self.best_score, self.best_step = _copy(self.model), score, self.step
            self.waited = 0
        else:
            self.waited += 1
        return score

    def _score(self) -> float:
        output = classify(self.model, list(self.data.held_ids))
        return self.evaluate(output.logits, self.data.held_labels)

    def save(self, ended: str) -> None:
        """Write the state; `ended` says why the training is over, empty while it is not."""
        save_checkpoint(
            self.path,
            self.fingerprint,
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "best": self.best,
                "best_score": self.best_score,
                "step": self.step,
                "best_step": self.best_step,
                "waited": self.waited,
                "ended": ended,
            },
        )
        self.saved_at = time.monotonic()


def batch_loss(model: Classifier, data: TrainingData, batch: Ids) -> torch.Tensor:
    """Return the mean cross-entropy of one batch, with gradients."""
    tokens, mask = padded([data.ids[i] for i in batch])
    logits, _ = model(tokens, mask)
    return torch.nn.functional.cross_entropy(logits, torch.from_numpy(data.labels[batch]))


def parameter_groups(model: Classifier, recipe: Recipe) -> list[dict[str, Any]]:
    """Return optimiser groups whose rate falls by `layer_decay` from the top layer down.

    Biases and layer norms are not decayed. Source: Howard and Ruder 2018, arXiv:1801.06146.
    """
    names = [name for name, _ in model.named_parameters()]
    depths = {name: _depth(name) for name in names}
    top = max(depths.values())
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name.startswith("head."):
            rate = recipe.head_rate
        else:
            rate = recipe.encoder_rate * recipe.layer_decay ** (top - depths[name])
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": members, "lr": rate, "weight_decay": decay}
        for (rate, decay), members in groups.items()
    ]


def _depth(name: str) -> int:
    """Return the number of the layer that a parameter belongs to; 0 for embeddings."""
    numbers = [int(part) for part in name.split(".") if part.isdigit()]
    return numbers[0] + 1 if numbers else 0


def _schedule(step: int, total: int, warmup: float) -> float:
    """Return the factor on the learning rate: a linear rise, then a linear fall to zero."""
    rise = max(1, int(total * warmup))
    return (step + 1) / rise if step < rise else max(0.0, (total - step) / max(1, total - rise))


def _fingerprint(model: Classifier, data: TrainingData, recipe: Recipe) -> str:
    """Return a hash of everything that decides what a training does.

    The encoder's weights belong to it: many bases share one tokenizer, so token ids do not tell
    them apart.
    """
    # How often the state is saved changes nothing of what is learnt.
    settings = {**asdict(recipe), "checkpoint_every_s": None}
    digest = hashlib.sha256(json.dumps(settings).encode())
    for name, value in model.views.state_dict().items():
        digest.update(name.encode())
        digest.update(value.numpy().tobytes())
    for rows, labels in ((data.ids, data.labels), (data.held_ids, data.held_labels)):
        digest.update(json.dumps(list(rows)).encode())
        digest.update(np.ascontiguousarray(labels).tobytes())
    return digest.hexdigest()


def _copy(model: Classifier) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}
