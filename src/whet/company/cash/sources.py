"""What does a simulation take from curves and from the schedule? Efforts, people and their order.

Learning curves give the efforts of the `label` and `train` tasks whose effort the file leaves out;
a curve that cannot be extrapolated gives way to a rule of thumb, which is told. The schedule gives
who does what and in which order, and how far past estimates were off: the one that all commands
tell of (`schedule/chosen.py`), or one that was printed before (`whet plan schedule --json`).

    given = sources(plan, store, seed=0)
    world = simulate(company_of_plan(plan, given))
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from whet.company.cash.from_plan import rule_of_thumb
from whet.company.labels.from_plan import TaskEfforts, task_efforts
from whet.company.plan.schema import Plan
from whet.company.schedule.answer import read_last
from whet.company.schedule.chosen import Search, chosen_schedule
from whet.company.schedule.dates import HALVES, Grid
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Placed, Schedule
from whet.company.simulation.estimates import ThreePoint
from whet.company.simulation.from_plan import Assignment, Given
from whet.core.errors import InputError
from whet.store.store import Store


def sources(
    plan: Plan,
    store: Store | None = None,
    *,
    seed: int = 0,
    solved: Path | None = None,
    search: Search | None = None,
) -> Given:
    """Return what curves and schedule say of a plan's work.

    Args:
        plan: as read.
        store: of the plan's workspace; None where nothing was built there.
        seed: of the curves' draws.
        solved: what `whet plan schedule --json` printed; it is solved without it.
        search: how long, and where schedules are kept; one worker and this seed when left out.

    Raises:
        InputError: a target names a curve that was not measured, the file is no schedule of this
            plan, or the work fits nobody.
    """
    efforts, refused = efforts_of(plan, store, seed=seed)
    if all(task.finished for task in plan.tasks):
        return Given(efforts)
    problem = asked(plan, {task: three.likely for task, three in efforts.items()})
    if solved is None:
        search = search or Search(Limits(workers=1, seed=seed))
        found = chosen_schedule(problem, search)
        notes = (*refused, found.sentence)
        return given_by(plan, efforts, problem, found.schedule, notes=notes)
    schedule = read_last(solved, problem.grid)
    missing = [task.id for task in problem.problem.tasks if task.id not in schedule.placed]
    if missing:
        raise InputError(
            f"The schedule {solved} must be one of this plan; it has no {missing[0]!r}. Solve it "
            "again: `whet plan schedule --json`."
        )
    notes = (*refused, f"Simulated is the schedule of {solved}.")
    return given_by(plan, efforts, problem, schedule, notes=notes)


def efforts_of(
    plan: Plan, store: Store | None, *, seed: int
) -> tuple[dict[str, ThreePoint], tuple[str, ...]]:
    """Return the person-days that the file leaves to curves, by task, and which curves say nothing.

    Raises:
        InputError: a target names a curve that was not measured.
    """
    found = task_efforts(plan, store, seed=seed)
    learnt = {task: ThreePoint(*days) for task, days in found.days.items()}
    return rule_of_thumb(plan) | learnt, tuple(_refused(found))


def given_by(
    plan: Plan,
    efforts: Mapping[str, ThreePoint],
    problem: Asked,
    schedule: Schedule,
    *,
    notes: tuple[str, ...] = (),
) -> Given:
    """Return what a simulation takes from efforts and from a schedule of the plan."""
    assigned = {
        name: Assignment(tuple(sorted(placed.people)), _times(placed, problem.grid, plan.start))
        for name, placed in schedule.placed.items()
    }
    factors = {name: factor.value for name, factor in problem.factors.items()}
    return Given(efforts, assigned, factors, (*notes, *problem.notes))


def _refused(found: TaskEfforts) -> Iterator[str]:
    """Yield which targets have no forecast, and why."""
    for target, why in found.refused.items():
        reason = why or "it has no curve to extrapolate."
        yield f"A rule of thumb stands in for {target}: {reason}"


def _times(placed: Placed, grid: Grid, start: date) -> tuple[float, float]:
    """Return the calendar days at which a task starts and ends; its slots are half days."""
    begins = (grid.day(placed.start) - start).days + (placed.start % HALVES) / HALVES
    if placed.end <= placed.start:
        return begins, begins
    last = placed.end - 1
    return begins, (grid.day(last) - start).days + (last % HALVES + 1) / HALVES
