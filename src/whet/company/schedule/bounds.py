"""How short can no schedule be? Lower bounds that need no search.

Two bounds: the longest chain, and for each resource the work that lies behind a head and before a
tail, spread over all its units.

Source: Carlier (1982), The one-machine sequencing problem, EJOR 11(1), for heads and tails; Carlier
and Latapie (1991), Une méthode arborescente pour résoudre les problèmes cumulatifs, RAIRO 25(3).
"""

import numpy as np

from whet.company.schedule.network import Network

_THRESHOLDS = 200
"""Heads, and tails, that are tried; more are thinned out, which keeps the bound valid."""


def lower_bound(network: Network) -> int:
    """Return the best of the bounds, in slots."""
    return max(network.critical_path, *(energy_bounds(network) or [0]))


def energy_bounds(network: Network) -> list[int]:
    """Return of each resource the bound of its work: max over heads h and tails q.

    h + ⌈Σ duration · demand / capacity⌉ + q over the tasks that start no sooner than h and have at
    least q after their end.
    """
    heads, tails = np.array(network.heads), np.array(network.tails)
    durations = np.array(network.durations)
    bounds = []
    for resource, capacity in enumerate(network.capacities):
        energy = durations * np.array([row[resource] for row in network.demands])
        used = energy > 0
        if not used.any():
            bounds.append(0)
            continue
        best = 0
        for head in _thinned(heads[used]):
            late = used & (heads >= head)
            least = np.array(_thinned(tails[late]))
            # Work of the tasks with a tail of at least each threshold.
            work = (energy[late][None, :] * (tails[late][None, :] >= least[:, None])).sum(axis=1)
            best = max(best, int((head - (-work // capacity) + least).max()))
        bounds.append(best)
    return bounds


def _thinned(values: np.ndarray) -> list[int]:
    """Return the distinct values, at most so many that all pairs can be tried."""
    distinct = np.unique(values)
    step = -(-len(distinct) // _THRESHOLDS)
    return [int(value) for value in distinct[::step]]
