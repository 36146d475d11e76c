"""`whet plan market`: who else sells, at which price would people buy, what do rules ask when?"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.tables import as_plain, new_table

if TYPE_CHECKING:
    from rich.console import Console

    from whet.company.market.demand import Fitted
    from whet.company.market.gabor_granger import PriceTest
    from whet.company.market.price_meter import PriceMeter
    from whet.company.market.report import MarketReport

_EVERY = 3
"""Months between two rows of the table of buyers."""


def market(
    plan: PlanPath = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Day that dates are compared with; the plan's start if none."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show rivals by segment, price tests with intervals, buyers to come, and rules with dates."""
    from whet.cli.plan.options import plan_file
    from whet.company.market.report import market_report
    from whet.company.plan.read import read_plan

    path = plan_file(plan)
    day: date | None = today.date() if today else None
    report = market_report(read_plan(path), path.parent, today=day, seed=seed)
    if as_json:
        print_json(as_plain(report))
        return
    console = stdout_console()
    for part in (_maps, _price_tests, _demand, _rules):
        part(console, report)
    for note in report.missing:
        console.print(note)


def _maps(console: "Console", report: "MarketReport") -> None:
    """Print where each offer stands, and where we trail."""
    for found in report.maps:
        console.print(f"Segment {found.segment}")
        columns = ("offer", "value", "price", "fair price", "position", "first place")
        table = new_table(*columns, right=["value", "price", "fair price", "first place"])
        for place in found.places:
            table.add_row(
                place.offer,
                f"{place.value:.2f}",
                f"{place.price:,.0f}",
                "" if place.fair_price is None else f"{place.fair_price:,.0f}",
                place.position,
                f"{place.first:.0%}",
            )
        console.print(table)
        for gap in found.gaps:
            console.print(
                f"{gap.feature}: {gap.leader} leads by {gap.best - gap.ours:.1f}; catching up "
                f"brings {gap.gain:.2f} of value."
            )


def _price_tests(console: "Console", report: "MarketReport") -> None:
    """Print what each price test says, or why it says nothing."""
    for test in report.price_tests:
        console.print(f"\nPrice test {test.id} of {test.product}")
        if test.meter:
            _meter(console, test.meter)
        if test.ladder:
            _ladder(console, test.ladder)
        for reason in test.refused:
            console.print(reason)


def _meter(console: "Console", meter: "PriceMeter") -> None:
    """Print the four points of a price meter."""
    words = {
        "PMC": "cheaper raises doubts about quality",
        "PME": "dearer turns too many away",
        "OPP": "as many find it too cheap as too expensive",
        "IPP": "as many find it a bargain as expensive",
    }
    table = new_table("point", "price", f"{meter.level:.0%} interval", "meaning", right=["price"])
    for point in meter.points:
        interval = f"{point.low:,.0f} to {point.high:,.0f}"
        table.add_row(point.name, f"{point.price:,.0f}", interval, words[point.name])
    console.print(table)
    aside = f", {meter.left_out} that contradict themselves left out" if meter.left_out else ""
    console.print(f"{meter.answers} answers{aside}.")


def _ladder(console: "Console", ladder: "PriceTest") -> None:
    """Print demand and profit by price, and the best price."""
    columns = ("price", "would buy", "revenue per 100", "profit per 100", "best in", "may be best")
    table = new_table(*columns, right=columns[:5])
    for row in ladder.prices:
        table.add_row(
            f"{row.price:,.0f}",
            f"{row.demand:.0%} ({row.demand_low:.0%} to {row.demand_high:.0%})",
            f"{row.revenue:,.0f} ({row.revenue_low:,.0f} to {row.revenue_high:,.0f})",
            f"{row.profit:,.0f} ({row.profit_low:,.0f} to {row.profit_high:,.0f})",
            f"{row.wins:.0%}",
            "yes" if row.may_be_best else "no",
        )
    console.print(table)
    what = f"profit at a unit cost of {ladder.unit_cost:g}" if ladder.unit_cost else "revenue"
    console.print(
        f"Most {what}: {ladder.best:,.0f} ({ladder.level:.0%} interval {ladder.low:,.0f} to "
        f"{ladder.high:,.0f})."
    )


def _demand(console: "Console", report: "MarketReport") -> None:
    """Print the buyers of each segment."""
    for found in report.demand:
        if found.months:
            peak = f", most in month {found.peak_month:.0f}" if found.peak_month else ""
            console.print(f"\nBuyers of {found.segment}, by scenario{peak}")
            columns = ("month", "new", "lowest", "highest", "in all")
            table = new_table(*columns, right=columns)
            for row in found.months[_EVERY - 1 :: _EVERY]:
                numbers = (row.expected, row.low, row.high, row.total)
                table.add_row(str(row.month + 1), *(f"{number:,.1f}" for number in numbers))
            console.print(table)
        if found.own:
            console.print(_own(found.segment, found.own))


def _own(segment: str, own: "Fitted") -> str:
    """Return what own sales say, in a sentence."""
    if own.curve is None or own.market is None:
        return f"Customers won of {segment}: {own.reason}"
    low, high = own.market
    coming = "; ".join(f"{a:,.1f} to {b:,.1f}" for a, b in own.later[:3])
    return (
        f"Customers won of {segment}: the curve ends at {own.curve.market:,.0f} ({own.level:.0%} "
        f"interval {low:,.0f} to {high:,.0f}); new in the next months: {coming}."
    )


def _rules(console: "Console", report: "MarketReport") -> None:
    """Print the calendar of rules, the most urgent first."""
    if not report.rules:
        return
    console.print(f"\nRules on {report.today}")
    table = new_table("rule", "due", "start by", "days left", "status", right=["days left"])
    for rule in report.rules:
        due, start = str(rule.rule.due), str(rule.start_by)
        table.add_row(rule.rule.asks, due, start, str(rule.days_left), rule.status)
    console.print(table)
    for rule in report.rules:
        if rule.status in ("overdue", "start is late", "start now"):
            console.print(rule.sentence)
