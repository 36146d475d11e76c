"""How does a company's schedule look on a terminal? Milestones, tasks, goals, and what-ifs."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from whet.cli.console import print_json, stdout_console
from whet.cli.plan.opening import plan_store, search_of
from whet.cli.progress import shown_progress
from whet.cli.tables import new_table
from whet.company.labels.tasks import learnt_efforts
from whet.company.market.from_plan import with_rule_milestones
from whet.company.plan.read import read_plan
from whet.company.schedule.answer import read_last, schedule_facts
from whet.company.schedule.chosen import solved_schedule
from whet.company.schedule.dates import HALVES
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.plan_changes import plan_changes
from whet.company.schedule.solve import Plan
from whet.company.schedule.what_if import Priced, price

if TYPE_CHECKING:
    from whet.company.plan.schema import Plan as CompanyPlan
    from whet.company.schedule.limits import Limits
    from whet.core.progress import Progress

_LATE = "late, working days"
_WHOLE, _FIRST, _LAST = 80, 20, 10
"""Tasks that are all printed; of more, so many of the first and of the last."""
_WHAT_IF_SHARE = 0.4
"""Part of the time for the schedule that each what-if gets."""


def company_schedule(
    path: Path,
    limits: "Limits",
    *,
    as_json: bool,
    what_if: bool = False,
    keep: Path | None = None,
    whole: bool = False,
) -> None:
    """Solve the schedule of a plan's file and print it.

    Raises:
        InputError: the plan has mistakes, or no schedule keeps it.
    """
    plan = with_rule_milestones(read_plan(path))
    with plan_store(path.parent) as store:
        learnt = learnt_efforts(plan, store, seed=limits.seed)
    problem = asked(plan, learnt.likely())
    planned = {task.id: task.work / HALVES for task in problem.problem.tasks}
    problem = replace(problem, notes=(*learnt.notes(plan, planned), *problem.notes))
    last = read_last(keep, problem.grid) if keep else None
    with shown_progress() as progress:
        found = solved_schedule(problem, replace(search_of(path, limits, progress), last=last))
        priced = _what_ifs(plan, problem, found, limits, progress) if what_if else []
    facts = schedule_facts(plan, problem, found, priced)
    if as_json:
        print_json(facts)
    else:
        _print(stdout_console(), facts, plan.currency, whole=whole)


def _what_ifs(
    plan: "CompanyPlan", problem: Asked, found: Plan, limits: "Limits", progress: "Progress"
) -> list[Priced]:
    """Return the price of each change that the plan lets one think of."""
    changes = plan_changes(plan, problem)
    own = replace(limits, seconds=limits.seconds * _WHAT_IF_SHARE)
    progress.start("what-ifs", len(changes))
    priced = []
    for change in changes:
        priced += price(found, problem.problem, [change], limits=own, naming=problem.naming)
        progress.advance()
    return priced


def told_tasks(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks that are printed: all of a few, else the first, the last, the critical.

    Critical are those that end on the day on which a late milestone is reached, and the last of
    all.
    """
    tasks = facts["tasks"]
    if len(tasks) <= _WHOLE:
        return list(tasks)
    late = {(m["id"], m["reached"]) for m in facts["milestones"] if m["late_days"]}
    count = len(tasks)
    return [
        task
        for i, task in enumerate(tasks)
        if i < _FIRST
        or i >= count - _LAST
        or (task["milestone"], task["end"]) in late
        or task["end"] == facts["end"]
    ]


def _print(console: Console, facts: dict[str, Any], currency: str, *, whole: bool) -> None:
    """Print milestones, tasks, goals and what-ifs as tables."""
    marks = new_table("milestone", "wanted", "reached", _LATE, right=[_LATE])
    for mark in facts["milestones"]:
        wanted = f"{mark['deadline'] or '–'}{' (hard)' * mark['hard']}"
        late = f"{mark['late_days']:g}" if mark["late_days"] else ""
        marks.add_row(mark["id"], wanted, mark["reached"], late)
    tasks = new_table("task", "start", "end", "people", "milestone")
    shown = facts["tasks"] if whole else told_tasks(facts)
    for task in shown:
        who = ", ".join(task["people"])
        tasks.add_row(task["id"], task["start"], task["end"], who, task["milestone"] or "")
    console.print(marks)
    console.print(tasks)
    if len(shown) < len(facts["tasks"]):
        console.print(
            f"{len(shown)} of {len(facts['tasks']):,} tasks: the first, the last, and those that "
            "reach a late milestone. --all prints every one, --json has them too."
        )
    for goal in facts["goals"]:
        console.print(_goal_line(goal, currency))
    if facts["what_if"]:
        console.print(_what_if_table(facts["what_if"], currency))
    for note in facts["notes"]:
        console.print(note)
    console.print(f"Searched for {facts['seconds']:.1f} s.")


def _goal_line(goal: dict[str, Any], currency: str) -> str:
    """Return what a schedule reaches in one goal, and how sure that is."""
    words = {
        "late": "Deadlines missed by, working days",
        "delay": "Weighted delay, working days",
        "makespan": "End after, working days",
        "sooner": "Weighted sum of working days until milestones",
        "cost": f"People's time on tasks, {currency}",
        "change": "Moved against the last plan, working days",
    }
    sure = "nothing less is possible" if goal["proved"] else f"at least {goal['bound']:,.6g}"
    gap = "" if goal["proved"] else f", gap {goal['gap']:.1%}"
    return f"{words[goal['name']]}: {goal['value']:,.6g} ({sure}{gap})."


def _what_if_table(priced: list[dict[str, Any]], currency: str) -> Any:
    """Return what each change does as a table."""
    right = ["delay", "end, working days", f"cost, {currency}"]
    table = new_table("change", *right, "milestones, working days", "sure", right=right)
    for one in priced:
        if one["refused"]:
            table.add_row(one["change"], "", "", "", one["refused"], "")
            continue
        moved = ", ".join(f"{n} {d:+g}" for n, d in one["milestones_days"].items() if d) or "–"
        sure = "yes" if one["sure"] else "within gaps"
        numbers = (f"{one['delay']:+g}", f"{one['end_days']:+g}", f"{one['cost']:+,.0f}")
        table.add_row(one["change"], *numbers, moved, sure)
    return table
