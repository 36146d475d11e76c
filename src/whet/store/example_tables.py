"""Which tables hold what people said about answers, and what came of it?

`examples` are texts with the label that somebody gave them; `trials` are comparisons of a
challenger with the champion; `shadow_answers` what a challenger would have said to live messages,
without their text. No foreign key to packages or predictions: both may be deleted before.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table

from whet.store.columns import JSON_TEXT, Real, UtcTime, Words
from whet.store.schema import METADATA

EXAMPLES = Table(
    "examples",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("model", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("label", Words),
    Column("answered", Words),
    Column("source", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("conversation", Words, ForeignKey("conversations.id")),
    Column("message", BigInteger),
    Column("prediction", Words),
    Column("channel", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("weight", Real, nullable=False),
    Column("state", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("decided_by", Words),
    Column("decided_at", UtcTime),
    Index(None, "model", "state", "at"),
    Index(None, "conversation"),
    Index(None, "prediction"),
)

TRIALS = Table(
    "trials",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("model", Words, nullable=False),
    Column("champion", Words, nullable=False),
    Column("challenger", Words, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("facts", JSON_TEXT, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "model", "at"),
)

SHADOWS = Table(
    "shadow_answers",
    METADATA,
    Column("model", Words, primary_key=True),
    Column("challenger", Words, primary_key=True),
    Column("conversation", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("champion", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("old_intent", Words),
    Column("new_intent", Words),
    Column("old_action", Words, nullable=False),
    Column("new_action", Words, nullable=False),
    Column("old_tier", Words, nullable=False),
    Column("new_tier", Words, nullable=False),
    Column("agrees", Boolean, nullable=False),
    Column("seconds", Real, nullable=False),
    Index(None, "at"),
)
