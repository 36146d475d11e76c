"""Labelled spans of a text: rows of spans, and answers as `whet.models.tag_output.TagOutput`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.spans import Span
from whet.data.audit.finding import Finding
from whet.data.strata import strata_of
from whet.data.tagging.rows import span_labels
from whet.evaluation.entities import (
    Spans,
    count_spans,
    macro_f1,
    micro_f1,
    micro_precision,
    micro_recall,
)
from whet.evaluation.metrics import Floats
from whet.evaluation.sums import Sums
from whet.ladder.answers import Answers
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Rung, Tagging
from whet.ladder.rungs.tag_rows import TagRows
from whet.ladder.rungs.tag_words import lookup, words
from whet.ladder.rungs.tagger import tagger
from whet.ladder.targets.contract import Examined, Facts
from whet.ladder.targets.slices import target_slices
from whet.ladder.targets.tag_package import TagPacking
from whet.ladder.targets.tag_sections import tag_sections
from whet.models.output import Ids
from whet.models.tag_output import TagOutput, join_tags

RUNGS: dict[str, Callable[[Context], Rung[TagOutput]]] = {
    "lookup": lookup,
    "words": words,
    "tagger": tagger,
}
"""Every rung of tags by the name that cards use, cheapest first."""

METRICS: dict[str, Callable[[Floats], Floats]] = {
    "f1": micro_f1,
    "macro_f1": macro_f1,
    "precision": micro_precision,
    "recall": micro_recall,
}
"""Every metric of tags by its name in a card, as a statistic of the sums of `count_spans`."""


class Tags:
    """The kind `tags`."""

    judging_folds: Mapping[str, int] = {}
    trivial_name = "no spans"

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, TagRows(context)
        # A held-out label that training never shows counts as well: its spans are missed.
        held = (*context.development.labels, *context.dataset.test.labels)
        self.labels = span_labels(held)

    def unit(self, metric: str) -> float:
        """Return 1: differences are told as they are."""
        return 1.0

    def open_rung(self, name: str) -> Rung[TagOutput]:
        """Return the rung of a candidate."""
        return RUNGS[name](self.context)

    def left_out(self, name: str) -> str:
        """Return nothing: every rung may help on any data."""
        return ""

    def strata(self) -> Ids:
        """Return the number of the rarest label of each development row."""
        names = strata_of(self.context.card, self.context.development.labels)
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    def join(self, parts: list[tuple[Ids, TagOutput]], n: int) -> TagOutput:
        """Return the answers to n rows."""
        return join_tags(parts, n)

    def temperature(self, rows: Ids, output: TagOutput) -> float:
        """Return 1: probabilities of spans are not calibrated."""
        return 1.0

    def sums(self, metric: str, rows: Ids, output: TagOutput, temperature: float = 1.0) -> Sums:
        """Return a metric of the spans that were found."""
        return span_sums(metric, self.rows.spans(rows), output.spans, self.labels)

    def trivial(self, metric: str) -> Sums:
        """Return a metric over the test rows of finding nothing."""
        truth = self.rows.spans(self.context.test_rows)
        return span_sums(metric, truth, [()] * len(truth), self.labels)

    def findings(self, first: Candidate) -> list[Finding]:
        """Return nothing: which true spans are doubtful is not asked yet."""
        return []

    def examine(self, ascent: Climb, fitted: Tagging, test: TagOutput) -> Examined:
        """Return sections, answers and packing."""
        context, metric = self.context, self.context.card.metrics.primary
        truth = self.rows.spans(context.test_rows)
        labels = sorted({*context.dataset.labels, *span_labels(context.dataset.test.labels)})
        sections, report = tag_sections(context, truth, test)
        sections["slices"] = target_slices(self, test)

        def score(found: Sequence[Spans]) -> float:
            return span_sums(metric, truth, found, labels).value()

        def packing(version: str, created: str, facts: Facts) -> TagPacking:
            return TagPacking(context, fitted, score, test, version, created, facts, report)

        arrays = {
            "truth": _as_array(truth, labels),
            "found": _as_array(test.spans, labels),
            "sizes": np.array([len(truth), len(labels)], dtype=np.int64),
        }
        return Examined(sections, arrays, packing)


def span_sums(
    metric: str, truth: Sequence[Spans], found: Sequence[Spans], labels: Sequence[str]
) -> Sums:
    """Return a metric of the spans found in n texts; 0 where it is not defined."""
    statistic = METRICS[metric]
    return Sums(
        count_spans(truth, found, labels), lambda sums: np.nan_to_num(statistic(sums), nan=0.0)
    )


def saved_tags(metric: str, answers: Answers) -> Sums:
    """Return a metric of answers that a run has kept; labels are known by their numbers."""
    texts, labels = answers.arrays["sizes"].tolist()
    sides = [_as_spans(answers.arrays[name], texts) for name in ("truth", "found")]
    return span_sums(metric, sides[0], sides[1], [str(number) for number in range(labels)])


def _as_array(texts: Sequence[Spans], labels: Sequence[str]) -> NDArray[np.int64]:
    """Return spans (s, 4): number of the text, start, end, number of the label."""
    number = {label: i for i, label in enumerate(labels)}
    rows = [(i, s.start, s.end, number[s.label]) for i, own in enumerate(texts) for s in own]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _as_spans(array: NDArray[Any], count: int) -> list[list[Span]]:
    """Return the spans of each of `count` texts; their labels are numbers, written as digits."""
    texts: list[list[Span]] = [[] for _ in range(count)]
    for text, start, end, label in array.tolist():
        texts[text].append(Span(start, end, str(label)))
    return texts
