"""Tests for whet.company.team.anonymity: nobody's answers can be worked out from what is shown."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import numpy as np
import pytest

from whet.company.team.anonymity import (
    FLOOR,
    TOO_FEW,
    TOO_MANY,
    WORKED_OUT,
    alike_in_cells,
    safe_groups,
)


def least_support(columns: Mapping[str, Sequence[str]], shown: Sequence[tuple[str, str]]) -> int:
    """Return the fewest people that any derived sum with small whole coefficients rests on."""
    n = len(next(iter(columns.values())))
    sums = [np.ones(n)] + [np.array([v == g for v in columns[c]], dtype=float) for c, g in shown]
    table = np.array(sums)
    least = n
    for weights in product((-2, -1, 0, 1, 2), repeat=len(sums)):
        support = int((np.array(weights) @ table != 0).sum())
        if support:
            least = min(least, support)
    return least


def test_the_complement_of_a_small_group_is_hidden_too() -> None:
    # all - a - c = b: three people. Only one of a and c may be shown.
    teams = ["a"] * 12 + ["b"] * 3 + ["c"] * 9
    found = safe_groups({"team": teams}, [True] * 24)
    assert found.groups == (("team", "a"),)
    assert found.hidden == {("team", "b"): TOO_FEW, ("team", "c"): WORKED_OUT}


def test_two_small_groups_may_hide_behind_each_other() -> None:
    # all - a - d = b and c together: six people.
    teams = ["a"] * 12 + ["b"] * 3 + ["c"] * 3 + ["d"] * 9
    found = safe_groups({"team": teams}, [True] * 27)
    assert found.groups == (("team", "a"), ("team", "d"))


def test_overlapping_groups_cannot_be_differenced() -> None:
    # Everybody of team a but one works in Rome, and nobody else: rome minus a gives that one away.
    teams = ["a"] * 10 + ["b"] * 10
    sites = ["rome"] * 9 + ["oslo"] * 11
    found = safe_groups({"team": teams, "site": sites}, [True] * 20)
    # b is safe, for a = all - b; oslo - b is one person.
    assert found.groups == (("site", "oslo"), ("site", "rome"))
    assert found.hidden == {("team", "a"): WORKED_OUT, ("team", "b"): WORKED_OUT}


def test_four_answers_leave_nothing_and_five_are_shown() -> None:
    assert safe_groups({"team": ["a"] * 4 + ["b"] * 16}, [True] * 20).groups == ()
    assert len(safe_groups({"team": ["a"] * 5 + ["b"] * 15}, [True] * 20).groups) == 2


def test_who_skipped_an_item_does_not_count() -> None:
    answered = [False] + [True] * 19
    found = safe_groups({"team": ["a"] * 5 + ["b"] * 15}, answered)
    assert found.groups == ()
    assert found.hidden[("team", "b")] == WORKED_OUT


def test_people_without_a_group_are_a_remainder_that_is_protected() -> None:
    found = safe_groups({"team": [""] * 3 + ["a"] * 17}, [True] * 20)
    assert found.groups == ()
    assert found.hidden == {("team", "a"): WORKED_OUT}


@pytest.mark.parametrize("seed", range(12))
def test_no_combination_of_what_is_shown_rests_on_fewer_than_five(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(12, 40))
    columns = {
        "team": [str(v) for v in rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])],
        "site": [str(v) for v in rng.choice(["x", "y", ""], n, p=[0.6, 0.3, 0.1])],
    }
    found = safe_groups(columns, [True] * n)
    assert least_support(columns, found.groups) >= FLOOR
    # And no hidden group of five or more could have been added.
    for group, reason in found.hidden.items():
        if reason == WORKED_OUT:
            assert least_support(columns, [*found.groups, group]) < FLOOR


def test_a_group_that_answers_alike_is_hidden_and_so_is_what_tells_it() -> None:
    # c alone would be safe; with all and a it tells that everybody of b answered 5.
    teams = ["a"] * 12 + ["b"] * 6 + ["c"] * 9
    answers = np.array([1.0, 2, 3, 4] * 3 + [5.0] * 6 + [3.0, 4, 5] * 3)
    alike = alike_in_cells({"team": teams}, answers)
    assert np.nan_to_num(alike).tolist() == [0.0] * 12 + [5.0] * 6 + [0.0] * 9
    found = safe_groups({"team": teams}, [True] * 27, alike)
    assert found.groups == (("team", "a"),)
    assert found.hidden == {("team", "b"): WORKED_OUT, ("team", "c"): WORKED_OUT}


def test_two_groups_that_answer_alike_are_not_shown_together_either() -> None:
    teams = ["a"] * 10 + ["b"] * 6 + ["c"] * 6
    same = np.array([1.0, 2] * 5 + [4.0] * 12)
    found = safe_groups({"team": teams}, [True] * 22, alike_in_cells({"team": teams}, same))
    assert found.groups == ()  # all - a tells that b and c answered 4
    other = np.array([1.0, 2] * 5 + [4.0] * 6 + [3.0] * 6)
    found = safe_groups({"team": teams}, [True] * 22, alike_in_cells({"team": teams}, other))
    assert found.groups == (("team", "a"),)  # b and c together gave two answers


@pytest.mark.parametrize("seed", range(12))
def test_no_combination_of_what_is_shown_rests_on_people_who_answered_alike(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 40))
    columns = {
        "team": [str(v) for v in rng.choice(["a", "b", "c"], n, p=[0.4, 0.3, 0.3])],
        "site": [str(v) for v in rng.choice(["x", "y"], n)],
    }
    answers = rng.choice([4.0, 5.0], n, p=[0.1, 0.9])
    found = safe_groups(columns, [True] * n, alike_in_cells(columns, answers))
    sums = [np.ones(n)]
    sums += [np.array([v == g for v in columns[c]], dtype=float) for c, g in found.groups]
    for weights in product((-2, -1, 0, 1, 2), repeat=len(sums)):
        rests_on = np.array(weights) @ np.array(sums) != 0
        assert not rests_on.any() or np.ptp(answers[rests_on]) > 0


@pytest.mark.parametrize("seed", range(4))
def test_three_columns_are_safe_by_the_rank_of_what_is_left(seed: int) -> None:
    """Without the columns of any few people, the shown sums must keep their rank."""
    rng = np.random.default_rng(seed)
    n = 30
    columns = {
        name: [str(v) for v in rng.choice(groups, n)]
        for name, groups in (("team", ["a", "b", "c"]), ("site", ["x", "y"]), ("age", ["o", "p"]))
    }
    found = safe_groups(columns, [True] * n)
    table = np.array(
        [np.ones(n)]
        + [np.array([v == g for v in columns[c]], dtype=float) for c, g in found.groups]
    )
    cells = {tuple(person) for person in zip(*columns.values(), strict=True)}
    people = [
        [i for i in range(n) if tuple(values[i] for values in columns.values()) == cell]
        for cell in cells
    ]
    rank = np.linalg.matrix_rank(table)
    for count in range(1, FLOOR):
        for chosen in combinations(people, count):
            left_out = [i for cell in chosen for i in cell]
            if len(left_out) < FLOOR:
                assert np.linalg.matrix_rank(np.delete(table, left_out, axis=1)) == rank
    assert found.groups


def test_what_is_too_much_to_check_is_hidden() -> None:
    # 200 people, each alone in the cross of two columns: too many sets of four.
    columns = {
        "one": [str(i % 20) for i in range(200)],
        "two": [str(i // 10) for i in range(200)],
    }
    found = safe_groups(columns, [True] * 200)
    assert set(found.hidden.values()) <= {TOO_MANY, WORKED_OUT}
    assert found.hidden
