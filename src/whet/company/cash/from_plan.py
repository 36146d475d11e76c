"""How does company.yaml become a company to simulate? Money, and the work that it waits for.

company = company_of_plan(read_plan(path))
world = simulate(company, draws=10_000, seed=0)
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from whet.company.cash.company import Company, Scenario
from whet.company.cash.decisions import Option
from whet.company.cash.lines import Cost, Pay, Round
from whet.company.cash.pilots import Pilot, belief
from whet.company.cash.revenue import (
    DataService,
    Licence,
    Revenue,
    Sales,
    Solutions,
    Subscription,
    Tier,
    Usage,
)
from whet.company.plan import money
from whet.company.plan import revenue as plan_revenue
from whet.company.plan.quality import Target
from whet.company.plan.schema import Plan
from whet.company.plan.work import Task
from whet.company.simulation.efforts import EstimateError
from whet.company.simulation.estimates import ThreePoint, certain, mean_of, scaled
from whet.company.simulation.from_plan import (
    Given,
    Work,
    risks_of_plan,
    three,
    work_of_plan,
)
from whet.core.errors import InputError

_CUT = 0.2
"""Share of pay that the usual cut saves."""
_BRIDGE_MONTHS = 6
"""Months of today's costs that the usual raise brings."""


def company_of_plan(plan: Plan, given: Given | None = None) -> Company:
    """Return the company that a plan describes, with what its other parts know of the work.

    Raises:
        InputError: the plan has no section `cash`, or its work cannot be done.
    """
    if plan.cash is None:
        raise InputError(
            "The plan says nothing of its money. Add a section `cash` with at least `balance`, the "
            "money in the bank on the plan's first day."
        )
    work = work_of_plan(plan, given)
    assumptions = plan.assumptions
    is_calibrated = given is not None and given.factors is not None  # person by person already
    return Company(
        plan.start,
        plan.months,
        plan.cash.balance,
        work.network,
        work.efforts,
        work.deadlines,
        EstimateError(assumptions.correlation, 1.0 if is_calibrated else assumptions.bias),
        tuple(Pay(p.id, p.cost_per_month, p.start, p.end) for p in plan.people),
        plan.cash.salary_growth_per_year,
        (*_costs(plan.cash), *_target_costs(plan, work)),
        tuple(_revenue(line) for line in plan.revenue),
        tuple(_round(round_) for round_ in plan.cash.rounds),
        risks_of_plan(plan, work),
        tuple(Scenario(s.id, s.probability, s.demand) for s in plan.market.scenarios),
        _marketing(plan),
        discount=assumptions.discount_per_year,
    )


def options_of_plan(plan: Plan, company: Company) -> list[Option]:
    """Return what the company could do about its cash; each takes `cash.decision_months`.

    Where the plan names no rescues they are the usual two: money is raised for half a year of
    today's costs, or pay is cut by a fifth.
    """
    lead = plan.cash.decision_months if plan.cash else 0.0
    if plan.cash and plan.cash.rescues:
        return [
            Option(
                rescue.id,
                lead if rescue.months is None else rescue.months,
                rescue.amount,
                rescue.probability,
                rescue.saving_per_month,
                rescue.cost,
            )
            for rescue in plan.cash.rescues
        ]
    pay = sum(p.monthly for p in company.people if p.start is None or p.start <= plan.start)
    costs = sum(mean_of(c.amount) for c in company.costs if not c.once and c.after is None)
    return [
        Option("raise half a year of costs", lead, amount=_BRIDGE_MONTHS * (pay + costs)),
        Option("cut pay by a fifth", lead, saving=_CUT * pay),
    ]


def hires_of_plan(plan: Plan) -> list[Option]:
    """Return what one person of each opening would cost from the first day of work."""
    return [
        Option(
            hire.id,
            hire.months_to_find.likely,
            saving=-hire.cost_per_month,
            cost=hire.fee,
        )
        for hire in plan.hires
    ]


def pilots_of_plan(plan: Plan) -> list[Pilot]:
    """Return the plan's pilots."""
    return [
        Pilot(
            pilot.id,
            pilot.per_week.likely,
            pilot.bad,
            pilot.good,
            pilot.most_weeks,
            pilot.false_yes,
            pilot.false_no,
            pilot.asked,
            pilot.won,
            (1.0, 1.0)
            if pilot.belief is None
            else belief(pilot.belief.low, pilot.belief.likely, pilot.belief.high),
        )
        for pilot in plan.pilots
    ]


def rule_of_thumb(plan: Plan) -> dict[str, ThreePoint]:
    """Return efforts for `label` and `train` tasks of which nothing is known but the target.

    From half a doubling of today's labels to two doublings, one as the likely case. It is here so
    that a plan can be simulated without a curve; a fitted curve knows better.
    """
    targets = {target.id: target for target in plan.quality}
    found = {}
    for task in plan.tasks:
        target = targets.get(task.target or "")
        if task.effort is None and target is not None and task.kind in ("label", "train"):
            found[task.id] = _thumb(task, target)
    return found


