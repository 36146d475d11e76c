"""What is a wrong answer's price? Cross-entropy, with the changes that a recipe asks for."""

from dataclasses import dataclass

import numpy as np
import torch

from whet.models.output import Ids


@dataclass(frozen=True)
class Objective:
    """How the loss of a batch is computed."""

    label_smoothing: float = 0.0
    """Share of the truth that is spread evenly over all classes."""
    focal: float = 0.0
    """Exponent of 1 - p of the truth. Source: Lin et al. 2017, arXiv:1708.02002."""
    class_weights: torch.Tensor | None = None
    """Weight of each class, (k,); None weighs every row the same."""
    mixup: float = 0.0
    """Parameter of the Beta distribution of the shares in which rows are mixed; 0 mixes none.

    Views are mixed under a linear head, which is the same as mixing its logits. Sources: Zhang et
    al. 2018, arXiv:1710.09412; for texts, Guo et al. 2019, arXiv:1905.08941.
    """

    def loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss of logits (n, k) and class ids (n,), mixed where the recipe says so."""
        if not self.mixup:
            return self.unmixed(logits, labels)
        # Torch's own stream, because that is what a checkpoint takes up again.
        share = float(torch.distributions.Beta(self.mixup, self.mixup).sample())
        other = torch.randperm(len(labels)).to(labels.device)
        mixed = share * logits + (1 - share) * logits[other]
        return share * self.unmixed(mixed, labels) + (1 - share) * self.unmixed(
            mixed, labels[other]
        )

    def unmixed(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the weighted mean loss of logits (n, k) and class ids (n,)."""
        price = torch.nn.functional.cross_entropy(
            logits, labels, reduction="none", label_smoothing=self.label_smoothing
        )
        if self.focal:
            truth = torch.softmax(logits, dim=-1).gather(1, labels[:, None]).squeeze(1)
            price = (1 - truth) ** self.focal * price
        if self.class_weights is None:
            return price.mean()
        weights = self.class_weights.to(labels.device)[labels]
        return (weights * price).sum() / weights.sum()

    def weight(self, labels: Ids) -> float:
        """Return what rows of these class ids weigh together in a mean, above 0."""
        if self.class_weights is None:
            return float(len(labels))
        return float(self.class_weights[labels].sum())


def balanced_weights(labels: Ids, classes: int) -> torch.Tensor:
    """Return weights (k,) under which every class that occurs weighs the same; their mean is 1.

    >>> balanced_weights(np.array([0, 0, 0, 1]), 3)
    tensor([0.6667, 2.0000, 1.0000])
    """
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    weights = np.where(counts > 0, len(labels) / (present * np.maximum(counts, 1)), 1.0)
    return torch.tensor(weights, dtype=torch.float32)


def divergence(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return the mean symmetric Kullback-Leibler divergence of two logits (n, k).

    Source: Liang et al. 2021, arXiv:2106.14448 (R-Drop).
    """
    log_p, log_q = torch.log_softmax(one, dim=-1), torch.log_softmax(other, dim=-1)
    return ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum(dim=-1).mean() / 2


def not_a_number(step: int) -> str:
    """Return why a training ended whose loss is no number any more, and what to try."""
    return (
        f"the loss at step {step} was not a finite number, so the best state before it was kept. "
        "Try a smaller tuning.learning_rate"
    )
