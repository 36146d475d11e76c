"""Which passages hold the words of a question? BM25 over sorted postings, numpy alone.

A `WordIndex` never changes: taking passages out or putting some in returns a new one, in a pass
over its arrays (20 ms for a million postings). So who searches needs no lock, and what was taken
out is in no array any more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.retrieval.tokens import tokens

Floats = NDArray[np.float64]

SATURATION = 1.2
"""k1 of BM25: how soon a repeated word stops counting."""
LENGTH = 0.75
"""b of BM25: how much a long passage is held against it, in [0, 1]."""


@dataclass(frozen=True)
class WordIndex:
    """Postings of p words in n passages, sorted by word, then by passage."""

    word: NDArray[np.int64]
    """(p,) hash of the word."""
    row: NDArray[np.int32]
    """(p,) passage that holds it."""
    count: NDArray[np.float32]
    """(p,) how often."""
    length: NDArray[np.int64]
    """(n,) tokens of each passage."""

    def with_texts(self, texts: Sequence[str]) -> "WordIndex":
        """Return an index with more passages behind those that it has."""
        counted = [Counter(map(_hash, tokens(text))) for text in texts]
        sizes = [len(counts) for counts in counted]
        total = sum(sizes)
        word = np.fromiter((w for counts in counted for w in counts), np.int64, total)
        count = np.fromiter((n for counts in counted for n in counts.values()), np.float32, total)
        first = len(self.length)
        row = np.repeat(np.arange(first, first + len(texts), dtype=np.int32), sizes)
        order = np.lexsort((row, word))
        place = np.searchsorted(self.word, word[order], side="right")
        length = np.array([sum(counts.values()) for counts in counted], dtype=np.int64)
        return WordIndex(
            np.insert(self.word, place, word[order]),
            np.insert(self.row, place, row[order]),
            np.insert(self.count, place, count[order]),
            np.concatenate([self.length, length]),
        )

    def without(self, is_gone: NDArray[np.bool_]) -> "WordIndex":
        """Return an index without the passages that (n,) marks; the others move up."""
        stays = ~is_gone[self.row]
        moved = (np.cumsum(~is_gone) - 1).astype(np.int32)
        row = moved[self.row[stays]]
        return WordIndex(self.word[stays], row, self.count[stays], self.length[~is_gone])

    def rarity(self, words: Sequence[str]) -> Floats:
        """Return the inverse document frequency of each word (m,); always above 0.

        Source: the form log(1 + (n - f + 0.5) / (f + 0.5)), which no word makes negative.
        """
        n = len(self.length)
        found = np.array([b - a for a, b in map(self._span, words)], dtype=np.float64)
        return np.log1p((n - found + 0.5) / (found + 0.5))

    def scores(self, query: str) -> Floats:
        """Return the BM25 score of each passage (n,); 0 where it holds no word of the query.

        A word that the query repeats counts once.

        Source: Robertson and Zaragoza 2009, The probabilistic relevance framework: BM25 and beyond.
        """
        found = np.zeros(len(self.length))
        words = list(dict.fromkeys(tokens(query)))
        if not words or not len(self.word):
            return found
        relative = self.length / max(self.length.mean(), 1.0)
        damping = SATURATION * (1 - LENGTH + LENGTH * relative)
        for word, rarity in zip(words, self.rarity(words), strict=True):
            first, last = self._span(word)
            rows, counts = self.row[first:last], self.count[first:last]
            found[rows] += rarity * (SATURATION + 1) * counts / (counts + damping[rows])
        return found

    def coverage(self, query: str, scores: Floats) -> Floats:
        """Return the BM25 scores of a query over the most that any passage could reach, in [0, 1].

        Unlike the scores, these can be compared between questions.
        """
        words = list(dict.fromkeys(tokens(query)))
        return scores / ((SATURATION + 1) * self.rarity(words).sum()) if words else scores

    def _span(self, word: str) -> tuple[int, int]:
        """Return where the postings of a word begin and end."""
        key = _hash(word)
        first = int(np.searchsorted(self.word, key, side="left"))
        return first, int(np.searchsorted(self.word, key, side="right"))


def empty_words() -> WordIndex:
    """Return an index of no passages."""
    empty = np.zeros(0, dtype=np.int64)
    return WordIndex(empty, empty.astype(np.int32), empty.astype(np.float32), empty)


def _hash(word: str) -> int:
    """Return 64 bits of a word. They are another number in each process, and never leave it."""
    return hash(word)
