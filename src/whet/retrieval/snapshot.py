"""What does an index look like at one moment? Passages, their words and their meaning, unchanging.

A change makes the next snapshot out of this one; who searches keeps his own until he is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from whet.retrieval.fusion import COVERAGE
from whet.retrieval.words import Floats, WordIndex, empty_words
from whet.store.passages import Document, Kept, Passage

DEPTH = 100
"""Passages that each of the two searches hands on."""


@dataclass(frozen=True)
class Found:
    """What the searches of n passages found."""

    rankings: Mapping[str, Sequence[int]]
    """Rows by the name of the ranking, best first."""
    words: Floats
    """(n,) BM25."""
    coverage: Floats
    """(n,) share of the question's words, by their rarity, in [0, 1]."""
    cosines: Floats
    """(n,) of the passages that meaning or words found; 0 for the others."""


@dataclass(frozen=True)
class Snapshot:
    """n passages of some documents."""

    version: int
    """Version of the index in the store."""
    documents: Mapping[str, Kept]
    """By id; without the embeddings, which `vectors` holds."""
    passages: tuple[tuple[str, int], ...]
    """(n) document and number of the passage in it."""
    words: WordIndex
    vectors: NDArray[np.float32]
    """(n, d) embeddings of length 1; zeros where a passage has none of this embedder."""

    def passage(self, row: int) -> tuple[Document, Passage]:
        """Return a passage with the document that it is of."""
        ident, number = self.passages[row]
        document = self.documents[ident].document
        return document, document.passages[number]

    def found(self, query: str, vector: NDArray[np.float32] | None) -> "Found":
        """Return what words find, and meaning where a vector (d,) of length 1 is given."""
        words = self.words.scores(query)
        best = {"words": self._best(np.flatnonzero(words > 0), words)}
        coverage = self.words.coverage(query, words)
        if vector is None or self.vectors.shape[1] != len(vector):
            return Found(best, words, coverage, np.zeros(len(words)))
        cosines = self._cosines(vector, best["words"])
        best["meaning"] = self._best(np.flatnonzero(cosines), cosines)
        both = cosines + COVERAGE * coverage
        rows = np.array(sorted({*best["words"], *best["meaning"]}), dtype=np.int64)
        best["both"] = self._best(rows, both)
        return Found(best, words, coverage, cosines)

    @cached_property
    def _embedded(self) -> NDArray[np.int64]:
        """Return the rows that have an embedding."""
        return np.flatnonzero(self.vectors.any(axis=1))

    def _cosines(self, vector: NDArray[np.float32], also: Sequence[int]) -> Floats:
        """Return the cosines (n,) of the nearest rows and of some more; 0 for the others."""
        rough = self.vectors @ vector
        rows = _largest(rough, self._embedded, 2 * DEPTH)
        rows = np.union1d(rows, np.array(also, dtype=np.int64))
        cosines = np.zeros(len(rough))
        # A product of matrices rounds a row by where it stands; this sum does not.
        cosines[rows] = (self.vectors[rows].astype(np.float64) * vector).sum(axis=1)
        return cosines

    def _best(self, rows: NDArray[np.int64], scores: Floats) -> list[int]:
        """Return the best `DEPTH` of some rows; equal ones by document and place in it."""
        some = _largest(scores, rows, DEPTH).tolist()
        return sorted(some, key=lambda row: (-scores[row], self.passages[row]))[:DEPTH]


def _largest(scores: NDArray[np.floating], rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return the rows of the n largest scores, and those that equal the last of them."""
    if len(rows) <= n:
        return rows
    bound = np.partition(scores[rows], len(rows) - n)[len(rows) - n]
    best: NDArray[np.int64] = rows[scores[rows] >= bound]
    return best


def empty_snapshot() -> Snapshot:
    """Return the snapshot of an index that nothing was put into."""
    return Snapshot(0, {}, (), empty_words(), np.zeros((0, 0), dtype=np.float32))


def changed(
    before: Snapshot, version: int, *, added: Sequence[Kept], removed: Sequence[str], embedder: str
) -> Snapshot:
    """Return a snapshot with documents added, or in the place of older ones, and removed.

    Args:
        before: the snapshot as it was; it stays as it is.
        version: of the index in the store.
        added: documents with their embeddings; those of another embedder are left out.
        removed: ids.
        embedder: whose embeddings can be searched.
    """
    gone = {kept.document.id for kept in added} | set(removed)
    is_gone = np.array([ident in gone for ident, _ in before.passages], dtype=np.bool_)
    documents = {ident: kept for ident, kept in before.documents.items() if ident not in gone}
    documents |= {kept.document.id: replace(kept, embeddings=()) for kept in added}
    stay = [place for place, gone in zip(before.passages, is_gone, strict=True) if not gone]
    fresh = [(kept.document.id, n) for kept in added for n in range(len(kept.document.passages))]
    texts = [searched_text(k.document, part) for k in added for part in k.document.passages]
    return Snapshot(
        version,
        documents,
        (*stay, *fresh),
        before.words.without(is_gone).with_texts(texts),
        _stacked(before.vectors[~is_gone], _vectors(added, embedder)),
    )


def searched_text(document: Document, passage: Passage) -> str:
    """Return what is searched, and embedded, of a passage: it is found by its headings too."""
    heads = [head for head in (document.title, passage.heading) if head]
    return "\n".join([*heads, passage.text])


def _vectors(added: Sequence[Kept], embedder: str) -> list[NDArray[np.float32] | None]:
    """Return the vector of each passage, of length 1; None where it has none of this embedder."""
    found: list[NDArray[np.float32] | None] = []
    for kept in added:
        for stored in kept.embeddings:
            is_ours = bool(stored) and kept.embedder == embedder
            found.append(unit(np.frombuffer(stored, dtype=np.float16)) if is_ours else None)
    return found


def unit(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a vector (d,) at length 1; zeros stay zeros."""
    wide = vector.astype(np.float64)
    length = float(np.sqrt((wide * wide).sum()))
    return (wide / length if length else wide).astype(np.float32)


def _stacked(
    before: NDArray[np.float32], added: Sequence[NDArray[np.float32] | None]
) -> NDArray[np.float32]:
    """Return old rows with new ones below; all are as wide as the widest."""
    width = max([before.shape[1], *(len(vector) for vector in added if vector is not None)])
    stacked = np.zeros((len(before) + len(added), width), dtype=np.float32)
    stacked[: len(before), : before.shape[1]] = before
    for row, vector in enumerate(added, start=len(before)):
        if vector is not None:
            stacked[row, : len(vector)] = vector
    return stacked
