"""`whet plan cash PLAN`: how long does the money last, and by when must something be decided?"""

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


def cash(
    plan: PlanPath = None,
    as_json: AsJson = False,
    seed: Seed = 0,
    draws: Draws = None,
    solved: Solved = None,
    seconds: Seconds = 10,
) -> None:
    """Say how long the money lasts, how likely it runs out, and by when to decide.

    Dates, risks and money are drawn together: late work is late revenue in the same draw.
    """
    from whet.company.cash.answer import cash_answer

    read, world, notes = drawn(plan, draws=draws, seed=seed, solved=solved, seconds=seconds)
    found = cash_answer(read, world) | {"notes": list(notes)}
    if as_json:
        print_json(found)
        return
    console = stdout_console()
    say_draws(console, found)
    console.print(_ends(found))
    if found["receivables"]:
        console.print(_owed(found))
    for table in (
        _balance_table(found),
        milestones_table(found),
        _before_table(found),
        _decisions_table(found),
        _hires_table(found),
        _accounts_table(found),
        _products_table(found),
        _pilots_table(found),
    ):
        if table.row_count:
            console.print(table)


def _ends(found: Found) -> str:
    """Return how long the money lasts, in sentences."""
    horizon = f"more than {found['horizon_months']}"
    months = found["runway_months"]
    half, tenth = (horizon if months[p] is None else f"{months[p]:.1f}" for p in ("0.5", "0.1"))
    odds, lowest = found["ruin"]["within_horizon"], found["lowest_balance"]
    return (
        f"Money lasts {half} months in half of the draws, {tenth} in the worst tenth.\n"
        f"It runs out within the horizon with {percent(odds['value'])} "
        f"(± {100 * odds['error']:.1f}), and falls below the reserve with "
        f"{percent(found['below_reserve']['value'])}.\nThe lowest balance is "
        f"{money(lowest['median']['value'])} in half of the draws; "
        f"{money(lowest['worst_twentieth']['value'])} on average in the worst twentieth."
    )


def _owed(found: Found) -> str:
    """Return what comes in for the time before the start, in a sentence."""
    lines = found["receivables"]
    each = ", ".join(f"{name} {money(amount)}" for name, amount in lines.items())
    return (
        f"Customers still pay {money(sum(lines.values()))} for the time before {found['start']} "
        f"({each}): `receivables` of the plan, or what those of that day pay in `payment_days`."
    )


def _balance_table(found: Found) -> Table:
    """Return the fan of the balance by month, with the odds that it is gone."""
    levels = ["0.1", "0.5", "0.9"]
    heads = [f"P{100 * float(level):.0f}" for level in levels]
    table = new_table("end of", *heads, "run out", right=[*heads, "run out"])
    fan = found["fan"]["balance"]
    for i, line in enumerate(found["ruin"]["by_month"]):
        balances = [money(fan[level][i]) for level in levels]
        table.add_row(line["month"], *balances, percent(line["probability"]))
    return table


def _before_table(found: Found) -> Table:
    """Return the odds that the money ends before each milestone."""
    table = new_table("milestone", "money ends before it", right=["money ends before it"])
    for line in found["ruin"]["before_milestone"]:
        table.add_row(line["milestone"], percent(line["probability"]))
    return table


def _decisions_table(found: Found) -> Table:
    """Return by when each rescue must be decided."""
    bearable = percent(found["decisions"]["bearable_ruin"])
    table = new_table(
        "what can be done", f"for ruin of {bearable} decide", "decided today, ruin is"
    )
    for line in found["decisions"]["options"]:
        when = line["latest"] and f"by {line['latest']}"
        table.add_row(
            line["option"], when or line["urgency"], percent(line["ruin_by_month"][0]["value"])
        )
    return table


def _hires_table(found: Found) -> Table:
    """Return when the money allows each possible hire; what it brings back is not counted."""
    table = new_table(
        "possible hire", "the money allows it", "ruin without", "ruin if decided today"
    )
    for line in found["hires"]:
        when = line["earliest"] and f"from {line['earliest']}"
        odds = (percent(line[part]["value"]) for part in ("ruin_without", "ruin_now"))
        table.add_row(line["option"], when or "not within the plan", *odds)
    return table


def _accounts_table(found: Found) -> Table:
    """Return the mean flow of every line of the accounts, by quarter of the horizon."""
    flows, count = found["accounts"]["mean_flow"], len(found["accounts"]["months"])
    parts = [range(i, min(i + 3, count)) for i in range(0, count, 3)]
    heads = [found["accounts"]["months"][part[0]] for part in parts]
    table = new_table("mean, 3 months from", *heads, right=heads)
    for name, flow in flows.items():
        table.add_row(name, *(money(sum(flow[i] for i in part)) for part in parts))
    return table


def _products_table(found: Found) -> Table:
    """Return the unit economics of each product: median and the range of four in five.

    What takes a new customer to be known stays open where none is won.
    """
    heads = ("new", "CAC", "LTV", "margin", "payback, months", "pays")
    table = new_table("product", *heads, right=heads)
    for line in found["products"]:
        margin = {k: None if x is None else 100 * x for k, x in line["gross_margin"].items()}
        is_won = line["pays"]["value"] is not None
        table.add_row(
            line["product"],
            _range(line["customers"]),
            _range(line["acquisition"]) if is_won else "–",
            _range(line["lifetime"]),
            "–" if margin["p50"] is None else f"{_range(margin)} %",
            _range(line["payback"]) if is_won else "–",
            percent(line["pays"]["value"]) if is_won else "–",
        )
    return table


def _range(found: Found) -> str:
    """Return median and range of an uncertain number."""
    if found["p50"] is None:
        return "never"
    if found["p10"] == found["p90"]:
        return _short(found["p50"])
    return f"{_short(found['p50'])} ({_short(found['p10'])} to {_short(found['p90'])})"


def _short(number: float | None) -> str:
    """Return a number for people, with two digits where it is small.

    >>> _short(34_813.6), _short(0.3), _short(None)
    ('34,814', '0.3', 'never')
    """
    if number is None:
        return "never"
    return f"{number:,.0f}" if abs(number) >= 10 else f"{number:.2g}"


def _pilots_table(found: Found) -> Table:
    """Return what running pilots say, and how long their answer takes."""
    table = new_table("pilot", "now", "share so far", "if the share is", "go", "stop", "weeks, P80")
    for pilot in found["pilots"]:
        now = pilot["now"]
        for ahead in pilot["ahead"]:
            share = "as believed" if ahead["share"] is None else percent(ahead["share"])
            weeks = f"{ahead['weeks_p50']:g} ({ahead['weeks_p80']:g})"
            between = f"{percent(now['low'])} to {percent(now['high'])}"
            odds = (percent(ahead["go"]), percent(ahead["stop"]))
            table.add_row(pilot["id"], now["answer"], between, share, *odds, weeks)
    return table
