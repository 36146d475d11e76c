"""How good are the spans? Strict: a span is right when its beginning, end and label all are.

Each text is seen only through counts per label (right, found, true), as in `whet.evaluation.
metrics`, so that intervals and verdicts resample texts by adding counts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.core.spans import Span

Spans = Sequence[Span]
Floats = NDArray[np.floating]


def count_spans(truth: Sequence[Spans], found: Sequence[Spans], labels: Sequence[str]) -> csr_array:
    """Return counts (n, 3 k): for each of n texts right, found and true spans of k labels.

    Raises:
        InputError: there are no texts, not as many answers as texts, or a span has another label.
    """
    if not truth or len(truth) != len(found):
        raise InputError(
            "Each text needs its true spans and those found; "
            f"got {len(truth)} and {len(found)} texts. Pass the same texts in both."
        )
    number, k = {label: i for i, label in enumerate(labels)}, len(labels)
    counts = np.zeros((len(truth), 3 * k), dtype=np.float64)
    for row, true, answered in zip(counts, truth, found, strict=True):
        for part, spans in enumerate((set(true) & set(answered), set(answered), set(true))):
            for span in spans:
                if span.label not in number:
                    raise InputError(
                        f"Labels of spans must be among {', '.join(labels)}; found "
                        f"{span.label!r}. Count with the labels of both sides."
                    )
                row[part * k + number[span.label]] += 1
    return csr_array(counts)


def micro_f1(sums: Floats) -> Floats:
    """Return F1 (b,) over all labels from sums (b, 3 k); NaN with no span, true or found."""
    right, found, true = (part.sum(axis=1) for part in np.split(sums, 3, axis=1))
    return _ratio(2 * right, found + true)


def micro_precision(sums: Floats) -> Floats:
    """Return the share (b,) of found spans that are right; NaN where none was found."""
    right, found, _ = (part.sum(axis=1) for part in np.split(sums, 3, axis=1))
    return _ratio(right, found)


def micro_recall(sums: Floats) -> Floats:
    """Return the share (b,) of true spans that were found; NaN where there is none."""
    right, _, true = (part.sum(axis=1) for part in np.split(sums, 3, axis=1))
    return _ratio(right, true)


def label_f1(sums: Floats) -> Floats:
    """Return F1 (b, k) of each label from sums (b, 3 k); NaN with no span, true or found."""
    right, found, true = np.split(sums, 3, axis=1)
    return _ratio(2 * right, found + true)


def macro_f1(sums: Floats) -> Floats:
    """Return the mean F1 (b,) over the labels that occur, true or found, from sums (b, 3 k)."""
    f1 = label_f1(sums)
    occurs = ~np.isnan(f1)
    return _ratio(np.where(occurs, f1, 0).sum(axis=1), occurs.sum(axis=1))


def strict_rates(right: Floats, found: Floats, true: Floats) -> tuple[Floats, Floats, Floats]:
    """Return precision, recall and F1, each (k,), from counts (k,); 0 where not defined."""
    rates = (_ratio(right, found), _ratio(right, true), _ratio(2 * right, found + true))
    precision, recall, f1 = (np.nan_to_num(rate) for rate in rates)
    return precision, recall, f1


def strict_f1(truth: Sequence[Spans], found: Sequence[Spans]) -> float:
    """Return micro F1; 0 where there is neither a true span nor one that was found.

    >>> strict_f1([[Span(0, 3, "PER")]], [[Span(0, 3, "PER"), Span(8, 12, "LOC")]])
    0.6666666666666666
    """
    labels = sorted({span.label for side in (truth, found) for spans in side for span in spans})
    counts = count_spans(truth, found, labels)
    return float(np.nan_to_num(micro_f1(counts.sum(axis=0)[None])[0])) if labels else 0.0


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below; NaN where below is 0."""
    ratio = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=ratio, where=np.asarray(below) > 0)
    return ratio
