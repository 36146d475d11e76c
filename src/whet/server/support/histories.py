"""Which conversation does a client mean that sends the whole history with each request?

A client that names its conversation is believed, within its own API key. One that does not is known
by what the user said: the conversation whose messages are the history is gone on with. Where none
is, for example because two customers began with the same words and now say different things, a new
one begins, and what the user said before is said again in it, so that the desk knows it.

A conversation is kept under a hash of the messages that it began with, so each message of the
history is one look into an index, newest first.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from whet.core.clock import Clock
from whet.core.ids import new_id
from whet.products.support.conversation.service import Conversations
from whet.store.conversation_rows import Conversation

CHANNEL = "openai"
MOST_SAID_AGAIN = 20
"""Earlier messages that a new conversation is told, and places where one may have begun."""
RETRY = timedelta(minutes=2)
"""Who repeats all of it within this time may be a client that tries again."""
_MOST_ENTRIES = 10_000


@dataclass(frozen=True)
class Place:
    """Where a message belongs."""

    conversation: Conversation
    client_id: str
    """Id of the message: asked again, it is the same message."""
    said_before: tuple[tuple[str, str], ...] = ()
    """Ids and texts of earlier messages that the conversation must be told first."""


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    key: str
    """Id of the API key; empty without one."""
    user: str | None
    """Who the customer is to the caller."""


def place_of_named(
    talks: Conversations, caller: Caller, name: str, *, texts: Sequence[str], message: str | None
) -> Place:
    """Return the place of the last text in the conversation that the caller names.

    `message` is the caller's own id of it. Without one, a text of a longer history is known by its
    number; a lone text is a new message each time, for who sends no history may say it twice.
    """
    row = talks.start(CHANNEL, channel_id=_hash(caller.key, "named", name), customer=caller.user)
    if message:
        return Place(row, message)
    return Place(row, _hash(str(len(texts)), texts[-1]) if len(texts) > 1 else new_id("msg"))


def place_of_history(
    talks: Conversations, caller: Caller, texts: Sequence[str], clock: Clock
) -> Place:
    """Return the place of the last text of a history whose conversation is not named."""
    chain = _chain(caller, texts)
    for i in range(len(texts) - 1, max(-1, len(texts) - 1 - MOST_SAID_AGAIN), -1):
        row = talks.find(CHANNEL, chain[i])
        if row is not None and _fits(talks, row, chain, clock):
            return Place(row, chain[-1])
    first = max(0, len(texts) - 1 - MOST_SAID_AGAIN)
    taken = talks.find(CHANNEL, chain[-1]) is not None
    row = talks.start(
        CHANNEL, channel_id=new_id("chat") if taken else chain[-1], customer=caller.user
    )
    again = tuple(zip(chain[first:-1], texts[first:-1], strict=True))
    return Place(row, chain[-1], again)


def _fits(talks: Conversations, row: Conversation, chain: Sequence[str], clock: Clock) -> bool:
    """Return whether a conversation holds the history, and nothing else but perhaps its last."""
    if row.forgotten is not None:
        return False
    found = talks.events(row.id, limit=_MOST_ENTRIES)
    ids = [e.client_id for e in found if e.kind == "message" and e.who == "customer"]
    if not ids or ids == list(chain[-1 - len(ids) : -1]):
        return True  # the conversation knows all but the last message
    if chain[-1] not in ids or ids != list(chain[-len(ids) :]):
        return False
    # All of it is known. Soon after, that is a retry; later, or with people, a new customer.
    return clock() - row.updated < RETRY


def _chain(caller: Caller, texts: Sequence[str]) -> list[str]:
    """Return an id for each text that says all that was said up to it."""
    found: list[str] = []
    last = _hash(caller.key, "history", caller.user or "")
    for text in texts:
        last = _hash(last, text)
        found.append(last)
    return found


def _hash(*parts: str) -> str:
    """Return a hash of several texts, none of which can pass for two."""
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
