"""What do conversations of Intercom say? Conversation JSON with `source` and `conversation_parts`.

Shapes: https://developers.intercom.com/docs/references/2.11/rest-api/api.intercom.io/conversations
(`id`, `created_at`, `source: {author, body, delivered_as}`, `conversation_parts:
{conversation_parts: [...]}`) and .../models/conversation_part (`part_type`, `body` in HTML,
`created_at` in seconds, `author: {type, id, name, email, from_ai_agent}`). Authors are `user`,
`lead`, `contact`, `admin`, `team` and `bot`; parts of the type `note` are private.
"""

from collections.abc import Mapping
from typing import Any

from whet.products.support.history.authors import Known
from whet.products.support.history.moments import moment
from whet.products.support.history.plain import plain_text
from whet.products.support.history.rows import named
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.turns import Author

_TYPES: Mapping[str, Author] = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
    "admin": "person",
    "team": "person",
    "bot": "bot",
}
_PRIVATE = ("note", "note_and_reopen")


def is_intercom(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is a conversation of Intercom, or holds some."""
    if value.get("type") == "conversation" or "conversation_parts" in value:
        return True
    listed = value.get("conversations")
    return isinstance(listed, list) and any(
        isinstance(one, dict) and is_intercom(one) for one in listed[:5]
    )


def read_conversations(
    transcript: Transcript, value: Mapping[str, Any], row: int, known: Known
) -> int:
    """Add the messages of one conversation, or of each in a list; return their number."""
    listed = value.get("conversations")
    conversations = listed if isinstance(listed, list) else [value]
    for i, conversation in enumerate(conversations):
        if not isinstance(conversation, dict) or not named(conversation.get("id")):
            transcript.flaw(row + i, "a conversation must be an object with an `id`.")
            continue
        _read(transcript, conversation, known, row + i)
    return len(conversations)


def _read(transcript: Transcript, conversation: Mapping[str, Any], known: Known, row: int) -> None:
    """Add the messages of one conversation."""
    number = named(conversation["id"])
    first = conversation.get("source") or conversation.get("conversation_message")
    parts: list[Any] = []
    if isinstance(first, dict):
        parts.append({"created_at": conversation.get("created_at"), **first})
    held = conversation.get("conversation_parts")
    if isinstance(held, dict):
        held = held.get("conversation_parts")
    if isinstance(held, list):
        parts += held
    elif not parts:
        transcript.flaw(
            row,
            f"conversation {number} must hold `source` or `conversation_parts`; it has neither. "
            "Lists leave the parts out: export each conversation.",
        )
    for i, part in enumerate(parts, start=1):
        if wrong := _part(transcript, number, part, known, row):
            transcript.flaw(row, f"conversation {number}, part {i}: {wrong}")


def _part(transcript: Transcript, conversation: str, part: Any, known: Known, row: int) -> str:
    """Add one part, or return what is wrong with it. Parts without a body are events."""
    if not isinstance(part, dict):
        return "must be an object."
    text = plain_text(named(part.get("body")))
    if not text:
        return ""
    found = moment(part.get("created_at"))
    if found is None:
        return f"`created_at` must be seconds since 1970; found {part.get('created_at')!r}."
    author, name = _who(part, known)
    if author is None:
        kind = (part.get("author") or {}).get("type")
        return (
            f"`author.type` must be one of {', '.join(_TYPES)}; found {kind!r}. "
            "Give --others to say who such authors are."
        )
    conversation = f"intercom-{conversation}"
    transcript.messages.append(Message(conversation, found[0], author, text, name, row))
    return ""


def _who(part: Mapping[str, Any], known: Known) -> tuple[Author | None, str]:
    """Return who wrote a part, and under which name."""
    person = part.get("author")
    person = person if isinstance(person, dict) else {}
    name = named(person.get("name"))
    if part.get("part_type") in _PRIVATE:
        return "system", name
    if person.get("from_ai_agent") or person.get("is_ai_answer"):
        return "bot", name
    said = known.names.get(name.lower()) if name else None
    return said or _TYPES.get(named(person.get("type")).lower()) or known.others, name
