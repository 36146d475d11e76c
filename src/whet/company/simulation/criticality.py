"""Which tasks decide the date? How often each is on the longest path, and how much it moves it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.network import Times
from whet.company.simulation.streams import Draws
from whet.company.simulation.summary import Estimate, share


@dataclass(frozen=True)
class Criticality:
    """How one task decides a date."""

    id: str
    """The task."""
    index: Estimate
    """Criticality index: the share of draws in which a delay of it delays the date, in [0, 1]."""
    sensitivity: float
    """Schedule sensitivity index: criticality times the task's spread over the date's; >= 0."""
    cruciality: float
    """Absolute correlation of its duration with the date, in [0, 1]."""


def criticality(times: Times, until: str | None = None) -> list[Criticality]:
    """Return the tasks by how much they decide the finish of `until`, or of the whole plan.

    Only tasks that take time are listed. The index counts in every draw the tasks from which a
    chain of links without slack leads to the date; the spread is that of the duration in days.

    Source: R. M. Van Slyke, Operations Research 11 (1963) 839 (index); PMI, PMBOK Guide (2004) and
    M. Vanhoucke, Integrated Project Management (2014), 5.2 (sensitivity); T. M. Williams, J. Oper.
    Res. Soc. 43 (1992) 353 (cruciality).
    """
    target = times.end if until is None else times.of(until)
    chains = critical_rows(times, until)
    duration = times.finish - times.start
    spreads, whole = duration.std(axis=1), float(target.std())
    found = []
    for j, activity in enumerate(times.network.activities):
        if activity.crew is None:
            continue
        index = share(chains[j])
        ratio = index.value * float(spreads[j]) / whole if whole > 0 else 0.0
        found.append(Criticality(activity.id, index, ratio, _correlation(duration[j], target)))
    return sorted(found, key=lambda c: (-c.sensitivity, -c.index.value, c.id))


def critical_rows(times: Times, until: str | None = None) -> NDArray[np.bool_]:
    """Return whether each activity is critical in each draw, shape (activities, draws)."""
    network = times.network
    chains = np.zeros(times.finish.shape, dtype=bool)
    if until is None:
        chains |= times.finish >= times.end - 1e-6
    else:
        times.of(until)  # names what is meant when there is no such activity
        chains[network.index[until]] = True
    for j in reversed(network.order):
        for link in network.activities[j].after:
            i = network.index[link.id]
            chains[i] |= chains[j] & times.binds[i, j]
    return chains


def _correlation(first: Draws, second: Draws) -> float:
    """Return the absolute correlation of two columns; 0 where one of them is constant."""
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return abs(float(a @ b)) / scale if scale > 1e-12 * len(a) else 0.0
