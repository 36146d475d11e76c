"""When can each task start, if tasks are placed one after another? Serial schedule generation.

Free units of all resources in a slot are packed into one integer, a guard bit above each resource:
one subtraction and one mask tell whether a task fits. That makes a schedule of 120 tasks a matter
of half a millisecond in plain Python.

Source: Kelley (1963), The critical-path method; Kolisch (1996), Serial and parallel
resource-constrained project scheduling methods revisited, EJOR 90(2); double justification: Valls,
Ballestín and Quintanilla (2005), Justification and RCPSP, EJOR 165(2).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from whet.company.schedule.network import Network


@dataclass(frozen=True)
class Packed:
    """A network ready to be scheduled again and again."""

    network: Network
    """The project."""
    horizon: int
    """Slots in which any schedule that a list generates must end."""
    full: int
    """All units free, with every guard bit set."""
    guards: int
    """The guard bits alone."""
    needs: tuple[int, ...]
    """Units that each task takes, packed like `full`."""
    is_plain: bool
    """Whether every task waits for the end of those before it, so that sorting by time is enough
    to list each task after its predecessors."""


def pack(network: Network) -> Packed:
    """Return a network with its resources packed into integers."""
    full = guards = shift = 0
    shifts = []
    for capacity in network.capacities:
        width = capacity.bit_length()
        shifts.append(shift)
        full |= (capacity | 1 << width) << shift
        guards |= 1 << (shift + width)
        shift += width + 1
    needs = tuple(
        sum(need << at for need, at in zip(row, shifts, strict=True)) for row in network.demands
    )
    lags = sum(max(0, w) for earlier in network.before for _, w in earlier)
    is_plain = all(w >= network.durations[i] for earlier in network.before for i, w in earlier)
    return Packed(network, sum(network.durations) + lags + 1, full, guards, needs, is_plain)


def place(packed: Packed, order: Sequence[int]) -> list[int]:
    """Return the start of every task when each is placed as early as it can in the given order.

    `order` holds every task once, each after all its predecessors.
    """
    before, durations, needs = packed.network.before, packed.network.durations, packed.needs
    guards = packed.guards
    free = [packed.full] * packed.horizon
    starts = [0] * len(durations)
    for j in order:
        start = 0
        for i, least in before[j]:
            if (earliest := starts[i] + least) > start:
                start = earliest
        need = needs[j]
        if need and durations[j]:
            start = _earliest(free, start, durations[j], need, guards)
            for slot in range(start, start + durations[j]):
                free[slot] -= need
        starts[j] = start
    return starts


def _earliest(free: list[int], start: int, duration: int, need: int, guards: int) -> int:
    """Return the first slot from `start` on from which a task fits for its whole length.

    The window is read backwards, so that a slot that is too full moves it as far as possible, and
    what was read once is not read again.
    """
    checked, slot = start, start + duration - 1
    while slot >= checked:
        if (free[slot] - need) & guards != guards:
            checked = max(start + duration, slot + 1)
            start = slot + 1
            slot = start + duration - 1
        else:
            slot -= 1
    return start


def by_start(packed: Packed, starts: Sequence[int]) -> list[int]:
    """Return the tasks in the order of their starts; ties in topological order."""
    if packed.is_plain:
        return sorted(range(len(starts)), key=lambda j: (starts[j], j))
    return listed(packed.network, starts)


def makespan(network: Network, starts: Sequence[int]) -> int:
    """Return the end of the last task."""
    return max((s + d for s, d in zip(starts, network.durations, strict=True)), default=0)


def justify(packed: Packed, mirrored: Packed, starts: Sequence[int]) -> list[int]:
    """Return the schedule pushed to the right and then to the left; it never becomes longer.

    `mirrored` is the packed mirror image of the network.
    """
    last, durations = len(starts) - 1, packed.network.durations
    # Ends in the mirror image are starts here, counted from the other side.
    order = by_start(mirrored, [-(starts[last - k] + durations[last - k]) for k in range(last + 1)])
    right = place(mirrored, order)
    return place(
        packed, by_start(packed, [-(right[last - j] + durations[j]) for j in range(last + 1)])
    )


def listed(network: Network, priorities: Sequence[float]) -> list[int]:
    """Return the tasks by least priority, each after all its predecessors."""
    waiting = [len(earlier) for earlier in network.before]
    ready = [(priorities[j], j) for j, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        j = heapq.heappop(ready)[1]
        order.append(j)
        for later, _ in network.after[j]:
            waiting[later] -= 1
            if not waiting[later]:
                heapq.heappush(ready, (priorities[later], later))
    return order
