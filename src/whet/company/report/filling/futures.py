"""How do simulated worlds become the sections on dates, cash and risks?"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from whet.company.cash import units
from whet.company.cash.company import World
from whet.company.cash.decisions import Deadline
from whet.company.cash.months import Months
from whet.company.cash.runway import FAN_LEVELS, ruin_before, runway
from whet.company.pictures.finish import Finish
from whet.company.pictures.swings import Step, Swing
from whet.company.plan.schema import Plan
from whet.company.report.filling.names import Names
from whet.company.report.sections import (
    CashSection,
    DatesSection,
    Range,
    RiskRow,
    RisksSection,
    UnitEconomics,
)
from whet.company.risk.effects import ActionWorth
from whet.company.risk.register import Entry
from whet.company.risk.tornado import outcomes, tornado
from whet.company.simulation.criticality import criticality
from whet.company.simulation.streams import Draws

_DRIVERS, _MONEY_STEPS = 10, 8
_CRITICAL = 0.5
"""Share of futures in which a critical task decides the end."""
_SHOWN_DAYS = 120
_TOLD = (0.5, 0.8, 0.95)
"""Chances whose dates are told, and so must not be thinned away."""
_LATE = 0.8


def last_days(finish: Draws) -> Draws:
    """Return in each draw the last day of work, in days from the plan's start, shape (draws,)."""
    days = np.ceil(finish - 1e-6) - 1
    return np.asarray(np.where(finish < 0, days, np.maximum(days, 0.0)), dtype=np.float64)


def finish_of(name: str, finish: Draws, start: date, deadline: date | None) -> Finish:
    """Return how a finish is spread over dates, thinned to what a picture can show."""
    days, counts = np.unique(last_days(finish), return_counts=True)
    chances = np.cumsum(counts) / counts.sum()
    if len(days) > _SHOWN_DAYS:
        shares = np.concatenate([np.linspace(0, 1, _SHOWN_DAYS), _TOLD])
        kept = np.minimum(np.searchsorted(chances, shares - 1e-12), len(days) - 1)
        if deadline:  # its chance is told, so it must stay what it is
            held = int(np.searchsorted(days, (deadline - start).days, side="right")) - 1
            kept = np.append(kept, max(held, 0))
        kept = np.unique(kept)
        days, chances = days[kept], chances[kept]
    dates = tuple(start + timedelta(days=int(day)) for day in days)
    return Finish(name, dates, tuple(float(chance) for chance in chances), deadline)


def late_dates(world: World) -> dict[str, date]:
    """Return for each task and milestone the date that is kept in 80 % of all draws."""
    start = world.company.start
    levels = np.quantile(world.times.finish, _LATE, axis=1)
    return {
        activity.id: start + timedelta(days=int(day))
        for activity, day in zip(
            world.times.network.activities, last_days(np.asarray(levels)), strict=True
        )
    }


def critical_tasks(world: World) -> frozenset[str]:
    """Return the tasks that decide the end in at least half of all draws."""
    return frozenset(c.id for c in criticality(world.times) if c.index.value >= _CRITICAL)


def dates_section(plan: Plan, world: World) -> DatesSection:
    """Return when milestones are reached, what moves the end, and which tasks decide it."""
    names, start = Names(plan), world.company.start
    finishes = [
        finish_of(names.task(name), world.times.of(name), start, deadline)
        for name, deadline in world.company.deadlines.items()
    ]
    end = world.times.end
    middle = float(np.mean(end))
    bars = tornado(world, end, top=_DRIVERS) if np.ptp(end) > 0 else []
    deciding = [c for c in criticality(world.times) if c.index.value > 0]
    deciding.sort(key=lambda c: -c.index.value)
    return DatesSection(
        finishes=tuple(sorted(finishes, key=lambda f: f.quantile(0.5) or f.days[-1])),
        draws=world.streams.draws,
        drivers=tuple(
            Swing(names.input(b.input), b.low.value - middle, b.high.value - middle) for b in bars
        ),
        critical=tuple((names.task(c.id), c.index.value) for c in deciding),
    )


