"""Is a tier sure enough to answer? One definition for the desk and for what it promises."""

from typing import TypeGuard

from whet.products.support.answering.intents import Reading
from whet.products.support.answering.knowledge import Quoted
from whet.products.support.answering.messages import language_of
from whet.products.support.desk.schema import Desk, Limits

ARTICLE_THRESHOLD = 0.5
"""Confidence from which an article is quoted where the desk does not say."""


def limits_of(text: str, desk: Desk) -> Limits:
    """Return from which confidences a text is answered: those of the language that it is in."""
    return desk.decision.limits(language_of(text, desk.languages, before=None))


def may_be_quoted(quoted: Quoted | None, limits: Limits) -> TypeGuard[Quoted]:
    """Return whether an article is sure enough where no intent is."""
    least = ARTICLE_THRESHOLD if limits.article_threshold is None else limits.article_threshold
    return _is_sure(quoted, least)


def may_go_first(reading: Reading, desk: Desk, limits: Limits) -> bool:
    """Return whether a sure article may go before what a reading says.

    It may before one intent; not before several, nor before one that a person must answer.
    """
    if limits.article_first is None or len(reading.tasks) != 1:
        return False
    return reading.tasks[0].intent not in desk.decision.always_person


def goes_first(quoted: Quoted | None, limits: Limits) -> TypeGuard[Quoted]:
    """Return whether an article is sure enough to go before an intent."""
    return limits.article_first is not None and _is_sure(quoted, limits.article_first)


def _is_sure(quoted: Quoted | None, least: float) -> bool:
    """Return whether there is a quote of at least some confidence."""
    return quoted is not None and bool(quoted.text) and quoted.confidence >= least
