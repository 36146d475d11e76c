"""`whet plan risk PLAN`: which risks count, what is acting worth, and what moves the plan?"""

from rich.table import Table

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.plan.simulating import (
    Draws,
    Found,
    Seconds,
    Seed,
    Solved,
    drawn,
    milestones_table,
    money,
    percent,
    say_draws,
)
from whet.cli.tables import new_table

_TASKS = 8
"""Tasks of the plan that the terminal shows; --json has all."""
_NO_MONEY = (
    "The plan has no section `cash`: what risks and actions do to money is left out, and scores go "
    "by calendar days alone."
)
_BARS = 5
"""Bars of each tornado that the terminal shows."""


def risk(
    plan: PlanPath = None,
    as_json: AsJson = False,
    seed: Seed = 0,
    draws: Draws = None,
    solved: Solved = None,
    seconds: Seconds = 10,
) -> None:
    """Say which risks count, what each action is worth, and what moves value, date and runway.

    What a risk does is measured: the same draws with it and without it. A plan without a section
    `cash` is answered in days alone.
    """
    from whet.company.risk.answer import risk_answer

    read, world, notes = drawn(plan, draws=draws, seed=seed, solved=solved, seconds=seconds)
    found = risk_answer(read, world) | {"notes": list(notes)}
    if as_json:
        print_json(found)
        return
    console = stdout_console()
    say_draws(console, found)
    if not found["has_money"]:
        console.print(_NO_MONEY)
    for table in (
        _register_table(found),
        _actions_table(found),
        milestones_table(found),
        _tasks_table(found),
        _tornado_table(found),
    ):
        if table.row_count:
            console.print(table)


def _register_table(found: Found) -> Table:
    """Return the register, the worst first."""
    money_heads = ["money"] if found["has_money"] else []
    heads = ["odds", "score", "after", "calendar days", *money_heads]
    table = new_table("risk", *heads, "owner", "review", right=heads)
    for line in found["register"]:
        effect = line["when_it_strikes"]
        review = line["review"] or ""
        if line["review_is"] in ("overdue", "soon"):
            review += f" ({line['review_is']})"
        table.add_row(
            line["risk"],
            percent(line["probability"]),
            str(line["score"]),
            str(line["residual_score"]),
            f"{effect['days']['value']:+.0f}",
            *([money(effect["value"]["value"])] if money_heads else []),
            line["owner"],
            review,
        )
    return table


def _actions_table(found: Found) -> Table:
    """Return what each action is worth, the best first; its cost is counted."""
    has_money = found["has_money"]
    worth_heads, ruin_heads = (["worth", "±"], ["ruin"]) if has_money else ([], [])
    heads = ["cost", "person-days", *worth_heads, "calendar days", "of P80", *ruin_heads]
    table = new_table("risk", "action", *heads, "in the plan", right=heads)
    for line in found["actions"]:
        gain = line["gain"]
        worth = [money(gain["value"][part]) for part in ("value", "error")] if has_money else []
        table.add_row(
            line["risk"],
            line["action"],
            money(line["cost"]),
            f"{line['effort']:g}",
            *worth,
            f"{gain['days']['value']:+.1f}",
            f"{gain['days_p80']:+.1f}",
            *([f"{100 * gain['ruin']['value']:+.1f} %"] if has_money else []),
            "yes" if line["taken"] else "",
        )
    return table


def _tasks_table(found: Found) -> Table:
    """Return the tasks that decide the end."""
    heads = ("critical", "sensitivity", "cruciality")
    table = new_table("task", *heads, right=heads)
    for line in found["tasks"][:_TASKS]:
        ratios = (f"{line[part]:.2f}" for part in heads[1:])
        table.add_row(line["id"], percent(line["index"]["value"]), *ratios)
    return table


def _tornado_table(found: Found) -> Table:
    """Return what moves value, end and runway most."""
    heads = ("low", "high", "rank correlation")
    table = new_table("what moves", "input", *heads, right=heads)
    for name in _UNITS:
        for bar in found["tornado"].get(name, ())[:_BARS]:
            digits = 1 if name == "runway" else 0
            ends = (f"{bar[end]['value']:,.{digits}f}" for end in ("low", "high"))
            table.add_row(_UNITS[name], bar["input"], *ends, f"{bar['correlation']:+.2f}")
    return table


_UNITS = {"value": "value, money", "end": "end, calendar days", "runway": "runway, months"}
