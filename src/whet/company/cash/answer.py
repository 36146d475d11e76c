"""What does `whet plan cash` answer? Everything about the plan's money, as plain numbers.

cash_answer(plan, world)["runway_months"]["0.5"]
"""

from typing import Any

from whet.company.cash.company import World
from whet.company.cash.decisions import affordable, deadlines
from whet.company.cash.from_plan import hires_of_plan, options_of_plan, pilots_of_plan
from whet.company.cash.pilots import foresee, standing
from whet.company.cash.runway import lowest_balance, ruin_before, runway
from whet.company.cash.units import unit_economics
from whet.company.plan.schema import Plan
from whet.company.simulation.milestones import milestone_dates
from whet.company.simulation.plain import plain
from whet.company.simulation.summary import mean, quantile, share

Json = dict[str, Any]


def cash_answer(plan: Plan, world: World) -> Json:
    """Return accounts, runway, ruin, decisions, unit economics and pilots, as JSON can hold them.

    Money in the plan's currency. Runway is in months from the plan's start; null where the money
    lasts beyond the horizon. Each estimate is a pair of `value` and Monte Carlo `error`.
    """
    answer = (
        heading(plan, world)
        | _ending(world)
        | {
            "below_reserve": _below_reserve(plan, world),
            "value": {"mean": mean(world.value), "p10": quantile(world.value, 0.1)},
            "accounts": {
                "months": world.accounts.months.names,
                "opening": world.accounts.opening,
                "mean_flow": world.accounts.waterfall(),
            },
            "receivables": receivables(world),
            "decisions": _decisions(plan, world),
            "hires": affordable(
                world.accounts, hires_of_plan(plan), world.streams, accepted=bearable(plan)
            ),
            "products": unit_economics(world),
            "pilots": _pilots(plan),
        }
    )
    found: Json = plain(answer)
    return found


def _ending(world: World) -> Json:
    """Return how the money ends, and the fan of its balance."""
    ended, months = runway(world.accounts), world.accounts.months
    return {
        "runway_months": ended.months,
        "ruin": {
            "within_horizon": ended.ruin,
            "by_month": [
                {"month": name, "probability": found.value, "error": found.error}
                for name, found in zip(months.names, ended.ruin_by_month, strict=True)
            ],
            "before_milestone": _before_milestones(world),
        },
        "lowest_balance": {"median": ended.lowest, "worst_twentieth": ended.lowest_cvar},
        "fan": {"months": months.names, "balance": ended.fan},
    }


def receivables(world: World) -> dict[str, float]:
    """Return the mean money by revenue line that comes for the time before the start."""
    owed = {
        line.sales.id: (1 - line.sales.bad_debt)
        * float(world.products[line.sales.id].receivables.sum(axis=1).mean())
        for line in world.company.revenues
    }
    return {name: amount for name, amount in owed.items() if amount > 0}


def _pilots(plan: Plan) -> list[Json]:
    """Return what pilots say now, and what is ahead of them."""
    return [
        {"id": p.id, "now": standing(p, p.won, p.asked), "ahead": foresee(p)}
        for p in pilots_of_plan(plan)
    ]


def heading(plan: Plan, world: World) -> Json:
    """Return what every answer from draws begins with."""
    return {
        "company": plan.company,
        "currency": plan.currency,
        "start": plan.start,
        "horizon_months": plan.months,
        "draws": world.streams.draws,
        "seed": world.streams.seed,
        "mode": "fixed order",
        "milestones": [
            milestone_dates(
                name,
                world.times.of(name),
                start=plan.start,
                deadline=deadline,
                levels=plan.assumptions.levels,
            )
            for name, deadline in world.company.deadlines.items()
        ],
    }


def bearable(plan: Plan) -> float:
    """Return the probability of ruin within the horizon that the plan accepts."""
    return plan.cash.bearable_ruin if plan.cash else 0.05


def _before_milestones(world: World) -> list[Json]:
    """Return the odds of ruin before each milestone, the next one first."""
    months = world.accounts.months
    found = []
    for name in world.company.deadlines:
        reached = months.position(world.times.of(name))
        expected = quantile(reached, 0.5).value
        odds = ruin_before(world.accounts, reached)
        found.append(
            (expected, {"milestone": name, "probability": odds.value, "error": odds.error})
        )
    return [line for _, line in sorted(found, key=lambda pair: (pair[0], pair[1]["milestone"]))]


def _below_reserve(plan: Plan, world: World) -> Any:
    """Return the odds that the balance falls below the reserve within the horizon."""
    reserve = plan.cash.reserve if plan.cash else 0.0
    return share(lowest_balance(world.accounts) < reserve)


def _decisions(plan: Plan, world: World) -> Json:
    """Return by when each rescue must be decided."""
    accepted = bearable(plan)
    options = options_of_plan(plan, world.company)
    found = deadlines(world.accounts, options, world.streams, accepted=accepted)
    return {"bearable_ruin": accepted, "options": found}
