"""Are there enough rows of every class, and does training know every label that is asked for?"""

from collections import Counter

from whet.cards.schema import Card
from whet.data.audit.finding import MAX_EXAMPLES, Example, Finding, example, listed, share
from whet.data.audit.parts import crossings, leak_severity
from whet.data.frame import Dataset

FEW_ROWS = 10
"""Training rows below which a class can be neither learnt nor cross-validated with any certainty:
five folds leave two of its rows each."""

IMBALANCE = 20
"""Ratio of the largest class to the smallest from which the small one is easily drowned."""

MAX_UNSEEN = 0.01
"""Share of held-out rows with an unknown label that may remain: a late newcomer, not a mistake."""


def class_counts(card: Card, dataset: Dataset) -> list[Finding]:
    """Find classes with fewer than ten training rows, and a strong imbalance between classes."""
    counts = Counter(dataset.train.labels)
    few = sorted((count, label) for label, count in counts.items() if count < FEW_ROWS)
    findings = [_too_few(few, len(counts))] if few else []
    (large, most), (small, least) = counts.most_common()[0], counts.most_common()[-1]
    if most >= IMBALANCE * least:
        sentence = (
            f"The largest class, {large}, has {most:,} training rows and the smallest, {small}, "
            f"has {least:,}: {most / least:.0f} times as many. Accuracy then says little about the "
            "small ones; read macro F1 and the table per class."
        )
        ends = tuple(
            Example(None, "", n, f"{c:,} rows") for n, c in [(large, most), (small, least)]
        )
        findings.append(Finding("class_counts", "info", 2, sentence, ends))
    return findings


def _too_few(few: list[tuple[int, str]], classes: int) -> Finding:
    """Return the finding of classes with too few rows, smallest first."""
    named = listed([f"{label} ({count})" for count, label in few])
    sentence = (
        f"Classes with fewer than {FEW_ROWS} training rows: {share(len(few), classes)}; {named}. "
        "Their scores will be guesses. Label more of them, or merge them with a neighbour."
    )
    examples = tuple(Example(None, "", label, f"{n:,} rows") for n, label in few[:MAX_EXAMPLES])
    return Finding("class_counts", "warn", len(few), sentence, examples)


def unseen_labels(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows whose label no training row has; the model can never be right on them."""
    findings = []
    known = set(dataset.labels)
    for crossing in crossings(dataset):
        held = crossing.held_out
        hits = [i for i, label in enumerate(held.labels) if label not in known]
        if not hits:
            continue
        names = listed(sorted({held.labels[i] for i in hits}))
        sentence = (
            f"Rows of the {crossing.name} part with a label that training never shows: "
            f"{share(len(hits), len(held))}; {names}. The model is always wrong on them. Correct "
            "the spelling, or add training rows with these labels."
        )
        examples = tuple(example(held, i, held.labels[i]) for i in hits[:MAX_EXAMPLES])
        severity = leak_severity(len(hits), len(held), limit=MAX_UNSEEN)
        findings.append(Finding("unseen_labels", severity, len(hits), sentence, examples))
    return findings
