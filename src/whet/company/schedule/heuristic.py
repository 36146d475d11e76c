"""How good a schedule can be had in a few seconds? A genetic search over justified lists.

An individual is a schedule that was justified twice. A child keeps the stretch of its first parent
that lies in a random window of time and takes the order of all other tasks from the second; with
some chance tasks are moved a little. It replaces the worst individual when it is not longer. A
population that finds nothing shorter for long is given up, and a new one begun.

Source: Valls, Ballestín and Quintanilla (2008), A hybrid genetic algorithm for the RCPSP, EJOR
185(2), for the idea of inheriting a stretch of time; Hartmann (1998), A competitive genetic
algorithm for resource-constrained project scheduling, Naval Research Logistics 45, for lists.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from whet.company.schedule.network import Network
from whet.company.schedule.serial import by_start, justify, listed, makespan, pack, place
from whet.core.seeds import derived_seed

POPULATION = 100
"""Individuals of a short search; a long one finds more with more of them."""
_STALE = 12
"""Individuals without a shorter one, as multiples of the population, after which it is given up."""
_MOVED = 0.1
"""Share of the project's length by which a mutation moves a task in the list."""
_MUTATED, _TASK_MUTATED = 0.5, 0.3
"""Chance that a child is mutated, and then of each of its tasks to be moved."""
_SHORTEST_WINDOW, _LONGEST_WINDOW = 0.2, 0.6
"""Length of the stretch that is inherited, as shares of the parent's makespan."""
_BIAS = 0.5
"""Random bias of the first generation's priority rule, as a share of a task's latest finish."""


@dataclass(frozen=True)
class Effort:
    """When a search ends: whichever comes first."""

    seconds: float = float("inf")
    """Seconds by the clock."""
    schedules: int = 1_000_000
    """Individuals that are made; the only limit under which two runs are the same."""


@dataclass(frozen=True)
class Found:
    """The best schedule of a search."""

    starts: list[int]
    """Start of each task of the network."""
    makespan: int
    """End of its last task."""
    schedules: int
    """Individuals that were made."""


@dataclass(frozen=True)
class _Individual:
    """A justified schedule."""

    makespan: int
    starts: list[int]
    order: list[int]


def improve(network: Network, *, effort: Effort, seed: int = 0, bound: int = 0) -> Found:
    """Return the best schedule that a genetic search finds.

    It ends when its effort is spent, or when a schedule is as short as `bound`. The first
    individual follows the rule of latest finish times.
    """
    return Evolution(network, seed=seed).run(effort, bound=bound)


class Evolution:
    """A genetic search that can be taken up again."""

    def __init__(self, network: Network, *, seed: int = 0, population: int = POPULATION) -> None:
        """Begin with nobody; `population` individuals are made before any child is."""
        self._network, self._size = network, population
        self._random = Random(derived_seed(seed, "schedule"))
        self._packed, self._mirrored = pack(network), pack(network.mirrored)
        self._people: list[_Individual] = []
        self._best: _Individual | None = None
        self._shortest: int | None = None
        self._stale = 0  # individuals since the population last had a shorter one

    def run(self, effort: Effort, *, bound: int = 0, is_over: Callable[[], bool] = bool) -> Found:
        """Return the best schedule after some more effort.

        It ends sooner when a schedule is as short as `bound` or when `is_over` returns true; one
        individual is always made.
        """
        until = time.monotonic() + effort.seconds
        made = 0
        while True:
            best = self._add()
            made += 1
            if best.makespan <= bound or made >= effort.schedules:
                break
            if time.monotonic() >= until or is_over():
                break
        return Found(best.starts, best.makespan, made)

    def _add(self) -> _Individual:
        """Make one more individual, by the rule or from two parents, and return the best."""
        if self._stale > _STALE * self._size:
            self._people, self._shortest, self._stale = [], None, 0
        is_first = len(self._people) < self._size
        if is_first:
            order = self._by_rule(_BIAS if self._people else 0.0)
        else:
            order = self._child(self._chosen(), self._chosen())
        child = self._made(order)
        if is_first:
            self._people.append(child)
        else:
            worst = max(
                range(self._size),
                key=lambda index: (self._people[index].makespan, self._random.random()),
            )
            if child.makespan <= self._people[worst].makespan:
                self._people[worst] = child
        self._stale += 1
        if self._shortest is None or child.makespan < self._shortest:
            self._shortest, self._stale = child.makespan, 0
        if self._best is None or child.makespan < self._best.makespan:
            self._best = child
        return self._best

    def _made(self, order: Sequence[int]) -> _Individual:
        """Return the individual of a list."""
        starts = justify(self._packed, self._mirrored, place(self._packed, order))
        return _Individual(makespan(self._network, starts), starts, by_start(self._packed, starts))

    def _by_rule(self, bias: float) -> list[int]:
        """Return the list of least latest finish time, each time off by a random share."""
        length = self._network.critical_path
        return listed(
            self._network,
            [
                (length - tail) * (1 + bias * (self._random.random() - 0.5))
                for tail in self._network.tails
            ],
        )

    def _chosen(self) -> _Individual:
        """Return the shorter of two individuals at random."""
        first, second = self._random.sample(self._people, 2)
        return first if first.makespan <= second.makespan else second

    def _child(self, mother: _Individual, father: _Individual) -> list[int]:
        """Return the mother's list inside a window of her time, the father's order outside."""
        random, length = self._random, mother.makespan
        share = _SHORTEST_WINDOW + (_LONGEST_WINDOW - _SHORTEST_WINDOW) * random.random()
        window = int(length * share)
        begin = random.randint(-window // 2, length - window // 2)
        rank = {j: index for index, j in enumerate(mother.order)}
        inside = [rank[j] for j in mother.order if begin <= mother.starts[j] < begin + window]
        low, high = (inside[0], inside[-1]) if inside else (0, -1)
        child = [j for j in father.order if rank[j] < low]
        child += mother.order[low : high + 1]
        child += [j for j in father.order if rank[j] > high]
        return self._mutated(child) if random.random() < _MUTATED else child

    def _mutated(self, order: Sequence[int]) -> list[int]:
        """Return a list in which some tasks are moved a little."""
        random, reach = self._random, len(order) * _MOVED
        priorities = [0.0] * len(order)
        for index, j in enumerate(order):
            moved = random.uniform(-reach, reach) if random.random() < _TASK_MUTATED else 0.0
            priorities[j] = index + moved
        return listed(self._network, priorities)
