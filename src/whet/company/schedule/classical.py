"""What is the shortest project? Resource-constrained scheduling with a proof or a gap.

What CP-SAT does not prove at once, it and a genetic search (`heuristic.py`) work on side by side:
one is quick to short schedules, the other to proofs. Where little is missing for a proof, all
workers then go to CP-SAT; where much is missing no proof will come, and both go on.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from whet.company.schedule.bounds import lower_bound
from whet.company.schedule.heuristic import Effort, Evolution, improve
from whet.company.schedule.limits import Limits
from whet.company.schedule.network import Network
from whet.company.schedule.watch import Watch
from whet.core.progress import Progress, Quiet

_SHARE_TOGETHER = 0.25
"""Share of the time in which the genetic search works beside CP-SAT."""
_POPULATION = 250
"""Individuals of the long search."""
_PROVABLE = 0.04
"""Gap up to which a proof is likely enough to give it all workers."""
_SHARE_FIRST = 0.15
"""Share in which CP-SAT has all workers, before anything else: many projects need no more."""
_FIRST = 50
"""Individuals before CP-SAT is asked at all: many projects end on their critical path."""
_INDIVIDUALS_A_SECOND = 1500
"""Individuals that stand for one second where the answer must not depend on the clock."""
_LARGEST = 2_000
"""Tasks above which CP-SAT is not asked: its model would take longer than the search."""


@dataclass(frozen=True)
class Shortest:
    """The shortest project that was found."""

    starts: list[int]
    """Start of each task of the network."""
    makespan: int
    """End of its last task."""
    bound: int
    """Slots that no schedule can go below."""
    seconds: float
    """Seconds by the clock."""
    note: str = ""
    """What was left undone and why; empty when nothing was."""


def shortest(
    network: Network, *, limits: Limits | None = None, progress: Progress | None = None
) -> Shortest:
    """Return the shortest schedule that can be found within the limits, and a lower bound."""
    search = _Search(network, limits or Limits(), progress or Quiet())
    search.run()
    note = ""
    if network.size > _LARGEST:
        note = (
            f"{network.size:,} tasks are more than the {_LARGEST:,} for which a proof is tried: "
            "the schedule is the heuristic's, the bound that of the longest chain and of work."
        )
    return Shortest(
        search.starts, search.makespan, search.bound, time.monotonic() - search.began, note
    )


class _Search:
    """The best schedule and bound so far, and the steps that move them."""

    def __init__(self, network: Network, limits: Limits, progress: Progress) -> None:
        self._network, self._limits, self._progress = network, limits, progress
        self.began = time.monotonic()
        self.bound = lower_bound(network)
        self.starts: list[int] = []
        self.makespan = 0

    def run(self) -> None:
        """Search until the best schedule is proved or the limits are spent."""
        self._progress.start("schedule")
        is_large = self._network.size > _LARGEST
        # A large project is one whose first individuals may already take all the time.
        first = self._effort(1.0 if is_large else 0.1, _FIRST)
        seed = self._limits.seed
        found = improve(self._network, effort=first, seed=seed, bound=self.bound)
        self._keep(found.starts, found.makespan)
        if is_large or self._is_done():
            return
        self._prove(self._limits.seconds * _SHARE_FIRST, self._limits.workers)
        if self._is_done():
            return
        evolution = Evolution(self._network, seed=seed, population=_POPULATION)
        self._together(evolution, self._effort(_SHARE_TOGETHER))
        if not self._is_done() and (self._is_near() or self._limits.is_repeatable):
            self._prove(self._left(), self._limits.workers)
        elif not self._is_done():
            self._together(evolution, Effort(self._left()))

    def _effort(self, share: float, schedules: int | None = None) -> Effort:
        """Return a part of the limits as the effort of a genetic search."""
        if self._limits.is_repeatable:
            most = int(self._limits.seconds * share * _INDIVIDUALS_A_SECOND)
            return Effort(schedules=min(most, schedules or most))
        seconds = min(self._limits.seconds * share, self._left())
        return Effort(seconds) if schedules is None else Effort(seconds, schedules)

    def _left(self) -> float:
        """Return the seconds that are left; the share that is, where the clock does not count."""
        if self._limits.is_repeatable:
            return self._limits.seconds * (1 - _SHARE_FIRST - _SHARE_TOGETHER)
        return max(0.1, self._limits.seconds - (time.monotonic() - self.began))

    def _is_done(self) -> bool:
        """Return whether the best schedule is proved."""
        return self.makespan <= self.bound

    def _is_near(self) -> bool:
        """Return whether little is missing for a proof."""
        return self.makespan - self.bound <= _PROVABLE * self.makespan

    def _keep(self, starts: Sequence[int], makespan: int) -> None:
        """Keep a schedule if it is the best, and say so."""
        if not self.starts or makespan < self.makespan:
            self.starts, self.makespan = list(starts), makespan
            seconds = time.monotonic() - self.began
            self._progress.note(f"{seconds:5.1f} s  makespan {makespan}, bound {self.bound}")

    def _heard(self, makespan: int, bound: int) -> None:
        """Say what CP-SAT found; it is kept when the search is over."""
        if makespan < self.makespan:
            seconds = time.monotonic() - self.began
            self._progress.note(f"{seconds:5.1f} s  makespan {makespan}, bound {bound}")

    def _together(self, evolution: Evolution, effort: Effort) -> None:
        """Evolve here while CP-SAT searches in a thread: it does not hold the interpreter."""
        if self._limits.is_repeatable:
            found = evolution.run(effort, bound=self.bound)
            self._keep(found.starts, found.makespan)
            return
        over, solver = threading.Event(), cp_model.CpSolver()

        def prove() -> None:
            self._prove(effort.seconds, max(1, self._limits.workers - 1), solver)
            over.set()

        # Far from a proof the search here is the better one for schedules: leave it the bound.
        solver.parameters.use_objective_lb_search = not self._is_near()
        thread = threading.Thread(target=prove)
        thread.start()
        found = evolution.run(effort, bound=self.bound, is_over=over.is_set)
        solver.stop_search()
        thread.join()
        self._keep(found.starts, found.makespan)

    def _prove(self, seconds: float, workers: int, solver: cp_model.CpSolver | None = None) -> None:
        """Ask CP-SAT for shorter schedules than the best one, or that there is none."""
        model, starts = model_of(self._network, self.makespan, self.bound)
        for start, value in zip(starts, self.starts, strict=True):
            model.add_hint(start, value)
        solver = solver or cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = workers
        parameters.random_seed = self._limits.seed
        if self._limits.is_repeatable:
            parameters.max_deterministic_time = seconds
        else:
            parameters.max_time_in_seconds = seconds
        status = solver.solve(model, Watch(self._heard))
        # Nothing is known of a search that was stopped before it began.
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
            self.bound = max(self.bound, min(self.makespan, int(solver.best_objective_bound)))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._keep([solver.value(start) for start in starts], round(solver.objective_value))


def model_of(
    network: Network, longest: int, bound: int
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Return a model of all schedules with `bound` ≤ makespan ≤ `longest`, and its starts.

    Source: Laborie et al. (2018), IBM ILOG CP Optimizer for scheduling, Constraints 23, for
    interval variables and cumulative resources.
    """
    model = cp_model.CpModel()
    rows = zip(network.heads, network.durations, network.tails, strict=True)
    starts = [
        model.new_int_var(head, longest - duration - tail, f"start {j}")
        for j, (head, duration, tail) in enumerate(rows)
    ]
    intervals = [
        model.new_fixed_size_interval_var(start, duration, f"task {j}")
        for j, (start, duration) in enumerate(zip(starts, network.durations, strict=True))
    ]
    for resource, capacity in enumerate(network.capacities):
        needs = [row[resource] for row in network.demands]
        users = [j for j, need in enumerate(needs) if need and network.durations[j]]
        if sum(needs[j] for j in users) > capacity:
            model.add_cumulative([intervals[j] for j in users], [needs[j] for j in users], capacity)
    for j, earlier in enumerate(network.before):
        for i, least in earlier:
            model.add(starts[j] >= starts[i] + least)
    makespan = model.new_int_var(bound, longest, "makespan")
    for j, duration in enumerate(network.durations):
        if all(w < duration for _, w in network.after[j]) or not network.after[j]:
            model.add(makespan >= starts[j] + duration)
    model.minimize(makespan)
    return model, starts
