"""Tests for whet.company.conflict: the deletion filter against trying every subset."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from whet.company.conflict import sentence, smallest_conflict


def test_the_filter_against_trying_every_subset() -> None:
    random = np.random.default_rng(4)
    for _ in range(30):
        rows = [tuple(row) for row in random.integers(0, 4, (6, 2)).tolist()]

        def clash(some: Sequence[tuple[int, ...]]) -> bool:
            return bool(some) and min(sum(column) for column in zip(*some, strict=True)) > 4

        if not clash(rows):
            continue
        found = smallest_conflict(rows, clash)
        assert found.is_smallest and clash(found.kept)
        assert not any(clash(rest) for rest in combinations(found.kept, len(found.kept) - 1))


def test_what_is_not_known_is_kept_and_told() -> None:
    asked: list[Sequence[int]] = []

    def clash(some: Sequence[int]) -> bool | None:
        asked.append(some)
        return None if 2 not in some else sum(some) > 10

    found = smallest_conflict([5, 1, 7, 2], clash)  # without the 2 there was no answer
    assert (found.kept, found.is_smallest) == ((5, 7, 2), False)
    assert asked == [[1, 7, 2], [5, 7, 2], [5, 2], [5, 7]]


def test_one_requirement_conflicts_with_itself() -> None:
    assert sentence("No plan meets", ["a"]) == "No plan meets this: a. Relax it."
    assert smallest_conflict(["a"], lambda some: True).kept == ("a",)
