"""Tests for whet.store.passages: kept whole, replaced, told apart by versions, deleted wholly."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from whet.core.errors import InputError
from whet.store.passage_tables import ARTICLE_USES, DOCUMENTS, PASSAGES
from whet.store.passages import Document, Passage, content_hash, storable
from whet.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REFUNDS = Document(
    id="help/refunds",
    title="Refunds 退款",
    passages=(Passage("Cards", "Three days."), Passage("Cards › Abroad", "Ten days.")),
    url="https://shop.example/refunds",
    language="en",
    owner="Ana",
    reviewed=NOON,
    source="help/refunds.md",
)
LOGIN = Document("login", "Login", (Passage("", "Reset it."),))
VECTORS = (b"\x00\x3c\x00\x00", b"")


def test_a_document_comes_back_whole(store: Store) -> None:
    assert store.passages.put("kb", [REFUNDS], [VECTORS], embedder="m") == 1
    kept = store.passages.get("kb", ["help/refunds", "nowhere"])["help/refunds"]
    assert kept.document == REFUNDS
    assert kept.embeddings == VECTORS
    assert (kept.version, kept.embedder, kept.changed) == (1, "m", NOON)
    assert kept.content_sha256 == content_hash(REFUNDS)


def test_changes_name_what_is_new_and_what_is_gone(store: Store) -> None:
    store.passages.put("kb", [REFUNDS, LOGIN], [VECTORS, [b""]], embedder="m")
    first = store.passages.changes("kb", {})
    assert [kept.document for kept in first.changed] == [REFUNDS, LOGIN]
    known = {kept.document.id: kept.version for kept in first.changed}
    assert store.passages.changes("kb", known).changed == ()
    shorter = replace(REFUNDS, passages=(Passage("", "Two days."),))
    store.passages.put("kb", [shorter], [[b""]], embedder="")
    assert store.passages.remove("kb", ["login", "nowhere"]) == ["login"]
    new = store.passages.changes("kb", known)
    assert (new.version, [kept.document for kept in new.changed]) == (3, [shorter])
    assert new.removed == ("login",)


def test_indexes_do_not_see_one_another(store: Store) -> None:
    store.passages.put("kb", [LOGIN], [[b""]], embedder="")
    assert store.passages.version("other") == 0
    assert store.passages.changes("other", {}).changed == ()
    assert store.passages.remove("other", ["login"]) == []
    assert store.passages.version("kb") == 1


def test_a_removed_document_leaves_no_row(store: Store) -> None:
    store.passages.put("kb", [REFUNDS, LOGIN], [VECTORS, [b""]], embedder="")
    store.article_uses.used("kb", [REFUNDS.id, LOGIN.id])
    assert store.passages.remove("kb", [REFUNDS.id]) == [REFUNDS.id]
    with store.database.read() as connection:
        for column in (DOCUMENTS.c.id, PASSAGES.c.document, ARTICLE_USES.c.document):
            assert connection.execute(select(column)).scalars().all() == ["login"]


def test_all_are_put_or_none(store: Store) -> None:
    broken = replace(LOGIN, reviewed=datetime(2026, 1, 1))  # without a zone
    with pytest.raises(InputError, match="must carry its time zone"):
        store.passages.put("kb", [REFUNDS, broken], [VECTORS, [b""]], embedder="")
    assert store.passages.changes("kb", {}).changed == ()
    assert store.passages.version("kb") == 0


def test_characters_that_no_database_holds_do_not_change_a_hash() -> None:
    dirty = replace(LOGIN, passages=(Passage("", "a\x00b\ud800"),))
    assert content_hash(dirty) == content_hash(storable(dirty))
    assert storable(dirty).passages[0].text == "a\ufffdb\ufffd"
    assert content_hash(replace(LOGIN, owner="Bo")) != content_hash(LOGIN)
