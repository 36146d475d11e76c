"""Populations whose accuracy and macro F1 are known exactly, to count how often intervals hold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]


def certain(answers: Ids, k: int) -> Floats:
    """Return distributions (n, k) whose best class is the answer, with probability 0.9 or more."""
    probabilities = np.full((len(answers), k), 0.1 / k)
    probabilities[np.arange(len(answers)), answers] += 0.9
    return probabilities


@dataclass(frozen=True)
class Population:
    """Messages: class c with chance prior[c], answered by a with chance answers[c, a]."""

    prior: Floats
    answers: Floats

    @property
    def k(self) -> int:
        return len(self.prior)

    @property
    def values(self) -> dict[str, float]:
        joint = self.prior[:, None] * self.answers
        f1 = 2 * np.diag(joint) / (joint.sum(axis=0) + joint.sum(axis=1))
        return {"accuracy": float(np.trace(joint)), "macro_f1": float(f1.mean())}

    def rows(self, rng: np.random.Generator, n: int, same: float) -> Ids:
        """Return (n, 3): truth and two answers, which agree by design with chance `same`."""
        truth = rng.choice(self.k, size=n, p=self.prior)
        first, second = self.answer(rng, truth), self.answer(rng, truth)
        return np.stack([truth, first, np.where(rng.random(n) < same, first, second)], axis=1)

    def answer(self, rng: np.random.Generator, truth: Ids) -> Ids:
        limits = self.answers.cumsum(axis=1)[truth][:, :-1]
        found: Ids = (rng.random(len(truth))[:, None] > limits).sum(axis=1)
        return found

    def clustered(
        self, rng: np.random.Generator, units: int, mean_size: float, same: float
    ) -> tuple[Ids, Ids]:
        """Return rows (n, 3) and their units (n,).

        Half of the rows of a unit repeat one row of it, so that each row alone still follows the
        population.
        """
        unit = np.repeat(np.arange(units), 1 + rng.poisson(mean_size - 1, size=units))
        repeated = self.rows(rng, units, same)[unit]
        own = self.rows(rng, len(unit), same)
        return np.where(rng.random(len(unit))[:, None] < 0.5, repeated, own), unit


def population(k: int, accuracy: float, *, skewed: bool = False, seed: int = 0) -> Population:
    """Return a population of k classes, some easier than others; skewed: class c is 1/(c+1)."""
    rng = np.random.default_rng(seed)
    prior = 1 / np.arange(1, k + 1) if skewed else np.ones(k)
    logit = np.log(accuracy / (1 - accuracy)) + 0.5 * rng.standard_normal(k)
    right = 1 / (1 + np.exp(-logit))
    answers = rng.dirichlet(np.full(k, 0.3), size=k) + 1e-6
    np.fill_diagonal(answers, 0)
    answers *= ((1 - right) / answers.sum(axis=1))[:, None]
    np.fill_diagonal(answers, right)
    return Population(prior / prior.sum(), answers)
