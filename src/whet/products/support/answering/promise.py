"""From which confidence may an article be quoted, so that the whole desk keeps its promise?

The desk answers a message by its intent where the model is sure, and otherwise from an article
where the quote is sure. The model's threshold comes with its package; this module chooses the one
for articles, so that of all answers of both tiers at most the stated share is wrong. It is chosen
for each language by itself: what holds for all messages together may not hold for those that the
model reads poorly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from whet.core.errors import InputError
from whet.evaluation.risk import ThresholdChoice, choose_threshold
from whet.products.support.answering.intents import IntentModel, read_intents
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.limits import (
    goes_first,
    limits_of,
    may_be_quoted,
    may_go_first,
)
from whet.products.support.answering.messages import language_of, read_message
from whet.products.support.desk.schema import Desk

_IN_ANY_CASE = 2.0  # above every confidence of an article


@dataclass(frozen=True)
class Example:
    """A message whose right answer is known."""

    text: str
    article: str | None
    """Id of the article that answers it; None where none does."""
    intent: str | None = None
    """Its intent; None where it has none of the model's."""
    unit: str | None = None
    """What it belongs to, such as its conversation; None where it stands alone."""


@dataclass(frozen=True)
class Outcome:
    """What the two tiers make of an example."""

    by_intent: bool
    """Whether the model answers; then no article is asked."""
    confidence: float
    """That of the tier which answers, in [0, 1]; 0 where neither has anything to say."""
    is_right: bool
    """Whether the answer is the right one."""
    unit: str | None = None
    """As in the example."""
    language: str = "en"
    """Of the message."""
    is_given: bool = False
    """Whether the desk gives this answer, by its files as they are."""
    is_before_intent: bool = False
    """Whether an article answers that is surer than the intent: at any threshold for articles."""


def measured(
    examples: Sequence[Example],
    model: IntentModel | None,
    knowledge: Knowledge,
    desk: Desk,
) -> list[Outcome]:
    """Return what the tiers of a desk make of examples that neither of them learned from."""
    return [_measured(example, model, knowledge, desk) for example in examples]


def _measured(
    example: Example, model: IntentModel | None, knowledge: Knowledge, desk: Desk
) -> Outcome:
    """Return what the tiers make of one example."""
    text = read_message(example.text).text
    language, limits = language_of(text, desk.languages, before=None), limits_of(text, desk)
    reading = read_intents(text, model, threshold=limits.intent_threshold)
    wants_article = not reading.tasks or may_go_first(reading, desk, limits)
    quoted = knowledge.answer(text, language=language) if text and wants_article else None
    nothing = Outcome(False, 0.0, False, example.unit, language)
    if reading.tasks and not goes_first(quoted, limits):
        return replace(
            nothing,
            by_intent=True,
            confidence=min(1.0, *(task.confidence for task in reading.tasks)),
            is_right=all(task.intent == example.intent for task in reading.tasks),
            is_given=True,
        )
    if quoted is None or not quoted.sources:
        return nothing
    return replace(
        nothing,
        confidence=quoted.confidence,
        is_right=quoted.sources[0].document == example.article,
        is_given=bool(reading.tasks) or may_be_quoted(quoted, limits),
        is_before_intent=bool(reading.tasks),
    )


def choose_article_threshold(
    outcomes: Sequence[Outcome], *, wrong_answers: float, level: float = 0.9
) -> ThresholdChoice:
    """Return the smallest threshold for articles at which both tiers together keep the promise.

    What the model answers, and the articles that go before it, are given in any case, so these
    rows are tested first and together; then
    the articles' threshold falls from 1 as far as the test allows. All of it is one fixed sequence
    of tests, so the promise needs no share of its level for each tier. `threshold`
    is None where not even an
    article of confidence 1 may be quoted: because the model alone breaks the promise, or because
    too few examples are there to tell.

    Args:
        outcomes: of examples drawn like the messages that will come.
        wrong_answers: the risk dial: largest share of wrong answers, in (0, 1).
        level: confidence with which the promise must hold, in (0.5, 1).

    Raises:
        InputError: there are no outcomes, or some have a unit and others none.

    Source: fixed-sequence testing, as `whet.evaluation.risk.choose_threshold` describes.
    """
    if not outcomes:
        raise InputError(
            "A threshold for articles must be chosen on labelled questions; found none. Give "
            "questions, each with the article that answers it or none."
        )
    units = [outcome.unit for outcome in outcomes]
    if any(unit is None for unit in units) and any(unit is not None for unit in units):
        raise InputError(
            "Every example must name its unit, or none; found both. Leave `unit` out, or fill it."
        )
    always = (o.by_intent or o.is_before_intent for o in outcomes)
    confidence = np.array(
        [_IN_ANY_CASE if a else o.confidence for a, o in zip(always, outcomes, strict=True)]
    )
    correct = np.array([o.is_right for o in outcomes])
    chosen = choose_threshold(
        confidence,
        correct,
        wrong_answers=wrong_answers,
        level=level,
        units=None if units[0] is None else np.array(units),
    )
    return _for_articles(chosen)


def _for_articles(chosen: ThresholdChoice) -> ThresholdChoice:
    """Return a choice over both tiers as one for articles."""
    if chosen.threshold is None or chosen.threshold <= 1.0:
        return chosen
    sentence = (
        "No article may be quoted: the model alone keeps the promise, but with the surest articles "
        "it cannot be proven on these examples. Give more of them, or better articles."
    )
    return replace(chosen, threshold=None, sentence=sentence)
