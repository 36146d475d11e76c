"""How is an encoder tuned to few labels? Rows of one class are drawn together, others apart.

Every batch holds a few rows of each of some classes, and each row is compared with the others of
its batch: no pairs are ever listed, so memory depends on the batch and neither on the number of
rows nor on the number of classes. A batch of long texts is read in passes of bounded size, with the
gradient of the whole batch. Few labels tell little of the language, so the tuned weights are
averaged with the pretrained ones in the end.

Sources: the loss, Khosla et al. 2020, arXiv:2004.11362; the passes, Gao et al. 2021,
arXiv:2101.06983; the average, Wortsman et al. 2022, arXiv:2109.01903.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from whet.core.seeds import generator
from whet.models.encoder import PADDED_TOKENS_PER_BATCH, PooledViews, length_batches, padded
from whet.models.output import Ids
from whet.training.checkpoint import load_checkpoint, save_checkpoint
from whet.training.schedule import schedule

Read = Callable[[Ids], list[list[int]]]
"""Maps positions among the rows of a training to their token ids."""

_BLOCK = 1024  # rows whose token ids are held while they are hashed

OUT_OF_TIME = "the budget was used up"
ALL_STEPS = "all steps done"


@dataclass(frozen=True)
class ContrastiveRecipe:
    """Settings of contrastive tuning; the defaults are measured in docs/experiments.md."""

    seed: int = 0
    passes: float = 5.0
    """How often each row comes up, as far as `most_steps` allows."""
    most_steps: int = 120
    """Bound on the steps: with more rows than these can hold, fewer passes."""
    rows_per_batch: int = 64
    rows_per_class: int = 2
    """Least number of rows of each class in a batch; with few classes there are more of each. A
    class that has fewer repeats them, and dropout tells them apart."""
    tokens_per_pass: int = PADDED_TOKENS_PER_BATCH
    """Bound on the padded tokens of which activations are held at a time; a batch beyond it is read
    twice. A single text may exceed it."""
    rate: float = 2e-4
    temperature: float = 0.05
    weight_decay: float = 0.01
    warmup: float = 0.1
    """Share of the steps over which the rate rises from zero."""
    clip: float = 1.0
    tuned_share: float = 0.5
    """Share of the tuned weights in the average with the pretrained ones, in [0, 1]."""
    checkpoint_every_s: float = 30.0

    def steps(self, rows: int) -> int:
        """Return the number of steps for so many rows, at least one.

        >>> ContrastiveRecipe().steps(770), ContrastiveRecipe().steps(10_000)
        (61, 120)
        """
        whole = self.passes * rows / self.rows_per_batch
        return max(1, min(self.most_steps, math.ceil(whole)))


@dataclass(frozen=True)
class Tuned:
    """What came out: the tuned encoder, and how it got there."""

    views: PooledViews
    steps: int
    reason: str


def supervised_contrastive_loss(
    embedding: torch.Tensor, labels: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return the mean, over rows with a partner, of minus the log likelihood of their partners.

    Args:
        embedding: (n, d), each row of length 1.
        labels: class ids (n,); the partners of a row are the other rows of its class.
        temperature: above 0; cosines are divided by it.
    """
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    cosines = (embedding @ embedding.T / temperature).masked_fill(itself, -math.inf)
    log_share = cosines - torch.logsumexp(cosines, dim=1, keepdim=True)
    partners = (labels[:, None] == labels[None, :]) & ~itself
    count = partners.sum(dim=1)
    total = log_share.masked_fill(~partners, 0.0).sum(dim=1)
    return -(total[count > 0] / count[count > 0]).mean()


