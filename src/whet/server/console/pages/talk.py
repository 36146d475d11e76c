"""What was said in a conversation, why, and what could be answered? One page, read anew by script.

The answers that are suggested are asked for apart (`?suggest=1`): a lookup may take seconds.
"""

from typing import Any

from starlette.responses import Response

from whet.core.ids import new_id
from whet.server.console.ask import Ask, Facts
from whet.server.console.pages.inbox import seen
from whet.server.console.rendering import page
from whet.server.console.suggestions import suggested
from whet.server.console.wording.find import WORDS
from whet.store.conversation_rows import Conversation, Entry

_ENTRIES = 200
_HIDDEN = ("delivered",)
"""Notes of a channel for itself, one for each message."""


def talk(ask: Ask) -> Response:
    """Show a conversation."""
    seen(ask)
    return show(ask)


def show(ask: Ask, *, status: int = 200, **kept: Any) -> Response:
    """Return the page of a conversation.

    Args:
        ask: names it.
        status: of HTTP.
        kept: `draft` and `problem` after something was refused: what was typed is not lost.
    """
    found = ask.desk.conversations.get(ask.part("talk"))
    until = _before(ask, found)
    after = max(0, until - _ENTRIES)
    entries = ask.desk.conversations.events(found.id, after=after, limit=_ENTRIES, private=True)
    is_mine = found.state == "person" and found.owner == ask.me.name
    # What is answered already is not suggested again: one key would say it twice.
    wants = ask.query("suggest") == "1" and is_mine and found.pending > 0
    facts: Facts = {
        "draft": "",
        "problem": "",
        "problem_values": {},
        "conversation": found,
        "entries": [one for one in entries if one.seq <= until and one.kind not in _HIDDEN],
        "earlier": after if after > 0 else None,
        "is_latest": until == found.last_seq,
        "is_mine": is_mine,
        "event_key": event_key,
        "wants_suggestions": wants,
        "suggestions": suggested(ask.desk, found, ask.language) if wants else [],
        "client_id": new_id("send"),
        "note_id": new_id("note"),
    }
    return page(ask, "talk.html", status=status, active="inbox", **facts | kept)


def event_key(entry: Entry) -> str:
    """Return the key of the sentence for a change of state."""
    key = f"event.{entry.kind}"
    return key if key in WORDS else "event.other"


def _before(ask: Ask, found: Conversation) -> int:
    """Return the number of the last entry to show."""
    asked = ask.query("before")
    if asked.isascii() and asked.isdigit():
        return min(int(asked[:18]), found.last_seq)
    return found.last_seq
