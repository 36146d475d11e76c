"""Which messages hang together? Communities of the graph of nearest neighbours.

Louvain's method: every node moves to the neighbouring community that gains most modularity, until
none gains; then each community becomes one node, and it begins again. `resolution` asks for more
and smaller communities the larger it is.

Source: Blondel, Guillaume, Lambiotte, Lefebvre (2008), Fast unfolding of communities in large
networks, doi:10.1088/1742-5468/2008/10/P10008; resolution: Reichardt and Bornholdt (2006).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from whet.models.output import Floats, Ids

_BLOCK = 1024
"""Rows of similarities held at one time."""
_MOST_PASSES = 30


def neighbour_graph(features: Floats, neighbours: int) -> csr_matrix:
    """Return the graph (n, n) that joins each row to its nearest rows, weighed by their cosine.

    Args:
        features: rows of length 1, (n, d).
        neighbours: edges that each row begins; an edge that both begin counts double.
    """
    n = len(features)
    k = min(neighbours, n - 1)
    near = np.zeros((n, k), dtype=np.int64)
    weight = np.zeros((n, k), dtype=np.float64)
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        cosine = features[rows] @ features.T
        cosine[np.arange(len(rows)), rows] = -np.inf
        chosen = np.argpartition(-cosine, k - 1, axis=1)[:, :k] if k else near[rows]
        near[rows] = chosen
        weight[rows] = np.take_along_axis(cosine, chosen, axis=1)
    edges = coo_matrix(
        (np.maximum(weight.ravel(), 0), (np.repeat(np.arange(n), k), near.ravel())), shape=(n, n)
    ).tocsr()
    return csr_matrix(edges + edges.T)


def communities(graph: csr_matrix, resolution: float, rng: np.random.Generator) -> Ids:
    """Return the community of each node, (n,), numbered from the largest, 0, to the smallest."""
    member = np.arange(graph.shape[0])
    while True:
        own = _moved(graph, resolution, rng)
        _, own = np.unique(own, return_inverse=True)
        member = own[member]
        if own.max(initial=-1) + 1 == graph.shape[0]:
            return _by_size(member)
        graph = _joined(graph, own)


def _moved(graph: csr_matrix, resolution: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the community of each node when no move gains any more."""
    degree = np.asarray(graph.sum(axis=1)).ravel()
    total = float(degree.sum()) or 1.0
    n = graph.shape[0]
    own = list(range(n))
    mass = degree.tolist()
    degrees = degree.tolist()
    starts, ends, weights = graph.indptr.tolist(), graph.indices.tolist(), graph.data.tolist()
    for _ in range(_MOST_PASSES):
        moves = 0
        for node in rng.permutation(n).tolist():
            links: dict[int, float] = {}
            for place in range(starts[node], starts[node + 1]):
                if ends[place] != node:
                    other = own[ends[place]]
                    links[other] = links.get(other, 0.0) + weights[place]
            home = own[node]
            mass[home] -= degrees[node]
            share = resolution * degrees[node] / total
            best, gain = home, links.get(home, 0.0) - share * mass[home]
            for other, link in links.items():
                here = link - share * mass[other]
                if here > gain + 1e-12:
                    best, gain = other, here
            mass[best] += degrees[node]
            own[node] = best
            moves += best != home
        if not moves:
            break
    return np.array(own, dtype=np.int64)


def _joined(graph: csr_matrix, own: NDArray[np.int64]) -> csr_matrix:
    """Return the graph whose nodes are communities; what is within one is its loop."""
    n, k = graph.shape[0], int(own.max()) + 1
    which = csr_matrix((np.ones(n), (np.arange(n), own)), shape=(n, k))
    return csr_matrix(which.T @ graph @ which)


def _by_size(member: NDArray[np.int64]) -> Ids:
    """Return communities numbered by size; of equal ones the one that begins first goes first."""
    found, first, count = np.unique(member, return_index=True, return_counts=True)
    order = np.lexsort((first, -count))
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    return rank[np.searchsorted(found, member)]
