"""What is the best schedule? Goal after goal, each with its value, its bound and its gap.

A heuristic answers first; CP-SAT then improves one goal at a time and holds what the goals before
reached. Whatever happens there is an answer: the best schedule so far with its gap, or the reason
why there is none (`explain.py`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from whet.company.schedule import goals
from whet.company.schedule.calendars import Workforce
from whet.company.schedule.chains import Chains, before
from whet.company.schedule.checker import violations
from whet.company.schedule.checks import Naming, check_problem, plain_slot
from whet.company.schedule.classical import shortest
from whet.company.schedule.explain import LARGEST, conflict, infeasible, is_large, sentence
from whet.company.schedule.heuristic import Effort
from whet.company.schedule.limits import Level, Limits
from whet.company.schedule.list_schedule import best_list, started_early
from whet.company.schedule.network import as_network
from whet.company.schedule.problem import Placed, Problem, Schedule
from whet.company.schedule.team_model import TeamModel
from whet.company.schedule.watch import Watch
from whet.core.errors import InputError, WhetError
from whet.core.progress import Progress, Quiet

_HEURISTIC_SHARE, _HEURISTIC_MOST = 0.15, 3.0
"""Share of the time for the heuristic, and the most seconds that it gets."""
_PLACINGS_A_SECOND = 20_000
"""Tasks placed that stand for a second where the answer must not depend on the clock."""
_LEVEL_SHARE = 0.5
"""Share of the time left that a goal may take when others come after it."""


_NOTHING_FOUND = (
    "No schedule that keeps every deadline was found in time; there may be one. Give more seconds."
)


@dataclass(frozen=True)
class Plan:
    """A schedule and how sure it is."""

    schedule: Schedule
    """When every task runs and who does it."""
    levels: tuple[Level, ...]
    """The goals in the order of their rank. The first one that is not proved limits what the
    bounds after it say: they hold among schedules that are as good in the goals before."""
    seconds: float
    """Seconds by the clock."""
    notes: tuple[str, ...] = ()
    """What a reader must know, such as a proof that was not tried."""

    @property
    def is_proved(self) -> bool:
        """Return whether no schedule is better in any goal."""
        return all(level.is_proved for level in self.levels)

    def level(self, name: str) -> Level:
        """Return one goal by its name.

        Raises:
            KeyError: the schedule was not judged by it.
        """
        return {level.name: level for level in self.levels}[name]


def solve(
    problem: Problem,
    *,
    limits: Limits | None = None,
    last: Schedule | None = None,
    progress: Progress | None = None,
    naming: Naming = plain_slot,
) -> Plan:
    """Return the best schedule within the limits; `last` is the plan that it should stay close to.

    `naming` turns slots into words for errors.

    Raises:
        InputError: the problem does not hang together, or no schedule can keep it; the sentence
            names the smallest set of requirements that was found to contradict each other.
    """
    check_problem(problem, naming)
    limits, progress = limits or Limits(), progress or Quiet()
    if problem.is_classical:
        plan = _classical(problem, limits, progress)
    else:
        plan = _Levels(problem, limits, last, progress, naming).run()
    broken = violations(problem, plan.schedule)
    if broken and not any(level.name == goals.LATE for level in plan.levels):
        raise AssertionError(f"a schedule must keep its problem: {broken[0]}")
    return plan


def _classical(problem: Problem, limits: Limits, progress: Progress) -> Plan:
    """Return the shortest schedule of a project without people."""
    network, names = as_network(problem)
    found = shortest(network, limits=limits, progress=progress)
    placed = {
        name: Placed(start, start + duration)
        for name, start, duration in zip(names, found.starts, network.durations, strict=True)
    }
    level = Level(goals.MAKESPAN, found.makespan, found.bound)
    notes = (found.note,) if found.note else ()
    return Plan(Schedule(placed), (level,), found.seconds, notes)


class _Levels:
    """The best schedule so far, goal by goal."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        last: Schedule | None,
        progress: Progress,
        naming: Naming,
    ) -> None:
        self._problem, self._limits, self._last = problem, limits, last
        self._progress, self._naming = progress, naming
        self._began = time.monotonic()
        self._left = limits.seconds
        self._least = least_goals(problem)

    def run(self) -> Plan:
        """Search goal by goal until all are proved or the limits are spent."""
        self._progress.start("schedule")
        share = min(_HEURISTIC_MOST, self._limits.seconds * _HEURISTIC_SHARE)
        tasks = max(1, len(self._problem.tasks))
        effort = (
            Effort(schedules=max(1, int(share * _PLACINGS_A_SECOND / tasks)))
            if self._limits.is_repeatable
            else Effort(seconds=share)
        )
        best = best_list(
            self._problem,
            effort=effort,
            seed=self._limits.seed,
            last=self._last,
            enough=(0, self._least[goals.DELAY], self._least[goals.MAKESPAN]),
        )
        self._left -= share if self._limits.is_repeatable else time.monotonic() - self._began
        if best is not None:
            for name in (goals.DELAY, goals.MAKESPAN):
                self._heard(name, self._value(name, best), self._least[name])
        if is_large(self._problem):
            return self._without_proof(
                best,
                f"{len(self._problem.tasks):,} tasks are more than the {LARGEST:,} for which a "
                "proof is tried: the schedule is the heuristic's, the bounds those of chains.",
            )
        return self._solved(best)

    def _solved(self, best: Schedule | None) -> Plan:
        """Return the plan of CP-SAT, or the heuristic's where it finds nothing in time."""
        team = TeamModel(self._problem)
        wanted: list[tuple[str, cp_model.LinearExprT]] = []
        for name in _RANKED[1:]:
            goal = team.goal(name, self._last)
            if goal is not None:
                wanted.append((name, goal))
        kept = None if best is None or violations(self._problem, best) else best
        bounds: list[tuple[str, int]] = []
        for name, goal in wanted:
            bound = self._least.get(name, 0)
            if kept is None or self._value(name, kept) > bound:
                is_last = name == wanted[-1][0]
                found, proved = self._improve(team, (name, goal), kept or best, is_last=is_last)
                kept, bound = found or kept, max(bound, proved)
            if kept is None:
                return self._without_proof(best, _NOTHING_FOUND)
            bounds.append((name, bound))
            team.model.add(goal <= self._value(name, kept))
        assert kept is not None  # there is always the goal of an early end
        return self._finished(kept, bounds)

    def _finished(self, best: Schedule, bounds: Sequence[tuple[str, int]]) -> Plan:
        """Return the plan, with tasks started early where there is no last plan to stay close to.

        Bounds hold still when a goal becomes better by it: there are fewer schedules as good.
        """
        if self._last is None:
            moved = started_early(self._problem, best)
            best = best if violations(self._problem, moved) else moved
        values = {name: self._value(name, best) for name, _ in bounds}
        levels = [_level(name, values[name], min(bound, values[name])) for name, bound in bounds]
        return Plan(best, tuple(levels), time.monotonic() - self._began)

    def _improve(
        self,
        team: TeamModel,
        wanted: tuple[str, cp_model.LinearExprT],
        best: Schedule | None,
        *,
        is_last: bool,
    ) -> tuple[Schedule | None, int]:
        """Return a schedule that is better in one goal, if one was found, and the goal's bound."""
        name, goal = wanted
        if best is not None:
            team.hint(best)
        team.model.minimize(goal)
        solver = cp_model.CpSolver()
        seconds = max(0.2, self._left * (1 if is_last else _LEVEL_SHARE))
        solver.parameters.num_workers = self._limits.workers
        solver.parameters.random_seed = self._limits.seed
        if self._limits.is_repeatable:
            solver.parameters.max_deterministic_time = seconds
        else:
            solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(team.model, Watch(lambda v, b: self._heard(name, v, b)))
        used = solver.response_proto.deterministic_time if self._limits.is_repeatable else 0.0
        self._left -= used or solver.wall_time
        if status == cp_model.INFEASIBLE:
            raise InputError(infeasible(self._problem, seed=self._limits.seed, naming=self._naming))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, 0
        return team.schedule(solver), int(-(-solver.best_objective_bound // 1))

    def _value(self, name: str, schedule: Schedule) -> int:
        """Return what a schedule reaches in one goal."""
        values = goals.goals(self._problem, schedule, self._last)
        return dict(zip(_RANKED, values, strict=True))[name]

    def _without_proof(self, best: Schedule | None, note: str) -> Plan:
        """Return the heuristic's schedule with the bounds that need no search."""
        if best is None:
            raise WhetError(
                f"No schedule was found in {self._limits.seconds:g} s, and not that there is none. "
                "Give more seconds, or a longer horizon."
            )
        late = goals.lateness(self._problem, best)
        if late and is_large(self._problem):
            found, is_minimal = conflict(self._problem, seed=self._limits.seed)
            if is_minimal:
                raise InputError(
                    sentence(self._problem, found, is_minimal=True, naming=self._naming)
                )
        levels = [Level(goals.LATE, late, 0)] if late else []
        if late:
            note += f" Deadlines are missed by {late} half-days in all."
        elif broken := violations(self._problem, best):
            raise WhetError(f"No schedule was found that keeps the plan: {broken[0]}")
        for name in _RANKED[1:-1]:
            value = self._value(name, best)
            levels.append(_level(name, value, min(value, self._least.get(name, 0))))
        return Plan(best, tuple(levels), time.monotonic() - self._began, (note,))

    def _heard(self, name: str, value: int, bound: int) -> None:
        """Say what CP-SAT found for one goal."""
        seconds, level = time.monotonic() - self._began, _level(name, value, min(value, bound))
        self._progress.note(f"{seconds:5.1f} s  {name} {level.value:g}, at least {level.bound:g}")


_RANKED = (
    goals.LATE,
    goals.DELAY,
    goals.MAKESPAN,
    goals.SOONER,
    goals.COST,
    goals.CHANGE,
)


def _level(name: str, value: int, bound: int) -> Level:
    """Return a goal in its own unit."""
    steps = goals.WEIGHT_STEPS if name in (goals.DELAY, goals.SOONER, goals.COST) else 1
    return Level(name, value / steps, bound / steps)


def least_goals(problem: Problem) -> dict[str, int]:
    """Return bounds of the goals that need no search.

    Each task ends no sooner than its chain, and a set of tasks no sooner than those who can do
    them have done as much work, all at once.
    """
    chains, workforce = Chains(problem), Workforce(problem)
    tasks = {task.id: task for task in problem.tasks}
    reached = {
        mark.id: max(
            chains.end(mark.tasks),
            workforce.least_end([tasks[name] for name in sorted(before(problem, mark.tasks))]),
        )
        for mark in problem.milestones
    }
    weights = {mark.id: round(mark.weight * goals.WEIGHT_STEPS) for mark in problem.milestones}
    return {
        goals.DELAY: sum(
            goals.weight_of(mark) * max(0, reached[mark.id] - (mark.due or 0))
            for mark in problem.milestones
        ),
        goals.MAKESPAN: max(chains.end(tasks), workforce.least_end(problem.tasks)),
        goals.SOONER: sum(weights[name] * moment for name, moment in reached.items()),
        goals.COST: _least_cost(problem),
    }


def _least_cost(problem: Problem) -> int:
    """Return what the tasks cost when everybody who is best for one is free for it."""
    workforce, total = Workforce(problem), 0
    for task in problem.tasks:
        costs = sorted(
            goals.cost_steps(person) * workforce.least_part(person, task)
            for person in workforce.candidates(task)
        )
        total += sum(costs[: task.people_needed])
    return total
