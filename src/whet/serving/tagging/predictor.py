"""What does a packaged tagger answer? The spans of a text: where, which label, how probable."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from whet.core.errors import IntegrityError
from whet.runtime.measure import cpu_threads
from whet.serving.answering import Spanning
from whet.serving.package import Package
from whet.serving.tagging.decode import best_tags, span_probabilities
from whet.serving.tagging.model import TaggerModel
from whet.serving.tagging.table import TableModel

MODELS: dict[str, type[TaggerModel] | type[TableModel]] = {
    "tagger": TaggerModel,
    "words": TableModel,
}
"""What scores tags in a package of each form."""


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


class TagPredictor(Spanning[TagAnswer]):
    """A loaded tagger; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    does = "finds spans"

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        model = MODELS[package.contents.form]
        self._model = model(package.path, package.contents, threads=cpu_threads())
        found = self._model.scored(["x"])[0].scores.shape[1]  # also warms the model up
        if found != len(self._model.tag_set):
            raise IntegrityError(
                f"The model in {package.path} must score {len(self._model.tag_set)} tags; "
                f"found {found}. Build the package again."
            )

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
