"""Are several labels a text sound? Few rows, no labels, twins in spelling, labels never apart."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from whet.cards.schema import Card
from whet.core.text import normalise
from whet.data.audit.classes import FEW_ROWS
from whet.data.audit.finding import MAX_EXAMPLES, Example, Finding, example, listed, share
from whet.data.audit.parts import parts
from whet.data.audit.spans import unseen
from whet.data.frame import Dataset, Frame
from whet.data.label_lists import labels_of, named

MANY_EMPTY = 0.5
"""Share of rows without a label from which the column may have been read wrongly."""


def label_counts(card: Card, dataset: Dataset) -> list[Finding]:
    """Find labels with fewer than ten training rows."""
    counts = Counter(one for row in dataset.train.labels for one in labels_of(row))
    few = sorted((count, label) for label, count in counts.items() if count < FEW_ROWS)
    if not few:
        return []
    told = listed([f"{label} ({count})" for count, label in few])
    sentence = (
        f"Labels with fewer than {FEW_ROWS} training rows: {share(len(few), len(counts))}; {told}. "
        "Their scores will be guesses, and nothing can be promised of them. Label more rows, or "
        "merge them with a neighbour."
    )
    examples = tuple(Example(None, "", label, f"{n:,} rows") for n, label in few[:MAX_EXAMPLES])
    return [Finding("class_counts", "warn", len(few), sentence, examples)]


def unseen_list_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows with a label that no training row has."""
    return unseen(dataset, labels_of, "The model never gives these labels.")


def rows_without_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find rows without any label, which teach what no label looks like."""
    places = [(frame, i) for frame, i in _rows(dataset) if not labels_of(frame.labels[i])]
    if not places:
        return []
    total = sum(1 for _ in _rows(dataset))
    sentence = (
        f"Rows without a label: {share(len(places), total)}. They are learnt from as texts to "
        "which no label belongs. Remove those that nobody has labelled yet."
    )
    examples = tuple(example(frame, i, "no label") for frame, i in places[:MAX_EXAMPLES])
    severity = "warn" if len(places) > MANY_EMPTY * total else "info"
    return [Finding("no_labels", severity, len(places), sentence, examples)]  # type: ignore[arg-type]


def label_spelling(card: Card, dataset: Dataset) -> list[Finding]:
    """Find labels that differ in case or white space alone."""
    counts = Counter(one for frame, i in _rows(dataset) for one in labels_of(frame.labels[i]))
    twins: defaultdict[str, list[str]] = defaultdict(list)
    for label in sorted(counts):
        twins[normalise(label)].append(label)
    found = [labels for labels in twins.values() if len(labels) > 1]
    if not found:
        return []
    told = listed([" and ".join(map(repr, labels)) for labels in found])
    sentence = (
        f"Labels that differ in case or white space alone: {told}. They are learnt as different "
        "labels. Write each in one way."
    )
    examples = tuple(
        Example(None, "", label, f"{counts[label]:,} rows") for labels in found for label in labels
    )
    return [Finding("label_spelling", "warn", len(found), sentence, examples[:MAX_EXAMPLES])]


def repeated_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find rows that name a label twice."""
    places = [
        (frame, i)
        for frame, i in _rows(dataset)
        if len(named(frame.labels[i])) > len(labels_of(frame.labels[i]))
    ]
    if not places:
        return []
    sentence = f"Rows that name a label twice: {len(places):,}. It counts once."
    examples = tuple(example(frame, i, frame.labels[i]) for frame, i in places[:MAX_EXAMPLES])
    return [Finding("repeated_labels", "info", len(places), sentence, examples)]


def joined_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find labels of ten training rows or more that always stand together."""
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(dataset.train.labels):
        for label in labels_of(row):
            rows_of[label].append(i)
    together: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for label, rows in sorted(rows_of.items()):
        if len(rows) >= FEW_ROWS:
            together[tuple(rows)].append(label)
    found = {rows: labels for rows, labels in together.items() if len(labels) > 1}
    if not found:
        return []
    told = listed([" and ".join(labels) for labels in found.values()])
    sentence = (
        f"Labels that always stand together in the training rows: {told}. Nothing tells them "
        "apart, so each is given wherever the other is. Merge them, or add rows with one alone."
    )
    examples = tuple(
        Example(None, "", " and ".join(labels), f"{len(rows):,} rows")
        for rows, labels in list(found.items())[:MAX_EXAMPLES]
    )
    return [Finding("joined_labels", "warn", len(found), sentence, examples)]


def _rows(dataset: Dataset) -> Iterator[tuple[Frame, int]]:
    """Yield every row of every part, each as frame and position."""
    for frame in parts(dataset).values():
        yield from ((frame, i) for i in range(len(frame)))
