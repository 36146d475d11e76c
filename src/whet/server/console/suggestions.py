"""What could an agent answer now? The bot's own answer, and the templates of the likely intents."""

from dataclasses import dataclass
from typing import cast

import structlog

from whet.products.support.desk.templates import named_in
from whet.products.support.turns import Author, Guess, Said, Turn
from whet.server.console.ask import ConsoleDesk
from whet.server.console.wording.find import words
from whet.store.conversation_rows import Conversation, Entry

_MOST = 5
_log = structlog.get_logger("whet.server")


@dataclass(frozen=True)
class Suggestion:
    """One answer that an agent may take."""

    text: str
    source: str
    """Where it comes from, in the language of the page."""
    kept: str
    """Where it comes from, for the audit log: `bot:template` or `template:refund`."""
    is_ready: bool
    """Whether it may be sent as it is: nothing stands in braces."""


def suggested(desk: ConsoleDesk, talk: Conversation, language: str) -> list[Suggestion]:
    """Return answers to the last message of the customer, likeliest first.

    An answerer that fails costs its suggestion, not the page.
    """
    turn = _turn(desk, talk)
    if turn is None:
        return []
    found: list[Suggestion] = []
    guesses: tuple[Guess, ...] = ()
    if desk.answerer is not None:
        try:
            reply = desk.answerer.answer(turn)
        except Exception:  # whatever it is, the agent can write his own answer
            _log.exception("no suggestion", conversation=talk.id)
        else:
            guesses = reply.reason.intents
            if reply.action == "answer" and reply.text.strip():
                sure = f"{100 * reply.reason.confidence:.0f} %"
                source = words(language, "suggested.bot", percent=sure)
                found.append(_suggestion(reply.text, source, f"bot:{reply.reason.tier}"))
    found += _templates(desk, guesses, talk.language, language)
    unlike = {suggestion.text: suggestion for suggestion in reversed(found)}
    return [s for s in found if unlike[s.text] is s][:_MOST]


def _templates(
    desk: ConsoleDesk, guesses: tuple[Guess, ...], spoken: str, language: str
) -> list[Suggestion]:
    """Return the templates of intents, in the language of the customer."""
    known = desk.files.templates if desk.files else {}
    made = []
    for guess in guesses:
        if guess.intent in known:
            sure = f"{100 * guess.probability:.0f} %"
            source = words(language, "suggested.template", intent=guess.intent, percent=sure)
            text = known[guess.intent].said(spoken)
            made.append(_suggestion(text, source, f"template:{guess.intent}"))
    return made


def _suggestion(text: str, source: str, kept: str) -> Suggestion:
    """Return one suggestion."""
    return Suggestion(text, source, kept, not named_in(text))


def _turn(desk: ConsoleDesk, talk: Conversation) -> Turn | None:
    """Return the customer's last message with what came before; None where there is none."""
    first = max(0, talk.last_seq - 200, talk.context_from - 1)
    said = [
        entry
        for entry in desk.conversations.events(talk.id, after=first, limit=200)
        if entry.kind == "message"
    ]
    asked = next((entry for entry in reversed(said) if entry.who == "customer"), None)
    if asked is None or not asked.text.strip():
        return None
    before = tuple(_said(entry) for entry in said if entry.seq < asked.seq)
    return Turn(asked.text, asked.at, before, talk.memory, talk.channel, talk.channel_language)


def _said(entry: Entry) -> Said:
    """Return an entry as an answerer sees it."""
    return Said(cast(Author, entry.who), entry.text, entry.at)
