"""`whet plan hire`: whom to hire in which month, what it costs and brings, what it hinges on."""

from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.tables import new_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from whet.company.team.hiring import Hiring
    from whet.company.team.hiring_plan import HiringAnswer
    from whet.company.team.staffing import Action, Remedy


def hire(
    plan: PlanPath = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Person of the plan to think away, by id; may be repeated."),
    ] = None,
    spacing: Annotated[
        int, typer.Option(min=0, help="Months in which at most one starts; 0: no limit.")
    ] = 0,
    per_mentor: Annotated[
        int, typer.Option(min=0, help="New people that one mentor helps at a time; 0: no limit.")
    ] = 1,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the expected cash.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Limit of the solver for each solution.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Say whom to hire in which month, what that costs and brings, and what it hinges on.

    The least of pay, fees, trainings, bought days and waiting work, with the expected cash above
    the reserve at the end of every month.
    """
    from whet.cli.plan.opening import plan_store
    from whet.cli.plan.options import plan_file
    from whet.company.plan.read import read_plan
    from whet.company.simulation.plain import plain
    from whet.company.team.hiring_plan import Terms, hiring_of_plan

    path = plan_file(plan)
    terms = Terms(tuple(without or ()), spacing, per_mentor, draws, seed, seconds)
    with plan_store(path.parent) as store:
        answer = hiring_of_plan(read_plan(path), store, terms)
    if as_json:
        print_json(plain(answer))
        return
    _print(stdout_console(), answer)


def _print(console: "Console", answer: "HiringAnswer") -> None:
    """Print the answer."""
    found = answer.hiring
    console.print(_sentence(answer))
    if found.best and found.best.actions:
        console.print(_actions(answer, found.best.actions))
    if found.best:
        console.print(_costs(found))
    if found.hinges:
        console.print(_hinges(found))
    if answer.expected and found.room:
        console.print(_cash(answer))
    for note in answer.notes:
        console.print(note)


def _sentence(answer: "HiringAnswer") -> str:
    """Return the answer in a sentence or two."""
    found, months = answer.hiring, answer.months
    if found.best is None:
        free = found.unbounded
        hires = _hires(free, months) if free else ""
        return f"{found.infeasible}\nWithout the floor: {hires}."
    saved = found.nothing.total - found.best.total
    gain = f"saves {saved:,.0f} {answer.currency} against doing nothing"
    return f"{_hires(found.best, months)}; with trainings and bought days it {gain}. " + (
        "This is proved to be the best."
        if found.best.is_optimal
        else f"Not proved: the best costs at least {found.best.bound:,.0f}, "
        f"this {found.best.total:,.0f}."
    )


def _hires(remedy: "Remedy", months: tuple[str, ...]) -> str:
    """Return who is hired when."""
    chosen = [action for action in remedy.actions if action.kind == "hire"]
    names = [f"{a.count:.0f} {a.who}, decided in {months[a.month]}" for a in chosen]
    return f"Hire {'; '.join(names)}" if names else "Hire nobody"


def _actions(answer: "HiringAnswer", actions: "tuple[Action, ...]") -> "Table":
    """Return what is decided when."""
    table = new_table("decide in", "what", "cost to the end", right=["cost to the end"])
    words = {
        "hire": "hire {0:.0f} {1}",
        "train": "train {1} in {2}",
        "buy": "buy {0:.1f} days of {1}",
    }
    for action in actions:
        what = words[action.kind].format(action.count, action.who, ", ".join(action.skills))
        table.add_row(answer.months[action.month], what, f"{action.cost:,.0f}")
    return table


def _costs(found: "Hiring") -> "Table":
    """Return what the answer costs beside doing nothing."""
    columns = ("paid", "days x months waiting", "total with waiting", "at least")
    table = new_table("way", *columns, right=columns)
    for name, remedy in (("doing nothing", found.nothing), ("the answer", found.best)):
        if remedy is not None:
            numbers = (remedy.money, remedy.waited, remedy.total, remedy.bound)
            table.add_row(name, *(f"{number:,.0f}" for number in numbers))
    return table


def _hinges(found: "Hiring") -> "Table":
    """Return what the answer hinges on."""
    table = new_table("if instead", "costs more", "proved", right=["costs more"])
    for hinge in found.hinges:
        worse = "impossible" if hinge.worse is None else f"{hinge.worse:+,.0f}"
        proved = "" if hinge.worse is None else "best" if hinge.is_optimal else "best so far"
        table.add_row(hinge.what, worse, proved)
    return table


def _cash(answer: "HiringAnswer") -> "Table":
    """Return the expected cash with and without the decisions, by month."""
    columns = ("expected cash", "after decisions", "above the floor")
    table = new_table("end of", *columns, right=columns)
    for month, cash, room in zip(answer.months, answer.expected, answer.hiring.room, strict=True):
        table.add_row(month, f"{cash:,.0f}", f"{room + answer.floor:,.0f}", f"{room:,.0f}")
    return table
