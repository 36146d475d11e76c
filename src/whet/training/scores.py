"""How is an encoder tuned to scores that stand by themselves? The lesson of numbers and labels."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted
from whet.models.output import Floats, Ids
from whet.training.finetune import answers
from whet.training.loop import weights


@dataclass(frozen=True)
class Task:
    """What scores are learnt from and judged by."""

    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    """Maps scores (n, k) and targets (n, k) to the mean loss of the rows."""
    judge: Callable[[Floats, NDArray[np.float32]], float]
    """Maps scores (n, k) and targets (n, k) to how good they are, higher is better."""
    is_number: bool
    """Whether targets are numbers of any size, which are brought to one scale to be learnt."""


@dataclass(frozen=True)
class ScoresData:
    """Token ids and targets of the rows to learn from and of those held back."""

    ids: Sequence[list[int]]
    targets: NDArray[np.float32]
    """(n, k)."""
    held_ids: Sequence[list[int]]
    held_targets: NDArray[np.float32]


class ScoresLesson:
    """Scores of a text, for every method."""

    def __init__(self, adapted: Adapted, data: ScoresData, task: Task) -> None:
        self.adapted, self.data, self.task = adapted, data, task
        self.model, self.work = adapted.model, adapted.work
        self.transformer = adapted.model.views.transformer
        self.lengths = [len(row) for row in data.ids]
        self.trainable, self.merged = adapted.trainable, adapted.merged

    def prepare(self) -> None:
        """Let the method see all rows."""
        self.adapted.prepare([*self.data.ids, *self.data.held_ids])

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of a part in the mean loss of its batch."""
        # The loss is computed in float32 whatever the passes are computed in.
        scores = self.adapted.logits([self.data.ids[i] for i in part]).float()
        truth = torch.from_numpy(self.data.targets[part]).to(scores.device)
        loss = self.task.loss(scores, truth)
        if self.work:
            loss = loss + self.work.penalty()
        return loss * (len(part) / len(batch))

    def score(self) -> float:
        """Return what the task makes of the answers to the rows held back."""
        found = answers(self.adapted, self.data.held_ids)
        return self.task.judge(found, self.data.held_targets)

    def content(self) -> Iterable[bytes]:
        """Yield the encoder's weights and both parts of the data."""
        yield from weights(self.model.views)
        data = self.data
        for rows, targets in ((data.ids, data.targets), (data.held_ids, data.held_targets)):
            yield json.dumps(list(rows)).encode()
            yield np.ascontiguousarray(targets).tobytes()


def rescale(model: Classifier, centre: float, scale: float) -> None:
    """Let a model that answers on one scale answer on another: times `scale`, plus `centre`."""
    with torch.no_grad():
        model.head.weight.mul_(scale)
        model.head.bias.mul_(scale).add_(centre)
