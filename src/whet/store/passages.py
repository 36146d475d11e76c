"""Which texts can be searched under a name? Documents in passages, with what embeds them.

Every change raises the version of its index and stamps the document with it. Who holds an index in
memory asks `changes` with the versions that he has, and is told what is new and what has gone, so
that a removed document needs no mark that it was once there.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from whet.store.columns import insert_if_new, replace_rows, storable_text
from whet.store.database import Database
from whet.store.passage_tables import DOCUMENTS, PASSAGE_INDEXES, PASSAGES

_ASKED_AT_ONCE = 500
"""Documents named in one query; SQLite takes no more than 32,766 values."""


@dataclass(frozen=True)
class Passage:
    """A piece of a document that is found by itself."""

    heading: str
    """Headings above it, joined by ` › `; empty at the top."""
    text: str


@dataclass(frozen=True)
class Document:
    """A text that can be searched, such as an article of a knowledge base."""

    id: str
    title: str
    passages: tuple[Passage, ...]
    url: str = ""
    language: str = ""
    """`en`, `zh` or another ISO 639-1 code; empty where nobody knows."""
    owner: str = ""
    """Who keeps it right."""
    reviewed: datetime | None = None
    """When somebody last held it against the truth."""
    source: str = ""
    """File that it was read from."""


@dataclass(frozen=True)
class Kept:
    """A document as the store keeps it."""

    document: Document
    version: int
    """Version of the index in which it came or last changed."""
    content_sha256: str
    embedder: str
    """What made the embeddings; empty without any."""
    changed: datetime
    embeddings: tuple[bytes, ...] = field(repr=False)
    """float16 values of each passage; empty bytes where it has none."""


@dataclass(frozen=True)
class Changes:
    """What differs between an index and what somebody knows of it."""

    version: int
    changed: tuple[Kept, ...]
    removed: tuple[str, ...]
    """Ids of documents that are gone."""


def content_hash(document: Document) -> str:
    """Return the SHA-256 of everything that a document says of itself."""
    plain = asdict(storable(document))
    reviewed = document.reviewed
    plain["reviewed"] = None if reviewed is None else reviewed.isoformat()
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def storable(document: Document) -> Document:
    """Return a document without the characters that no database holds."""
    passages = tuple(
        Passage(storable_text(part.heading), storable_text(part.text)) for part in document.passages
    )
    names = ("id", "title", "url", "language", "owner", "source")
    texts = {name: storable_text(getattr(document, name)) for name in names}
    return Document(**texts, passages=passages, reviewed=document.reviewed)


class Passages:
    """The searched documents of a store, under the names of their indexes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self, name: str) -> int:
        """Return the version of an index; 0 before anything was put into it."""
        with self._database.read() as connection:
            return _version(connection, name)

    def changes(self, name: str, known: Mapping[str, int]) -> Changes:
        """Return what differs from documents that are known by their ids and versions."""
        with self._database.read() as connection:
            version = _version(connection, name)
            asked = select(DOCUMENTS.c.id, DOCUMENTS.c.version).where(DOCUMENTS.c.name == name)
            found = {row.id: row.version for row in connection.execute(asked)}
            ids = sorted(key for key, own in found.items() if known.get(key) != own)
            changed = _kept(connection, name, ids)
        return Changes(version, tuple(changed), tuple(sorted(known.keys() - found.keys())))

    def get(self, name: str, documents: Sequence[str]) -> dict[str, Kept]:
        """Return documents by their ids; those that are not there are left out."""
        with self._database.read() as connection:
            return {kept.document.id: kept for kept in _kept(connection, name, documents)}

    def put(
        self, name: str, documents: Sequence[Document], embeddings: Sequence[Sequence[bytes]],
        *, embedder: str,
    ) -> int:  # fmt: skip
        """Put documents in, or in the place of those with the same ids; return the new version.

        Args:
            name: the index.
            documents: all are put, or none.
            embeddings: float16 values of each passage of each document; empty bytes without any.
            embedder: what made them.
        """
        now = self._database.clock()
        with self._database.write() as connection:
            version = _next_version(connection, name)
            _delete_passages(connection, name, [document.id for document in documents])
            same = {"name": name, "version": version, "embedder": embedder, "changed": now}
            rows = [same | _row(document) for document in documents]
            replace_rows(connection, DOCUMENTS, rows)
            parts = [
                row
                for document, vectors in zip(documents, embeddings, strict=True)
                for row in _passage_rows(name, document, vectors)
            ]
            if parts:
                connection.execute(insert(PASSAGES), parts)
        return version

    def remove(self, name: str, documents: Sequence[str]) -> list[str]:
        """Delete documents with their passages and the record of their use; return those found."""
        wanted = [storable_text(ident) for ident in documents]
        parts = [wanted[i : i + _ASKED_AT_ONCE] for i in range(0, len(wanted), _ASKED_AT_ONCE)]
        owns = [(DOCUMENTS.c.name == name) & DOCUMENTS.c.id.in_(part) for part in parts]
        found: list[str] = []
        with self._database.write() as connection:
            for own in owns:
                found.extend(connection.execute(select(DOCUMENTS.c.id).where(own)).scalars())
            if found:
                # First the index, then its documents, as in `put`: two writers never wait for
                # each other.
                _next_version(connection, name)
            for own in owns if found else []:
                connection.execute(delete(DOCUMENTS).where(own))  # the rest goes with them
        if found:
            self._database.empty_log()
        return sorted(found)


