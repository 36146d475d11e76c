"""Which schedule of a plan do all commands tell of? The solved one; without one, a list and why.

`whet plan schedule`, `cash`, `risk` and `report` take their dates from here, so they agree. Where
requirements contradict each other there is no schedule, yet work goes on and money runs out: then
the best of many lists, which misses deadlines, is what is simulated, and it is said.

    found = chosen_schedule(asked(plan), Search(Limits(seconds=10), folder=cache))
"""

from dataclasses import dataclass
from pathlib import Path

from whet.company.schedule.dates import HALVES
from whet.company.schedule.from_plan import Asked
from whet.company.schedule.goals import lateness
from whet.company.schedule.heuristic import Effort
from whet.company.schedule.kept import Kept, keep, key_of, read_kept
from whet.company.schedule.limits import Limits
from whet.company.schedule.list_schedule import best_list
from whet.company.schedule.problem import Schedule
from whet.company.schedule.solve import Plan, solve
from whet.core.errors import InputError
from whet.core.progress import Progress

PLACED = 12_000
"""Tasks that are placed in all lists that are tried: 200 lists of sixty, one of ten thousand."""


@dataclass(frozen=True)
class Search:
    """How a schedule is looked for."""

    limits: Limits
    """Seconds, threads and seed."""
    folder: Path | None = None
    """Where schedules are kept for the next command; None: nowhere."""
    last: Schedule | None = None
    """Plan that it should stay close to."""
    progress: Progress | None = None
    """What hears of the search."""


@dataclass(frozen=True)
class Chosen:
    """The schedule that is told of."""

    schedule: Schedule
    """When every task runs and who does it."""
    plan: Plan | None
    """The same with its goals and gaps; None where no schedule keeps the plan."""
    sentence: str
    """Which schedule it is, for people."""
    refused: str = ""
    """Why there is no schedule that keeps the plan; empty where there is one."""


def solved_schedule(asked: Asked, search: Search) -> Plan:
    """Return the best schedule of a plan, from an earlier search where that was as long.

    Raises:
        InputError: no schedule keeps the plan; the sentence says why.
    """
    key = key_of(asked, search.limits.seed, search.last)
    kept = read_kept(search.folder, key) if search.folder else None
    if kept is None or not kept.serves(search.limits):
        kept = _searched(asked, search)
        if search.folder is not None:
            keep(search.folder, key, kept)
    if kept.plan is None:
        raise InputError(kept.refused)
    return kept.plan


def _searched(asked: Asked, search: Search) -> Kept:
    """Return what a search finds: a schedule, or why there is none."""
    limits = search.limits
    try:
        found = solve(
            asked.problem,
            limits=limits,
            last=search.last,
            progress=search.progress,
            naming=asked.naming,
        )
    except InputError as error:
        return Kept(None, str(error), limits.seconds)
    return Kept(found, "", limits.seconds)


def chosen_schedule(asked: Asked, search: Search) -> Chosen:
    """Return the schedule to tell of and to simulate; without one, the best of many lists.

    Raises:
        InputError: not even a list that misses deadlines fits into the plan's calendar; the
            sentence says why there is no schedule.
    """
    try:
        found = solved_schedule(asked, search)
    except InputError as error:
        listed = _listed(asked, search.limits.seed, str(error))
        late = lateness(asked.problem, listed) / HALVES
        sentence = (
            "No schedule keeps the plan. Simulated is a list of its tasks that misses deadlines "
            f"by {late:g} working days in all. {error}"
        )
        return Chosen(listed, None, sentence, str(error))
    return Chosen(found.schedule, found, _sentence(found))


def _sentence(found: Plan) -> str:
    """Return how good the schedule is that is simulated."""
    open_goals = [level for level in found.levels if not level.is_proved]
    how = (
        f"in {open_goals[0].name} it can be better by {open_goals[0].gap:.1%} at most"
        if open_goals
        else "no other is better"
    )
    return f"Simulated is the schedule that `whet plan schedule` prints; {how}."


def _listed(asked: Asked, seed: int, refused: str) -> Schedule:
    """Return the best of many lists.

    Raises:
        InputError: there is none, with the sentence that refused the schedule.
    """
    lists = max(PLACED // max(len(asked.problem.tasks), 1), 1)
    found = best_list(asked.problem, effort=Effort(schedules=lists), seed=seed)
    if found is None:
        raise InputError(refused)
    return found
