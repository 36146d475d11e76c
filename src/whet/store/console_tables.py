"""Who may enter the console, who is in it, and what was done there? Four tables.

A password is kept as the text of `whet.store.passwords`, a session as the hash of its token, and
somebody who tries to sign in as the hash of the name and the address that were tried.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
)

from whet.store.columns import JSON_TEXT, UtcTime, Words
from whet.store.schema import METADATA

USERS = Table(
    "users",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("role", Words, nullable=False),
    Column("password", Words, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("last_seen", UtcTime),
    CheckConstraint("role IN ('agent', 'editor', 'admin')", name="ck_users_role"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", Words, primary_key=True),
    Column("user", Words, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
    Index(None, "user"),
)

SIGN_IN_ATTEMPTS = Table(
    "sign_in_attempts",
    METADATA,
    Column("subject", Words, primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Index(None, "since"),
)

# No foreign key: what a person did stays known when the person is gone.
AUDIT = Table(
    "audit_log",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("which", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("facts", JSON_TEXT, nullable=False),
    Index(None, "who", "id"),
)
