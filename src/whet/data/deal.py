"""How are rows dealt to parts so that every class is in proportion and nothing is torn apart?

One greedy algorithm for the test part and for the folds. scikit-learn's StratifiedGroupKFold deals
equal folds only, may leave a class out of a training side, and is slow for a million small groups.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def deal(
    groups: NDArray[np.int64],
    labels: Sequence[str],
    shares: Sequence[float],
    *,
    outside: Sequence[int],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the part of each row, shape (n,), in [0, number of shares).

    Groups are dealt whole, large ones first, each to the part where it brings the counts of its
    labels nearest to that part's share (the smallest growth of the chi-square distance).

    Args:
        groups: component of each row, shape (n,).
        labels: label of each row.
        shares: share of the rows that each part should get; they sum to 1.
        outside: for each part, how many groups with a label must stay out of it, where the label
            has more: 1 keeps every label on the training side of a fold.
        rng: decides between equals.
    """
    names, codes = np.unique(np.array(labels, dtype=object), return_inverse=True)
    members = _members(groups)
    order = rng.permutation(len(members))
    order = order[np.argsort([-len(members[g]) for g in order], kind="stable")]
    counts = [Counter(codes[rows].tolist()) for rows in members]
    table = _Table(counts, len(names), shares, outside)
    part = np.empty(len(groups), dtype=np.int64)
    for group in order:
        part[members[group]] = table.place(counts[group])
    return part


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each group."""
    by_group = np.argsort(groups, kind="stable")
    return np.split(by_group, np.cumsum(np.bincount(groups))[:-1])


class _Table:
    """What each part holds so far. The last class stands for all rows, so that sizes count too."""

    def __init__(
        self,
        groups: Sequence[Counter[int]],
        classes: int,
        shares: Sequence[float],
        outside: Sequence[int],
    ) -> None:
        rows, homes = [0] * (classes + 1), [0] * (classes + 1)
        for counts in groups:
            for label, count in counts.items():
                rows[label] += count
                homes[label] += 1
        rows[classes] = sum(rows)
        self._all = classes
        self._wanted = [[share * count for count in rows] for share in shares]
        self._held = [[0] * (classes + 1) for _ in shares]
        # How many more groups with a label a part may still take.
        self._room = [[count - least for count in homes] for least in outside]

    def place(self, counts: Counter[int]) -> int:
        """Return the best part for a group with these label counts, and count it there."""
        items = list(counts.items())
        items_and_size = [*items, (self._all, counts.total())]
        best = min(range(len(self._held)), key=lambda p: self._cost(p, items, items_and_size))
        held, room = self._held[best], self._room[best]
        for label, count in items_and_size:
            held[label] += count
        for label, _ in items:
            room[label] -= 1
        return best

    def _cost(
        self, part: int, items: list[tuple[int, int]], items_and_size: list[tuple[int, int]]
    ) -> tuple[int, float]:
        """Return how many labels the part may not take, then the growth of its distance."""
        held, wanted, room = self._held[part], self._wanted[part], self._room[part]
        refused = sum(room[label] <= 0 for label, _ in items)
        growth = sum(
            count * (count + 2 * (held[label] - wanted[label])) / wanted[label]
            for label, count in items_and_size
        )
        return refused, growth
