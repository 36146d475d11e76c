"""What do `whet plan cash` and `whet plan risk` share? Their options, and the joint draws."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from whet.company.cash.company import World
    from whet.company.plan.schema import Plan

Seed = Annotated[
    int, typer.Option("--seed", min=0, help="Seed of the draws; one seed, one answer.")
]

Draws = Annotated[
    int | None,
    typer.Option("--draws", help="Number of draws; `assumptions.draws` of the plan when left out."),
]

Solved = Annotated[
    Path | None,
    typer.Option(
        "--schedule",
        metavar="FILE",
        help="What `whet plan schedule --json` printed; the plan is solved without it.",
    ),
]

Seconds = Annotated[
    float, typer.Option("--seconds", help="Most seconds to search for the schedule, if it changed.")
]

Found = dict[str, Any]


def drawn(
    named: Path | None, *, draws: int | None, seed: int, solved: Path | None, seconds: float
) -> "tuple[Plan, World, tuple[str, ...]]":
    """Return the plan in a file, its joint draws of dates and cash, and what was assumed."""
    from whet.cli.plan.opening import plan_store, search_of
    from whet.cli.plan.options import plan_file
    from whet.company.cash.company import sensible_draws, simulate
    from whet.company.cash.costs import doubts
    from whet.company.cash.from_plan import company_of_plan
    from whet.company.cash.sources import sources
    from whet.company.market.from_plan import with_rule_milestones
    from whet.company.plan.read import read_plan
    from whet.company.schedule.limits import checked_limits

    limits = checked_limits(seconds, 1, seed)
    path = plan_file(named)
    plan = with_rule_milestones(read_plan(path))
    with plan_store(path.parent) as store:
        search = search_of(path, limits)
        given = sources(plan, store, seed=seed, solved=solved, search=search)
    company = company_of_plan(plan, given)
    count = sensible_draws(company, plan.assumptions.draws) if draws is None else draws
    notes = (*given.notes, *(doubts(plan) if plan.cash else ()))
    return plan, simulate(company, draws=count, seed=seed), notes


def money(amount: float | None) -> str:
    """Return an amount for people: whole, with thousands set apart.

    >>> money(-1234.5), money(None)
    ('-1,234', '–')
    """
    return "–" if amount is None else f"{amount:,.0f}"


def percent(share: float) -> str:
    """Return a probability for people; what was hardly ever drawn is not called impossible.

    >>> percent(0.0), percent(0.0004), percent(0.371)
    ('0 %', '<0.1 %', '37 %')
    """
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def say_draws(console: Console, found: Found) -> None:
    """Print what the numbers below come from."""
    console.print(
        f"{found['draws']:,} joint draws (seed {found['seed']}) of {found['horizon_months']} "
        f"months from {found['start']}, in {found['currency']}. Tasks keep the plan's order."
    )
    for note in found["notes"]:
        console.print(note)


def milestones_table(found: Found) -> Table:
    """Return the dates of the milestones as a table."""
    from whet.cli.tables import new_table

    levels = [date["level"] for date in (found["milestones"] or [{"dates": []}])[0]["dates"]]
    heads = [f"{100 * level:.0f} % by" for level in levels]
    table = new_table("milestone", "wanted", *heads, "late", "late, calendar days")
    for line in found["milestones"]:
        late = "" if line["late"] is None else percent(line["late"]["value"])
        tardy = "" if line["tardiness"] is None else f"{line['tardiness']['value']:.1f}"
        dates = [date["date"] for date in line["dates"]]
        table.add_row(line["id"], line["deadline"] or "", *dates, late, tardy)
    return table
