"""What do predictors share? Blocks of texts in, an answer each out: by scores, or with spans."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from whet.core.errors import InputError
from whet.serving.embedded import Embedded
from whet.serving.outputs import Outputs
from whet.serving.package import Package
from whet.serving.scorer import Scorer, check_of

A = TypeVar("A")

SPAN_BLOCK = 128
"""Texts with spans that are held in memory at one time."""


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


class Spanning(ABC, Generic[A]):
    """A loaded package that answers with parts of a text; safe for several threads."""

    does: ClassVar[str]
    """What the model does, behind its name in a sentence."""

    def __init__(self, package: Package) -> None:
        self.contents = package.contents

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.contents.name

    @property
    def has_embedding(self) -> bool:
        """Return False: such a model has no embedding of a text."""
        return False

    def predict(self, texts: Sequence[str]) -> list[A]:
        """Return the answer to each text, in the order given.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return list(self.predict_stream(texts))

    def predict_stream(self, texts: Iterable[str]) -> Iterator[A]:
        """Yield the answer to each text; at most `SPAN_BLOCK` texts are held at a time."""
        iterator, done = iter(texts), 0
        while block := list(islice(iterator, SPAN_BLOCK)):
            check_of(self.contents)(block, first=done + 1)
            yield from self._answers(block)
            done += len(block)

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Raise InputError: such a model has no embedding of a text."""
        raise InputError(f"Model {self.name!r} {self.does} and has no embedding of a text.")

    @abstractmethod
    def _answers(self, texts: list[str]) -> Iterator[A]:
        """Yield the answer to each text of a block."""
