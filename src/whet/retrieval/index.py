"""Which passages answer a question? An index that several processes share, one change at a time.

    index = Index(store, "articles", embed=predictor.embed, embedder=sha256)
    index.put(Document("refunds", "Refunds", (Passage("", "Money is back in three days."),)))
    index.search("when do I get my money back?")

The store is the truth. Each process keeps the passages in memory and looks, at a search and at most
ten times a second, whether the store's version went on; then it takes over what differs. Searches
need no lock: each reads one unchanging snapshot.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import InputError, WhetError
from whet.core.text import is_chinese
from whet.retrieval.fusion import WEIGHTS, fused
from whet.retrieval.snapshot import Found, Snapshot, changed, empty_snapshot, searched_text, unit
from whet.store.columns import storable_text
from whet.store.passages import Document, Kept, content_hash, storable
from whet.store.store import Store

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Maps n texts to their embeddings (n, d)."""

POLL_S = 0.1
"""How long a process may not know what another one changed."""
_RETRY_S = 1.0
"""How long a store is left alone that could not be reached."""
_LONGEST_QUERY = 2_000
"""Characters of a query that are read."""
_PUT_AT_ONCE = 64
"""Documents in one transaction, so that others can write between."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found."""

    document: str
    """Id of its document."""
    title: str
    heading: str
    """Headings above it, joined by ` › `; empty at the top."""
    text: str
    url: str
    language: str
    score: float
    """Fused; only good for comparing hits of one search."""
    word_rank: int | None
    """Place in the search by words, from 1; None where it is not among the first."""
    meaning_rank: int | None
    """Place in the search by meaning, likewise."""
    coverage: float
    """Share of the question's words, by their rarity, that the passage holds, in [0, 1]."""
    similarity: float
    """Cosine of question and passage, in [-1, 1]; 0 where the search by meaning has it not."""


