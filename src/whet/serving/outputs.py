"""What does a packaged model say about texts, before anyone decides whether to answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """What the model says about n texts over k classes."""

    probabilities: Floats
    """(n, k), calibrated. Of classes each row sums to 1; of several labels a text each stands by
    itself; of a number it is the number."""
    read: Floats
    """(n, k), the probabilities between which neighbours are sought: those of the encoder alone
    where its answer is mixed with another one, `probabilities` themselves otherwise."""
    views: Floats
    """(n, w), pooled views side by side, each of length 1, the embedding first; w = 0 where the
    form has no encoder."""
    tokens: NDArray[np.int64]
    """(n,), number of tokens (features, for the linear form) that were read."""
    truncated: NDArray[np.bool_]
    """(n,), whether the text went on after what was read."""


class Model(Protocol):
    """A packaged model of any form."""

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each text, in the order given."""


def joined(parts: Sequence[Outputs]) -> Outputs:
    """Return the outputs of several blocks of texts as one; there must be at least one block."""
    return Outputs(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.read for part in parts]),
        np.concatenate([part.views for part in parts]),
        np.concatenate([part.tokens for part in parts]),
        np.concatenate([part.truncated for part in parts]),
    )
