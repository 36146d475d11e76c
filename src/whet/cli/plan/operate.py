"""`whet plan operate PLAN`: what is the cheapest way to run the products, month by month?"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.opening import plan_store
from whet.cli.plan.options import PlanPath
from whet.cli.tables import new_table

if TYPE_CHECKING:
    from whet.company.operations.coverage import Coverage
    from whet.company.operations.measured import Meter
    from whet.company.plan.schema import Plan

Facts = Mapping[str, Any]


class Demand(StrEnum):
    """Which of the three numbers of an estimate the demand is."""

    low = "low"
    likely = "likely"
    high = "high"


def operate(
    plan: PlanPath = None,
    demand: Annotated[
        Demand, typer.Option(help="Which number of an uncertain demand is planned for.")
    ] = Demand.likely,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Time for the solver; the gap is shown.")
    ] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Choose forms, machines, agents and automation for each month at the least cost."""
    from whet.cli.plan.options import plan_file
    from whet.company.operations.answer import operate as solve
    from whet.company.operations.facts import operating_facts
    from whet.company.operations.from_plan import operations_of
    from whet.company.plan.read import read_plan

    path = plan_file(plan)
    company = read_plan(path)
    known, coverage = _measured(path, company)
    problem, measured = operations_of(
        company.operations, known, demand=demand.value, coverage=coverage
    )
    answer = solve(problem, seconds=seconds)
    facts = operating_facts(answer, company.start, measured)
    facts |= {"currency": company.currency, "demand": demand.value}
    if as_json:
        print_json(facts)
    else:
        _print(facts)


def _measured(path: Path, plan: "Plan") -> "tuple[dict[str, Meter], Coverage | None]":
    """Return what the workspace knows of use and of the support's card; nothing without a store."""
    from whet.company.operations.coverage import coverage_of
    from whet.company.operations.measured import meters

    support = plan.operations.support if plan.operations else None
    with plan_store(path.parent) as store:
        if store is None:
            return {}, None
        card = support.card if support else None
        return meters(store.usage.report()), coverage_of(store, card) if card else None


def _print(facts: Facts) -> None:
    """Print the months as a table, then what changes would cost."""
    out = stdout_console()
    _print_months(facts)
    proof = "proved cheapest" if facts["proved"] else f"gap at most {facts['gap']:.2%}"
    out.print(f"{facts['cost']:,.0f} {facts['currency']} in all; {proof}.")
    for sentence in facts["measured"]:
        out.print(sentence)
    changes = facts["shadow_prices"] + facts["alternatives"]
    for title, what in (("what one more is worth", "shadow_prices"), ("instead", "alternatives")):
        if facts[what]:
            table = new_table(title, "cost over all months", right=["cost over all months"])
            for one in facts[what]:
                table.add_row(one["what"], _cost(one))
            out.print(table)
    if not all(one["proved"] for one in changes):
        out.print(
            "Costs with an interval, and what was not solved in time, need more --seconds to be "
            "proved."
        )


def _print_months(facts: Facts) -> None:
    """Print what is run in each month."""
    services = list(facts["months"][0]["services"])
    staffed = facts["months"][0]["support"] is not None
    people = ["answers", "agents", "hired", "released"] if staffed else []
    table = new_table("month", *services, *people, "cost", right=[*people[1:], "cost"])
    for month in facts["months"]:
        cells = [f"{one['machines']} × {one['form']}" for one in month["services"].values()]
        if staffed:
            one = month["support"]
            cells += [one["setting"], str(one["agents"])]
            cells += [str(one[what]) if one[what] else "" for what in ("hired", "released")]
        table.add_row(month["month"], *cells, f"{month['cost']:,.0f}")
    stdout_console().print(table)


def _cost(change: Facts) -> str:
    """Return what a change costs, with the interval that is proved where the cost is not."""
    if change["cost"] is None:
        return "impossible" if change["impossible"] else "not solved in time"
    told = f"{change['cost']:+,.0f}"
    if change["proved"]:
        return told
    return f"{told} ({change['low']:+,.0f} to {change['high']:+,.0f})"
