"""What does a model's score stand for? A class among others, a label by itself, or a number."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Link:
    """How scores (n, k) become answers (n, k), and what the graph of a package calls them."""

    output: str
    apply: Callable[[Floats], Floats]


def softmax(logits: Floats) -> Floats:
    """Return the softmax of each row, (n, k).

    >>> softmax(np.array([[0.0, 0.0]], dtype=np.float32)).tolist()
    [[0.5, 0.5]]
    """
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Floats) -> Floats:
    """Return the logistic function of each score, (n, k).

    >>> sigmoid(np.array([[0.0, -1000.0]], dtype=np.float32)).tolist()
    [[0.5, 0.0]]
    """
    return np.asarray(np.exp(-np.logaddexp(0, -logits)), dtype=np.float32)


LINKS: dict[str, Link] = {
    "classes": Link("probabilities", softmax),
    "labels": Link("probabilities", sigmoid),
    "pair": Link("probabilities", softmax),
    "real": Link("values", lambda logits: logits),
}
"""For each kind of target whose models score (n, k), what the scores stand for."""