def cash_section(plan: Plan, world: World, *, decide_by: Sequence[Deadline] = ()) -> CashSection:
    """Return how long the money lasts, what moves it, and what a customer brings."""
    accounts, start = world.accounts, world.company.start
    found = runway(accounts)
    ends = [month_end(accounts.months, i) for i in range(accounts.months.count)]
    fan = {
        p: (accounts.opening, *found.fan[p])
        for p in FAN_LEVELS
        if p in (0.05, 0.25, 0.5, 0.75, 0.95)
    }
    dated = [d.latest for d in decide_by if d.urgency == "by" and d.latest]
    late = [d for d in decide_by if d.urgency == "too late"]
    return CashSection(
        months=(start, *ends),
        quantiles=fan,
        balance=accounts.opening,
        runway_months=found.months,
        ruin=found.ruin.value,
        ruin_before=_next_milestone(plan, world),
        decide_by=max(dated, default=start if late else None),
        rounds=tuple(
            (r.on, f"{r.id} ({100 * r.probability:.0f} %)") for r in world.company.rounds if r.on
        ),
        change=_waterfall(world),
        economics=tuple(_economics(e, Names(plan)) for e in units.unit_economics(world)),
    )


def month_end(months: Months, month: int) -> date:
    """Return the last day of a month, counted from 0."""
    return months.first_day(month + 1) - timedelta(days=1)


def _next_milestone(plan: Plan, world: World) -> tuple[str, float] | None:
    """Return the first milestone to come, and the chance that money runs out before it."""
    names = [name for name in world.company.deadlines if float(world.times.of(name).mean()) > 0]
    if not names:
        return None
    first = min(names, key=lambda name: float(np.median(world.times.of(name))))
    reached = world.accounts.months.position(world.times.of(first))
    return (Names(plan).task(first), ruin_before(world.accounts, reached).value)


def _waterfall(world: World) -> tuple[Step, ...]:
    """Return how today's balance becomes that of the end, on average, by line of the accounts."""
    sums = {name: float(flow.sum(axis=1).mean()) for name, flow in world.accounts.flows.items()}
    ordered = sorted(sums.items(), key=lambda item: -abs(item[1]))
    steps = [Step(name, change) for name, change in ordered[:_MONEY_STEPS]]
    rest = sum(change for _, change in ordered[_MONEY_STEPS:])
    if len(ordered) > _MONEY_STEPS:
        steps.append(Step("the rest", rest))
    return tuple(sorted(steps, key=lambda step: -step.change))


def _economics(found: units.UnitEconomics, names: Names) -> UnitEconomics:
    """Return the unit economics of one product; what is not finite is not known."""
    return UnitEconomics(
        names.any(found.product),
        _range(found.acquisition),
        _range(found.lifetime),
        _range(found.payback),
        _range(found.gross_margin),
    )


def _range(found: units.Range) -> Range | None:
    """Return a range, or None where its middle is no number."""
    if not math.isfinite(found.p50):
        return None
    is_whole = math.isfinite(found.p10) and math.isfinite(found.p90)
    return Range(found.p50, found.p10, found.p90) if is_whole else Range(found.p50)


def risks_section(
    plan: Plan,
    world: World,
    entries: Sequence[Entry],
    worths: Sequence[ActionWorth],
) -> RisksSection:
    """Return the register with what actions are worth, and what moves the runway."""
    best: dict[str, ActionWorth] = {}
    for worth in worths:  # the best first
        best.setdefault(worth.risk, worth)
    reviews = {risk.id: risk.review for risk in plan.risks}
    names = Names(plan)
    left = outcomes(world)["runway"]
    bars = tornado(world, left, top=_DRIVERS) if np.ptp(left) > 0 else []
    return RisksSection(
        tuple(_row(entry, best, names, reviews) for entry in entries),
        tuple(Swing(names.input(b.input), b.low.value, b.high.value) for b in bars),
        float(left.mean()),
        ("mean runway in months, at most to the plan's end", "平均可支撑月数（至计划末为止）"),
    )


def _row(
    entry: Entry,
    best: Mapping[str, ActionWorth],
    names: Names,
    reviews: Mapping[str, date | None],
) -> RiskRow:
    """Return one line of the register; the worth of an action is before its cost."""
    risk, effect = entry.risk, entry.effect
    action = best.get(risk.id)
    loss = max(-effect.value.value, 0.0) if effect.value else 0.0
    return RiskRow(
        id=risk.id,
        name=risk.title or risk.id,
        probability=risk.probability,
        impact=loss,
        days=effect.days.value if effect.days.value >= 0.05 else None,
        owner=names.person(risk.owner) if risk.owner else "",
        action=action.action if action else "",
        action_cost=action.cost if action else None,
        worth=action.gain.value.value + action.cost if action and action.gain.value else None,
        residual=entry.residual_probability if action else None,
        trigger=reviews.get(risk.id),
        is_decided=action.taken if action else False,
    )
