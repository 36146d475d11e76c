"""What do an encoder and the words say together? The form `blend` of a package.

The two err on different texts: the encoder knows that words mean the same, the words know names and
scripts that the encoder cannot read.
"""

from collections.abc import Sequence

import numpy as np

from whet.serving.contents import Blend
from whet.serving.linear import LinearModel
from whet.serving.links import softmax
from whet.serving.outputs import Floats, Outputs
from whet.serving.transformer import TransformerModel

SMALLEST = 1e-12
"""Probabilities are kept above this before their logarithm is taken."""


def mixed(linear: Floats, encoder: Floats, weight: float) -> Floats:
    """Return the logits (n, k) of a mix of two models' probabilities, each (n, k).

    >>> p = np.array([[0.5, 0.5]], dtype=np.float32)
    >>> mixed(p, p, 0.3).round(4).tolist()
    [[-0.6930999755859375, -0.6930999755859375]]
    """
    mix = weight * linear + (1 - weight) * encoder
    return np.asarray(np.log(np.maximum(mix, SMALLEST)), dtype=np.float32)


class BlendModel:
    """An encoder and a linear model; safe for several threads."""

    def __init__(self, encoder: TransformerModel, linear: LinearModel, blend: Blend) -> None:
        self._encoder, self._linear, self._blend = encoder, linear, blend

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the two models say about each text, in the order given."""
        read, words = self._encoder.outputs(texts), self._linear.outputs(texts)
        logits = mixed(words.probabilities, read.probabilities, self._blend.linear_weight)
        return Outputs(
            softmax(logits / self._blend.temperature),
            read.probabilities,
            read.views,
            read.tokens,
            read.truncated,
        )
