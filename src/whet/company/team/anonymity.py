"""Which groups of a survey may be shown so that nobody's answers can be worked out?

A mean over fewer than five people is never shown. That alone does not protect: where the whole
team (24) and two of its three groups (12 and 9) are shown, the third (3) follows by subtraction.
And groups of two columns overlap, so that sums and differences of several means can isolate one
person. Everything shown here is a sum over people (counts, sums of scores, sums of squares), so
what a reader can derive is exactly the linear span of the shown groups. A set of groups is safe
when nothing but zero in that span depends on the answers of fewer than five people.

Nor does a floor protect people who all answer alike: their mean is the answer of each of them. So
nothing but zero in that span may depend on people alone who gave one and the same answer. What is
hidden for that is told in the words of other hidden results: "all answered alike" would say it.

Source: people who answer alike: the homogeneity attack of Machanavajjhala et al. (2007),
"l-diversity: privacy beyond k-anonymity", ACM TKDD 1, with two distinct answers asked for; group
disclosure in Hundepool et al. (2012), Statistical Disclosure Control. Linear sensitivity audit of
cell suppression: Willenborg and de Waal, Elements of Statistical Disclosure Control (2001), chapter
6; the rule on the support of a derived combination is stricter than exact disclosure of one mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOOR = 5
"""Fewest answers that anything shown may rest on."""

_MOST_SETS = 200_000
"""Sets of cells with fewer than `FLOOR` people that are looked at; with more, groups are hidden."""

_NOUGHT = 1e-9
"""A determinant or an eigenvalue below it counts as 0. Too large a number hides a group, it never
shows one."""

TOO_FEW = "fewer than 5 answers"
WORKED_OUT = "answers of single people could be worked out from what is shown"
TOO_MANY = "too many small overlapping groups to show that it is safe"


@dataclass(frozen=True)
class Shown:
    """What may be shown: `groups` (column, value) and `hidden`, with the reason of each."""

    groups: tuple[tuple[str, str], ...]
    hidden: Mapping[tuple[str, str], str]


def alike_in_cells(
    columns: Mapping[str, Sequence[str]], answers: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return each person's answer where all people of the same groups gave it; NaN for others.

    Args:
        columns: for each grouping column, the group of every person, length n.
        answers: of one item, NaN where it was skipped, shape (n,).
    """
    given: dict[tuple[str, ...], set[float]] = {}
    cells = [tuple(values[i] for values in columns.values()) for i in range(len(answers))]
    for cell, answer in zip(cells, answers.tolist(), strict=True):
        if not np.isnan(answer):
            given.setdefault(cell, set()).add(answer)
    return np.array(
        [
            answer if len(given.get(cell, ())) == 1 else np.nan
            for cell, answer in zip(cells, answers.tolist(), strict=True)
        ]
    )


def safe_groups(
    columns: Mapping[str, Sequence[str]],
    answered: Sequence[bool],
    alike: NDArray[np.float64] | None = None,
) -> Shown:
    """Return the groups that may be shown beside the result of all who answered.

    Groups are taken from the largest to the smallest and kept while the set stays safe, so the
    answer is maximal: no hidden group could be added. This hides the complementary groups too.

    Args:
        columns: for each grouping column, the group of every person (``""``: none), length n.
        answered: whether each person answered the item, length n; at least `FLOOR` did, not all
            of them alike.
        alike: as `alike_in_cells` returns it; None: answers are taken to differ in every group.

    Source: as the module.

    >>> teams = ["a"] * 12 + ["b"] * 3 + ["c"] * 9
    >>> safe_groups({"team": teams}, [True] * 24).groups
    (('team', 'a'),)
    """
    who = np.flatnonzero(np.asarray(answered, dtype=bool))
    cells, sizes = _cells(columns, who)
    sets, same = _small_sets(sizes), _alike_sets(columns, cells, who, alike)
    shown: list[tuple[str, str]] = []
    hidden: dict[tuple[str, str], str] = {}
    span = np.ones((1, len(cells)), dtype=np.float64)
    for key, member in _groups(columns, cells, sizes):
        larger = np.vstack([span, member.astype(np.float64)])
        if sizes[member].sum() < FLOOR:
            hidden[key] = TOO_FEW
        elif sets is None:
            hidden[key] = TOO_MANY
        elif _gives_away(larger, sets) or _tells_alike(larger, same):
            hidden[key] = WORKED_OUT
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


def _alike_sets(
    columns: Mapping[str, Sequence[str]],
    cells: list[tuple[str, ...]],
    who: NDArray[np.intp],
    alike: NDArray[np.float64] | None,
) -> list[NDArray[np.intp]]:
    """Return, for each answer, all cells in which everybody gave it."""
    if alike is None:
        return []
    found: dict[float, set[int]] = {}
    for person in who:
        if not np.isnan(alike[person]):
            cell = tuple(values[person] for values in columns.values())
            found.setdefault(float(alike[person]), set()).add(cells.index(cell))
    return [np.array(sorted(members), dtype=np.intp) for members in found.values()]


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


def _small_sets(sizes: NDArray[np.int64]) -> list[NDArray[np.intp]] | None:
    """Return all sets of cells with fewer than `FLOOR` people, one array (sets, cells) per size.

    None where there are too many to look at.
    """
    small = [int(index) for index in np.argsort(sizes) if sizes[index] < FLOOR]
    found: list[list[tuple[int, ...]]] = [[()]]
    total = 0
    for _ in range(FLOOR - 1):
        larger = []
        for chosen in found[-1]:
            start = small.index(chosen[-1]) + 1 if chosen else 0
            room = FLOOR - int(sizes[list(chosen)].sum())
            for index in small[start:]:
                if sizes[index] >= room:
                    break  # they are sorted: all that follow are as large
                larger.append((*chosen, index))
            if total + len(larger) > _MOST_SETS:
                return None
        total += len(larger)
        found.append(larger)
    return [np.array(level, dtype=np.intp) for level in found[1:] if level]


def _tells_alike(span: NDArray[np.float64], same: Sequence[NDArray[np.intp]]) -> bool:
    """Return whether a combination of the shown sums rests on people alone who answered alike."""
    if not same:
        return False
    products = _unseen(span)
    return any(
        bool(np.linalg.eigvalsh(products[np.ix_(cells, cells)])[0] < _NOUGHT) for cells in same
    )


def _unseen(span: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the projection onto what the shown sums do not see, (cells, cells)."""
    _, values, rows = np.linalg.svd(span)
    seen = rows[: int((values > _NOUGHT * values[0]).sum())]
    unseen: NDArray[np.float64] = np.eye(span.shape[1]) - seen.T @ seen
    return unseen


def _gives_away(span: NDArray[np.float64], sets: Sequence[NDArray[np.intp]]) -> bool:
    """Return whether a combination of the shown sums rests on one of the sets of cells alone.

    With N an orthonormal basis of what the sums do not see, a combination that is 0 outside the
    cells T exists when, and only when, the rows T of N are linearly dependent: when the
    determinant of their products is 0.
    """
    products = _unseen(span)
    return any(
        bool((np.linalg.det(products[level[:, :, None], level[:, None, :]]) < _NOUGHT).any())
        for level in sets
    )
