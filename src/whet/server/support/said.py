"""What did the desk say to one message? For channels that answer a request with it.

The bot's answer, the desk's own sentence on a hand-over, and what a person wrote since the customer
last did: who asks by request hears of it with the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from whet.products.support.conversation.service import Conversations
from whet.products.support.engine import Handled
from whet.products.support.turns import Guess
from whet.server.support.shown import sources
from whet.store.conversation_rows import Conversation, Entry

_WITH_PEOPLE = {
    "en": "Your message is with our team. A colleague will answer you here.",
    "zh": "您的消息已转给我们的同事，同事会在这里回复您。",
}
_LATER = {
    "en": "The answer takes longer than usual. Please ask again in a moment.",
    "zh": "回复比平时慢，请稍后再问一次。",
}
_PAGE = 200


@dataclass(frozen=True)
class Said:
    """What is answered to one message of a customer."""

    conversation: Conversation
    """As it stands after the answer."""
    seq: int
    """Number of the customer's message."""
    texts: tuple[str, ...]
    choices: tuple[str, ...]
    reply: dict[str, Any] | None
    """The bot's reply as it is kept; None where a person has the conversation."""

    @property
    def text(self) -> str:
        """Everything as one text; never empty."""
        return "\n\n".join(self.texts) or with_people(self.conversation)


def said_to(handled: Handled, conversations: Conversations) -> Said:
    """Return what was said to a message that the engine has handled."""
    message = handled.receipt.message
    row = conversations.get(message.conversation)
    around = _messages_around(conversations, row.id, message.seq)
    found = [entry for entry in around if entry.seq > message.seq]
    upto = next((i for i, e in enumerate(found) if _is_customer(e)), len(found))
    own = [entry for entry in found[:upto] if _is_said(entry)]
    late = [e for e in found[upto:] if e.in_reply_to == message.seq]
    is_new = handled.receipt.is_new
    before = _people_before(e for e in around if e.seq < message.seq) if is_new else []
    answer = next((entry for entry in [*own, *late] if entry.in_reply_to == message.seq), None)
    reply = dict(answer.reply) if answer is not None and answer.reply else None
    texts = tuple(entry.text for entry in [*before, *own, *late])
    choices = tuple((reply or {}).get("choices") or ())
    return Said(row, message.seq, texts, choices, reply)


def facts_of(said: Said) -> dict[str, Any]:
    """Return why the desk said so, for the extra field of a channel's answer."""
    row, reply = said.conversation, said.reply or {}
    reason = reply.get("reason") or {}
    return {
        "conversation": row.id,
        "message": said.seq,
        "state": row.state,
        "action": reply.get("action"),
        "language": reply.get("language") or row.language,
        "tier": reason.get("tier"),
        "why": reason.get("why"),
        "confidence": reason.get("confidence"),
        "intents": [_intent(guess) for guess in reason.get("intents") or []],
        "sources": sources(reply),
        "choices": list(said.choices),
    }


def with_people(row: Conversation) -> str:
    """Return what is said where nothing was: a person has it, or the answer takes its time."""
    texts = _LATER if row.state == "bot" else _WITH_PEOPLE
    return texts["zh" if row.language.startswith("zh") else "en"]


def _intent(guess: dict[str, Any] | Guess) -> dict[str, Any]:
    """Return an intent as a caller reads it."""
    kept = guess if isinstance(guess, dict) else vars(guess)
    return {"intent": kept["intent"], "probability": kept["probability"]}


def _messages_around(conversations: Conversations, conversation: str, seq: int) -> list[Entry]:
    """Return the messages shortly before and after a number, in order."""
    found = conversations.events(conversation, after=max(0, seq - _PAGE), limit=2 * _PAGE)
    return [entry for entry in found if entry.kind == "message"]


def _people_before(messages: Iterable[Entry]) -> list[Entry]:
    """Return what people wrote since the customer's last message."""
    before = list(messages)
    last = max((i for i, entry in enumerate(before) if _is_customer(entry)), default=-1)
    return [entry for entry in before[last + 1 :] if entry.who == "person"]


def _is_customer(entry: Entry) -> bool:
    return entry.kind == "message" and entry.who == "customer"


def _is_said(entry: Entry) -> bool:
    return entry.kind == "message" and entry.who != "customer" and not entry.is_private
