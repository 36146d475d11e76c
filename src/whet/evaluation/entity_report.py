"""How does each label of spans fare? The classic report, with an interval on every F1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from whet.cards import schema
from whet.evaluation.entities import (
    Floats,
    Spans,
    count_spans,
    label_f1,
    macro_f1,
    micro_f1,
    strict_rates,
)
from whet.evaluation.intervals import Interval, bootstrap_sums, estimate, wilson


@dataclass(frozen=True)
class Line:
    """One line of the report; precision, recall and F1 are 0 where they are not defined."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    """Number of true spans."""


@dataclass(frozen=True)
class EntityReport:
    """Every label, the three averages, and how sure the F1 values are."""

    labels: tuple[Line, ...]
    averages: tuple[Line, ...]
    """Micro, macro and weighted by support."""
    label_f1: tuple[Interval, ...]
    """F1 of each label."""
    micro_f1: Interval
    macro_f1: Interval
    texts: int


def entity_report(
    truth: Sequence[Spans], found: Sequence[Spans], *, interval: schema.Interval, seed: int
) -> EntityReport:
    """Return how the spans found in n texts compare with the true ones; a text is a unit.

    Raises:
        InputError: there are no texts, or not as many answers as texts.
    """
    labels = sorted({span.label for side in (truth, found) for spans in side for span in spans})
    counts = count_spans(truth, found, labels)
    if not labels:
        return _without_spans(len(truth))
    return counts_report(counts, labels, interval=interval, seed=seed)


def counts_report(
    counts: csr_array, labels: Sequence[str], *, interval: schema.Interval, seed: int
) -> EntityReport:
    """Return the report of counts (n, 3 k) as `count_spans` gives them; a text is a unit."""
    total = counts.sum(axis=0)
    right, answered, true = np.split(total, 3)
    rates = strict_rates(right, answered, true)

    def sure(statistic: Callable[[Floats], Floats]) -> Interval:
        return bootstrap_sums(statistic, counts, n=interval.n, level=interval.level, seed=seed)

    return EntityReport(
        labels=tuple(
            _line(label, [rate[i] for rate in rates], true[i]) for i, label in enumerate(labels)
        ),
        averages=_averages(rates, total),
        label_f1=_label_intervals(counts, interval, seed),
        micro_f1=sure(micro_f1),
        macro_f1=sure(macro_f1),
        texts=counts.shape[0],
    )


def _label_intervals(
    counts: csr_array, interval: schema.Interval, seed: int
) -> tuple[Interval, ...]:
    """Return the F1 of each label with its interval; texts that the label touches are its units."""
    k = counts.shape[1] // 3
    by_label = estimate(counts, label_f1, n=interval.n, seed=seed)
    touched = ((counts[:, k : 2 * k] + counts[:, 2 * k :]) > 0).sum(axis=0).astype(np.int64)
    low, high = wilson(by_label, touched, interval.level)
    values = np.nan_to_num(by_label.value)
    return tuple(Interval(float(values[i]), float(low[i]), float(high[i])) for i in range(k))


def _without_spans(texts: int) -> EntityReport:
    """Return the report on texts where nobody has a span: nothing is known of F1."""
    unknown = Interval(0.0, 0.0, 1.0)
    averages = tuple(Line(f"{name} avg", 0, 0, 0, 0) for name in ("micro", "macro", "weighted"))
    return EntityReport((), averages, (), unknown, unknown, texts)


def _averages(rates: Sequence[Floats], total: Floats) -> tuple[Line, ...]:
    """Return the micro, macro and weighted averages of the rates of the labels."""
    right, answered, true = np.split(total, 3)
    support = true.sum()
    pooled = strict_rates(right.sum(keepdims=True), answered.sum(keepdims=True), support[None])
    weight = true / max(support, 1)
    return (
        _line("micro avg", [rate[0] for rate in pooled], support),
        _line("macro avg", [rate.mean() for rate in rates], support),
        _line("weighted avg", [(rate * weight).sum() for rate in rates], support),
    )


def _line(name: str, rates: Sequence[float], support: float) -> Line:
    """Return one line of the report from precision, recall and F1."""
    precision, recall, f1 = map(float, rates)
    return Line(name, precision, recall, f1, int(support))


def classic(report: EntityReport, digits: int = 4) -> str:
    """Return the report as the text that seqeval and scikit-learn print."""
    lines = [*report.labels, *report.averages]
    width = max(len("weighted avg"), *(len(line.name) for line in lines))
    heads = "".join(f" {name:>9}" for name in ("precision", "recall", "f1-score", "support"))
    text = f"{'':>{width}} {heads}\n\n"
    for line in lines:
        rates = "".join(f" {rate:>9.{digits}f}" for rate in (line.precision, line.recall, line.f1))
        text += "\n" if line is report.averages[0] else ""
        text += f"{line.name:>{width}} {rates} {line.support:>9}\n"
    return text