def class_batches(labels: Ids, recipe: ContrastiveRecipe) -> Iterator[NDArray[np.int64]]:
    """Yield batches of positions without end: some classes, some rows of each.

    Classes are dealt from a shuffled deck, and the rows of a class likewise, so that every class
    and every row comes up equally often.
    """
    random = generator(recipe.seed, "contrastive batches")
    classes = np.unique(labels)
    rows = {int(c): _endless(np.flatnonzero(labels == c), random) for c in classes}
    deck = _endless(classes, random)
    size = min(recipe.rows_per_batch // recipe.rows_per_class, len(classes))
    each = recipe.rows_per_batch // size
    while True:
        chosen: dict[int, None] = {}
        while len(chosen) < size:
            chosen.setdefault(int(next(deck)))
        drawn = [next(rows[c]) for c in chosen for _ in range(each)]
        yield np.array(drawn, dtype=np.int64)


def _endless(values: Ids, random: np.random.Generator) -> Iterator[np.int64]:
    """Yield the values in a random order, then in another, and so on."""
    while True:
        yield from random.permutation(values)


def tune_contrastive(
    views: PooledViews,
    read: Read,
    labels: Ids,
    recipe: ContrastiveRecipe,
    *,
    folder: Path,
    deadline: float = math.inf,
    on_step: Callable[[int, dict[str, float]], None] = lambda step, values: None,
) -> Tuned:
    """Return the encoder after the recipe's steps; `views` itself is changed.

    It continues from `folder` when the same training was cut off.

    Args:
        read: maps positions (m,) among the n rows to learn from to their token ids; only those
            of a batch are held.
        labels: class ids (n,) of the rows; two classes or more.
        deadline: value of `time.monotonic()` at which training ends with what it has.
    """
    torch.manual_seed(recipe.seed)
    loop = _Loop(views, read, labels, recipe, folder)
    reason = loop.resume()
    if not reason:
        reason = loop.run(deadline, on_step)
        loop.save("" if reason == OUT_OF_TIME else reason)
    average(views, loop.pretrained, recipe.tuned_share)
    return Tuned(views.eval(), loop.step, reason)


def average(views: PooledViews, other: dict[str, torch.Tensor], share: float) -> None:
    """Set each weight of `views` to `share` of itself and for the rest to that of `other`."""
    with torch.no_grad():
        for name, parameter in views.named_parameters():
            parameter.mul_(share).add_(other[name], alpha=1 - share)


class _Loop:
    """The state of one training, so that it can be saved and taken up again."""

    def __init__(
        self,
        views: PooledViews,
        read: Read,
        labels: Ids,
        recipe: ContrastiveRecipe,
        folder: Path,
    ) -> None:
        self.views, self.read, self.labels, self.recipe = views, read, labels, recipe
        self.pretrained = {n: p.detach().clone() for n, p in views.named_parameters()}
        self.optimizer = torch.optim.AdamW(
            views.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True
        )
        self.step, self.total = 0, recipe.steps(len(labels))
        self.fingerprint = _fingerprint(views, read, labels, recipe)
        # One file a training: the folds of a build are trainings of their own.
        self.path = folder / f"{self.fingerprint[:16]}.pt"
        self.saved_at = time.monotonic()

    def resume(self) -> str:
        """Take up a training that was cut off; return why it ended when it had ended already."""
        state = load_checkpoint(self.path, self.fingerprint)
        if state is None:
            return ""
        self.views.load_state_dict(state["views"])
        self.step = state["step"]
        if not state["ended"]:
            self.optimizer.load_state_dict(state["optimizer"])
        return str(state["ended"])

    def run(self, deadline: float, on_step: Callable[[int, dict[str, float]], None]) -> str:
        """Train to the end or to the deadline; return which it was."""
        self.views.train()
        for number, batch in enumerate(class_batches(self.labels, self.recipe)):
            if number < self.step:  # drawn before the training was cut off
                continue
            if self.step >= self.total:
                return ALL_STEPS
            if time.monotonic() >= deadline:
                return OUT_OF_TIME
            on_step(self.step + 1, {"loss": self._learn(batch)})
            self.step += 1
            if time.monotonic() - self.saved_at >= self.recipe.checkpoint_every_s:
                self.save("")
        raise AssertionError("batches have no end")

    def _learn(self, batch: Ids) -> float:
        """Take one optimiser step and return the loss."""
        factor = schedule(self.step, self.total, self.recipe.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate * factor
        self.optimizer.zero_grad(set_to_none=True)
        loss = add_gradients(self.views, self.read(batch), self.labels[batch], self.recipe)
        torch.nn.utils.clip_grad_norm_(self.views.parameters(), self.recipe.clip)
        self.optimizer.step()
        return loss

    def save(self, ended: str) -> None:
        """Write the state; of a training that is over only what came out."""
        state: dict[str, Any] = {"views": self.views.state_dict(), "step": self.step}
        optimizer = {} if ended else self.optimizer.state_dict()
        save_checkpoint(
            self.path, self.fingerprint, {**state, "optimizer": optimizer, "ended": ended}
        )
        self.saved_at = time.monotonic()


def add_gradients(
    views: PooledViews, ids: Sequence[list[int]], labels: Ids, recipe: ContrastiveRecipe
) -> float:
    """Add the gradient of one batch's loss on the mean view to the parameters; return the loss.

    Where the batch is too large for one pass, a first reading without gradients gives the loss and
    its gradient by each embedding, and a second one, pass by pass and with the same dropout, leads
    that on to the parameters: memory is a pass's, the gradient the whole batch's.

    Args:
        ids: token ids of the n rows of the batch.
        labels: class ids (n,).
    """
    passes = list(length_batches([len(row) for row in ids], tokens=recipe.tokens_per_pass))
    truth = torch.from_numpy(labels).to(views.device)
    if len(passes) == 1:
        loss = supervised_contrastive_loss(_mean_view(views, ids), truth, recipe.temperature)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())
    # Dropout draws from the random numbers of the device.
    on_cpu = views.device.type == "cpu"
    random: Any = torch if on_cpu else torch.get_device_module(views.device)
    embedding = torch.zeros(len(ids), views.dimension, device=views.device)
    states = []
    with torch.no_grad():
        for rows in passes:
            states.append(random.get_rng_state())
            embedding[rows] = _mean_view(views, [ids[i] for i in rows])
    embedding.requires_grad_()
    loss = supervised_contrastive_loss(embedding, truth, recipe.temperature)
    (gradient,) = torch.autograd.grad(loss, embedding)
    for rows, state in zip(passes, states, strict=True):
        random.set_rng_state(state)
        again = _mean_view(views, [ids[i] for i in rows])
        again.backward(gradient[rows])  # type: ignore[no-untyped-call]
    return float(loss.detach())


def _mean_view(views: PooledViews, ids: Sequence[list[int]]) -> torch.Tensor:
    """Return the first view of rows of token ids, (n, d)."""
    first: torch.Tensor = views(*padded(ids, device=views.device))[:, : views.dimension]
    return first


def _fingerprint(views: PooledViews, read: Read, labels: Ids, recipe: ContrastiveRecipe) -> str:
    """Return a hash of everything that decides what a training does."""
    # How often the state is saved changes nothing of what is learnt.
    settings = {**asdict(recipe), "checkpoint_every_s": None}
    digest = hashlib.sha256(json.dumps(settings).encode())
    for name, value in views.state_dict().items():
        digest.update(name.encode())
        digest.update(value.cpu().numpy().tobytes())
    for start in range(0, len(labels), _BLOCK):
        positions = np.arange(start, min(start + _BLOCK, len(labels)))
        digest.update(json.dumps(read(positions)).encode())
    digest.update(np.ascontiguousarray(labels).tobytes())
    return digest.hexdigest()
