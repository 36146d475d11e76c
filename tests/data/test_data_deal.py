"""Tests for whet.data.deal: by hand, against scikit-learn, and what must hold for any data."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from whet.data.deal import deal


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_single_rows_are_dealt_in_exact_proportion() -> None:
    labels = ["a"] * 50 + ["b"] * 10 + ["c"] * 5
    part = deal(np.arange(65), labels, [0.8, 0.2], outside=[0, 2], rng=rng())
    held_out = Counter(label for label, p in zip(labels, part, strict=True) if p == 1)
    assert held_out == {"a": 10, "b": 2, "c": 1}


def test_a_large_group_goes_where_the_distance_grows_least() -> None:
    # Wanted are 8 and 2 rows. With 7 and 3: (7 - 8)^2 / 8 + (3 - 2)^2 / 2 = 0.625; with all ten in
    # the first part: 4 / 8 + 4 / 2 = 2.5.
    part = deal(np.array([0] * 7 + [1] * 3), ["a"] * 10, [0.8, 0.2], outside=[0, 0], rng=rng())
    assert part.tolist() == [0] * 7 + [1] * 3


def test_folds_are_as_even_as_those_of_scikit_learn() -> None:
    labels = np.array(list("abc"))[rng(1).integers(0, 3, 203)]
    part = deal(np.arange(203), labels.tolist(), [0.2] * 5, outside=[1] * 5, rng=rng())
    reference = StratifiedKFold(5, shuffle=True, random_state=0).split(labels, labels)
    for fold, (_, held_out) in enumerate(reference):
        ours, theirs = Counter(labels[part == fold]), Counter(labels[held_out])
        assert all(abs(ours[label] - theirs[label]) <= 1 for label in "abc")
    assert np.bincount(part).max() - np.bincount(part).min() <= 1


def distance(part: NDArray[np.int64], labels: NDArray[np.str_]) -> float:
    """Return the chi-square distance of five folds' label counts from equal ones."""
    counts = [[np.sum((part == p) & (labels == x)) for x in "abcde"] for p in range(5)]
    wanted = np.sum(counts, axis=0) / 5
    return float(((counts - wanted) ** 2 / wanted).sum())


def test_groups_are_balanced_as_well_as_by_scikit_learn_on_average() -> None:
    ours, theirs = [], []
    for seed in range(10):
        groups = np.unique(rng(seed).integers(0, 120, 600), return_inverse=True)[1]
        # Labels depend on the group, which makes the folds hard to balance.
        labels = np.array(list("abcde"))[(groups + rng(seed + 99).integers(0, 2, 600)) % 5]
        part = deal(groups, labels.tolist(), [0.2] * 5, outside=[1] * 5, rng=rng(seed))
        ours.append(distance(part, labels))
        reference = np.empty(600, dtype=np.int64)
        splitter = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        for fold, (_, held_out) in enumerate(splitter.split(labels, labels, groups)):
            reference[held_out] = fold
        theirs.append(distance(reference, labels))
    assert np.mean(ours) <= np.mean(theirs)


def test_the_same_seed_deals_the_same_and_another_does_not() -> None:
    labels = ["a", "b"] * 50
    first, again, other = (
        deal(np.arange(100), labels, [0.8, 0.2], outside=[0, 2], rng=rng(seed))
        for seed in (7, 7, 8)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("rows", [1, 2])
def test_a_label_with_two_groups_or_fewer_stays_out_of_the_test(rows: int) -> None:
    labels = ["a"] * 30 + ["rare"] * rows
    for seed in range(20):
        part = deal(np.arange(30 + rows), labels, [0.5, 0.5], outside=[0, 2], rng=rng(seed))
        assert (part[30:] == 0).all()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcd")), min_size=2, max_size=60),
    st.integers(0, 3),
)
def test_whatever_the_groups_they_stay_whole_and_labels_can_be_learnt(
    rows: list[tuple[int, str]], seed: int
) -> None:
    groups = np.unique([group for group, _ in rows], return_inverse=True)[1].astype(np.int64)
    labels = [label for _, label in rows]
    homes = {
        label: {g for g, x in zip(groups, labels, strict=True) if x == label} for label in labels
    }
    part = deal(groups, labels, [0.8, 0.2], outside=[0, 2], rng=rng(seed))
    part_of = {group: set(part[groups == group]) for group in groups}
    assert all(len(parts) == 1 for parts in part_of.values())
    for label, groups_of_label in homes.items():
        kept = {group for group in groups_of_label if part_of[group] == {0}}
        assert len(kept) >= min(2, len(groups_of_label)), label
