"""Tests for whet.models.passage_output: joined answers, and the threshold of no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.models.passage_output import PassageOutput, choose_threshold, join_answers


def test_answers_are_joined_by_their_rows() -> None:
    one = PassageOutput(np.array([[3, 7]]), np.array([1.5]))
    other = PassageOutput(np.array([[0, 0], [2, 4]]), np.array([-1.0, 2.0]))
    both = join_answers([(np.array([2]), one), (np.array([0, 3]), other)], 4)
    assert both.spans.tolist() == [[0, 0], [0, 0], [3, 7], [2, 4]]
    assert both.is_found.tolist() == [False, False, True, True]
    assert both.take(np.array([3, 2])).sure.tolist() == [2.0, 1.5]


def right(odds: np.ndarray, has: np.ndarray, threshold: float) -> int:
    return int(((odds >= threshold) == has).sum())


@given(st.lists(st.tuples(st.integers(-4, 4), st.booleans()), min_size=1, max_size=12))
def test_no_threshold_tells_more_passages_right(rows: list[tuple[int, bool]]) -> None:
    odds = np.array([float(value) for value, _ in rows])
    has = np.array([value for _, value in rows])
    found = choose_threshold(odds, has)
    if has.all():
        assert found is None
        return
    assert found is not None
    every = [right(odds, has, edge) for edge in np.arange(-5, 5.5, 0.5)]
    assert right(odds, has, found) == max(every)


def test_zero_is_kept_where_it_is_as_good() -> None:
    odds = np.array([-3.0, -2.0, 1.0, 4.0])
    assert choose_threshold(odds, odds > 0) == 0
    assert choose_threshold(odds, odds > 2) == pytest.approx(2.5)
    assert choose_threshold(odds, np.zeros(4, dtype=bool)) == 5.0
