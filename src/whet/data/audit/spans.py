"""Are there enough spans of every label, and does training show every label that is asked for?"""

from collections import Counter
from collections.abc import Callable

from whet.cards.schema import Card
from whet.data.audit.classes import FEW_ROWS, MAX_UNSEEN
from whet.data.audit.finding import MAX_EXAMPLES, Example, Finding, example, listed, share
from whet.data.audit.parts import crossings, leak_severity
from whet.data.audit.privacy import personal_data
from whet.data.frame import Dataset
from whet.data.tagging.rows import span_labels, spans_of


def span_counts(card: Card, dataset: Dataset) -> list[Finding]:
    """Find labels with fewer than ten training spans."""
    rows = dataset.train.labels
    counts = Counter(span.label for row in rows for span in spans_of(row))
    few = sorted((count, label) for label, count in counts.items() if count < FEW_ROWS)
    if not few:
        return []
    named = listed([f"{label} ({count})" for count, label in few])
    sentence = (
        f"Labels with fewer than {FEW_ROWS} training spans: {share(len(few), len(counts))}; "
        f"{named}. Their scores will be guesses. Mark more of them, or merge them with a neighbour."
    )
    examples = tuple(Example(None, "", label, f"{n:,} spans") for n, label in few[:MAX_EXAMPLES])
    return [Finding("class_counts", "warn", len(few), sentence, examples)]


def unseen_span_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out texts with a label that no training span has; it cannot be found in them."""
    return unseen(dataset, lambda label: span_labels([label]), "The model never finds these spans.")


def unseen(dataset: Dataset, labels_of: Callable[[str], tuple[str, ...]], so: str) -> list[Finding]:
    """Return the held-out texts with a label that training never shows; `so` says what follows.

    `labels_of` tells the labels that the label of a row stands for.
    """
    findings, known = [], set(dataset.labels)
    for crossing in crossings(dataset):
        held = crossing.held_out
        strange = [set(labels_of(row)) - known for row in held.labels]
        hits = [i for i, labels in enumerate(strange) if labels]
        if not hits:
            continue
        names = listed(sorted(set().union(*strange)))
        sentence = (
            f"Texts of the {crossing.name} part with a label that training never shows: "
            f"{share(len(hits), len(held))}; {names}. {so} Correct the spelling, or add training "
            "texts with these labels."
        )
        examples = tuple(example(held, i, listed(sorted(strange[i]))) for i in hits[:MAX_EXAMPLES])
        severity = leak_severity(len(hits), len(held), limit=MAX_UNSEEN)
        findings.append(Finding("unseen_labels", severity, len(hits), sentence, examples))
    return findings


def personal_data_in_spans(card: Card, dataset: Dataset) -> list[Finding]:
    """Find personal data; a mask would move the spans behind it, so nothing is mended."""
    return [
        Finding(
            found.guard,
            found.severity,
            found.count,
            f"Texts with personal data: {found.count:,}. Mask them in the file where the model "
            "must not learn them: Whet does not, since spans behind a mask would move.",
            found.examples,
        )
        for found in personal_data(card, dataset)
    ]