class Index:
    """Documents under one name, searchable; safe for several threads.

    Args:
        store: where they are kept.
        name: of the index.
        embed: makes embeddings; without it only words are searched.
        embedder: what `embed` is, for example the SHA-256 of its package: embeddings of another
            one are not compared with its own.
        embeds_chinese: whether its embeddings of Chinese mean anything; where not, a question in
            Chinese is searched by its characters alone.
        monotonic: clock in seconds, for looking at the store not too often.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        embed: Embed | None = None,
        embedder: str = "",
        embeds_chinese: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self.name = store, name
        self._embed = embed
        self.embedder = (embedder or "unnamed") if embed else ""
        self._embeds_chinese = embeds_chinese
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked = -np.inf
        self._snapshot = empty_snapshot()

    @property
    def has_embeddings(self) -> bool:
        """Return whether passages are searched by meaning too."""
        return self._embed is not None

    @property
    def version(self) -> int:
        """Return the version of the passages that are searched; a change of them is another one."""
        return self._snapshot.version

    def put(self, document: Document) -> bool:
        """Put a document in, or in the place of the one with its id; False if nothing changed.

        Raises:
            InputError: it has no id, or no text.
        """
        return self.put_all([document]) == 1

    def put_all(
        self, documents: Sequence[Document], advance: Callable[[int], None] = lambda _: None
    ) -> int:
        """Put several documents and return how many changed; `advance` is told how many are done.

        They are put 64 at a time: after an error the earlier ones are in.

        Raises:
            InputError: one has no id or no text, or two have the same id; nothing is put then.
        """
        given = [storable(document) for document in documents]
        _check(given)
        count = 0
        for start in range(0, len(given), _PUT_AT_ONCE):
            block = given[start : start + _PUT_AT_ONCE]
            count += self._put_block(block)
            advance(len(block))
        self._refresh(0)
        return count

    def remove(self, document: str) -> bool:
        """Take a document out, with all that is known of it; False where there is none."""
        return self.remove_all([document]) == 1

    def remove_all(self, documents: Sequence[str]) -> int:
        """Take documents out, all or none; return how many were there."""
        removed = self._store.passages.remove(self.name, documents)
        self._refresh(0)
        return len(removed)

    def documents(self) -> list[Kept]:
        """Return the documents as the store has them now, by id; without their embeddings."""
        known = self._refresh(0).documents
        return [known[ident] for ident in sorted(known)]

    def search(self, query: str, *, k: int = 5) -> list[Hit]:
        """Return the k best passages for a question, best first.

        A query is read up to 2,000 characters. One without a word finds nothing.
        """
        text = storable_text(query[:_LONGEST_QUERY]).strip()
        now = self._at_hand()
        if not text or not now.passages:
            return []
        return hits_of(now, text, self._vector(text), k=k)

    def _vector(self, text: str) -> NDArray[np.float32] | None:
        """Return the embedding of a question; None where it would mean nothing."""
        if self._embed is None or (not self._embeds_chinese and is_chinese(text)):
            return None
        return unit(self._embed([text])[0])

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """Return how rare each token is among the passages: its inverse document frequency."""
        found = self._at_hand().words.rarity(words)
        return dict(zip(words, found.tolist(), strict=True))

    def _put_block(self, block: Sequence[Document]) -> int:
        """Put the documents of a block that changed; return how many."""
        known = self._store.passages.get(self.name, [document.id for document in block])
        fresh = [document for document in block if not self._is_known(document, known)]
        if fresh:
            embeddings = self._embeddings(fresh, known)
            self._store.passages.put(self.name, fresh, embeddings, embedder=self.embedder)
        return len(fresh)

    def _is_known(self, document: Document, known: dict[str, Kept]) -> bool:
        """Return whether the store has a document as it is, with our embeddings if we make any."""
        kept = known.get(document.id)
        if kept is None or kept.content_sha256 != content_hash(document):
            return False
        return self._embed is None or kept.embedder == self.embedder

    def _embeddings(
        self, documents: Sequence[Document], known: dict[str, Kept]
    ) -> list[list[bytes]]:
        """Return the embedding of each passage; a passage that stayed keeps the one it has."""
        texts = [[searched_text(d, part) for part in d.passages] for d in documents]
        if self._embed is None:
            return [[b""] * len(parts) for parts in texts]
        made = self._old_embeddings(known)
        missing = [t for t in dict.fromkeys(chain.from_iterable(texts)) if t not in made]
        if missing:
            vectors = np.asarray(self._embed(missing)).astype(np.float16)
            made |= {t: v.tobytes() for t, v in zip(missing, vectors, strict=True)}
        return [[made[text] for text in parts] for parts in texts]

    def _old_embeddings(self, known: dict[str, Kept]) -> dict[str, bytes]:
        """Return the embeddings that the store has of documents, by what was embedded."""
        return {
            searched_text(kept.document, part): stored
            for kept in known.values()
            if kept.embedder == self.embedder
            for part, stored in zip(kept.document.passages, kept.embeddings, strict=True)
            if stored
        }

    def _at_hand(self) -> Snapshot:
        """Return a snapshot to search: the last one for a while when the store cannot be reached.

        Raises:
            WhetError: the store cannot be reached, and never was.
        """
        try:
            return self._refresh(POLL_S)
        except WhetError:
            if self._snapshot.version == 0:
                raise
            self._looked = self._monotonic() + _RETRY_S
            return self._snapshot

    def _refresh(self, may_be_old_s: float) -> Snapshot:
        """Return a snapshot that was up to date at most so many seconds ago."""
        if self._monotonic() - self._looked < may_be_old_s:
            return self._snapshot
        with self._lock:
            started = self._monotonic()
            if started - self._looked < may_be_old_s:  # somebody else has looked meanwhile
                return self._snapshot
            before = self._snapshot
            if self._store.passages.version(self.name) != before.version:
                versions = {ident: kept.version for ident, kept in before.documents.items()}
                new = self._store.passages.changes(self.name, versions)
                self._snapshot = changed(
                    before,
                    new.version,
                    added=new.changed,
                    removed=new.removed,
                    embedder=self.embedder,
                )
            self._looked = started
            return self._snapshot


def _check(documents: Sequence[Document]) -> None:
    """Refuse documents that could not be found again."""
    seen: set[str] = set()
    for document in documents:
        if not document.id.strip():
            raise InputError(f"A document must have an id; {document.title!r} has none.")
        if document.id in seen:
            raise InputError(
                f"Each document must have an id of its own; {document.id!r} is there twice."
            )
        seen.add(document.id)
        if not document.passages or not all(part.text.strip() for part in document.passages):
            raise InputError(
                f"Every passage of a document must have text; {document.id!r} has an empty one "
                "or none."
            )


def hits_of(
    now: Snapshot, question: str, vector: NDArray[np.float32] | None, *, k: int
) -> list[Hit]:
    """Return the k best passages of a snapshot; `vector` (d,) is the question's, of length 1."""
    found = now.found(question, vector)
    scores = fused(found.rankings, WEIGHTS)
    best = sorted(scores, key=lambda row: (-scores[row], now.passages[row]))[:k]
    ranks = {
        name: {row: rank for rank, row in enumerate(rows, start=1)}
        for name, rows in found.rankings.items()
    }
    return [_hit(now, row, scores[row], ranks, found) for row in best]


def _hit(
    now: Snapshot, row: int, score: float, ranks: Mapping[str, Mapping[int, int]], found: Found
) -> Hit:
    """Return what is said of one passage that was found."""
    document, passage = now.passage(row)
    return Hit(
        document=document.id,
        title=document.title,
        heading=passage.heading,
        text=passage.text,
        url=document.url,
        language=document.language,
        score=score,
        word_rank=ranks["words"].get(row),
        meaning_rank=ranks.get("meaning", {}).get(row),
        coverage=float(found.coverage[row]),
        similarity=float(found.cosines[row]),
    )
