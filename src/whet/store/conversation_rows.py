"""What does one conversation, message or event look like when it is read? Frozen rows.

The fields of each class are the columns of its table, in their order: a row of the database is
passed as it comes. A test holds that both agree.
"""

from dataclasses import dataclass, field
from datetime import datetime

from whet.core.errors import InputError
from whet.store.columns import Json

LONGEST_ID = 200
"""Characters of an id that others choose; an index of PostgreSQL holds about 2,700 bytes."""


@dataclass(frozen=True)
class Conversation:
    """One conversation as it stands."""

    id: str
    channel: str
    """For example `widget` or `chatwoot`."""
    channel_id: str
    """The channel's own id of it; unique in the channel."""
    customer: str | None
    """Who the customer is to the company, where that is known."""
    language: str
    """What the customer last wrote in, for example `en` or `zh`."""
    channel_language: str | None
    """What the channel says that the customer reads; None where it does not say."""
    state: str
    """`bot`, `waiting`, `person` or `resolved`."""
    owner: str | None
    """The agent who has it in the state `person`; else None."""
    fence: int
    """Grows with every change of state or owner; a send that carries an older one is refused."""
    queue: str
    """Where it waits, or last waited, for a person."""
    assigned: str | None
    """Agent to whom a waiting conversation is offered; anybody may take it."""
    assigned_at: datetime | None
    memory: Json
    """What the bot remembers, as JSON."""
    intent: str | None
    """What it is about, as the bot last understood."""
    opened: datetime
    updated: datetime
    """When its last entry was written. Never goes back, whatever clocks do."""
    state_since: datetime
    """When state or owner last changed."""
    waiting_since: datetime | None
    """Since when it waits for a person; None in other states."""
    escalated: datetime | None
    """When the customer was told that waiting takes longer; None before."""
    resolved_at: datetime | None
    forgotten: datetime | None
    """When every text of it was deleted; None for all others."""
    last_person: str | None
    """The agent who had it last; None where it was closed without one."""
    reopened: int
    """How often it was opened again."""
    csat: int | None
    """Satisfaction that the customer gave, 1 to 5."""
    last_seq: int
    """Number of its last entry; entries are numbered 1, 2, 3… without a gap."""
    last_message: int
    """Number of its last message that the customer may read; 0 without any."""
    context_from: int
    """Entries before this number were before it was last opened: no context for the bot."""
    pending: int
    """Messages of the customer that nobody has answered."""
    pending_since: datetime | None
    """When the oldest of them was written."""
    lease_holder: str | None
    """Worker that computes the bot's answer."""
    lease_until: datetime | None
    """When another worker may do so instead."""
    rate_from: datetime | None
    """Beginning of the minute in which the customer's messages are counted."""
    rate_count: int


@dataclass(frozen=True)
class Message:
    """One message, or an agent's private note."""

    conversation: str
    seq: int
    """Its number among the entries of the conversation."""
    author: str
    """`customer`, `bot`, `person` or `system`."""
    agent: str
    """Name of the agent; empty for other authors."""
    client_id: str | None
    """Id that the sender chose: sent twice, it is one message."""
    text: str
    at: datetime
    fence: int
    """The fencing token that it was sent under."""
    in_reply_to: int | None = None
    """For an answer of the bot: number of the customer's message."""
    is_private: bool = False
    """Whether it is a note that customers never see."""
    is_pending: bool = False
    """For a message of the customer: whether somebody still has to answer it."""
    reply: Json | None = field(default=None, hash=False)
    """For an answer of the bot: reason, sources, choices, as JSON."""
    tier: str | None = None
    """For an answer of the bot: how it was found."""
    cost: float | None = None
    """For an answer of the bot: money beyond the machine."""
    seconds: float | None = None
    """For an answer of the bot: how long it took."""


@dataclass(frozen=True)
class Entry:
    """One entry of a conversation: a message or a change of its state."""

    seq: int
    kind: str
    """`message`, or the event that changed the state."""
    who: str
    """Author of a message; who caused a change."""
    agent: str | None
    """Agent of a message; the owner after a change."""
    text: str
    """The message; for a change, why."""
    at: datetime
    fence: int
    in_reply_to: int | None
    is_private: bool
    client_id: str | None
    from_state: str | None
    """For a change."""
    to_state: str | None
    """For a change."""
    reply: Json | None = field(hash=False)
    """For an answer of the bot."""


@dataclass(frozen=True)
class Agent:
    """One person of the desk."""

    name: str
    seen: datetime
    """Last sign of life."""
    is_away: bool
    queues: list[str]
    """Queues that are served; every one without any."""
    capacity: int
    """Conversations at once that are offered."""


def check_id(name: str, value: str) -> str:
    """Return an id that others chose.

    Raises:
        InputError: it is empty, blank, or longer than an index holds.
    """
    if not value.strip() or len(value) > LONGEST_ID:
        found = "an empty one" if not value.strip() else f"{len(value)} characters"
        raise InputError(f"The {name} must have 1 to {LONGEST_ID} characters; found {found}.")
    return value
