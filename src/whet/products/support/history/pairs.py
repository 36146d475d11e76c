"""Which answer resolved which question? Runs of a customer's messages with what the desk said.

A pair is a customer's run of messages with the answers that follow it, until he asks anew. It is
resolved where he thanks or confirms, or where the conversation ends without a complaint; a
follow-up that denies (`no, that's not it`) makes it unresolved, and the answers after it belong to
the same question, so that the one that helped in the end is found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from whet.products.support.history.cues import asks, complains, confirms, denies, is_social, thanks
from whet.products.support.turns import Author, Said

_CONFIRMED, _THANKED, _MOVED_ON, _SILENT = 0.95, 0.85, 0.6, 0.5
"""Confidence that an answer helped: he says so, thanks, asks something else, says nothing more."""
_BY_BOT = 0.8
"""Share that is left of it where a bot answered: customers leave bots without a word."""


@dataclass(frozen=True)
class Pair:
    """A question with the answer that came of it."""

    conversation: str
    number: int
    """Place of the question within the conversation, from 0."""
    at: str
    """When the question began, ISO 8601 in UTC."""
    question: str
    """The customer's messages in a row, one a line."""
    answer: str = ""
    """What the desk said last on it, one message a line; empty where nobody answered."""
    answered_by: Author | None = None
    resolved: bool = False
    confidence: float = 0.0
    """How sure it is that the answer helped, in [0, 1]; 0 where it did not."""
    why: str = "nobody answered"


@dataclass(frozen=True)
class _Run:
    """Messages in a row from one side."""

    author: Author
    texts: tuple[str, ...]
    at: str

    @property
    def text(self) -> str:
        """The messages, one a line."""
        return "\n".join(self.texts)


def pairs_of(conversation: str, said: Sequence[Said]) -> list[Pair]:
    """Return the questions of a conversation in order, each with its answer if there is one."""
    found: list[Pair] = []
    open_: Pair | None = None
    for run in _runs(said):
        if run.author != "customer":
            if open_ is not None:
                open_ = replace(open_, answer=_answer(run, open_), answered_by=run.author)
            continue
        if open_ is None:
            open_ = _begin(conversation, len(found), run)
        elif not open_.answer:
            open_ = replace(open_, question=f"{open_.question}\n{_asked(run)}".strip("\n"))
        elif _is_reply(open_, run):
            open_ = replace(open_, answer="", answered_by=None)
        else:
            verdict = _judged(open_, run)
            if verdict.why == "denied":
                open_ = replace(verdict, answer="", answered_by=None)
                continue
            found.append(verdict)
            open_ = _begin(conversation, len(found), run)
    if open_ is not None:
        found.append(_ended(open_))
    return found


def _runs(said: Sequence[Said]) -> Iterator[_Run]:
    """Yield the runs of a conversation; what the system said is left out."""
    spoken = (s for s in said if s.author != "system")
    for author, group in groupby(spoken, key=lambda s: s.author):
        own = list(group)
        yield _Run(author, tuple(s.text for s in own), own[0].at.isoformat())


def _asked(run: _Run) -> str:
    """Return those messages of a run that say something to answer."""
    return "\n".join(text for text in run.texts if not is_social(text))


def _begin(conversation: str, number: int, run: _Run) -> Pair | None:
    """Return a new question; None where the run asks nothing."""
    only_thanks = (thanks(run.text) or confirms(run.text)) and not asks(run.text)
    text = "" if only_thanks else _asked(run)
    return Pair(conversation, number, run.at, text) if text else None


def _answer(run: _Run, pair: Pair) -> str:
    """Return the answers so far; a person's replace those of a bot."""
    text = "\n".join(t for t in run.texts if not is_social(t)) or run.text
    if not pair.answer or (run.author == "person" and pair.answered_by == "bot"):
        return text
    return f"{pair.answer}\n{text}".strip("\n")


def _is_reply(pair: Pair, run: _Run) -> bool:
    """Return whether a customer answers what the desk asked: the question stays the same."""
    if not pair.answer.rstrip().endswith(("?", "？")) or is_social(run.text):
        return False
    judges = (denies, complains, confirms, thanks)
    return not any(judge(run.text) for judge in judges) and not re.search(r"[?？]", run.text)


def _judged(pair: Pair, follow_up: _Run) -> Pair:
    """Return a pair as what the customer said next tells."""
    text = follow_up.text
    if denies(text):
        return replace(pair, resolved=False, confidence=0.0, why="denied")
    if complains(text):
        return replace(pair, resolved=False, confidence=0.0, why="complained")
    if confirms(text):
        return _resolved(pair, _CONFIRMED, "confirmed")
    if thanks(text):
        return _resolved(pair, _THANKED, "thanked")
    return _resolved(pair, _MOVED_ON, "went on to something else")


def _ended(pair: Pair) -> Pair:
    """Return a pair at which the conversation ends."""
    if not pair.answer:
        why = "denied" if pair.why == "denied" else "nobody answered"
        return replace(pair, resolved=False, confidence=0.0, why=why)
    return _resolved(pair, _SILENT, "ended without a complaint")


def _resolved(pair: Pair, confidence: float, why: str) -> Pair:
    """Return a pair that is resolved with a confidence."""
    share = _BY_BOT if pair.answered_by == "bot" else 1.0
    return replace(pair, resolved=True, confidence=round(confidence * share, 3), why=why)
