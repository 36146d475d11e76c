"""What do conversations of Chatwoot say? Conversations or messages JSON.

Shapes: https://developers.chatwoot.com/api-reference/messages/get-messages (`{meta, payload:
[message]}`) and .../conversations/conversation-details (`{id, messages: [message]}`); lists hold
`{data: {payload: [conversation]}}`. A message has `content`, `created_at` (seconds), `private`,
`conversation_id`, `message_type` (0 incoming, 1 outgoing, 2 activity, 3 template; webhooks write
the words) and `sender: {name, type}` or `sender_type` (`contact`, `user`, `agent_bot`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from whet.products.support.history.authors import Known
from whet.products.support.history.moments import moment
from whet.products.support.history.plain import plain_text
from whet.products.support.history.rows import named
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.turns import Author

_KINDS = ("incoming", "outgoing", "activity", "template")
_BOTS = ("agent_bot", "agentbot", "captain_assistant", "captain::assistant")


def is_chatwoot(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is a conversation or an answer of Chatwoot."""
    listed = [*_conversations(value)] if any(k in value for k in ("payload", "data")) else [value]
    return any(isinstance(one, dict) and _is_one(one) for one in listed[:5])


def _is_one(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is a conversation with messages, or a message."""
    if "message_type" in value and "content" in value and "conversation_id" in value:
        return True
    messages = value.get("messages")
    return isinstance(messages, list) and any(
        isinstance(m, dict) and "message_type" in m and "content" in m for m in messages[:5]
    )


def read_messages(transcript: Transcript, value: Mapping[str, Any], row: int, known: Known) -> int:
    """Add the messages of each conversation that a JSON object holds; return their number."""
    count = 0
    for count, one in enumerate(_conversations(value), start=1):
        place = row + count - 1
        if not isinstance(one, dict):
            transcript.flaw(place, "a conversation must be an object.")
            continue
        is_message = "message_type" in one and "content" in one
        messages = [one] if is_message else one.get("messages")
        own = "" if is_message else named(one.get("id"))
        for i, message in enumerate(messages if isinstance(messages, list) else [], start=1):
            if wrong := _message(transcript, own, message, known, place):
                transcript.flaw(place, f"message {i}: {wrong}")
    return count


def _conversations(value: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the conversations, or the messages, that an answer of the API holds."""
    inner = value.get("data") if isinstance(value.get("data"), dict) else value
    payload = inner.get("payload") if isinstance(inner, Mapping) else None
    if isinstance(payload, list):
        yield from payload
    elif isinstance(payload, dict):
        yield payload
    else:
        yield value


def _message(
    transcript: Transcript, conversation: str, message: Any, known: Known, row: int
) -> str:
    """Add one message, or return what is wrong with it."""
    if not isinstance(message, dict):
        return "must be an object."
    text = plain_text(named(message.get("content")))
    if not text:
        return ""
    conversation = conversation or named(message.get("conversation_id"))
    if not conversation:
        return "must name its `conversation_id`; it is missing."
    found = moment(message.get("created_at"))
    if found is None:
        return f"`created_at` must be seconds since 1970; found {message.get('created_at')!r}."
    author, name = _who(message, known)
    if author is None:
        return f"`message_type` must be one of 0 to 3; found {message.get('message_type')!r}."
    conversation = f"chatwoot-{conversation}"
    transcript.messages.append(Message(conversation, found[0], author, text, name, row))
    return ""


def _who(message: Mapping[str, Any], known: Known) -> tuple[Author | None, str]:
    """Return who wrote a message, and under which name."""
    sender = message.get("sender")
    sender = sender if isinstance(sender, dict) else {}
    name = named(sender.get("name"))
    kind = message.get("message_type")
    if isinstance(kind, int) and not isinstance(kind, bool) and 0 <= kind < len(_KINDS):
        kind = _KINDS[kind]
    if kind == "activity" or message.get("private"):
        return "system", name
    if kind == "template":
        return "bot", name
    if kind == "incoming":
        return "customer", name
    if kind != "outgoing":
        return known.others, name
    sent_by = named(sender.get("type") or message.get("sender_type")).lower()
    if sent_by in _BOTS:
        return "bot", name
    return known.names.get(name.lower(), "person"), name
