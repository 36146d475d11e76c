"""What is the best split of a plan's money worth, and what a label, GPU-hour or week?"""

from collections.abc import Callable

from whet.company.labels.answer import answer_question
from whet.company.labels.from_plan import plan_questions
from whet.company.plan.schema import Plan
from whet.company.strategy.answer import allocate
from whet.company.strategy.from_plan import problem_of
from whet.core.errors import InputError
from whet.store.store import Store

Told = dict[tuple[str, str], float]
"""Money by section and name."""


def values_of(
    plan: Plan, store: Store | None, *, seed: int, seconds: float = 30.0
) -> tuple[Told, tuple[str, ...]]:
    """Return value and prices in the plan's money, and why some of them cannot be told.

    `seconds` limits the search for the best split.

    A plan without a strategy or quality targets has nothing to tell, which needs no reason.
    """
    told: Told = {}
    reasons: list[str] = []
    parts: tuple[Callable[[], Told], ...] = (
        lambda: _allocation(plan, seconds),
        lambda: _labels(plan, store, seed),
    )
    for part in parts:
        try:
            told |= part()
        except InputError as error:
            reasons.append(str(error))
    return told, tuple(reasons)


def _allocation(plan: Plan, seconds: float) -> Told:
    """Return the value of the best split at likely curves, its lines, and the price of money."""
    if plan.strategy is None or not plan.channels:
        return {}
    answer = allocate(problem_of(plan.channels, plan.strategy)[0], seconds=seconds)
    told = {("allocation", "value of the best split"): float(answer.found.value)}
    for line, spend in zip(answer.problem.lines, answer.found.x, strict=True):
        told[("allocation", f"spend on {line.id}")] = float(spend)
    if (more := answer.prices.money.more) is not None:
        told[("prices", "one more unit of money")] = float(more)
    return told


def _labels(plan: Plan, store: Store | None, seed: int) -> Told:
    """Return what a label, a GPU-hour and a week are worth for each quality target."""
    if not plan.quality:
        return {}
    told: Told = {}
    for target, question in zip(plan.quality, plan_questions(plan, store), strict=True):
        worth = answer_question(question, seed=seed).worth
        if worth is None:
            continue
        prices = {"label": worth.label, "GPU-hour": worth.gpu_hour, "week": worth.week}
        told |= {
            ("prices", f"one more {name} for {target.id}"): float(price)
            for name, price in prices.items()
            if price is not None
        }
    return told
