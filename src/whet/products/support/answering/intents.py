"""Which intents does a message hold, and which of them hold the risk dial?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from whet.core.recent import Recent
from whet.core.text import is_chinese
from whet.products.support.answering.memory import Task
from whet.products.support.answering.messages import parts_of
from whet.products.support.articles.embedder import base_reads_chinese
from whet.products.support.turns import Guess
from whet.serving.predictor import Answer, Predictor

MOST_RECENT = 128
"""Texts whose reading is kept: one message is read by several tiers, and 32 may be under way."""
_LIKELY = 0.02
_MARGIN = 0.25
# Measured on Banking77 with the linear rung, at a promise of 5 %: of 4,083 messages of one intent,
# 4.1 % of the answers were wrong where parts were not looked at, 8.3 % where every part that held
# the threshold counted, and 4.35 % with these two rules. Of pairs of messages put together, both
# intents were answered in 43 %, and 4.6 % of the answers were wrong.


@dataclass(frozen=True)
class Understood:
    """What the model says about one text."""

    top: tuple[tuple[str, float], ...]
    """Likeliest intents with their calibrated probabilities, best first."""
    confidence: float
    """What the threshold is compared with, in [0, 1]."""
    abstained: bool
    """Whether the model is too unsure to answer: out of scope, or between intents."""
    threshold: float = 0.0
    """Confidence from which it does not abstain, in [0, 1]."""


_Read = tuple[Understood, NDArray[np.float32]]
"""What the model says about a text, and its embedding (d,)."""


class IntentModel(Protocol):
    """Guesses intents."""

    @property
    def intents(self) -> Sequence[str]:
        """Every intent that it knows."""
        ...

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        """Return what it says about each text; none is blank."""
        ...


class PackageIntents:
    """The intents of a serving package; safe for several threads.

    The last texts are remembered with their embeddings: a message whose intent is not clear is
    searched for in the articles, and the encoder has read it already.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._recent: Recent[_Read] = Recent(MOST_RECENT)
        contents = predictor.contents
        has_words = contents.blend is not None or not contents.dimension
        self._answers_chinese = has_words or base_reads_chinese(contents)

    @property
    def intents(self) -> Sequence[str]:
        """Every intent that the package knows."""
        return self._predictor.contents.labels

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        """Return what the package says about each text."""
        return [understood for understood, _ in self._recent.values(texts, self._read)]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings (n, d) of texts; d = 0 where the package has none.

        Those of messages that were just read are at hand; others are made, and not kept.
        """
        known = {text: read[1] for text in texts if (read := self._recent.known(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, self._predictor.embed(missing), strict=True)
        empty = np.zeros((0, self._predictor.contents.dimension), dtype=np.float32)
        return np.stack([known[text] for text in texts]) if texts else empty

    def _read(self, texts: Sequence[str]) -> list["_Read"]:
        """Return what the package says about each text, and its embedding."""
        least = self._predictor.contents.abstain.threshold
        threshold = 0.0 if least is None else self._share(least)
        read = zip(texts, self._predictor.read(texts), strict=True)
        return [(self._understood(text, a, threshold), vector) for text, (a, vector) in read]

    def _understood(self, text: str, answer: Answer, threshold: float) -> Understood:
        """Return what an answer of the package means.

        An encoder that cannot read a text is as sure of it as of any other: it is not believed.
        """
        if not self._answers_chinese and is_chinese(text):
            return Understood(answer.top, 0.0, True, threshold)
        return Understood(answer.top, self._share(answer.confidence), answer.abstained, threshold)

    def _share(self, confidence: float) -> float:
        """Return a confidence on the scale from 0 to 1, in the same order.

        Where a package weighs several signals, its confidence is a mean of standard scores, which
        may be any number.
        """
        if not self._predictor.contents.abstain.scope.names:
            return confidence
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, confidence))))


@dataclass(frozen=True)
class Reading:
    """The intents of a message."""

    tasks: tuple[Task, ...]
    """Intents that hold the risk dial, in the order in which they are answered."""
    guesses: tuple[Guess, ...]
    """What the message as a whole may mean, likeliest first."""
    confidence: float
    """Confidence of the message as a whole."""


NOTHING = Reading((), (), 0.0)
"""What a desk without a model reads."""


def read_intents(
    text: str, model: IntentModel | None, *, threshold: float | None = None
) -> Reading:
    """Return the intents of a message, also several; `threshold` replaces that of the model."""
    if model is None or not text.strip():
        return NOTHING
    parts = parts_of(text)
    whole, *rest = model.guess([text, *parts])
    guesses = tuple(Guess(name, p, text) for name, p in whole.top if p >= _LIKELY)
    likely = {guess.intent for guess in guesses}
    own = (_task_of_part(one, part, threshold) for one, part in zip(rest, parts, strict=True))
    tasks = _kept(_task(whole, text, threshold), [t for t in own if t and t.intent in likely])
    return Reading(tasks, guesses or (Guess(*whole.top[0], text),), whole.confidence)


def _task(said: Understood, text: str, threshold: float | None) -> Task | None:
    """Return the intent of a text; None where it does not hold the risk dial."""
    holds = not said.abstained if threshold is None else said.confidence >= threshold
    name, _ = said.top[0]
    return Task(intent=name, part=text, confidence=said.confidence) if holds else None


def _task_of_part(said: Understood, text: str, threshold: float | None) -> Task | None:
    """Return the intent of a part of a message; None where it is not sure enough.

    The threshold was chosen on whole messages: a part, which says less, must do better.
    """
    least = said.threshold if threshold is None else threshold
    task = _task(said, text, threshold)
    return task if task and task.confidence >= least + _MARGIN * (1 - least) else None


def _kept(whole: Task | None, parts: list[Task]) -> tuple[Task, ...]:
    """Return the intents to answer, each once.

    Two parts with intents of their own, each of which the message as a whole may hold, are two
    questions; else the whole decides, for it holds more context than any part.
    """
    first: dict[str, Task] = {}
    for task in parts:
        first.setdefault(task.intent, task)
    found = tuple(first.values())
    if len(found) > 1:
        return found
    return () if whole is None else (whole,)
