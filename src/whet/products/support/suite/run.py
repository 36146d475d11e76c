"""Does the desk do what its suite says? Each case a fresh conversation, and why one failed.

    outcomes = run_suite(read_suite(path, files, model.intents), files, model, knowledge)
    failed = [outcome for outcome in outcomes if outcome.problems]

Nothing is asked over the network: what the company's systems say stands in the case, and the
endpoint that words answers is left out, since the fast path must be right by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from whet.core.text import normalise
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.intents import IntentModel
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.lookups import Found, Lookups
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.rules import hours_of
from whet.products.support.desk.times import Hours
from whet.products.support.suite.schema import Answered, Case, Then
from whet.products.support.turns import Reply, Said, Turn

START = datetime(2026, 1, 7, 12, tzinfo=UTC)
"""When cases without a time are said: a Wednesday, or when the desk opens next."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    case: Case
    said: tuple[Said, ...]
    """The whole conversation."""
    reply: Reply
    """The reply to the last message."""
    problems: tuple[str, ...]
    """Why it failed, one sentence each; none where it holds."""


class SaidLookups(Lookups):
    """Lookups that answer what a case says; the only part of a desk that a suite replaces."""

    def __init__(self, answers: Mapping[str, Answered]) -> None:
        super().__init__({})
        self._answers = answers

    def ask(self, name: str, slots: Mapping[str, str], fields: Sequence[str]) -> Found:
        """Return what the case says; a lookup that it does not name fails."""
        answer = self._answers.get(name, "fails")
        if answer == "not_found":
            return Found("not_found", {}, "it knows no such thing")
        if isinstance(answer, str):
            return Found("failed", {}, "the case says nothing about it")
        missing = [field for field in fields if field not in answer]
        if missing:
            return Found("failed", {}, f"the case does not say its {missing[0]}")
        return Found("found", {field: answer[field] for field in fields}, "")


def run_suite(
    cases: Sequence[Case],
    files: DeskFiles,
    model: IntentModel | None,
    knowledge: Knowledge | None,
    *,
    advance: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Return what comes of each case, in order; `advance` is called after each."""
    outcomes = []
    for case in cases:
        outcomes.append(run_case(case, files, model, knowledge))
        advance()
    return outcomes


def run_case(
    case: Case, files: DeskFiles, model: IntentModel | None, knowledge: Knowledge | None
) -> Outcome:
    """Return what comes of one case."""
    answerer = Answerer(
        files, model=model, knowledge=knowledge, lookups=SaidLookups(case.lookups)
    )
    at = case.at or _open_time(files.desk.hours)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    said: tuple[Said, ...] = ()
    memory: Mapping[str, object] = {}
    for text in case.when:
        reply = answerer.answer(Turn(text, at, said, memory, channel="suite"))
        said = (*said, Said("customer", text, at), Said("bot", reply.text, at))
        memory = reply.memory
    return Outcome(case, said, reply, tuple(_problems(case.then, reply)))


def _open_time(hours: Hours) -> datetime:
    """Return a time within the hours of a desk; one outside them where it is never open."""
    return hours_of(hours).next_opening(START) or START


def _problems(then: Then, reply: Reply) -> Iterator[str]:
    """Yield in a sentence each what a reply is not that it must be."""
    reason = reply.reason
    if then.intent is not None:
        top = reason.intents[0].intent if reason.intents else None
        if top != then.intent:
            yield f"intent must be {then.intent}; it is {top or 'none'}"
    if then.tier is not None and reason.tier != then.tier:
        yield f"tier must be {then.tier}; it is {reason.tier}"
    if then.article is not None:
        cited = list(dict.fromkeys(source.document for source in reason.sources))
        if then.article not in cited:
            yield f"article {then.article} must be cited; cited is {', '.join(cited) or 'none'}"
    if then.hands_over is not None and (reply.action == "hand_over") != then.hands_over:
        yield "must hand over; it does not" if then.hands_over else "must not hand over; it does"
    if then.language is not None and reply.language != then.language:
        yield f"language must be {then.language}; it is {reply.language}"
    held = normalise(reply.text)
    for text in then.contains:
        if normalise(text) not in held:
            yield f"must contain {text!r}; it does not"
    for text in then.not_contains:
        if normalise(text) in held:
            yield f"must not contain {text!r}; it does"
