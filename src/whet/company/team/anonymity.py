"""Which groups of a survey may be shown so that nobody's answers can be worked out?

A mean over fewer than five people is never shown. That alone does not protect: where the whole
team (24) and two of its three groups (12 and 9) are shown, the third (3) follows by subtraction.
And groups of two columns overlap, so that sums and differences of several means can isolate one
person. Everything shown here is a sum over people (counts, sums of scores, sums of squares), so
what a reader can derive is exactly the linear span of the shown groups. A set of groups is safe
when nothing but zero in that span depends on the answers of fewer than five people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

FLOOR = 5
"""Fewest answers that anything shown may rest on."""

_MOST_CHECKS = 30_000
"""Sets of small cells times cells that are looked at for one group; with more, it is hidden."""

TOO_FEW = "fewer than 5 answers"
WORKED_OUT = "the answers of fewer than 5 people could be worked out from the groups shown"
TOO_MANY = "too many small overlapping groups to show that it is safe"


@dataclass(frozen=True)
class Shown:
    """What may be shown: `groups` (column, value) and `hidden`, with the reason of each."""

    groups: tuple[tuple[str, str], ...]
    hidden: Mapping[tuple[str, str], str]


def safe_groups(columns: Mapping[str, Sequence[str]], answered: Sequence[bool]) -> Shown:
    """Return the groups that may be shown beside the result of all who answered.

    Groups are taken from the largest to the smallest and kept while the set stays safe, so the
    answer is maximal: no hidden group could be added. This hides the complementary groups too.

    Args:
        columns: for each grouping column, the group of every person (``""``: none), length n.
        answered: whether each person answered the item, length n; at least `FLOOR` did.

    Source: linear sensitivity audit of cell suppression, Willenborg and de Waal, Elements of
    Statistical Disclosure Control (2001), chapter 6; the rule on the support of a derived
    combination is stricter than exact disclosure of one mean.

    >>> teams = ["a"] * 12 + ["b"] * 3 + ["c"] * 9
    >>> safe_groups({"team": teams}, [True] * 24).groups
    (('team', 'a'),)
    """
    who = np.flatnonzero(np.asarray(answered, dtype=bool))
    cells, sizes = _cells(columns, who)
    shown: list[tuple[str, str]] = []
    hidden: dict[tuple[str, str], str] = {}
    span = np.ones((1, len(cells)), dtype=np.float64)
    for key, member in _groups(columns, cells, sizes):
        if sizes[member].sum() < FLOOR:
            hidden[key] = TOO_FEW
            continue
        larger = np.vstack([span, member.astype(np.float64)])
        reason = _danger(larger, sizes)
        if reason:
            hidden[key] = reason
        else:
            span = larger
            shown.append(key)
    return Shown(tuple(shown), hidden)


def _cells(
    columns: Mapping[str, Sequence[str]], who: NDArray[np.intp]
) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
    """Return the cells of the crossed columns that hold people, and how many each holds."""
    counts: dict[tuple[str, ...], int] = {}
    for person in who:
        cell = tuple(values[person] for values in columns.values())
        counts[cell] = counts.get(cell, 0) + 1
    cells = sorted(counts)
    return cells, np.array([counts[cell] for cell in cells], dtype=np.int64)


def _groups(
    columns: Mapping[str, Sequence[str]],
    cells: list[tuple[str, ...]],
    sizes: NDArray[np.int64],
) -> list[tuple[tuple[str, str], NDArray[np.bool_]]]:
    """Return every group with the cells it covers, the largest first, ties by name."""
    groups = []
    for index, (column, values) in enumerate(columns.items()):
        for value in sorted(set(values) - {""}):
            member = np.array([cell[index] == value for cell in cells], dtype=bool)
            groups.append(((column, value), member))
    return sorted(groups, key=lambda group: (-int(sizes[group[1]].sum()), group[0]))


def _danger(span: NDArray[np.float64], sizes: NDArray[np.int64]) -> str:
    """Return why the shown sums are not safe; empty where they are.

    A combination of the shown sums that only touches the cells T exists when, and only when, the
    rank falls once the columns of T are left out.
    """
    small = [index for index, size in enumerate(sizes) if size < FLOOR]
    rank = np.linalg.matrix_rank(span)
    checks = 0
    for count in range(1, FLOOR):
        for chosen in combinations(small, count):
            checks += 1
            if checks > _MOST_CHECKS // len(sizes):
                return TOO_MANY
            if sizes[list(chosen)].sum() < FLOOR:
                rest = np.delete(span, chosen, axis=1)
                if rest.shape[1] == 0 or np.linalg.matrix_rank(rest) < rank:
                    return WORKED_OUT
    return ""
