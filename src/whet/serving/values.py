"""What does a packaged model of numbers answer? The number, an interval, and rows like the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from whet.serving.embedded import Embedded
from whet.serving.evidence import Neighbour, load_examples
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import SPREAD_FILE, Package
from whet.serving.scorer import Scorer
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


class ValuePredictor:
    """A loaded package of numbers; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        self._scorer = Scorer(package)
        self._examples = load_examples(package.path, package.contents, classes=1)
        self._spread = self._load_spread(package)

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.contents.name

    @property
    def has_embedding(self) -> bool:
        """Return whether the form of the package has an embedding."""
        return self.contents.has_embedding

    def predict(self, texts: Sequence[str]) -> list[ValueAnswer]:
        """Return the answer to each text, in the order given.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return list(self.predict_stream(texts))

    def predict_stream(self, texts: Iterable[str]) -> Iterator[ValueAnswer]:
        """Yield the answer to each text; a block of texts is held at a time."""
        for outputs in self._scorer.stream(texts):
            yield from self._answers(outputs)

    def values(self, texts: Iterable[str]) -> Floats:
        """Return the numbers alone, (n,)."""
        return self._scorer.scores(texts)[:, 0]

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Return embedding and number of tokens of each text."""
        return self._scorer.embedded(texts)

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
