"""Tests for whet.serving.passages.decode: against a search over every part, and at the edge."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.serving.passages.decode import Part, Rule, best_odds, decided

SCORES = st.integers(1, 9).flatmap(
    lambda n: st.lists(
        st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=n, max_size=n
    )
)


def part_of(scores: list[tuple[float, float]], none: float, first: int = 0) -> Part:
    places = np.array([(2 * i, 2 * i + 1) for i in range(first, first + len(scores))], np.int32)
    return Part(places, np.array(scores, dtype=np.float32), none)


def every(parts: list[Part], longest: int) -> dict[tuple[int, int, int], float]:
    """Return the score over no answer of every part of every window."""
    return {
        (w, a, b): float(part.scores[a, 0]) + float(part.scores[b, 1]) - part.none
        for w, part in enumerate(parts)
        for a in range(len(part.places))
        for b in range(a, min(a + longest, len(part.places)))
    }


@given(SCORES, SCORES, st.integers(1, 9), st.floats(-5, 5))
def test_the_best_part_of_all_windows_is_found(
    first: list[tuple[float, float]],
    second: list[tuple[float, float]],
    longest: int,
    threshold: float,
) -> None:
    parts = [part_of(first, 1.5), part_of(second, -0.5, first=len(first) - 1)]
    odds = every(parts, longest)
    best = max(odds.values())
    passage = "x" * 40
    found = decided(passage, parts, Rule(longest, threshold))
    total = np.exp(threshold) + sum(np.exp(v) for v in odds.values())
    assert best_odds(parts, longest) == pytest.approx(best, abs=1e-5)
    assert found.is_found == (best >= threshold)
    share = 1 / (1 + np.exp(-found.sure))
    own = best if found.is_found else threshold
    assert share == pytest.approx(np.exp(own) / total, abs=1e-4)
    if found.is_found:
        spans = {
            (parts[w].places[a][0], parts[w].places[b][1])
            for (w, a, b), value in odds.items()
            if value >= best - 1e-5
        }
        assert (found.start, found.end) in spans


def test_without_a_threshold_a_part_is_always_answered() -> None:
    part = part_of([(-9, -9), (-8, -8)], none=20)
    assert decided("x" * 9, [part], Rule(1, None)).is_found
    assert not decided("x" * 9, [part], Rule(1, 0.0)).is_found


def test_of_equal_parts_the_shorter_is_taken_and_white_space_is_left_out() -> None:
    part = Part(np.array([(0, 3), (3, 6)], np.int32), np.zeros((2, 2), dtype=np.float32), -1.0)
    found = decided("ab  cd", [part], Rule(2, None))
    assert (found.start, found.end) == (0, 2)


def test_a_passage_without_a_token_has_no_answer() -> None:
    empty = Part(np.zeros((0, 2), np.int32), np.zeros((0, 2), dtype=np.float32), 0.0)
    for rule in (Rule(3, 0.0), Rule(3, None)):
        found = decided("x", [empty], rule)
        assert not found.is_found and np.isfinite(found.sure)
