"""Into which groups do messages fall? Communities whose number is chosen by what is stable.

The coarsest division is taken that is as stable as any when a fifth of the messages is left out.
What belongs nowhere (tiny groups, messages most of whose neighbours lie elsewhere) is left out.
What else was tried, and how good it is on Banking77 and Bitext: docs/support/import.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_mutual_info_score

from whet.core.progress import Progress
from whet.core.seeds import generator
from whet.models.output import Floats, Ids
from whet.products.support.history.mining.communities import communities, neighbour_graph

NEIGHBOURS = 8
"""Edges that each message begins in the graph; fewer where there are few messages."""
RESOLUTIONS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Resolutions tried, coarse first."""
LEFT_OUT = 0.2
"""Share of the messages that is left out to see what stays the same."""
ROUNDS = 4
"""Times that a fifth is left out for each resolution."""
CLOSE = 0.01
"""Stability that a coarser division may lack of the best one."""
AT_HOME = 0.34
"""Share of a message's edges that must lead into its own group."""


@dataclass(frozen=True)
class Grouping:
    """Messages in groups."""

    member: Ids
    """Group of each message, (n,), numbered from the largest; -1 where it belongs nowhere."""
    resolution: float
    """The resolution that was chosen."""
    stability: dict[float, float]
    """Adjusted mutual information with a fifth of the messages left out, by resolution."""

    @property
    def count(self) -> int:
        """Number of groups."""
        return int(self.member.max(initial=-1)) + 1


def group(
    features: Floats, *, seed: int, progress: Progress, wanted: int | None = None
) -> Grouping:
    """Return the groups of messages.

    Args:
        features: rows of length 1, (n, d).
        seed: decides the order in which nodes move.
        progress: is told each division.
        wanted: number of groups; the nearest that a resolution gives. Chosen by stability if None.
    """
    if len(features) < 2 * least_of(len(features)):
        return Grouping(np.full(len(features), -1, dtype=np.int64), 1.0, {})
    graph = neighbour_graph(features, neighbours_of(len(features)))
    resolution, stability = 1.0, {}
    if wanted is None:
        stability = _stabilities(features, graph, seed, progress)
        resolution = choose(stability)
    else:
        resolution = _resolution_of(graph, wanted, seed, progress)
    member = communities(graph, resolution, generator(seed, "groups"))
    return Grouping(_without_noise(member, graph), resolution, stability)


def least_of(messages: int) -> int:
    """Return how many of so many messages the smallest group that is kept holds.

    >>> least_of(40), least_of(400), least_of(10_000)
    (3, 7, 10)
    """
    return min(10, max(3, round(math.sqrt(messages) / 3)))


def neighbours_of(messages: int) -> int:
    """Return the edges that each of so many messages begins.

    >>> neighbours_of(20), neighbours_of(100), neighbours_of(10_000)
    (3, 5, 8)
    """
    return min(NEIGHBOURS, max(3, round(math.sqrt(messages) / 2)))


def choose(stability: dict[float, float]) -> float:
    """Return the coarsest resolution whose stability is close to the best.

    Of divisions that are as good as each other the simplest is taken, as in the rule of one
    standard error (Breiman et al. 1984, Classification and Regression Trees, section 3.4.3).

    >>> choose({1.0: 0.80, 2.0: 0.84, 3.0: 0.835, 4.0: 0.70})
    2.0
    """
    best = max(stability.values())
    return min(r for r, value in stability.items() if value >= best - CLOSE)


def _stabilities(
    features: Floats, graph: csr_matrix, seed: int, progress: Progress
) -> dict[float, float]:
    """Return how much each division stays the same without a fifth of the messages."""
    n = len(features)
    parts = [
        np.sort(generator(seed, "left out", i).permutation(n)[: round(n * (1 - LEFT_OUT))])
        for i in range(ROUNDS)
    ]
    graphs = [neighbour_graph(features[rows], neighbours_of(n)) for rows in parts]
    progress.start("comparing divisions", len(RESOLUTIONS))
    found = {}
    for resolution in RESOLUTIONS:
        whole = communities(graph, resolution, generator(seed, "groups"))
        same = [
            adjusted_mutual_info_score(whole[rows], communities(g, resolution, generator(seed, i)))
            for i, (rows, g) in enumerate(zip(parts, graphs, strict=True))
        ]
        found[resolution] = round(float(np.mean(same)), 4)
        progress.advance()
    return found


def _resolution_of(graph: csr_matrix, wanted: int, seed: int, progress: Progress) -> float:
    """Return a resolution that gives about as many groups as are wanted, by bisection."""
    low, high = 0.01, 64.0
    best, nearest = 1.0, graph.shape[0]
    progress.start("finding the number of groups", 14)
    for _ in range(14):
        middle = (low * high) ** 0.5
        member = communities(graph, middle, generator(seed, "groups"))
        count = int(_without_noise(member, graph).max(initial=-1)) + 1
        if abs(count - wanted) < nearest:
            best, nearest = middle, abs(count - wanted)
        low, high = (middle, high) if count < wanted else (low, middle)
        progress.advance()
        if not nearest:
            break
    return best


def _without_noise(member: Ids, graph: csr_matrix) -> Ids:
    """Return groups renumbered by size, without what belongs nowhere."""
    rows, columns = graph.nonzero()
    weights = np.asarray(graph[rows, columns]).ravel()
    inside = np.bincount(
        rows, weights=weights * (member[rows] == member[columns]), minlength=len(member)
    )
    every = np.bincount(rows, weights=weights, minlength=len(member))
    kept = np.where(inside >= AT_HOME * np.maximum(every, 1e-9), member, -1)
    found, counts = np.unique(kept[kept >= 0], return_counts=True)
    sized = sorted(zip(found, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    least = least_of(len(member))
    large = [int(old) for old, count in sized if count >= least]
    number = {old: new for new, old in enumerate(large)}
    return np.array([number.get(int(g), -1) for g in kept], dtype=np.int64)


def representatives(features: Floats, rows: Sequence[int], count: int) -> list[int]:
    """Return the rows nearest to the centre of a group, the nearest first, at most `count`."""
    own = np.asarray(rows)
    centre = features[own].mean(axis=0)
    order = np.argsort(-(features[own] @ centre), kind="stable")
    return [int(own[i]) for i in order[:count]]


def edge_cases(features: Floats, rows: Sequence[int], count: int) -> list[int]:
    """Return the rows farthest from the centre of a group, the farthest first."""
    own = np.asarray(rows)
    centre = features[own].mean(axis=0)
    order = np.argsort(features[own] @ centre, kind="stable")
    return [int(own[i]) for i in order[:count]]