def _version(connection: Connection, name: str) -> int:
    """Return the version of an index; 0 without one."""
    asked = select(PASSAGE_INDEXES.c.version).where(PASSAGE_INDEXES.c.name == name)
    return int(connection.execute(asked).scalar_one_or_none() or 0)


def _next_version(connection: Connection, name: str) -> int:
    """Raise the version of an index, whose row stays locked, and return it."""
    insert_if_new(connection, PASSAGE_INDEXES, {"name": name, "version": 0})
    raised = update(PASSAGE_INDEXES).where(PASSAGE_INDEXES.c.name == name)
    connection.execute(raised.values(version=PASSAGE_INDEXES.c.version + 1))
    return _version(connection, name)


def _delete_passages(connection: Connection, name: str, documents: Sequence[str]) -> None:
    """Delete the passages of documents that are about to be replaced."""
    for start in range(0, len(documents), _ASKED_AT_ONCE):
        some = [storable_text(ident) for ident in documents[start : start + _ASKED_AT_ONCE]]
        own = (PASSAGES.c.name == name) & PASSAGES.c.document.in_(some)
        connection.execute(delete(PASSAGES).where(own))


def _row(document: Document) -> dict[str, Any]:
    """Return what a document says of itself as columns."""
    names = ("id", "title", "url", "language", "owner", "reviewed", "source")
    row = {name: getattr(document, name) for name in names}
    return row | {"content_sha256": content_hash(document)}


def _passage_rows(
    name: str, document: Document, embeddings: Sequence[bytes]
) -> list[dict[str, Any]]:
    """Return the passages of a document as rows."""
    return [
        {
            "name": name,
            "document": document.id,
            "number": number,
            "heading": passage.heading,
            "text": passage.text,
            "embedding": embedding or None,
        }
        for number, (passage, embedding) in enumerate(
            zip(document.passages, embeddings, strict=True)
        )
    ]


def _kept(connection: Connection, name: str, ids: Sequence[str]) -> list[Kept]:
    """Return documents by their ids, in order; those that are gone are left out."""
    found: list[Kept] = []
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        some = ids[start : start + _ASKED_AT_ONCE]
        documents = select(DOCUMENTS).where(DOCUMENTS.c.name == name, DOCUMENTS.c.id.in_(some))
        passages = (
            select(PASSAGES)
            .where(PASSAGES.c.name == name, PASSAGES.c.document.in_(some))
            .order_by(PASSAGES.c.document, PASSAGES.c.number)
        )
        parts: dict[str, list[Row[Any]]] = {}
        for row in connection.execute(passages):
            parts.setdefault(row.document, []).append(row)
        rows = connection.execute(documents.order_by(DOCUMENTS.c.id))
        found.extend(_as_kept(row, parts.get(row.id, [])) for row in rows)
    return found


def _as_kept(row: Row[Any], parts: Sequence[Row[Any]]) -> Kept:
    """Return a document from its row and those of its passages."""
    document = Document(
        id=row.id,
        title=row.title,
        passages=tuple(Passage(part.heading, part.text) for part in parts),
        url=row.url,
        language=row.language,
        owner=row.owner,
        reviewed=row.reviewed,
        source=row.source,
    )
    embeddings = tuple(bytes(part.embedding or b"") for part in parts)
    return Kept(document, row.version, row.content_sha256, row.embedder, row.changed, embeddings)
