"""Tests for whet.evaluation.entity_report: the classic report, by hand and against seqeval."""

import random

import pytest

from whet.cards.schema import Interval
from whet.core.spans import Span
from whet.evaluation.entity_report import classic, entity_report

TRUTH = [[Span(0, 3, "PER"), Span(7, 11, "LOC")], [Span(0, 2, "PER")], [Span(4, 9, "LOC")], []]
FOUND = [[Span(0, 3, "PER"), Span(7, 12, "LOC")], [Span(0, 2, "PER")], [], [Span(0, 1, "ORG")]]
SETTINGS = Interval(n=200)

PRINTED = """\
              precision    recall  f1-score   support

         LOC     0.0000    0.0000    0.0000         2
         ORG     0.0000    0.0000    0.0000         0
         PER     1.0000    1.0000    1.0000         2

   micro avg     0.5000    0.5000    0.5000         4
   macro avg     0.3333    0.3333    0.3333         4
weighted avg     0.5000    0.5000    0.5000         4
"""


def test_the_report_by_hand() -> None:
    assert classic(entity_report(TRUTH, FOUND, interval=SETTINGS, seed=0)) == PRINTED


def test_a_long_label_widens_the_first_column() -> None:
    spans = [[Span(0, 1, "a label longer than any average")]]
    lines = classic(entity_report(spans, spans, interval=SETTINGS, seed=0)).splitlines()
    assert len({len(line) for line in lines if line}) == 1


def test_intervals_hold_the_value_and_a_label_seen_once_has_the_whole_range() -> None:
    report = entity_report(TRUTH, FOUND, interval=SETTINGS, seed=0)
    assert report.micro_f1.low < report.micro_f1.value == 0.5 < report.micro_f1.high
    by_label = dict(zip([line.name for line in report.labels], report.label_f1, strict=True))
    assert (by_label["ORG"].low, by_label["ORG"].high) == (0.0, 1.0)
    assert by_label["PER"].low < by_label["PER"].high == 1.0
    assert report.texts == 4


def test_texts_without_any_span_have_averages_of_0() -> None:
    report = entity_report([[], []], [[], []], interval=SETTINGS, seed=0)
    assert [line.f1 for line in report.averages] == [0, 0, 0]
    assert report.labels == ()


def _drawn(draw: random.Random, length: int) -> list[tuple[int, int, str]]:
    """Return random spans of words."""
    spans, i = [], 0
    while i < length:
        size = draw.randint(1, 3)
        if draw.random() < 0.4 and i + size <= length:
            spans.append((i, i + size, draw.choice(["PER", "LOC", "ORG"])))
        i += size
    return spans


def _tags(spans: list[tuple[int, int, str]], length: int) -> list[str]:
    """Return IOB2 tags of words."""
    tags = ["O"] * length
    for first, stop, label in spans:
        tags[first:stop] = [f"B-{label}"] + [f"I-{label}"] * (stop - first - 1)
    return tags


@pytest.mark.parametrize("seed", range(5))
def test_every_number_is_seqevals(seed: int) -> None:
    metrics = pytest.importorskip("seqeval.metrics")
    draw = random.Random(seed)
    truth = [_drawn(draw, 12) for _ in range(40)]
    found = [[s for s in spans if draw.random() < 0.7] or _drawn(draw, 12) for spans in truth]
    expected = metrics.classification_report(
        [_tags(spans, 12) for spans in truth],
        [_tags(spans, 12) for spans in found],
        digits=4,
        zero_division=0,
    )
    ours = entity_report(
        [[Span(*span) for span in spans] for spans in truth],
        [[Span(*span) for span in spans] for spans in found],
        interval=SETTINGS,
        seed=0,
    )
    assert classic(ours).split() == expected.split()
