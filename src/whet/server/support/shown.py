"""What does a customer see of a conversation? Messages and states, and no word of the inside."""

from collections.abc import Iterable, Mapping
from typing import Any

from whet.store.conversation_rows import Entry

_SAFE = ("https://", "http://")


def shown(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the entries of a conversation as its customer may read them."""
    return [_message(entry) if entry.kind == "message" else _state(entry) for entry in entries]


def sources(reply: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return where the sentences of an answer stand, each article once; only links to the web."""
    found = ((reply or {}).get("reason") or {}).get("sources") or []
    by_place = {(s["document"], s["url"]): s for s in reversed(found)}
    return [
        {
            "title": s["title"] or s["document"],
            "heading": s["heading"],
            "quote": s["quote"],
            "url": s["url"] if s["url"].lower().startswith(_SAFE) else "",
        }
        for s in reversed(list(by_place.values()))
    ]


def _message(entry: Entry) -> dict[str, Any]:
    """Return a message."""
    found: dict[str, Any] = {
        "seq": entry.seq,
        "kind": "message",
        "who": entry.who,
        "text": entry.text,
        "at": entry.at.isoformat(timespec="milliseconds"),
    }
    if entry.who == "customer":
        found["client_id"] = entry.client_id
    if entry.who == "person":
        found["name"] = entry.agent
    if entry.who == "bot" and entry.reply is not None:
        found["choices"] = list(entry.reply.get("choices") or [])
        found["sources"] = sources(entry.reply)
        found["language"] = entry.reply.get("language") or ""
    return found


def _state(entry: Entry) -> dict[str, Any]:
    """Return a change of state."""
    return {"seq": entry.seq, "kind": "state", "state": entry.to_state}
