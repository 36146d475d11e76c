"""Tests for whet.evaluation.entities: strict counts by hand, verdicts and intervals over texts."""

import numpy as np
import pytest

from whet.cards.schema import Interval
from whet.core.errors import InputError
from whet.core.spans import Span
from whet.evaluation.entities import count_spans, label_f1, macro_f1, micro_f1, strict_f1
from whet.evaluation.intervals import bootstrap_sums
from whet.evaluation.verdict import compare_sums

A, B, MOVED = Span(0, 3, "A"), Span(4, 8, "B"), Span(4, 9, "B")


def test_counts_of_each_text() -> None:
    counts = count_spans([[A, B], [B], []], [[A, MOVED], [B], [A]], ["A", "B"])
    assert counts.toarray().tolist() == [
        [1, 0, 1, 1, 1, 1],
        [0, 1, 0, 1, 0, 1],
        [0, 0, 1, 0, 0, 0],
    ]


def test_a_span_with_another_end_or_label_is_wrong() -> None:
    assert strict_f1([[B]], [[MOVED]]) == 0.0
    assert strict_f1([[B]], [[Span(4, 8, "A")]]) == 0.0
    assert strict_f1([[B]], [[B]]) == 1.0


def test_averages_by_hand() -> None:
    counts = count_spans([[A, B], [B], []], [[A, MOVED], [B], [A]], ["A", "B"])
    sums = counts.sum(axis=0)[None]
    assert label_f1(sums)[0] == pytest.approx([2 / 3, 1 / 2])
    assert micro_f1(sums)[0] == pytest.approx(2 * 2 / (4 + 3))
    assert macro_f1(sums)[0] == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_without_any_span_f1_is_not_defined_and_the_score_is_0() -> None:
    assert np.isnan(micro_f1(np.zeros((1, 6)))[0])
    assert np.isnan(macro_f1(np.zeros((1, 6)))[0])
    assert strict_f1([[], []], [[], []]) == 0.0


def test_a_label_that_nothing_has_does_not_count() -> None:
    counts = count_spans([[A]], [[A]], ["A", "B"])
    assert macro_f1(counts.sum(axis=0)[None])[0] == 1.0


def simulated(right: float, seed: int, n: int = 400) -> list[list[Span]]:
    """Return one span a text, moved with probability 1 - right."""
    random = np.random.default_rng(seed)
    return [[A if random.random() < right else Span(0, 2, "A")] for _ in range(n)]


def test_the_better_of_two_taggers_beats_and_the_same_one_ties() -> None:
    truth, labels = [[A]] * 400, ["A"]
    good, bad = (count_spans(truth, simulated(p, 0), labels) for p in (0.9, 0.7))
    settings = Interval()
    verdict = compare_sums("f1", micro_f1, good, bad, interval=settings, seed=0)
    assert verdict.verdict == "beats"
    assert verdict.difference.value == pytest.approx(
        float(micro_f1(good.sum(axis=0)[None])[0] - micro_f1(bad.sum(axis=0)[None])[0])
    )
    assert compare_sums("f1", micro_f1, bad, good, interval=settings, seed=0).verdict == "worse"
    assert compare_sums("f1", micro_f1, good, good, interval=settings, seed=0).verdict == "ties"


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(200):
        counts = count_spans([[A]] * 150, simulated(0.8, seed, 150), ["A"])
        found = bootstrap_sums(micro_f1, counts, n=200, level=0.95, seed=0)
        held += found.low <= 0.8 <= found.high
    assert 0.91 <= held / 200 <= 0.99


@pytest.mark.parametrize("found", [[], [[A], [B]]])
def test_other_numbers_of_texts_are_refused(found: list[list[Span]]) -> None:
    with pytest.raises(InputError) as caught:
        count_spans([[A]] if found else [], found, ["A", "B"])
    assert str(caught.value) == (
        "Each text needs its true spans and those found; "
        f"got {len(found) // 2} and {len(found)} texts. Pass the same texts in both."
    )


def test_a_span_of_another_label_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        count_spans([[A]], [[B]], ["A"])
    assert str(caught.value) == (
        "Labels of spans must be among A; found 'B'. Count with the labels of both sides."
    )
