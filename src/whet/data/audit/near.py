"""Which texts are almost the same? A reworded copy across the split leaks as well as an equal one.

Similarity is the Jaccard index of the character trigrams of a text's words (punctuation and case
do not count; each Chinese character is a word, so its trigrams hold a character and its
neighbours). Candidates come from MinHash in bands (Leskovec, Rajaraman, Ullman: Mining of Massive
Datasets, section 3.4) and are then measured exactly. Only rows with the same label are compared:
two almost equal texts with different labels are a contrast to be learnt, not a copy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.core.text import words
from whet.data.audit.finding import FIX, MAX_EXAMPLES, Finding, example, share
from whet.data.audit.parts import Crossing, Key, crossings, keys, leak_severity
from whet.data.frame import Dataset, Frame

NEAR = 0.8
"""Jaccard index from which two texts are near duplicates. A sentence of ten words with one word
changed has about 0.8. In the support example every planted near duplicate lies above it and every
other pair below 0.6."""

MAX_LEAKED = 0.2
"""Share of held-out rows with a near duplicate that may be learnt from. Short questions on one
subject come out alike by themselves: one in ten in BANKING77. At twice that, rows were made from
templates or copied."""

FEW_LEAKED = 0.01
"""Share of such rows up to which they are only worth knowing."""

_BANDS, _BAND_ROWS = 25, 5  # finds a pair at 0.8 with probability 1 - (1 - 0.8**5)**25 = 0.99995
# A template filled in a million times must not cost a million times a million comparisons: of a
# bucket only so many entries are read, and of a row's candidates only the likeliest are measured.
_BUCKET, _MEASURED = 20, 10
_PERMUTATIONS = MinHash(num_perm=_BANDS * _BAND_ROWS)
_SKETCHES = 1 << 17  # texts whose sketches are kept, of 500 bytes each
_CHUNK = 512  # queries looked up at a time, which bounds the memory


@dataclass(frozen=True)
class Match:
    """Positions of a query and of the row of the pool that is most like it."""

    query: int
    pool: int
    similarity: float


def near_matches(queries: Sequence[Key], pool: Sequence[Key]) -> list[Match]:
    """Return for each query its best near duplicate in the pool that has the same label.

    Queries without one are left out. Equal texts never match, so a list can be its own pool. Time
    grows linearly with the rows.
    """
    best: dict[Key, tuple[float, Key]] = {}
    for query, other in _candidates(list(dict.fromkeys(queries)), list(dict.fromkeys(pool))):
        similarity = jaccard(query[0], other[0])
        if similarity >= NEAR and similarity > best.get(query, (0.0,))[0]:
            best[query] = (similarity, other)
    first = {key: position for position, key in reversed(list(enumerate(pool)))}
    return [
        Match(position, first[best[key][1]], best[key][0])
        for position, key in enumerate(queries)
        if key in best
    ]


def jaccard(left: str, right: str) -> float:
    """Return the share of character trigrams that two texts have in common, in [0, 1].

    >>> jaccard("Refund, please!", "refund please")
    1.0
    """
    a, b = _trigrams(left), _trigrams(right)
    return len(a & b) / max(len(a | b), 1)


@lru_cache(maxsize=4096)  # candidates come sorted, so a text is needed many times in a row
def _trigrams(text: str) -> frozenset[str]:
    """Return the character trigrams of the words of a text; none when it holds no word."""
    padded = f" {' '.join(words(text))} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _candidates(queries: list[Key], pool: list[Key]) -> Iterator[tuple[Key, Key]]:
    """Yield for each query the rows of the pool that its sketch resembles most, by query."""
    if not queries or not pool:
        return
    left = _sketches(queries)
    right = left if queries == pool else _sketches(pool)
    left_buckets, right_buckets = _buckets(left, queries), _buckets(right, pool)
    order = np.argsort(right_buckets, axis=0, kind="stable")
    ordered = np.take_along_axis(right_buckets, order, axis=0)
    for begin in range(0, len(queries), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        pairs = [
            _shared(left_buckets[rows, band], ordered[:, band], order[:, band])
            for band in range(_BANDS)
        ]
        for query, entry in _likeliest(np.concatenate(pairs, axis=1), left[rows], right):
            if queries[begin + query][0] != pool[entry][0]:
                yield queries[begin + query], pool[entry]


def _shared(
    buckets: NDArray[np.uint64], ordered: NDArray[np.uint64], order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return pairs (query, entry) with the same bucket in one band, (2, pairs).

    `ordered` holds the buckets of the pool, sorted, and `order` the entry that each belongs to.
    """
    start = np.searchsorted(ordered, buckets, side="left")
    end = np.searchsorted(ordered, buckets, side="right")
    sizes = np.minimum(end - start, _BUCKET)
    query = np.repeat(np.arange(len(buckets)), sizes)
    step = np.arange(len(query)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.stack([query, order[np.repeat(start, sizes) + step]])


def _likeliest(
    pairs: NDArray[np.int64], left: NDArray[np.uint32], right: NDArray[np.uint32]
) -> list[tuple[int, int]]:
    """Return distinct pairs, for each query those whose sketches agree most, in order."""
    query, entry = np.divmod(np.unique(pairs[0] * len(right) + pairs[1]), len(right))
    estimate = (left[query] == right[entry]).mean(axis=1)
    ranked = np.lexsort((entry, -estimate, query))
    query, entry = query[ranked], entry[ranked]
    kept = np.arange(len(query)) - np.searchsorted(query, query) < _MEASURED
    return list(zip(query[kept].tolist(), entry[kept].tolist(), strict=True))


def _sketches(rows: list[Key]) -> NDArray[np.uint32]:
    """Return the MinHash sketch of each row, (n, bands * rows of a band)."""
    return np.stack([_sketch(text) for text, _ in rows])


# The audit and what proposes fixes look at the same texts, and each part borders on others.
@lru_cache(maxsize=_SKETCHES)
def _sketch(text: str) -> NDArray[np.uint32]:
    """Return the MinHash sketch of a text, (bands * rows of a band,)."""
    # crc32 is in C and MinHash mixes its input again; the default, SHA-1, takes half of the time.
    sketch = MinHash(
        num_perm=_PERMUTATIONS.num_perm,
        hashfunc=crc32,
        permutations=_PERMUTATIONS.permutations,
        scheme=_PERMUTATIONS.scheme,
    )
    sketch.update_batch([gram.encode() for gram in _trigrams(text)])
    values: NDArray[np.uint32] = sketch.hashvalues.astype(np.uint32)
    return values


def _buckets(sketches: NDArray[np.uint32], rows: list[Key]) -> NDArray[np.uint64]:
    """Return the bucket of each row in each band, (n, bands); other labels, other buckets."""
    values = sketches.reshape(len(rows), _BANDS, _BAND_ROWS)
    label = np.array([crc32(label.encode()) for _, label in rows], dtype=np.uint64)
    mixed = np.repeat(label[:, None], _BANDS, axis=1)
    for row in range(_BAND_ROWS):  # a polynomial hash that wraps at 2**64, with Knuth's odd factor
        mixed = mixed * np.uint64(6364136223846793005) + values[:, :, row]
    return mixed


def near_duplicates(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows with a near duplicate that is learnt from, and such pairs in training."""
    across = [_across(crossing) for crossing in crossings(dataset)]
    return [finding for finding in (*across, _within(dataset.train)) if finding is not None]


def _across(crossing: Crossing) -> Finding | None:
    """Return the finding of one border, if any held-out row has a near duplicate behind it."""
    held = crossing.held_out
    matches = near_matches(keys(held), crossing.learnt_keys)
    if not matches:
        return None
    severity = leak_severity(len(matches), len(held), limit=MAX_LEAKED)
    if len(matches) <= FEW_LEAKED * len(held):
        severity = "info"
    return Finding(
        "near_duplicates",
        severity,
        len(matches),
        f"Rows of the {crossing.name} part that are almost the same as a row with the same label "
        f"that is learnt from: {share(len(matches), len(held))}. Where they are copies, the score "
        f"comes out too good; where users simply write alike, they are fair. {FIX} drops the "
        f"rows that are learnt from and keeps the {crossing.name} rows.",
        tuple(
            example(held, m.query, f"{held.labels[m.query]}; {_like(m)} {crossing.place(m.pool)}")
            for m in sorted(matches, key=lambda m: -m.similarity)[:MAX_EXAMPLES]
        ),
        fixable=True,
    )


def _within(train: Frame) -> Finding | None:
    """Return the finding of near duplicates among the training rows; they are no fault."""
    rows = keys(train)
    matches = near_matches(rows, rows)
    if not matches:
        return None
    best_first = sorted(matches, key=lambda m: -m.similarity)
    pairs = {frozenset((m.query, m.pool)): m for m in reversed(best_first)}
    return Finding(
        "near_duplicates",
        "info",
        len(matches),
        "Training rows that are almost the same as another one with the same label: "
        f"{share(len(matches), len(train))}. They teach little that is new and can stay.",
        tuple(
            example(train, m.query, f"{train.labels[m.query]}; {_like(m)} row {train.rows[m.pool]}")
            for m in list(reversed(pairs.values()))[:MAX_EXAMPLES]
        ),
    )


def _like(match: Match) -> str:
    """Return how alike a pair is, in words."""
    return f"{100 * match.similarity:.0f} % the same as"
