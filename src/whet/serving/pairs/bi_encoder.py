"""How near are two texts by their vectors? The form `bi_encoder`: one vector a text.

A vector does not depend on the other text, so those of many texts can be stored and searched.
Features as in Conneau et al. 2017, arXiv:1705.02364.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.core.pairs import split_pair
from whet.serving.contents import Contents
from whet.serving.outputs import Floats, Outputs
from whet.serving.pairs.head import PairHead
from whet.serving.transformer import EncoderGraph


def pair_features(
    first: NDArray[np.floating], second: NDArray[np.floating], dimension: int
) -> Floats:
    """Return what the views (n, w) of two texts have in common, (n, 2 w + w / dimension).

    The absolute difference, the product, and the cosine of each view of `dimension` columns; the
    same in either order.
    """
    one, other = first.astype(np.float32), second.astype(np.float32)
    product = one * other
    cosines = product.reshape(len(one), -1, dimension).sum(axis=2)
    return np.concatenate([np.abs(one - other), product, cosines], axis=1)


class TextEncoder:
    """The views of single texts; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self._graph = EncoderGraph(folder, contents, threads=threads, outputs=("views",))

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return the views of each text; there are no probabilities of one text."""
        (views,), lengths, truncated = self._graph.run(texts)
        nothing = np.zeros((len(texts), 0), dtype=np.float32)
        return Outputs(nothing, nothing, views, lengths, truncated)


class BiEncoderModel:
    """Vectors of both texts under a linear head; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self.encoder = TextEncoder(folder, contents, threads=threads)
        self._head = PairHead(folder)
        self._dimension = contents.dimension

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each pair, in the order given."""
        sides = [side for text in texts for side in split_pair(text)]
        read = self.encoder.outputs(sides)
        features = pair_features(read.views[::2], read.views[1::2], self._dimension)
        probabilities = self._head.probabilities(features)
        return Outputs(
            probabilities,
            probabilities,
            np.zeros((len(texts), 0), dtype=np.float32),
            read.tokens[::2] + read.tokens[1::2],
            read.truncated[::2] | read.truncated[1::2],
        )
