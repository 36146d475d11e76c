"""`whet plan allocate PLAN`: where should the next unit of money go, and what is it worth?"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.tables import new_table

Facts = Mapping[str, Any]


def allocate(
    plan: PlanPath = None,
    draws: Annotated[
        int | None,
        typer.Option(min=20, max=20_000, help="Draws of uncertain curves; by itself 500 or 200."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Time for the solver; the gap is shown.")
    ] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Split a plan's budget, or that of an allocation file, and price everything that binds."""
    from whet.cli.plan.options import plan_file
    from whet.company.strategy.answer import allocate as solve
    from whet.company.strategy.facts import allocation_facts, uncertain_facts
    from whet.company.strategy.file import read_problem
    from whet.company.strategy.information import worth_of_knowing
    from whet.company.strategy.uncertain import consider, default_draws, take_draws

    question = read_problem(plan_file(plan))
    answer = solve(question.problem, seconds=seconds)
    facts = allocation_facts(answer) | {"currency": question.currency}
    if any(line.curve.is_uncertain for line in question.problem.lines):
        count = draws or default_draws(question.problem)
        drawn = take_draws(question.problem, count, seed=seed)
        result = consider(question.problem, drawn, question.attitude)
        worths = worth_of_knowing(question.problem, drawn)
        facts["uncertain"] = uncertain_facts(answer, result, worths, question.attitude, drawn)
    if as_json:
        print_json(facts)
    else:
        _print(facts)


def _print(facts: Facts) -> None:
    """Print the answer as tables and sentences."""
    out = stdout_console()
    unit = f" {facts['currency']}" if facts["currency"] else ""
    uncertain: Facts | None = facts.get("uncertain")
    _print_splits(facts, uncertain)
    proof = "proved best" if facts["gap"] < 1e-6 else f"gap at most {facts['gap']:.2%}"
    of_what = " at the likely curves" if uncertain else ""
    out.print(
        f"Spent {_money(facts['spent'])} of {_money(facts['budget'])}{unit}; {proof}{of_what}."
    )
    for sentence in [b["words"] for b in facts["binding"]] + facts["notes"]:
        out.print(sentence)
    for name, price in facts["prices"]["week"].items():
        out.print(f"A week of delay of {name} costs {_money(price)}{unit}.")
    for name, one in (
        ("Today's", facts["regret"]["today"]),
        ("The equal", facts["regret"]["equal"]),
    ):
        if one:
            broken = f" It breaks: {'; '.join(one['breaks'])}." if one["breaks"] else ""
            lost = f"{_money(abs(one['loss']))} ({abs(one['share']):.1%})"
            word = "loses" if one["loss"] >= 0 else "would gain"
            out.print(f"{name} split, of the same budget, {word} {lost}{of_what}.{broken}")
    _print_ranges(facts)
    if uncertain:
        _print_uncertain(uncertain)


def _print_splits(facts: Facts, uncertain: Facts | None) -> None:
    """Print the splits, each with its value: at the likely curves, and on average over draws."""
    today, equal = facts["regret"]["today"], facts["regret"]["equal"]
    splits = {"best": facts["allocation"], "today": today and today["allocation"]}
    splits["equal"] = equal["allocation"]
    if uncertain:
        splits = {"best": splits.pop("best"), "average": uncertain["allocation"], **splits}
    names = ["on average" if name == "average" else name for name in splits]
    table = new_table("line", *names, "is", right=names)
    for name in facts["allocation"]:
        cells = [_money(split[name]) if split else "–" for split in splits.values()]
        table.add_row(name, *cells, facts["states"][name])
    for row, measures in _values(facts, uncertain).items():
        table.add_row(row, *(_money(measures[s]) if s in measures else "–" for s in splits), "")
    stdout_console().print(table)


def _values(facts: Facts, uncertain: Facts | None) -> dict[str, dict[str, float]]:
    """Return the measures by which splits are compared, by their names: one value a split."""
    if uncertain:
        splits = uncertain["splits"]
        return {
            "value at the likely curves": {name: one["likely"] for name, one in splits.items()},
            "mean over the draws": {name: one["mean"] for name, one in splits.items()},
        }
    values = {"best": facts["value"], "equal": facts["regret"]["equal"]["value"]}
    today = facts["regret"]["today"]
    return {"value": values | ({"today": today["value"]} if today else {})}


def _print_ranges(facts: Facts) -> None:
    """Print how far the answer holds, and what other budgets would bring."""
    out = stdout_console()
    ends = facts["ranges"]["budget"]
    top = "any larger amount" if ends["high"] is None else _money(ends["high"])
    told = f"The same lines stay active for budgets from {_money(ends['low'])} to {top}"
    cut = "." if facts["ranges"]["whole"] else ", perhaps farther: the time was up."
    out.print(told + cut)
    table = new_table(
        "budget", "change", "value", "price of money", right=["change", "value", "price of money"]
    )
    for one in facts["ranges"]["resolved"]:
        if one["value"] is None:
            table.add_row(_money(one["budget"]), f"{one['change']:+.0%}", "impossible", "")
            continue
        price = f"{one['shadow_price']:,.4g}"
        table.add_row(_money(one["budget"]), f"{one['change']:+.0%}", _money(one["value"]), price)
    out.print(table)


def _print_uncertain(facts: Facts) -> None:
    """Print what the uncertainty of the curves means."""
    out = stdout_console()
    worst = f"{facts['tail']:.0%}"
    out.print(
        f"Over {facts['draws']:,} draws of the curves, the split `on average` brings "
        f"{_money(facts['mean'])} ± {_money(facts['mean_se'])}, and {_money(facts['cvar'])} in the "
        f"worst {worst}."
    )
    regret, known = facts["regret"], facts["perfect_information"]
    out.print(
        f"Against knowing the curves it loses {_money(regret['p50'])} in half of the draws, "
        f"{_money(regret['p90'])} in one of ten; knowing them all is worth "
        f"{_money(known['value'])} ± {_money(known['se'])}."
    )
    if facts["measure_next"]:
        table = new_table("measure next", "worth at most", "±", right=["worth at most", "±"])
        for one in facts["measure_next"]:
            table.add_row(one["id"], _money(one["value"]), _money(one["se"]))
        out.print(table)


def _money(amount: float) -> str:
    """Return an amount with as many digits as matter.

    >>> _money(48000.0), _money(1.8712052), _money(0.0)
    ('48,000', '1.8712', '0')
    """
    if abs(amount) >= 1000:
        return f"{amount:,.0f}"
    return f"{amount:,.5g}"
