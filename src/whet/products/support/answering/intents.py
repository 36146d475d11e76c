"""Which intents does a message hold, and which of them hold the risk dial?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from whet.products.support.answering.memory import Task
from whet.products.support.answering.messages import is_most_of, parts_of
from whet.products.support.turns import Guess
from whet.serving.predictor import Predictor

_LIKELY = 0.02


@dataclass(frozen=True)
class Understood:
    """What the model says about one text."""

    top: tuple[tuple[str, float], ...]
    """Likeliest intents with their calibrated probabilities, best first."""
    confidence: float
    """What the threshold is compared with, in [0, 1]."""
    abstained: bool
    """Whether the model is too unsure to answer: out of scope, or between intents."""


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
    """The intents of a serving package; safe for several threads."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor

    @property
    def intents(self) -> Sequence[str]:
        """Every intent that the package knows."""
        return self._predictor.contents.labels

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        """Return what the package says about each text."""
        answers = self._predictor.predict(texts)
        return [Understood(a.top, self._share(a.confidence), a.abstained) for a in answers]

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
    own = [_task(one, part, threshold) for one, part in zip(rest, parts, strict=True)]
    tasks = _kept(_task(whole, text, threshold), [task for task in own if task], text)
    return Reading(tasks, guesses or (Guess(*whole.top[0], text),), whole.confidence)


def _task(said: Understood, text: str, threshold: float | None) -> Task | None:
    """Return the intent of a text; None where it does not hold the risk dial."""
    holds = not said.abstained if threshold is None else said.confidence >= threshold
    name, _ = said.top[0]
    return Task(intent=name, part=text, confidence=said.confidence) if holds else None


def _kept(whole: Task | None, parts: list[Task], text: str) -> tuple[Task, ...]:
    """Return the intents to answer, each once.

    Two parts with intents of their own are two questions. A single part stands for the message
    where it is most of it; but the whole, which holds more context, outweighs it.
    """
    first: dict[str, Task] = {}
    for task in parts:
        first.setdefault(task.intent, task)
    found = tuple(first.values())
    if len(found) > 1:
        return found
    if whole is not None:
        return (whole,)
    return tuple(task for task in found if is_most_of(task.part, text))
