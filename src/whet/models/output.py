"""What does a fitted model say about rows? Logits, and an embedding where the model has one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Output:
    """Answers for n rows over k classes."""

    logits: Floats
    """(n, k), not calibrated."""
    embedding: Floats
    """(n, d), each row of length 1; d = 0 where the model has no embedding."""

    def log_probabilities(self, temperature: float = 1.0) -> Floats:
        """Return log p, (n, k), after dividing the logits by `temperature`."""
        return np.asarray(log_softmax(self.logits / temperature, axis=1), dtype=np.float32)

    def probabilities(self, temperature: float = 1.0) -> Floats:
        """Return p, (n, k), after dividing the logits by `temperature`."""
        return np.exp(self.log_probabilities(temperature))

    def take(self, rows: Ids) -> "Output":
        """Return the answers of some rows."""
        return Output(self.logits[rows], self.embedding[rows])


def join(parts: list[tuple[Ids, Output]], n: int) -> Output:
    """Return one output of n rows from outputs of disjoint rows; rows of no part are NaN."""
    k, d = parts[0][1].logits.shape[1], parts[0][1].embedding.shape[1]
    logits = np.full((n, k), np.nan, dtype=np.float32)
    embedding = np.full((n, d), np.nan, dtype=np.float32)
    for rows, output in parts:
        logits[rows], embedding[rows] = output.logits, output.embedding
    return Output(logits, embedding)
