"""In which order does each person take their tasks? Links that a schedule's people imply.

With the starts and finishes of a schedule, the links are those between neighbours in a person's
day book. Without a schedule, `serial_times` gives each task the first time at which what it waits
for is done and its people are free, the most urgent first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from whet.company.simulation.network import Activity, Link, Network, run

_SAME = 1e-6


def with_people_order(
    activities: Sequence[Activity],
    people: Mapping[str, Sequence[str]],
    times: Mapping[str, tuple[float, float]],
) -> tuple[Activity, ...]:
    """Return the activities with a link for each neighbour in each person's order.

    `people` names who works on a task, `times` its planned (start, finish) in days. Two tasks of
    one person that the plan lets overlap (part of a day each) get no link.
    """
    found: dict[str, dict[str, Link]] = {
        activity.id: {link.id: link for link in activity.after} for activity in activities
    }
    for person in sorted({p for crew in people.values() for p in crew}):
        book = sorted((t for t, crew in people.items() if person in crew), key=lambda t: times[t])
        for position, later in enumerate(book):
            for earlier in _neighbours(book[:position], later, times):
                found[later].setdefault(earlier, Link(earlier))
    return tuple(replace(a, after=tuple(found[a.id].values())) for a in activities)


def _neighbours(
    before: Sequence[str], later: str, times: Mapping[str, tuple[float, float]]
) -> list[str]:
    """Return the tasks that end before `later` begins, without those that others pass on."""
    begins = times[later][0]
    ended = [t for t in before if times[t][1] <= begins + _SAME]
    last_start = max((times[t][0] for t in ended), default=0.0)
    return [t for t in ended if times[t][1] > last_start + _SAME or times[t][0] >= last_start]


def serial_times(
    network: Network,
    people: Mapping[str, Sequence[str]],
    days: Mapping[str, float],
    *,
    due: Mapping[str, float] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return a (start, finish) for each activity such that no person does two things at once.

    `days` are expected efforts in person-days, `due` deadlines in calendar days. Whatever can begin
    first is placed next, and among those what must begin first: quick, feasible, not the shortest.

    Source: R. Kolisch & S. Hartmann, in Project Scheduling (1999), 147-178 (parallel scheme with
    the latest start as its priority).
    """
    latest = _latest_starts(network, days, due or {})
    free: dict[str, float] = {}
    times: dict[str, tuple[float, float]] = {}
    left = list(network.order)
    while left:
        ready = [j for j in left if all(x.id in times for x in network.activities[j].after)]
        begins = {j: _begin(network.activities[j], times, free, people) for j in ready}
        j = min(ready, key=lambda j: (begins[j], latest[j], j))
        left.remove(j)
        activity, begin = network.activities[j], begins[j]
        alone = replace(activity, after=(), earliest=begin)
        work = {alone.id: np.array([days.get(alone.id, 0.0)])}
        finish = float(run(Network((alone,), network.capacities), work).finish[0, 0])
        times[activity.id] = (begin, finish)
        free.update({person: finish for person in people.get(activity.id, ())})
    return times


def _begin(
    activity: Activity,
    times: Mapping[str, tuple[float, float]],
    free: Mapping[str, float],
    people: Mapping[str, Sequence[str]],
) -> float:
    """Return when an activity can begin: all that it waits for is done, and its people are free."""
    return max(
        [activity.earliest]
        + [times[link.id][1] + link.lag_days for link in activity.after]
        + [free.get(person, 0.0) for person in people.get(activity.id, ())]
    )


def _latest_starts(
    network: Network, days: Mapping[str, float], due: Mapping[str, float]
) -> list[float]:
    """Return for each row when it must begin for all that follows to be in time, roughly.

    What nothing is due for is due at the end of all work, one after the other.
    """
    own = [days.get(activity.id, 0.0) for activity in network.activities]
    end = sum(own)
    latest = [min(due.get(a.id, end), end) - own[j] for j, a in enumerate(network.activities)]
    for j in reversed(network.order):
        for link in network.activities[j].after:
            i = network.index[link.id]
            latest[i] = min(latest[i], latest[j] - link.lag_days - own[i])
    return latest
