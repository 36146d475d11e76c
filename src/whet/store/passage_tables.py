"""What does the store remember of texts that are searched? The tables beside `schema`."""

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, LargeBinary, Table

from whet.store.columns import UtcTime, Words
from whet.store.schema import METADATA


def _of_document() -> ForeignKeyConstraint:
    """Return what lets a row go with its document."""
    target = ["documents.name", "documents.id"]
    return ForeignKeyConstraint(["name", "document"], target, ondelete="CASCADE")


PASSAGE_INDEXES = Table(
    "passage_indexes",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("name", Words, ForeignKey("passage_indexes.name"), primary_key=True),
    Column("id", Words, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("title", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("reviewed", UtcTime),
    Column("source", Words, nullable=False),
    Column("content_sha256", Words, nullable=False),
    Column("embedder", Words, nullable=False),
    Column("changed", UtcTime, nullable=False),
)

PASSAGES = Table(
    "passages",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("document", Words, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("heading", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("embedding", LargeBinary),
    _of_document(),
)

ARTICLE_USES = Table(
    "article_uses",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("document", Words, primary_key=True),
    Column("day", UtcTime, primary_key=True),
    Column("uses", BigInteger, nullable=False),
    _of_document(),
)

# No foreign key: what nobody could answer may be asked before there is an index.
UNANSWERED = Table(
    "unanswered_questions",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("digest", Words, primary_key=True),
    Column("question", Words, nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("first", UtcTime, nullable=False),
    Column("last", UtcTime, nullable=False),
)
