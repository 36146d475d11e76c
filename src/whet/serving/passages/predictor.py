"""What does a package answer to a question over a passage? A part of it, or that there is none."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from whet.core.errors import IntegrityError
from whet.core.pairs import join_exact, split_pair
from whet.runtime.measure import cpu_threads
from whet.serving.answering import Spanning
from whet.serving.contents import Reading
from whet.serving.links import sigmoid
from whet.serving.package import Package
from whet.serving.passages.decode import Decided, Rule, decided
from whet.serving.passages.reader import ReaderModel
from whet.serving.passages.words import WordReaderModel

MODELS: dict[str, type[ReaderModel] | type[WordReaderModel]] = {
    "reader": ReaderModel,
    "word_reader": WordReaderModel,
}
"""What scores passages in a package of each form."""
NO_ANSWER, UNSURE = "no_answer", "unsure"


@dataclass(frozen=True)
class PassageAnswer:
    """What a package says to one question."""

    answer: str | None
    """The characters of the passage, also when the model abstains; None where it holds none."""
    start: int | None
    """Position of the first of them in the passage, from 0."""
    end: int | None
    """Position behind the last of them."""
    confidence: float
    """Calibrated probability that this is right."""
    abstained: bool
    """Whether the model is too unsure to answer: the question should go to a person."""
    reason: str | None
    """Why there is no answer to give: `no_answer` in the passage, or the model is `unsure`."""
    tokens: int
    """Number of tokens that were read; those in several windows count as often."""
    truncated: bool
    """Whether the question went on after what was read."""


def calibrated(reading: Reading, sure: float, *, is_found: bool) -> float:
    """Return the probability that an answer is right, from the log odds that its model gives it."""
    bias = reading.bias if is_found else reading.bias_without
    return float(sigmoid(np.array([[reading.slope * sure + bias]], dtype=np.float32))[0, 0])


class PassagePredictor(Spanning[PassageAnswer]):
    """A loaded package; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    does = "answers from a passage"

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        reading = package.contents.reading
        if reading is None:
            raise IntegrityError(
                f"{package.path} must say in package.json how answers are read; `reading` is "
                "missing. Build the package again."
            )
        self._reading = reading
        self._rule = Rule(reading.longest, reading.threshold)
        model = MODELS[package.contents.form]
        self._model = model(package.path, package.contents, threads=cpu_threads())
        found = self._model.read([join_exact("x", "x")])[0].parts  # also warms the model up
        if any(part.scores.shape[1:] != (2,) for part in found):
            raise IntegrityError(
                f"The model in {package.path} must score begin and end of an answer; it gives "
                f"{found[0].scores.shape[1:]} scores. Build the package again."
            )

    def _answers(self, texts: list[str]) -> Iterator[PassageAnswer]:
        """Yield the answer to each question of a block."""
        for text, read in zip(texts, self._model.read(texts), strict=True):
            passage = split_pair(text)[1]
            found = decided(passage, read.parts, self._rule)
            yield self._answer(passage, found, read.tokens, truncated=read.truncated)

    def _answer(
        self, passage: str, found: Decided, tokens: int, *, truncated: bool
    ) -> PassageAnswer:
        """Return an answer as callers see it."""
        confidence = calibrated(self._reading, found.sure, is_found=found.is_found)
        least = self.contents.abstain.threshold
        is_unsure = least is not None and confidence < least
        missing = None if found.is_found else NO_ANSWER
        return PassageAnswer(
            answer=passage[found.start : found.end] if found.is_found else None,
            start=found.start if found.is_found else None,
            end=found.end if found.is_found else None,
            confidence=confidence,
            abstained=is_unsure,
            reason=UNSURE if is_unsure else missing,
            tokens=tokens,
            truncated=truncated,
        )
