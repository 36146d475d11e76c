"""What do the rungs of pairs read? The texts of the build, each once, and which two a row holds."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from whet.core.pairs import split_pair
from whet.ladder.context import Context
from whet.models.output import Ids

Views = NDArray[np.float16]


class PairTexts:
    """The texts of the pairs of one build."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the two texts of every row."""
        return [split_pair(text) for text in self.context.texts]

    @cached_property
    def texts(self) -> list[str]:
        """Return every text once, m of them."""
        return list(dict.fromkeys(text for pair in self.pairs for text in pair))

    @cached_property
    def places(self) -> Ids:
        """Return the positions in `texts` of both texts of every row, (n, 2)."""
        number = {text: i for i, text in enumerate(self.texts)}
        found = [[number[first], number[second]] for first, second in self.pairs]
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def views(self, rows: Ids) -> tuple[Views, Views]:
        """Return the views of the first and of the second texts of some rows, (n, 3 d) each."""
        wanted, place = np.unique(self.places[rows], return_inverse=True)
        views = self.context.views_of(self.texts[i] for i in wanted)
        place = place.reshape(-1, 2)
        return views[place[:, 0]], views[place[:, 1]]
