"""What can be wrong with pairs of texts, beside what can be wrong with any rows?

A text that occurs in many pairs lets a model know by heart which text usually matches, so none may
stand on both sides of the split. A pair is the same in either order.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from whet.cards.schema import Card
from whet.core.pairs import join_pair, split_pair
from whet.core.text import normalise
from whet.data.audit.exact import MANY_REPEATS, MAX_LEAKED, conflicting_labels
from whet.data.audit.finding import MAX_EXAMPLES, Finding, Severity, example, share
from whet.data.audit.parts import PART_NAMES, Crossing, crossings, leak_severity, parts
from whet.data.audit.rows import truncation
from whet.data.frame import Dataset, Frame
from whet.data.pairs.rows import match_of, pair_keys, text_keys
from whet.data.together import row_components

MOST_IN_ONE = 0.5
"""Share of the training pairs in one component from which folds cannot be of similar size."""


def text_overlap(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out pairs with a text that is learnt from too, and pairs that hang together."""
    found = [_across(crossing) for crossing in crossings(dataset)]
    return [finding for finding in (*found, _hanging(card, dataset)) if finding is not None]


def _across(crossing: Crossing) -> Finding | None:
    """Return the finding of one border, if any text stands on both sides of it."""
    known = {text for frame in crossing.learnt for keys in text_keys(frame.texts) for text in keys}
    held = crossing.held_out
    shared = [[t for t in keys if t in known] for keys in text_keys(held.texts)]
    hits = [i for i, texts in enumerate(shared) if texts]
    if not hits:
        return None
    return Finding(
        "text_overlap",
        leak_severity(len(hits), len(held), limit=MAX_LEAKED),
        len(hits),
        f"Pairs of the {crossing.name} part with a text that stands in a pair that is learnt from: "
        f"{share(len(hits), len(held))}. What usually matches that text can be known by heart, so "
        "the score comes out too good. Deal the texts to the files first and pair them then, or "
        "let Whet split; waive this only where the served texts are known beforehand.",
        tuple(example(held, i, f"also learnt from: {shared[i][0]}") for i in hits[:MAX_EXAMPLES]),
    )


def _hanging(card: Card, dataset: Dataset) -> Finding | None:
    """Return the finding of training pairs most of which hang together through their texts."""
    train = dataset.train
    if dataset.validation is not None:
        return None
    largest = int(np.bincount(row_components(card, train, ())).max())
    if largest <= MOST_IN_ONE * len(train):
        return None
    return Finding(
        "text_overlap",
        "warn",
        largest,
        f"Training pairs that hang together through texts that they share: "
        f"{share(largest, len(train))}. They stay in one fold and count as one unit, so folds are "
        "lopsided and intervals wide. Deal the texts to a training, a validation and a test file "
        "and pair them then, or waive text_overlap where that is right.",
    )


def identical_texts(card: Card, dataset: Dataset) -> list[Finding]:
    """Find pairs of two equal texts that are said not to match."""
    match = match_of(card, dataset.labels)
    hits = [
        (frame, i)
        for frame in parts(dataset).values()
        for i, (first, second) in enumerate(text_keys(frame.texts))
        if first == second and frame.labels[i] != match
    ]
    if not hits:
        return []
    sentence = (
        f"Pairs of two equal texts that are said not to match: {len(hits):,}. Either the label is "
        "wrong, or what tells the two apart stands in neither text. Correct or remove them."
    )
    examples = tuple(example(f, i, f.labels[i]) for f, i in hits[:MAX_EXAMPLES])
    return [Finding("identical_texts", "warn", len(hits), sentence, examples)]


def repeated_pairs(card: Card, dataset: Dataset) -> list[Finding]:
    """Find pairs that stand twice in a part with one label, also with their texts swapped."""
    found = {name: (frame, _repeats(frame)) for name, frame in dataset.parts().items()}
    counts = {PART_NAMES[name]: len(rows) for name, (_, rows) in found.items() if rows}
    if not counts:
        return []
    told = ", ".join(f"{count:,} in {name}" for name, count in counts.items())
    sentence = (
        f"Pairs that repeat an earlier pair of their part, in either order, with the same label: "
        f"{told}. One pair then counts several times. Keep one of them in the file."
    )
    examples = tuple(
        example(frame, i, f"{frame.labels[i]}; same as row {frame.rows[j]}")
        for frame, rows in found.values()
        for i, j in rows
    )
    many = counts.get("training", 0) > MANY_REPEATS * len(dataset.train)
    severity: Severity = "warn" if many else "info"
    total = sum(counts.values())
    return [Finding("exact_duplicates", severity, total, sentence, examples[:MAX_EXAMPLES])]


def _repeats(frame: Frame) -> list[tuple[int, int]]:
    """Return the position of each pair that repeats an earlier one, and of that one."""
    first: dict[tuple[str, ...], int] = {}
    keys = [(*key, label) for key, label in zip(pair_keys(frame.texts), frame.labels, strict=True)]
    return [(i, j) for i, key in enumerate(keys) if (j := first.setdefault(key, i)) != i]


def conflicting_pairs(card: Card, dataset: Dataset) -> list[Finding]:
    """Find pairs with both labels in different rows, also with their texts swapped."""

    def ordered(frame: Frame) -> tuple[str, ...]:
        return tuple(join_pair(*sorted(split_pair(t), key=normalise)) for t in frame.texts)

    return conflicting_labels(card, with_texts(dataset, ordered))


def long_pairs(card: Card, dataset: Dataset, **counting: Any) -> list[Finding]:
    """Find pairs that are longer, both texts together, than an encoder reads; see `truncation`."""

    def spelt(frame: Frame) -> tuple[str, ...]:
        return tuple(" ".join(split_pair(text)) for text in frame.texts)

    return truncation(card, with_texts(dataset, spelt), **counting)


def with_texts(dataset: Dataset, texts: Callable[[Frame], tuple[str, ...]]) -> Dataset:
    """Return the data set with other texts for every row."""
    changes: dict[str, Any] = {
        name: replace(frame, texts=texts(frame)) for name, frame in dataset.parts().items()
    }
    return replace(dataset, **changes)
