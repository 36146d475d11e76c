"""Tests for whet.retrieval.index: found, changed, gone; seen by others; the same as built anew."""

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.retrieval.conftest import embed

from whet.core.errors import InputError, WhetError
from whet.core.ids import new_id
from whet.retrieval.index import Hit, Index
from whet.store.passages import Document, Passage
from whet.store.store import Store, open_store


def document(ident: str, *texts: str, title: str = "") -> Document:
    return Document(ident, title, tuple(Passage("", text) for text in texts))


REFUNDS = document("refunds", "A refund takes three days.", "Refunds go to the card.")
LOGIN = document("login", "Reset your login by mail.")
CHINESE = document("zh", "退款三天内到账。")


def float_ticks() -> Callable[[], float]:
    """Return a clock that goes on by a second whenever it is asked."""
    return map(float, count()).__next__


class Counting:
    """Counts the texts that are embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        return embed(texts)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.document for hit in hits]


def test_words_and_meaning_find_a_passage(store: Store) -> None:
    index = Index(store, "kb", embed=embed)
    assert index.put_all([REFUNDS, LOGIN, CHINESE]) == 3
    best = index.search("refund days")[0]
    assert (best.document, best.text) == ("refunds", "A refund takes three days.")
    assert (best.word_rank, best.meaning_rank) == (1, 1)
    meant = index.search("my money")[0]  # no passage holds the word
    assert (meant.document, meant.word_rank, meant.meaning_rank) == ("refunds", None, 1)
    assert index.search("退款", k=1)[0].document == "zh"


def test_without_embeddings_words_alone_are_searched(store: Store) -> None:
    index = Index(store, "kb")
    index.put_all([REFUNDS, LOGIN])
    (hit,) = index.search("login")
    assert (hit.document, hit.meaning_rank, hit.similarity) == ("login", None, 0.0)
    assert index.search("my money") == []


@pytest.mark.parametrize("query", ["", "  ", "?!", "\x00", "\ud800"])
def test_a_query_without_words_finds_no_words(store: Store, query: str) -> None:
    index = Index(store, "kb")
    index.put(REFUNDS)
    assert index.search(query) == []


def test_a_hundred_kilobytes_are_read_as_their_beginning(store: Store) -> None:
    counting = Counting()
    index = Index(store, "kb", embed=counting)
    index.put(REFUNDS)
    assert ids(index.search("refund " * 20_000, k=1)) == ["refunds"]
    assert max(map(len, counting.texts)) <= 2_000


def test_a_document_that_did_not_change_is_not_put_again(store: Store) -> None:
    counting = Counting()
    index = Index(store, "kb", embed=counting)
    assert index.put(REFUNDS)
    assert not index.put(REFUNDS)
    assert len(counting.texts) == 2


def test_a_changed_passage_is_embedded_alone(store: Store) -> None:
    counting = Counting()
    index = Index(store, "kb", embed=counting)
    index.put(REFUNDS)
    counting.texts.clear()
    assert index.put(document("refunds", "A refund takes three days.", "Refunds cost nothing."))
    assert counting.texts == ["Refunds cost nothing."]
    assert "cost nothing" in index.search("cost")[0].text
    assert index.search("go to the", k=9)[0].text != "Refunds go to the card."


def test_owner_and_address_change_without_embedding(store: Store) -> None:
    counting = Counting()
    index = Index(store, "kb", embed=counting)
    index.put(REFUNDS)
    counting.texts.clear()
    assert index.put(replace(REFUNDS, owner="Ana", url="https://shop.example/refunds"))
    assert counting.texts == []
    assert index.search("refund")[0].url == "https://shop.example/refunds"


def test_another_embedder_embeds_again_and_never_meets_the_old_vectors(store: Store) -> None:
    Index(store, "kb", embed=embed, embedder="a").put(REFUNDS)
    other = Index(store, "kb", embed=embed, embedder="b")
    assert other.search("money") == []  # vectors of `a` say nothing to `b`
    assert other.put(REFUNDS)
    assert ids(other.search("money", k=1)) == ["refunds"]


def test_chinese_is_searched_by_characters_where_the_base_cannot_read_it(store: Store) -> None:
    index = Index(store, "kb", embed=embed, embeds_chinese=False)
    index.put_all([REFUNDS, CHINESE])
    (hit,) = index.search("退款")
    assert (hit.document, hit.meaning_rank) == ("zh", None)


def test_a_change_by_another_process_is_seen_when_a_tenth_of_a_second_has_passed(
    store: Store, store_url: str
) -> None:
    now = [0.0]
    reader = Index(store, "kb", monotonic=lambda: now[0])
    assert reader.search("refund") == []
    with open_store(store_url) as other:
        Index(other, "kb").put(REFUNDS)
        assert reader.search("refund") == []
        now[0] += 0.11
        assert ids(reader.search("refund", k=1)) == ["refunds"]
        Index(other, "kb").remove("refunds")
        now[0] += 0.11
        assert reader.search("refund") == []


def test_what_is_removed_is_gone_from_memory_rows_and_file(tmp_path: Path) -> None:
    file = tmp_path / "whet.db"
    secret = "zanzibar"
    with open_store(f"sqlite:///{file}") as store:
        index = Index(store, "kb", embed=embed)
        index.put_all([REFUNDS, document("gone", f"The {secret} is closed.", title=secret)])
        index.search(secret)
        store.article_uses.used("kb", ["gone"])
        assert any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
        assert index.remove("gone")
        assert not index.remove("gone")
        assert index.search(secret) == [] or "gone" not in ids(index.search(secret))
        gc.collect()
        # `isinstance` would ask every object for its class, and some warn when they are asked.
        documents = (o for o in gc.get_objects() if type(o) is Document)
        held = [o for o in documents if o.id == "gone"]
        assert held == []
        snapshot = index._snapshot
        assert len(snapshot.passages) == len(snapshot.vectors) == len(snapshot.words.length) == 2
        # Not a page of the file or of its log holds the word any more.
        assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
    with sqlite3.connect(file) as raw:
        for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            assert secret not in str(raw.execute(f"SELECT * FROM {table}").fetchall())
    raw.close()


def test_a_lost_store_is_searched_as_it_was_last_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    index = Index(store, "kb", monotonic=lambda: now[0])
    index.put(REFUNDS)

    def gone(name: str) -> int:
        raise WhetError("Cannot use the store.")

    monkeypatch.setattr(store.passages, "version", gone)
    now[0] += 1.0
    assert ids(index.search("refund", k=1)) == ["refunds"]
    with pytest.raises(WhetError):
        Index(store, "kb").search("refund")


def test_readers_search_while_a_writer_changes(store: Store) -> None:
    index = Index(store, "kb", embed=embed, monotonic=float_ticks())
    index.put(LOGIN)
    failed: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert "login" in ids(index.search("reset login", k=3))
        except BaseException as error:
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(8):
        index.put(document(f"d{n % 4}", f"refund number {n}"))
        index.remove(f"d{(n + 2) % 4}")
    done.set()
    for reader in readers:
        reader.join()
    assert failed == []


@pytest.mark.parametrize(
    ("documents", "sentence"),
    [
        ([document("", "text", title="Nameless")],
         "A document must have an id; 'Nameless' has none."),
        ([LOGIN, LOGIN], "Each document must have an id of its own; 'login' is there twice."),
        ([document("empty")],
         "Every passage of a document must have text; 'empty' has an empty one or none."),
        ([document("blank", "a", " ")],
         "Every passage of a document must have text; 'blank' has an empty one or none."),
    ],
)  # fmt: skip
def test_documents_that_could_not_be_found_are_refused(
    store: Store, documents: list[Document], sentence: str
) -> None:
    index = Index(store, "kb")
    with pytest.raises(InputError) as error:
        index.put_all(documents)
    assert str(error.value) == sentence
    assert index.documents() == []


WORDS = st.lists(
    st.sampled_from(["refund", "money", "card", "login", "days", "help", "退款", "银行卡", "三天"]),
    min_size=1,
    max_size=5,
).map(" ".join)
STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.none() | st.lists(WORDS, min_size=1, max_size=3)),
    max_size=12,
)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: making one takes longer than an example."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('sequences') / 'whet.db'}") as opened:
        yield opened


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_any_sequence_of_changes_searches_as_an_index_built_anew(
    one_store: Store, steps: list[tuple[str, list[str] | None]]
) -> None:
    name = new_id("sequence")
    expected: dict[str, Document] = {}
    changed = Index(one_store, name, embed=embed)
    # The clock never stands still, so that this one looks at every search.
    watching = Index(one_store, name, embed=embed, monotonic=float_ticks())
    for ident, texts in steps:
        if texts is None:
            assert changed.remove(ident) == (expected.pop(ident, None) is not None)
        else:
            new = document(ident, *texts)
            assert changed.put(new) == (expected.get(ident) != new)
            expected[ident] = new
        watching.search("card")
    fresh = Index(one_store, f"{name} anew", embed=embed)
    fresh.put_all(list(expected.values()))
    for query in ("refund card", "money", "login help days", "退款", "银行卡 三天"):
        want = fresh.search(query, k=20)
        assert changed.search(query, k=20) == want
        assert watching.search(query, k=20) == want
