"""Conversations of a support desk: messages, changes of state, ratings, and who is at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_PENDING = sa.text("is_pending IS 1"), sa.text("is_pending IS true")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel_language", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("assigned", sa.Text()),
        sa.Column("assigned_at", _TIME),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("intent", sa.Text()),
        sa.Column("opened", _TIME, nullable=False),
        sa.Column("updated", _TIME, nullable=False),
        sa.Column("state_since", _TIME, nullable=False),
        sa.Column("waiting_since", _TIME),
        sa.Column("escalated", _TIME),
        sa.Column("resolved_at", _TIME),
        sa.Column("forgotten", _TIME),
        sa.Column("last_person", sa.Text()),
        sa.Column("reopened", sa.BigInteger(), nullable=False),
        sa.Column("csat", sa.BigInteger()),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_message", sa.BigInteger(), nullable=False),
        sa.Column("context_from", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("pending_since", _TIME),
        sa.Column("lease_holder", sa.Text()),
        sa.Column("lease_until", _TIME),
        sa.Column("rate_from", _TIME),
        sa.Column("rate_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'person') = (owner IS NOT NULL)", name="ck_conversations_owner"
        ),
    )
    op.create_index(
        "ix_conversations_channel_channel_id",
        "conversations",
        ["channel", "channel_id"],
        unique=True,
    )
    op.create_index(
        "ix_conversations_state_updated_id", "conversations", ["state", "updated", "id"]
    )
    op.create_index(
        "ix_conversations_state_waiting_since_id", "conversations", ["state", "waiting_since", "id"]
    )
    op.create_index("ix_conversations_updated_id", "conversations", ["updated", "id"])
    op.create_index("ix_conversations_owner", "conversations", ["owner"])
    op.create_index("ix_conversations_customer", "conversations", ["customer"])
    op.create_table(
        "conversation_messages",
        sa.Column("conversation", sa.Text(), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("in_reply_to", sa.BigInteger()),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.JSON()),
        sa.Column("tier", sa.Text()),
        sa.Column("cost", sa.Double()),
        sa.Column("seconds", sa.Double()),
    )
    op.create_index(
        "ix_conversation_messages_conversation_author_agent_client_id",
        "conversation_messages",
        ["conversation", "author", "agent", "client_id"],
        unique=True,
    )
    op.create_index(
        "ix_conversation_messages_conversation_in_reply_to",
        "conversation_messages",
        ["conversation", "in_reply_to"],
        unique=True,
    )
    op.create_index("ix_conversation_messages_at", "conversation_messages", ["at"])
    op.create_index(
        "ix_conversation_messages_pending",
        "conversation_messages",
        ["conversation", "seq"],
        sqlite_where=_PENDING[0],
        postgresql_where=_PENDING[1],
    )
    op.create_table(
        "conversation_events",
        sa.Column("conversation", sa.Text(), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_conversation_events_at", "conversation_events", ["at"])
    op.create_table(
        "conversation_ratings",
        sa.Column("conversation", sa.Text(), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("message", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "desk_agents",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("seen", _TIME, nullable=False),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
    )
