"""How does a person read the audit? One HTML page: what stops the build, with rows to look at."""

from collections import Counter
from pathlib import Path

from whet.cards.schema import GUARDS, Card
from whet.core.page import render_page
from whet.data.audit.finding import Finding
from whet.data.audit.parts import parts
from whet.data.audit.run import CHECKS, in_order
from whet.data.frame import Dataset

_TEMPLATES = Path(__file__).parent / "templates"


def audit_html(card: Card, dataset: Dataset, findings: list[Finding]) -> str:
    """Return the audit as a page that needs nothing else; every text of the data is escaped."""
    found = {finding.guard for finding in findings}
    severities = Counter(finding.severity for finding in findings)
    return render_page(
        _TEMPLATES,
        "audit.html",
        card=card,
        version=dataset.version,
        verdict=_verdict(severities["stop"], severities["warn"]),
        severities=severities,
        parts=_parts_table(dataset),
        classes=_class_bars(dataset),
        dropped=dataset.dropped,
        findings=in_order(findings),
        guards=GUARDS,
        titles={guard: _title(guard) for guard in GUARDS},
        clean=[guard for guard in CHECKS if guard not in found],
    )


def _title(guard: str) -> str:
    """Return the name of a guard as a heading.

    >>> _title("near_duplicates"), _title("pii")
    ('Near duplicates', 'PII')
    """
    return "PII" if guard == "pii" else guard.replace("_", " ").capitalize()


def _verdict(stops: int, warnings: int) -> str:
    """Return in a sentence whether the build may go on."""
    if stops:
        return (
            f"The build stops. {stops} {'finding' if stops == 1 else 'findings'} must be mended, "
            "or waived in the card by name and with a reason."
        )
    if warnings:
        return "Nothing stops the build. Read the warnings before you believe the score."
    return "Nothing stops the build, and there is nothing to warn of."


def _parts_table(dataset: Dataset) -> list[dict[str, object]]:
    """Return a row per part: name, source, rows, classes."""
    return [
        {
            "name": name,
            "source": frame.source,
            "rows": len(frame),
            "classes": len(set(frame.labels) - {""}),
        }
        for name, frame in parts(dataset).items()
    ]


def _class_bars(dataset: Dataset) -> list[dict[str, object]]:
    """Return a row per class, largest first: label, training and test rows, widths in per cent."""
    train, test = Counter(dataset.train.labels), Counter(dataset.test.labels)
    labels = sorted(train | test, key=lambda label: (-train[label], label))
    widest = max(train[label] + test[label] for label in labels)
    return [
        {
            "label": label,
            "train": train[label],
            "test": test[label],
            "train_width": round(100 * train[label] / widest, 2),
            "test_width": round(100 * test[label] / widest, 2),
        }
        for label in labels
    ]
