"""What does a simulation take from curves and from the schedule? Efforts, people and their order.

Learning curves, or a rule of thumb, give the efforts of the `label` and `train` tasks whose effort
the file leaves out (`labels/tasks.py`). The schedule gives who does what and in which order, and
how far past estimates were off: the one that all commands tell of (`schedule/chosen.py`), or one
that was printed before (`whet plan schedule --json`).

    given = sources(plan, store, seed=0)
    world = simulate(company_of_plan(plan, given))
"""

from datetime import date
from pathlib import Path

from whet.company.labels.tasks import Learnt, learnt_efforts
from whet.company.plan.schema import Plan
from whet.company.schedule.answer import read_last
from whet.company.schedule.chosen import Search, chosen_schedule
from whet.company.schedule.dates import HALVES, Grid
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Placed, Schedule
from whet.company.simulation.from_plan import Assignment, Given, crew_factor
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
        InputError: the file is no schedule of this plan, or the work fits nobody.
    """
    learnt = learnt_efforts(plan, store, seed=seed)
    if all(task.finished for task in plan.tasks):
        return Given(learnt.days)
    problem = asked(plan, learnt.likely())
    if solved is None:
        found = chosen_schedule(problem, search or Search(Limits(workers=1, seed=seed)))
        return given_by(plan, learnt, problem, found.schedule, which=found.sentence)
    schedule = read_last(solved, problem.grid)
    missing = [task.id for task in problem.problem.tasks if task.id not in schedule.placed]
    if missing:
        raise InputError(
            f"The schedule {solved} must be one of this plan; it has no {missing[0]!r}. Solve it "
            "again: `whet plan schedule --json`."
        )
    which = f"Simulated is the schedule of {solved}."
    return given_by(plan, learnt, problem, schedule, which=which)


def given_by(
    plan: Plan, learnt: Learnt, problem: Asked, schedule: Schedule, *, which: str = ""
) -> Given:
    """Return what a simulation takes from efforts and from a schedule; `which` says what it is."""
    assigned = {
        name: Assignment(tuple(sorted(placed.people)), _times(placed, problem.grid, plan.start))
        for name, placed in schedule.placed.items()
    }
    factors = {name: factor.value for name, factor in problem.factors.items()}
    planned = {
        task.id: max(learnt.days[task.id].likely - task.spent, 0.0)
        * crew_factor(assigned[task.id].people, factors)
        for task in plan.tasks
        if task.id in learnt.days and task.id in assigned
    }
    notes = [*learnt.notes(plan, planned), *filter(None, [which]), *problem.notes]
    return Given(learnt.days, assigned, factors, tuple(notes))


def _times(placed: Placed, grid: Grid, start: date) -> tuple[float, float]:
    """Return the calendar days at which a task starts and ends; its slots are half days."""
    begins = (grid.day(placed.start) - start).days + (placed.start % HALVES) / HALVES
    if placed.end <= placed.start:
        return begins, begins
    last = placed.end - 1
    return begins, (grid.day(last) - start).days + (last % HALVES + 1) / HALVES
