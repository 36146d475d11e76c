"""When is each task done, in every draw? The longest path through a plan of fixed order.

The network is the plan's precedence and, for each person, the order in which the plan gives them
tasks (a partial order schedule): when a task slips, what waits for it or for its people slips too,
and nobody re-plans. That is the pessimistic reading, for a team would swap tasks; it is also the
one whose dates can be read off the plan.

    network = Network(activities, capacities)
    times = run(network, efforts)          # efforts: id -> (draws,)

Source: N. Policella et al., "From Precedence Constraint Posting to Partial Order Schedules",
AI Communications 20 (2007) 163; J. E. Kelley, Operations Research 9 (1961) 296 (longest path).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.calendars import Capacity
from whet.company.simulation.streams import Draws
from whet.core.errors import InputError, did_you_mean

_SAME = 1e-6
"""Days within which two times are one."""


@dataclass(frozen=True)
class Link:
    """What an activity waits for."""

    id: str
    """Activity that must be finished before."""
    lag_days: float = 0.0
    """Calendar days between its finish and this start; below 0 they overlap."""


@dataclass(frozen=True)
class Activity:
    """A task, or with no effort a milestone."""

    id: str
    """Name, unique in the network."""
    after: tuple[Link, ...] = ()
    """What must be finished before: by the plan's logic, or because it holds the same people."""
    crew: str | None = None
    """Name of the capacity that does it; None where it takes no effort (a milestone)."""
    earliest: float = 0.0
    """Days from the plan's start before which it does not begin (a release date, a pin)."""


@dataclass(frozen=True)
class Network:
    """Activities, what they wait for, and who does them."""

    activities: tuple[Activity, ...]
    """All activities, in any order."""
    capacities: Mapping[str, Capacity]
    """Crews by name."""

    def __post_init__(self) -> None:
        names = {activity.id for activity in self.activities}
        if len(names) < len(self.activities):
            raise InputError("Every activity needs a name of its own; a name is used twice.")
        for activity in self.activities:
            for link in activity.after:
                if link.id not in names:
                    raise InputError(
                        f"{activity.id!r} waits for {link.id!r}, which is not a task or "
                        f"milestone of the plan. {did_you_mean(link.id, names)}"
                    )
            if activity.crew is not None and activity.crew not in self.capacities:
                raise InputError(
                    f"{activity.id!r} is done by {activity.crew!r}, which is not a crew. "
                    f"{did_you_mean(activity.crew, self.capacities)}"
                )
        _ = self.order  # a circle is found now, not when the network runs

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Row of each activity in the arrays of times."""
        return {activity.id: i for i, activity in enumerate(self.activities)}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Rows in an order in which everything comes after what it waits for.

        Raises:
            InputError: the links go in a circle, which is named.
        """
        waits = [{self.index[link.id] for link in a.after} for a in self.activities]
        follows: list[list[int]] = [[] for _ in waits]
        for j, before in enumerate(waits):
            for i in before:
                follows[i].append(j)
        open_links = [len(before) for before in waits]
        ready = [j for j, count in enumerate(open_links) if count == 0]
        for i in ready:  # grows while it is read
            for j in follows[i]:
                open_links[j] -= 1
                if open_links[j] == 0:
                    ready.append(j)
        if len(ready) < len(waits):
            raise InputError(_circle(self.activities, waits, set(ready)))
        return tuple(ready)


@dataclass(frozen=True)
class Times:
    """Start and finish of every activity in every draw, in days from the plan's start."""

    network: Network
    """What was run; rows of the arrays are its activities."""
    start: Draws
    """When each begins, shape (activities, draws)."""
    finish: Draws
    """When each is done, shape (activities, draws)."""
    binds: Mapping[tuple[int, int], NDArray[np.bool_]]
    """For (before, after): in which draws the link decides the later one's start, (draws,)."""

    def of(self, name: str) -> Draws:
        """Return the finish of one activity, shape (draws,).

        Raises:
            InputError: there is none of that name.
        """
        if name not in self.network.index:
            known = did_you_mean(name, self.network.index)
            raise InputError(f"{name!r} is not a task or milestone of the plan. {known}")
        found: Draws = self.finish[self.network.index[name]]
        return found

    @property
    def end(self) -> Draws:
        """When everything is done, shape (draws,)."""
        return np.asarray(self.finish.max(axis=0, initial=0.0), dtype=np.float64)


def run(network: Network, efforts: Mapping[str, Draws], *, draws: int = 1) -> Times:
    """Return the times of every activity; `efforts` in person-days by id, 0 where it is missing.

    `draws` is the number of draws where there are no efforts at all.

    Raises:
        InputError: an effort belongs to no activity, or to one that nobody does.
    """
    draws = _draws(network, efforts) or draws
    start = np.zeros((len(network.activities), draws))
    finish = np.zeros_like(start)
    binds: dict[tuple[int, int], NDArray[np.bool_]] = {}
    for j in network.order:
        activity = network.activities[j]
        reached = {
            network.index[x.id]: finish[network.index[x.id]] + x.lag_days for x in activity.after
        }
        begin = np.full(draws, activity.earliest)
        for time in reached.values():
            np.maximum(begin, time, out=begin)
        for i, time in reached.items():
            binds[i, j] = time >= begin - _SAME
        start[j] = begin
        work = efforts.get(activity.id)
        if work is None or activity.crew is None:
            finish[j] = begin
        else:
            finish[j] = network.capacities[activity.crew].finish(begin, work)
    return Times(network, start, finish, binds)


def _draws(network: Network, efforts: Mapping[str, Draws]) -> int:
    """Return the number of draws, 0 without efforts; check that somebody does every effort."""
    for name, work in efforts.items():
        if name not in network.index:
            known = did_you_mean(name, network.index)
            raise InputError(f"The effort of {name!r} belongs to no task of the plan. {known}")
        if network.activities[network.index[name]].crew is None and np.any(work > 0):
            raise InputError(f"{name!r} has an effort and nobody to do it. Give it a crew.")
    return len(next(iter(efforts.values()))) if efforts else 0


def _circle(activities: Sequence[Activity], waits: Sequence[set[int]], done: set[int]) -> str:
    """Return the sentence that names one circle among the activities that never get ready."""
    path = [next(j for j in range(len(activities)) if j not in done)]
    while path[-1] not in path[:-1]:
        path.append(min(waits[path[-1]] - done))
    names = [activities[j].id for j in path[path.index(path[-1]) :]][::-1]
    return (
        f"The order of the tasks must not go in a circle; found {' → '.join(names)}. "
        "Remove one of these links."
    )
