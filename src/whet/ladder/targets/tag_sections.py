"""What do the test rows say of a model of spans, beside its metrics? Sections of the report."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from whet.core.seeds import derived_seed
from whet.core.spans import Span
from whet.data.audit.pii import mask_pii
from whet.evaluation.entities import Spans
from whet.evaluation.entity_report import EntityReport, classic, entity_report
from whet.ladder.context import Context
from whet.models.tag_output import TagOutput

Facts = dict[str, Any]

WORST_MISTAKES = 50


def tag_sections(context: Context, truth: Sequence[Spans], test: TagOutput) -> tuple[Facts, str]:
    """Return the sections of the report, and the classic report as text."""
    settings, seed = context.card.interval, derived_seed(context.seed, "per class")
    report = entity_report(truth, test.spans, interval=settings, seed=seed)
    sections = {
        "per_class": per_label(report),
        "averages": [asdict(line) for line in report.averages],
        "confusion": None,
        "calibration": None,
        "risk": None,
        "mistakes": _mistakes(context, truth, test),
    }
    return sections, classic(report)


def per_label(report: EntityReport) -> list[Facts]:
    """Return precision, recall and F1 of every label."""
    return [
        {
            "label": line.name,
            "precision": line.precision,
            "recall": line.recall,
            "f1": asdict(interval),
            "support": line.support,
        }
        for line, interval in zip(report.labels, report.label_f1, strict=True)
    ]


def _mistakes(context: Context, truth: Sequence[Spans], test: TagOutput) -> list[Facts]:
    """Return the test rows with a wrong span, those where the model was surest of it first.

    Personal data is masked, so that a report can be passed on.
    """
    frame = context.dataset.test
    found: list[Facts] = []
    for i, (true, answered, sure) in enumerate(
        zip(truth, test.spans, test.probabilities, strict=True)
    ):
        if set(true) == set(answered):
            continue
        known = set(true)
        wrong = [p for span, p in zip(answered, sure, strict=True) if span not in known]
        text = frame.texts[i]
        found.append(
            {
                "row": frame.rows[i],
                "source": frame.source,
                "text": mask_pii(text),
                "truth": _told(text, true),
                "answer": _told(text, answered),
                "probability": max(wrong, default=0.0),  # nothing wrong, but something missed
            }
        )
    return sorted(found, key=lambda row: -row["probability"])[:WORST_MISTAKES]


def _told(text: str, spans: Sequence[Span]) -> str:
    """Return spans in words: `LOC Rome; PER Ana`; `nothing` without any."""
    told = [f"{span.label} {mask_pii(text[span.start : span.end])}" for span in sorted(spans)]
    return "; ".join(told) or "nothing"
