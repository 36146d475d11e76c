"""What does the plan pay for beside people? Costs, channels, labels, GPU-hours, and old bills.

Everything that the file says of money that goes is here once: what `cash.costs` lists, what
channels and lines of the team spend today, what labels and trainings of quality targets cost when
their tasks are done. A plan that lists the money of a channel in `cash.costs` as well counts it
twice; `doubts` says so.
"""

from collections.abc import Iterator, Mapping

from whet.company.cash.lines import Category, Cost
from whet.company.plan import money
from whet.company.plan.schema import Plan
from whet.company.plan.strategy import Area, Channel
from whet.company.simulation.estimates import certain
from whet.company.simulation.from_plan import Work, three

_MONTHS_A_YEAR = 12
_CATEGORIES: Mapping[Area, Category] = {
    "marketing": "marketing",
    "data": "labels",
    "compute": "compute",
}
"""Lines of the accounts that spending of an area belongs to; `other` for all else."""


def costs_of_plan(plan: Plan, work: Work, *, slowness: Mapping[str, float]) -> tuple[Cost, ...]:
    """Return everything that is paid for beside people.

    `slowness` says by task how much longer it really takes than its effort says; a slow person
    makes no more labels in all, only fewer a day.
    """
    found = [*_spending("channel", plan.channels), *_spending("team line", plan.team.lines)]
    if plan.cash is not None:
        found = [*_costs(plan.cash), *_payables(plan.cash), *found]
    return (*found, *_target_costs(plan, work, slowness))


def channel_spending(plan: Plan) -> dict[str, float]:
    """Return what channels spend a month today on each revenue line, for the cost of a customer."""
    found: dict[str, float] = {}
    for channel in plan.channels:
        if channel.revenue is not None:
            found[channel.revenue] = found.get(channel.revenue, 0.0) + _monthly_spend(channel)
    return found


def doubts(plan: Plan) -> tuple[str, ...]:
    """Return sentences on money that the plan may count twice."""
    spent = sum(_monthly_spend(c) for c in plan.channels if c.area == "marketing")
    listed = [c.id for c in (plan.cash.costs if plan.cash else []) if _category(c) == "marketing"]
    if not spent or not listed:
        return ()
    named = ", ".join(map(repr, listed))
    what = f"the cost {named} is" if len(listed) == 1 else f"the costs {named} are"
    same = "it is" if len(listed) == 1 else "they are"
    return (
        f"Channels spend {spent:,.0f} {plan.currency} a month, and {what} paid beside them. If "
        f"{same} the same money, take {'it' if len(listed) == 1 else 'them'} out of `cash.costs`.",
    )


def _monthly_spend(channel: Channel) -> float:
    """Return what a line of spending takes in a month; it is given for a year."""
    return channel.today / _MONTHS_A_YEAR


def _spending(kind: str, lines: list[Channel]) -> Iterator[Cost]:
    """Yield what lines of spending take every month, as today."""
    for line in lines:
        if line.today:
            category = _CATEGORIES.get(line.area, "other")
            yield Cost(f"{kind}: {line.id}", category, certain(_monthly_spend(line)))


def _category(cost: money.Cost) -> Category:
    """Return the line of the accounts that a cost of the file belongs to."""
    return "marketing" if cost.id.startswith("marketing") else "other"


def _growth(per_year: float) -> float:
    """Return the growth a month of a growth a year."""
    return float((1 + per_year) ** (1 / _MONTHS_A_YEAR) - 1)


def _costs(cash: money.Cash) -> Iterator[Cost]:
    """Yield the costs of the section `cash`; one that is paid both ways is two."""
    for cost in cash.costs:
        category = _category(cost)
        if cost.per_month is not None:
            yield Cost(
                cost.id,
                category,
                three(cost.per_month),
                start=cost.first,
                end=cost.last,
                growth=_growth(cost.growth_per_year),
            )
        if cost.once is not None:
            name = cost.id if cost.per_month is None else f"{cost.id}, once"
            yield Cost(name, category, three(cost.once), once=True, start=cost.first)


def _payables(cash: money.Cash) -> Iterator[Cost]:
    """Yield the bills of before the first day; they are paid in the first month."""
    if cash.payables:
        yield Cost("bills of before the start", "other", certain(cash.payables), once=True)


def _target_costs(plan: Plan, work: Work, slowness: Mapping[str, float]) -> Iterator[Cost]:
    """Yield labels that are bought while they are made, and the GPU-hours of trainings."""
    targets = {target.id: target for target in plan.quality}
    for task in plan.tasks:
        target = targets.get(task.target or "")
        if target is None or task.id not in work.efforts:
            continue
        price = plan.prices.label if target.label_price is None else target.label_price
        if task.kind == "label" and price:
            # Real days at the real pace: what slows people down buys no label more.
            a_day = certain(price * target.labels_per_day / slowness[task.id])
            name = f"labels of {task.id}"
            yield Cost(name, "labels", a_day, once=True, after=task.id, per_day_of=task.id)
        hours = target.gpu_hours_per_run * target.stages * plan.prices.gpu_hour
        if task.kind == "train" and hours:
            name = f"GPU-hours of {task.id}"
            yield Cost(name, "compute", certain(hours), once=True, after=task.id)
