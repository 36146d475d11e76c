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
    views: Floats
    """(n, w), pooled views side by side, each of length 1, the embedding first; w = 0 where the
    model has none."""
    read: Floats | None = None
    """(n, k), calibrated log-probabilities of the encoder alone where its answer is mixed with
    another one; None where the logits are its own."""

    def log_probabilities(self, temperature: float = 1.0) -> Floats:
        """Return log p, (n, k), after dividing the logits by `temperature`."""
        return np.asarray(log_softmax(self.logits / temperature, axis=1), dtype=np.float32)

    def probabilities(self, temperature: float = 1.0) -> Floats:
        """Return p, (n, k), after dividing the logits by `temperature`."""
        return np.exp(self.log_probabilities(temperature))

    def read_log_probabilities(self, temperature: float) -> Floats:
        """Return the log-probabilities (n, k) between which neighbours are sought."""
        return self.log_probabilities(temperature) if self.read is None else self.read

    def take(self, rows: Ids) -> "Output":
        """Return the answers of some rows."""
        read = None if self.read is None else self.read[rows]
        return Output(self.logits[rows], self.views[rows], read)


def join(parts: list[tuple[Ids, Output]], n: int) -> Output:
    """Return one output of n rows from outputs of disjoint rows; rows of no part are NaN."""

    def whole(values: list[Floats]) -> Floats:
        joined = np.full((n, values[0].shape[1]), np.nan, dtype=np.float32)
        for (rows, _), value in zip(parts, values, strict=True):
            joined[rows] = value
        return joined

    outputs = [output for _, output in parts]
    read = [output.read for output in outputs if output.read is not None]
    return Output(
        whole([output.logits for output in outputs]),
        whole([output.views for output in outputs]),
        whole(read) if read else None,
    )
