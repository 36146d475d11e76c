"""What tests of conversations share: a clock, replies, and the laws that every log must keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from whet.products.support.turns import Action, Guess, Reason, Reply, Tier
from whet.store.conversation_rows import Entry

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A Wednesday."""

ALLOWED: dict[str, dict[str | None, set[str]]] = {
    "open": {None: {"bot"}},
    "customer_writes": {"resolved": {"bot"}},
    "customer_returns": {"resolved": {"person"}},
    "ask_for_person": {"bot": {"waiting"}, "resolved": {"waiting"}},
    "ask_for_bot": {"waiting": {"bot"}, "resolved": {"bot"}},
    "take": {"bot": {"person"}, "waiting": {"person"}},
    "give_to_bot": {"person": {"bot"}},
    "give_to_queue": {"person": {"waiting"}},
    "resolve": {"bot": {"resolved"}, "waiting": {"resolved"}, "person": {"resolved"}},
    "reopen": {"resolved": {"person"}},
    "bot_silent": {"bot": {"waiting"}},
    "agent_silent": {"person": {"waiting"}},
    "idle": {"bot": {"resolved"}, "person": {"resolved"}},
    "takes_longer": {"waiting": {"waiting"}},
    "worker_lost": {"bot": {"bot"}},
}
"""Which events a log may hold, from where to where; written by hand, not read from the product."""


@dataclass
class SetClock:
    """A clock that stands still until a test moves it, also backwards."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def reply(
    text: str = "It is on its way.",
    *,
    action: Action = "answer",
    memory: Mapping[str, Any] | None = None,
    intent: str | None = None,
    language: str = "en",
) -> Reply:
    """Return a reply of the bot."""
    intents = (Guess(intent, 0.9, "all of it"),) if intent else ()
    tier: Tier = "hand_over" if action == "hand_over" else "template"
    return Reply(action, text, language, Reason(tier, "so it is", intents), memory or {}, 0.25, 0.5)


@dataclass(frozen=True)
class Replayed:
    """Where a log ends."""

    state: str
    owner: str | None
    fence: int


def replay(log: Sequence[Entry]) -> Replayed:
    """Follow a whole log from its first entry, and assert every law on the way."""
    assert [entry.seq for entry in log] == list(range(1, len(log) + 1)), "a gap or a double"
    assert all(a.at <= b.at for a, b in pairwise(log)), "time went back"
    at = Replayed("", None, 0)
    customer: set[int] = set()
    replied: set[int] = set()
    ids: set[tuple[str, str | None, str]] = set()
    for i, entry in enumerate(log):
        if entry.kind != "message":
            at = _after(entry, at)
            is_entry = entry.to_state == "waiting" and entry.from_state != "waiting"
            if is_entry or entry.kind == "takes_longer":
                told = [(e.kind, e.who) for e in log[i + 1 : i + 2]]
                assert told == [("message", "system")], "a silent hand-over"
            continue
        if entry.client_id is not None:
            key = (entry.who, entry.agent, entry.client_id)
            assert key not in ids, "a message twice"
            ids.add(key)
        if entry.is_private:
            continue
        if entry.who == "customer":
            assert at.state != "resolved"
            customer.add(entry.seq)
        elif entry.who == "bot":
            assert at.state == "bot", "the bot talks over a person"
            assert entry.fence == at.fence, "the bot speaks late"
            assert entry.in_reply_to in customer
            assert entry.in_reply_to not in replied, "the bot answers twice"
            replied.add(entry.in_reply_to)
        elif entry.who == "person":
            assert (at.state, at.owner) == ("person", entry.agent), "who speaks is not the owner"
            assert entry.fence == at.fence, "a person speaks late"
        else:
            before = log[i - 1]
            assert before.kind != "message", "the desk speaks without a change, or twice"
    return at


def _after(entry: Entry, before: Replayed) -> Replayed:
    """Return where an event leads; assert that it may."""
    after = Replayed(entry.to_state or "", entry.agent, entry.fence)
    assert entry.to_state in ALLOWED[entry.kind].get(entry.from_state, ()), entry
    assert (entry.from_state or "") == before.state, "a state without the event that led to it"
    assert (after.owner is not None) == (after.state == "person"), "not exactly one owner"
    has_moved = (after.state, after.owner) != (before.state, before.owner)
    grown = after.fence - before.fence
    assert grown == (1 if has_moved or entry.kind == "worker_lost" else 0), "the fence"
    return after


def cared_for(log: Sequence[Entry], seq: int, *, is_pending: bool) -> bool:
    """Return whether a customer's message was answered, closed, or is with people now."""
    end = replay(log)
    later = [entry for entry in log if entry.seq > seq]
    by_bot = any(entry.in_reply_to == seq for entry in later)
    by_person = any(e.who == "person" and e.kind == "message" and not e.is_private for e in later)
    closed = any(entry.to_state == "resolved" for entry in later)
    return by_bot or by_person or closed or (is_pending and end.state in ("waiting", "person"))
