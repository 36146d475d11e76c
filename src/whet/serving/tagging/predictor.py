"""What does a packaged tagger answer? The spans of a text: where, which label, how probable."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from whet.core.errors import InputError, IntegrityError
from whet.runtime.measure import cpu_threads
from whet.serving.embedded import Embedded
from whet.serving.package import Package
from whet.serving.scorer import check_texts
from whet.serving.tagging.decode import best_tags, span_probabilities
from whet.serving.tagging.model import TaggerModel
from whet.serving.tagging.table import TableModel

MODELS: dict[str, type[TaggerModel] | type[TableModel]] = {
    "tagger": TaggerModel,
    "words": TableModel,
}
"""What scores tags in a package of each form."""
BLOCK = 128
"""Texts held in memory at one time."""


@dataclass(frozen=True)
class FoundSpan:
    """A labelled part of a text."""

    start: int
    """Position of the first character in the text, from 0."""
    end: int
    """Position behind the last character."""
    label: str
    text: str
    """The characters themselves."""
    probability: float
    """How probable exactly this span with this label is, as the model sees it."""


@dataclass(frozen=True)
class TagAnswer:
    """What a tagger says about one text."""

    spans: tuple[FoundSpan, ...]
    """In the order of the text; they never overlap."""
    tokens: int
    """Number of tokens that were read; those in the overlap of two windows count twice."""


class TagPredictor:
    """A loaded tagger; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        model = MODELS[package.contents.form]
        self._model = model(package.path, package.contents, threads=cpu_threads())
        found = self._model.scored(["x"])[0].scores.shape[1]  # also warms the model up
        if found != len(self._model.tag_set):
            raise IntegrityError(
                f"The model in {package.path} must score {len(self._model.tag_set)} tags; "
                f"found {found}. Build the package again."
            )

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.contents.name

    @property
    def has_embedding(self) -> bool:
        """Return False: a tagger has no embedding of a text."""
        return False

    def predict(self, texts: Sequence[str]) -> list[TagAnswer]:
        """Return the answer to each text, in the order given.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return list(self.predict_stream(texts))

    def predict_stream(self, texts: Iterable[str]) -> Iterator[TagAnswer]:
        """Yield the answer to each text; at most `BLOCK` texts are held at a time."""
        iterator, done = iter(texts), 0
        while block := list(islice(iterator, BLOCK)):
            check_texts(block, first=done + 1)
            yield from self._answers(block)
            done += len(block)

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Raise InputError: a tagger has no embedding of a text."""
        raise InputError(f"Model {self.name!r} finds spans and has no embedding of a text.")

    def _answers(self, texts: list[str]) -> Iterator[TagAnswer]:
        """Yield the answer to each text of a block."""
        chain, tag_set = self._model.chain, self._model.tag_set
        for text, read in zip(texts, self._model.scored(texts), strict=True):
            tags = best_tags(read.scores, chain)
            sure = span_probabilities(read.scores, chain, tags, tag_set)
            spans = tag_set.spans(read.words, tags)
            found = tuple(
                FoundSpan(s.start, s.end, s.label, text[s.start : s.end], float(np.float32(p)))
                for s, p in zip(spans, sure, strict=True)
            )
            yield TagAnswer(found, read.tokens)