def _thumb(task: Task, target: Target) -> ThreePoint:
    if task.kind == "train":
        return scaled(ThreePoint(1, 2, max(2, target.stages)), target.train_days)
    today = target.labels_today or max((point.size for point in target.measured), default=1000.0)
    return scaled(ThreePoint(0.5, 1, 3), today / target.labels_per_day)


def _monthly(growth_per_year: float) -> float:
    """Return the growth a month of a growth a year."""
    return float((1 + growth_per_year) ** (1 / 12) - 1)


def _costs(cash: money.Cash) -> Iterator[Cost]:
    """Yield the costs of the section `cash`; one that is paid both ways is two."""
    for cost in cash.costs:
        category = "marketing" if cost.id.startswith("marketing") else "other"
        if cost.per_month is not None:
            yield Cost(
                cost.id,
                category,  # type: ignore[arg-type]
                three(cost.per_month),
                start=cost.first,
                end=cost.last,
                growth=_monthly(cost.growth_per_year),
            )
        if cost.once is not None:
            name = cost.id if cost.per_month is None else f"{cost.id}, once"
            yield Cost(name, category, three(cost.once), once=True, start=cost.first)  # type: ignore[arg-type]


def _target_costs(plan: Plan, work: Work) -> Iterator[Cost]:
    """Yield labels that are bought while they are made, and the GPU-hours of trainings."""
    targets = {target.id: target for target in plan.quality}
    for task in plan.tasks:
        target = targets.get(task.target or "")
        if target is None or task.id not in work.efforts:
            continue
        price = plan.prices.label if target.label_price is None else target.label_price
        if task.kind == "label" and price:
            a_day = certain(price * target.labels_per_day)
            name = f"labels of {task.id}"
            yield Cost(name, "labels", a_day, once=True, after=task.id, per_day_of=task.id)
        hours = target.gpu_hours_per_run * target.stages * plan.prices.gpu_hour
        if task.kind == "train" and hours:
            name = f"GPU-hours of {task.id}"
            yield Cost(name, "compute", certain(hours), once=True, after=task.id)


def _marketing(plan: Plan) -> dict[str, float]:
    """Return what channels spend a month today on each revenue; they count in years."""
    found: dict[str, float] = {}
    for channel in plan.channels:
        if channel.revenue is not None:
            found[channel.revenue] = found.get(channel.revenue, 0.0) + channel.today / 12
    return found


def _round(round_: money.Round) -> Round:
    return Round(
        round_.id,
        three(round_.amount),
        round_.probability,
        round_.expected,
        round_.needs,
        three(round_.delay_months),
    )


def _sales(line: plan_revenue.Revenue, per_month: ThreePoint) -> Sales:
    """Return what all ways to earn share."""
    starts = line.starts
    return Sales(
        line.id,
        per_month,
        start=starts if isinstance(starts, date) else None,
        after=starts if isinstance(starts, str) else None,
        growth=max(getattr(line, "growth_per_month", 0.0), -0.999999),
        existing=getattr(line, "customers", 0.0),
        delay_days=line.payment_days,
        bad_debt=line.bad_debt,
        spend=certain(line.acquisition_cost),
    )


def _revenue(line: plan_revenue.Revenue) -> Revenue:
    """Return one revenue line."""
    match line:
        case plan_revenue.Subscription():
            sales = _sales(line, three(line.new_per_month))
            return Subscription(sales, three(line.price), three(line.churn), three(line.unit_cost))
        case plan_revenue.Licence():
            sales = replace(_sales(line, three(line.sold_per_month)), existing=line.licences)
            return Licence(
                sales, three(line.price), line.upkeep, _lapse(line), three(line.unit_cost)
            )
        case plan_revenue.Usage():
            return Usage(
                _sales(line, three(line.new_per_month)),
                three(line.units),
                tuple(
                    Tier(float("inf") if t.up_to is None else t.up_to, t.price) for t in line.tiers
                ),
                three(line.churn),
                three(line.unit_cost),
                line.minimum,
                line.units_growth_per_month,
            )
        case plan_revenue.Solutions():
            return Solutions(
                _sales(line, three(line.deals_per_month)),
                three(line.price),
                line.months,
                line.deposit,
                three(line.unit_cost),
            )
        case plan_revenue.DataService():
            sales = replace(_sales(line, three(line.units_per_month)), counted=False)
            return DataService(sales, three(line.price), three(line.unit_cost))


def _lapse(line: plan_revenue.Licence) -> ThreePoint:
    """Return the share of upkeep that ends in a month, from the share renewed in a year."""
    kept = line.renewal
    low, likely, high = (1 - x ** (1 / 12) for x in (kept.high, kept.likely, kept.low))
    return ThreePoint(low, likely, high)
