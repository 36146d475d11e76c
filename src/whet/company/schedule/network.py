"""How does a project look to an algorithm? Tasks as numbers, order as least distances of starts.

For tasks of fixed length every kind of link is one least distance between two starts, and a
project read backwards is a project again, which is what justification needs.
"""

from dataclasses import dataclass
from functools import cached_property

from whet.company.schedule.order import topological
from whet.company.schedule.problem import Link, LinkKind, Problem

Arcs = tuple[tuple[tuple[int, int], ...], ...]
"""Of each task: the other task and the least distance between the two starts."""


@dataclass(frozen=True)
class Network:
    """A project with tasks of fixed length, in topological order."""

    durations: tuple[int, ...]
    """Slots of each task."""
    demands: tuple[tuple[int, ...], ...]
    """Units of each resource (columns) by each task (rows)."""
    capacities: tuple[int, ...]
    """Units of each resource that there are."""
    before: Arcs
    """Of task j: pairs (i, w), start of j ≥ start of i + w, with i < j."""

    @property
    def size(self) -> int:
        """Return how many tasks there are."""
        return len(self.durations)

    @cached_property
    def after(self) -> Arcs:
        """Return of task i: pairs (j, w), start of j ≥ start of i + w."""
        arcs: list[list[tuple[int, int]]] = [[] for _ in self.durations]
        for j, earlier in enumerate(self.before):
            for i, least in earlier:
                arcs[i].append((j, least))
        return tuple(map(tuple, arcs))

    @cached_property
    def mirrored(self) -> "Network":
        """Return the project read backwards: task k is task size − 1 − k of this one.

        With S' = −(S + d): S_j ≥ S_i + w is S'_i ≥ S'_j + w + d_j − d_i.
        """
        last, durations = self.size - 1, self.durations
        before = tuple(
            tuple((last - j, w + durations[j] - durations[i]) for j, w in self.after[i])
            for i in range(last, -1, -1)
        )
        return Network(durations[::-1], self.demands[::-1], self.capacities, before)

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Return the earliest start of each task when resources have no limit."""
        starts: list[int] = []
        for earlier in self.before:
            starts.append(max((starts[i] + w for i, w in earlier), default=0))
            starts[-1] = max(starts[-1], 0)
        return tuple(starts)

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """Return the least time between the end of each task and the end of the project."""
        return self.mirrored.heads[::-1]

    @cached_property
    def critical_path(self) -> int:
        """Return the length of the longest chain: a lower bound of the makespan."""
        spans = zip(self.heads, self.durations, strict=True)
        return max((head + duration for head, duration in spans), default=0)


def as_network(problem: Problem) -> tuple[Network, list[str]]:
    """Return tasks of fixed length as a network, and the task id behind each number.

    Raises:
        InputError: the order has a cycle.
    """
    by_id = {task.id: task for task in problem.tasks}
    earlier: dict[str, list[str]] = {}
    for link in problem.links:
        earlier.setdefault(link.after, []).append(link.before)
    names = topological(list(by_id), earlier)
    number = {name: index for index, name in enumerate(names)}
    arcs: list[dict[int, int]] = [{} for _ in names]
    for link in problem.links:
        i, j = number[link.before], number[link.after]
        least = distance(link, by_id[link.before].duration, by_id[link.after].duration)
        arcs[j][i] = max(least, arcs[j].get(i, least))
    return Network(
        tuple(by_id[name].duration for name in names),
        tuple(tuple(by_id[name].uses.get(r, 0) for r in problem.resources) for name in names),
        tuple(problem.resources.values()),
        tuple(tuple(sorted(arc.items())) for arc in arcs),
    ), names


def distance(link: Link, before: int, after: int) -> int:
    """Return the least distance of two starts, from a link and the lengths of its two tasks.

    >>> distance(Link("a", "b", LinkKind.FINISH_FINISH, 1), 5, 2)
    4
    """
    if link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH):
        least = before + link.lag
    else:
        least = link.lag
    return least - (after if link.kind in (LinkKind.FINISH_FINISH, LinkKind.START_FINISH) else 0)
