"""Which tables hold the conversations of a support desk, and who is at the desk?

Messages and events of one conversation share one sequence of numbers without gaps: an entry is in
one of the two tables, and its number says what came before what. What must never happen is a
constraint here, beside the checks in the code: two answers of the bot to one message, one message
twice, a conversation of a person without its owner.
"""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table

from whet.store.columns import JSON_TEXT, Real, UtcTime, Words
from whet.store.schema import METADATA

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("channel_id", Words, nullable=False),
    Column("customer", Words),
    Column("language", Words, nullable=False),
    Column("channel_language", Words),
    Column("state", Words, nullable=False),
    Column("owner", Words),
    Column("fence", BigInteger, nullable=False),
    Column("queue", Words, nullable=False),
    Column("assigned", Words),
    Column("assigned_at", UtcTime),
    Column("memory", JSON_TEXT, nullable=False),
    Column("intent", Words),
    Column("opened", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("state_since", UtcTime, nullable=False),
    Column("waiting_since", UtcTime),
    Column("escalated", UtcTime),
    Column("resolved_at", UtcTime),
    Column("forgotten", UtcTime),
    Column("last_person", Words),
    Column("reopened", BigInteger, nullable=False),
    Column("csat", BigInteger),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_message", BigInteger, nullable=False),
    Column("context_from", BigInteger, nullable=False),
    Column("pending", BigInteger, nullable=False),
    Column("pending_since", UtcTime),
    Column("lease_holder", Words),
    Column("lease_until", UtcTime),
    Column("rate_from", UtcTime),
    Column("rate_count", BigInteger, nullable=False),
    CheckConstraint("(state = 'person') = (owner IS NOT NULL)", name="ck_conversations_owner"),
    Index(None, "channel", "channel_id", unique=True),
    Index(None, "state", "updated", "id"),
    Index(None, "state", "waiting_since", "id"),
    Index(None, "updated", "id"),
    Index(None, "owner"),
    Index(None, "customer"),
)

MESSAGES = Table(
    "conversation_messages",
    METADATA,
    Column("conversation", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("author", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Column("client_id", Words),
    Column("text", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("in_reply_to", BigInteger),
    Column("is_private", Boolean, nullable=False),
    Column("is_pending", Boolean, nullable=False),
    Column("reply", JSON_TEXT),
    Column("tier", Words),
    Column("cost", Real),
    Column("seconds", Real),
    # NULL differs from NULL in both: messages without a client id are not each other's doubles.
    Index(None, "conversation", "author", "agent", "client_id", unique=True),
    Index(None, "conversation", "in_reply_to", unique=True),
    Index(None, "at"),
)
# Few messages are pending; without this index a conversation of 10,000 would be read for each.
Index(
    "ix_conversation_messages_pending",
    MESSAGES.c.conversation,
    MESSAGES.c.seq,
    sqlite_where=MESSAGES.c.is_pending.is_(True),
    postgresql_where=MESSAGES.c.is_pending.is_(True),
)

EVENTS = Table(
    "conversation_events",
    METADATA,
    Column("conversation", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("from_state", Words),
    Column("to_state", Words, nullable=False),
    Column("owner", Words),
    Column("fence", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "at"),
)

RATINGS = Table(
    "conversation_ratings",
    METADATA,
    Column("conversation", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("comment", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)

AGENTS = Table(
    "desk_agents",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("seen", UtcTime, nullable=False),
    Column("is_away", Boolean, nullable=False),
    Column("queues", JSON_TEXT, nullable=False),
    Column("capacity", BigInteger, nullable=False),
)
