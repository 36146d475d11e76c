"""How does company.yaml become a company to simulate? Money, and the work that it waits for.

company = company_of_plan(read_plan(path))
world = simulate(company, draws=10_000, seed=0)
"""

from dataclasses import replace
from datetime import date

from whet.company.cash.company import Company, Scenario
from whet.company.cash.costs import channel_spending, costs_of_plan
from whet.company.cash.decisions import Option
from whet.company.cash.lines import Pay, Round
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
from whet.company.plan.schema import Plan
from whet.company.simulation.efforts import EstimateError
from whet.company.simulation.estimates import ThreePoint, certain, mean_of
from whet.company.simulation.from_plan import (
    Given,
    Work,
    crew_factor,
    risks_of_plan,
    three,
    work_of_plan,
)

_CUT = 0.2
"""Share of pay that the usual cut saves."""
_BRIDGE_MONTHS = 6
"""Months of today's costs that the usual raise brings."""


def company_of_plan(plan: Plan, given: Given | None = None) -> Company:
    """Return the company that a plan describes, with what its other parts know of the work.

    Without a section `cash` it has dates and risks and no accounts.

    Raises:
        InputError: the plan's work cannot be done.
    """
    work = work_of_plan(plan, given)
    assumptions = plan.assumptions
    is_calibrated = given is not None and given.factors is not None  # person by person already
    bias = 1.0 if is_calibrated else assumptions.bias
    return Company(
        plan.start,
        plan.months,
        plan.cash.balance if plan.cash else None,
        work.network,
        work.efforts,
        work.deadlines,
        EstimateError(assumptions.correlation, bias),
        tuple(Pay(p.id, p.cost_per_month, p.start, p.end) for p in plan.people),
        plan.cash.salary_growth_per_year if plan.cash else 0.0,
        costs_of_plan(plan, work, slowness=_slowness(work, given, bias)),
        tuple(_revenue(line) for line in plan.revenue),
        tuple(_round(round_) for round_ in plan.cash.rounds) if plan.cash else (),
        risks_of_plan(plan, work),
        tuple(Scenario(s.id, s.probability, s.demand) for s in plan.market.scenarios),
        channel_spending(plan),
        discount=assumptions.discount_per_year,
    )


def _slowness(work: Work, given: Given | None, bias: float) -> dict[str, float]:
    """Return by task how much longer it really takes than its effort says."""
    factors = (given.factors if given else None) or {}
    return {task: bias * crew_factor(work.people.get(task, ()), factors) for task in work.efforts}


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
        receivables=line.receivables,
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
