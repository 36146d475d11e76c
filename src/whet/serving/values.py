"""What does a packaged model of numbers answer? The number, an interval, and rows like the text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from whet.serving.answering import Answering
from whet.serving.evidence import Neighbour, load_examples
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import SPREAD_FILE, Package
from whet.serving.spread import Spread, load_spread


@dataclass(frozen=True)
class ValueAnswer:
    """What a package says about one text."""

    value: float
    low: float | None
    """Lower end of the interval; None where no interval is promised."""
    high: float | None
    """Upper end of the interval."""
    evidence: tuple[Neighbour, ...]
    """Most similar training texts with their numbers, nearest first; none in the linear form."""
    tokens: int
    """Number of tokens that were read."""
    truncated: bool
    """Whether the text went on after what was read."""


class ValuePredictor(Answering[ValueAnswer]):
    """A loaded package of numbers; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self._examples = load_examples(package.path, package.contents, classes=1)
        self._spread = self._load_spread(package)

    def values(self, texts: Iterable[str]) -> Floats:
        """Return the numbers alone, (n,)."""
        return self._scorer.scores(texts)[:, 0]

    def _answers(self, outputs: Outputs) -> Iterator[ValueAnswer]:
        """Yield an answer for each row of a block."""
        values, half = outputs.probabilities[:, 0], self._half_widths(outputs)
        for i, evidence in enumerate(self._examples.alike(outputs)):
            value = float(values[i])
            yield ValueAnswer(
                value=value,
                low=None if half is None else value - float(half[i]),
                high=None if half is None else value + float(half[i]),
                evidence=evidence,
                tokens=int(outputs.tokens[i]),
                truncated=bool(outputs.truncated[i]),
            )

    def _half_widths(self, outputs: Outputs) -> Floats | None:
        """Return half the width of each interval, (n,); None where none is promised."""
        band, values = self.contents.band, outputs.probabilities[:, 0]
        if band is None:
            return None
        if self._spread is None:
            return np.full(len(values), band.factor, dtype=np.float32)
        return np.float32(band.factor) * self._spread.expected(values, outputs.views)

    def _load_spread(self, package: Package) -> Spread | None:
        """Return what tells the expected error, where the interval depends on the text."""
        band = package.contents.band
        if band is None or not band.is_scaled:
            return None
        width = next(iter(self._scorer.stream(["x"]))).views.shape[1]
        return load_spread(package.path / SPREAD_FILE, width)
