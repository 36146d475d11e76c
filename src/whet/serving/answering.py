"""What do the predictors of all kinds of scores share? Blocks of texts in, an answer each out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from whet.serving.embedded import Embedded
from whet.serving.outputs import Outputs
from whet.serving.package import Package
from whet.serving.scorer import Scorer

A = TypeVar("A")


class Answering(ABC, Generic[A]):
    """A loaded package whose model gives scores; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        self._scorer = Scorer(package)

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.contents.name

    @property
    def has_embedding(self) -> bool:
        """Return whether the package has an embedding of a text."""
        return self.contents.has_embedding

    def predict(self, texts: Sequence[str]) -> list[A]:
        """Return the answer to each text, in the order given.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return list(self.predict_stream(texts))

    def predict_stream(self, texts: Iterable[str]) -> Iterator[A]:
        """Yield the answer to each text; a block of texts is held at a time."""
        for outputs in self._scorer.stream(texts):
            yield from self._answers(outputs)

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Return embedding and number of tokens of each text."""
        return self._scorer.embedded(texts)

    @abstractmethod
    def _answers(self, outputs: Outputs) -> Iterator[A]:
        """Yield an answer for each row of a block."""
