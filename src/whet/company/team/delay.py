"""What does a day of work cost in each month that it waits? From the milestones' cost of delay.

A milestone whose work goes on at r person-days a month slips by 1/r months for each day that waits.
So a waiting day costs the penalty of a month of delay, of the milestone and of all that wait for
it, divided by r. This ignores slack: it is the cost on the critical path, an upper bound elsewhere.

Source: D. G. Reinertsen, The Principles of Product Development Flow (2009), ch. 2, cost of delay.
"""

from collections.abc import Mapping, Sequence

from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Task
from whet.company.team.months import Month
from whet.company.team.workload import work_by_task

_WEEKS_PER_MONTH = 365.2425 / 12 / 7


def delay_prices(plan: Plan, months: Sequence[Month]) -> dict[str, float]:
    """Return money per waiting person-day and month by skill, `team.waiting_cost_per_day` included.

    A skill that several milestones need has the mean of their prices, weighed by work.
    """
    work = work_by_task(plan, months)
    prices = _milestone_prices(plan, work)
    total: dict[str, float] = {}
    weight: dict[str, float] = {}
    for task in plan.tasks:
        people, days = sum(task.skills.values()), sum(work.get(task.id, ()))
        for skill, count in task.skills.items():
            share = days * count / people
            weight[skill] = weight.get(skill, 0.0) + share
            total[skill] = total.get(skill, 0.0) + share * prices.get(task.milestone or "", 0.0)
    base = plan.team.waiting_cost_per_day
    return {skill: base + total[skill] / days for skill, days in weight.items() if days}


def _milestone_prices(plan: Plan, work: Mapping[str, tuple[float, ...]]) -> dict[str, float]:
    """Return what a waiting day of each milestone's work costs a month."""
    prices = {}
    for mark in plan.milestones:
        rows = [work[t.id] for t in plan.tasks if t.milestone == mark.id and t.id in work]
        monthly = [sum(days) for days in zip(*rows, strict=True)]
        active = [days for days in monthly if days > 0]
        if active:
            rate = sum(active) / len(active)
            late = [m for m in plan.milestones if m.id in _waiting_for(plan, mark.id)]
            penalty = sum(m.penalty_per_week for m in late) * _WEEKS_PER_MONTH
            prices[mark.id] = penalty / rate
    return prices


def _waiting_for(plan: Plan, milestone: str) -> set[str]:
    """Return a milestone and everything that waits for it, directly or not."""
    found, new = set[str](), {milestone}
    while new:
        found |= new
        nodes: list[Task | Milestone] = [*plan.tasks, *plan.milestones]
        after = {n.id for n in nodes if any(link.task in new for link in n.after)}
        after |= {task.milestone for task in plan.tasks if task.id in new and task.milestone}
        new = after - found
    return found
