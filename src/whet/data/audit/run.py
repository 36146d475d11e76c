"""Is the data fit to learn from and to be measured on? Every guard that needs no model, in turn."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.core.progress import Progress, Quiet
from whet.data.audit.classes import class_counts, unseen_labels
from whet.data.audit.exact import conflicting_labels, exact_duplicates
from whet.data.audit.finding import SEVERITIES, Finding
from whet.data.audit.giveaway import giveaway
from whet.data.audit.groups import group_overlap
from whet.data.audit.label_lists import (
    joined_labels,
    label_counts,
    label_spelling,
    repeated_labels,
    rows_without_labels,
    unseen_list_labels,
)
from whet.data.audit.languages import language_mix
from whet.data.audit.near import near_duplicates
from whet.data.audit.pairs import (
    conflicting_pairs,
    identical_texts,
    long_pairs,
    repeated_pairs,
    text_overlap,
)
from whet.data.audit.passages import (
    answer_position,
    conflicting_answers,
    long_questions,
    passage_overlap,
)
from whet.data.audit.privacy import personal_data
from whet.data.audit.rows import truncation, unusable_rows
from whet.data.audit.spans import personal_data_in_spans, span_counts, unseen_span_labels
from whet.data.audit.values import mixed_units, number_in_text, outliers
from whet.data.frame import Dataset

Check = Callable[[Card, Dataset], list[Finding]]

CHECKS: dict[str, Check] = {
    "unusable_rows": unusable_rows,
    "unseen_labels": unseen_labels,
    "class_counts": class_counts,
    "group_overlap": group_overlap,
    "exact_duplicates": exact_duplicates,
    "near_duplicates": near_duplicates,
    "conflicting_labels": conflicting_labels,
    "giveaway": giveaway,
    "pii": personal_data,
    "language_mix": language_mix,
    "truncation": truncation,
}
"""Guard -> what checks it. The guards of the card that are missing here need a model."""

CHECKS_OF: dict[str, dict[str, Check]] = {
    "classes": CHECKS,
    "tags": {
        "unusable_rows": unusable_rows,
        "unseen_labels": unseen_span_labels,
        "class_counts": span_counts,
        "group_overlap": group_overlap,
        "exact_duplicates": exact_duplicates,
        "conflicting_labels": conflicting_labels,
        "pii": personal_data_in_spans,
        "language_mix": language_mix,
    },
    "real": {
        "unusable_rows": unusable_rows,
        "outliers": outliers,
        "mixed_units": mixed_units,
        "group_overlap": group_overlap,
        "exact_duplicates": exact_duplicates,
        "near_duplicates": near_duplicates,
        "conflicting_labels": conflicting_labels,
        "giveaway": number_in_text,
        "pii": personal_data,
        "language_mix": language_mix,
        "truncation": truncation,
    },
    "labels": {
        "unusable_rows": unusable_rows,
        "unseen_labels": unseen_list_labels,
        "class_counts": label_counts,
        "no_labels": rows_without_labels,
        "label_spelling": label_spelling,
        "repeated_labels": repeated_labels,
        "joined_labels": joined_labels,
        "group_overlap": group_overlap,
        "exact_duplicates": exact_duplicates,
        "near_duplicates": near_duplicates,
        "conflicting_labels": conflicting_labels,
        "pii": personal_data,
        "language_mix": language_mix,
        "truncation": truncation,
    },
    "pair": {
        "unusable_rows": unusable_rows,
        "unseen_labels": unseen_labels,
        "class_counts": class_counts,
        "group_overlap": group_overlap,
        "text_overlap": text_overlap,
        "exact_duplicates": repeated_pairs,
        "identical_texts": identical_texts,
        "conflicting_labels": conflicting_pairs,
        "giveaway": giveaway,
        "pii": personal_data,
        "language_mix": language_mix,
        "truncation": long_pairs,
    },
    "span": {
        "unusable_rows": unusable_rows,
        "group_overlap": group_overlap,
        "text_overlap": passage_overlap,
        "exact_duplicates": exact_duplicates,
        "conflicting_labels": conflicting_answers,
        "answer_position": answer_position,
        "pii": personal_data_in_spans,
        "language_mix": language_mix,
        "truncation": long_questions,
    },
}
"""For each kind of target, the guards that make sense: taggers read long texts in windows."""


def audit(
    card: Card,
    dataset: Dataset,
    *,
    max_tokens: Callable[[Sequence[str]], NDArray[np.integer]] | None = None,
    token_limit: int | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Return what the guards found, worst first; an empty list when all is well.

    `max_tokens` counts the tokens of each text, (n,), and `token_limit` is what the base reads;
    without them long texts are told by their characters. A guard that the card waives cannot stop
    the build: its finding keeps its numbers and carries the card's reason.
    """
    report = progress or Quiet()
    checks = dict(CHECKS_OF[card.target.kind])
    if "truncation" in checks:
        truncated: Callable[..., list[Finding]] = checks["truncation"]
        checks["truncation"] = partial(truncated, max_tokens=max_tokens, token_limit=token_limit)
    report.start("audit", len(checks))
    findings: list[Finding] = []
    for check in checks.values():
        findings += [waive(card, finding) for finding in check(card, dataset)]
        report.advance()
    return in_order(findings)


def waive(card: Card, finding: Finding) -> Finding:
    """Return the finding, waived with the card's reason when the card names its guard."""
    reason = card.waive.get(finding.guard)
    if reason is None or finding.severity == "info":
        return finding
    return replace(finding, severity="waived", waived=reason)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return findings with what stops the build first; guards keep their order otherwise."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
