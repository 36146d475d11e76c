"""Does a text occur twice: across the split, within a part, or with two labels?

Texts are equal when they are equal after `normalise` (NFKC, lower case, one space). Across the
split only rows with the same label count as duplicates: they are answers known by heart. The same
text with another label is a conflict, wherever it stands.
"""

from collections import defaultdict

from whet.cards.schema import Card
from whet.core.text import normalise
from whet.data.audit.finding import FIX, MAX_EXAMPLES, Finding, example, listed, share
from whet.data.audit.parts import Crossing, Key, crossings, keys, leak_severity, parts
from whet.data.frame import Dataset, Frame

MAX_LEAKED = 0.01
"""Share of held-out rows that may be known by heart. Below it the score can be wrong by one point
at most, and well-known public sets have a few such rows; above it the split is broken."""

MANY_REPEATS = 0.05
"""Share of repeated rows within the training part from which they are more than chance."""


def exact_duplicates(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows that are learnt from as well, and rows that a part holds twice."""
    across = [_across(crossing) for crossing in crossings(dataset)]
    return [finding for finding in (*across, _within(dataset)) if finding is not None]


def repeats(frame: Frame) -> list[tuple[int, int]]:
    """Return (position, position of the first such row) for rows that repeat an earlier one."""
    first: dict[Key, int] = {}
    found = [(i, first.setdefault(key, i)) for i, key in enumerate(keys(frame))]
    return [(i, j) for i, j in found if i != j]


def _across(crossing: Crossing) -> Finding | None:
    """Return the finding of one border, if any held-out row is learnt from as well."""
    known: dict[Key, int] = {}
    for position, key in enumerate(crossing.learnt_keys):
        known.setdefault(key, position)
    hits = [(i, known[key]) for i, key in enumerate(keys(crossing.held_out)) if key in known]
    if not hits:
        return None
    held = crossing.held_out
    return Finding(
        "exact_duplicates",
        leak_severity(len(hits), len(held), limit=MAX_LEAKED),
        len(hits),
        f"Rows of the {crossing.name} part with the text and label of a row that is learnt from: "
        f"{share(len(hits), len(held))}. These answers can be known by heart, so the score comes "
        f"out too good. {FIX} drops the rows that are learnt from and keeps the "
        f"{crossing.name} rows.",
        tuple(
            example(held, i, f"{held.labels[i]}; also {crossing.place(j)}")
            for i, j in hits[:MAX_EXAMPLES]
        ),
        fixable=True,
    )


def _within(dataset: Dataset) -> Finding | None:
    """Return the finding of rows that repeat an earlier row of their own part."""
    found = {name: (frame, repeats(frame)) for name, frame in parts(dataset).items()}
    counts = {name: len(pairs) for name, (_, pairs) in found.items() if pairs}
    if not counts:
        return None
    many = counts.get("training", 0) > MANY_REPEATS * len(dataset.train)
    where = ", ".join(f"{count:,} in {name}" for name, count in counts.items())
    rows = [
        example(frame, i, f"{frame.labels[i]}; same as row {frame.rows[j]}".removeprefix("; "))
        for frame, pairs in found.values()
        for i, j in pairs
    ]
    remedy = (
        f" {FIX} keeps the first of the training rows and leaves the held-out rows alone."
        if "training" in counts
        else ""
    )
    return Finding(
        "exact_duplicates",
        "warn" if many else "info",
        sum(counts.values()),
        f"Rows that repeat an earlier row of their own part, text and label: {where}. One message "
        f"then counts several times.{remedy}",
        tuple(rows[:MAX_EXAMPLES]),
        fixable="training" in counts,
    )


def conflicting_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find texts that carry several labels in different rows; `out of scope` is one more label."""
    conflicts = list(conflicting_texts(dataset).values())
    if not conflicts:
        return []
    sentence = (
        f"Texts with more than one label: {len(conflicts):,}, in {sum(map(len, conflicts)):,} "
        "rows. No model can be right on all of them. Decide on one label for each in the file: "
        "Whet never changes a label."
    )
    examples = tuple(example(*rows[0], _told(rows)) for rows in conflicts[:MAX_EXAMPLES])
    return [Finding("conflicting_labels", "warn", len(conflicts), sentence, examples)]


def conflicting_texts(dataset: Dataset) -> dict[str, list[tuple[Frame, int]]]:
    """Return normalised text -> its rows (frame, position), for texts with several labels."""
    places: dict[str, list[tuple[Frame, int]]] = defaultdict(list)
    for frame in parts(dataset).values():
        for position, text in enumerate(frame.texts):
            places[normalise(text)].append((frame, position))
    return {text: rows for text, rows in places.items() if len({f.labels[i] for f, i in rows}) > 1}


def _told(rows: list[tuple[Frame, int]]) -> str:
    """Return the labels of one text with their rows, in words."""
    labels = [(frame.labels[i] or "out of scope", frame, i) for frame, i in rows]
    return listed([f"{label} (row {f.rows[i]} of {f.source})" for label, f, i in labels])
