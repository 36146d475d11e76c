"""Which future does a comparison draw for a plan? The one place that calls the simulation.

Columns of random numbers go by name (`simulation.streams`), so two plans that are drawn with one
seed see the same luck in everything that both of them have.
"""

from whet.company.cash.company import World, simulate
from whet.company.cash.from_plan import company_of_plan
from whet.company.cash.sources import sources
from whet.company.market.from_plan import with_rule_milestones
from whet.company.plan.money import Cash
from whet.company.plan.schema import Plan
from whet.store.store import Store


def world_of(plan: Plan, store: Store | None, *, draws: int, seed: int) -> World:
    """Return the joint draws of a plan; one without `cash` gets one unit, for its dates alone.

    Raises:
        InputError: the work cannot be done, or a curve is missing.
    """
    shown = with_rule_milestones(plan)
    if not shown.cash:
        shown = shown.model_copy(update={"cash": Cash(balance=1.0)})
    company = company_of_plan(shown, sources(shown, store, seed=seed))
    return simulate(company, draws=draws, seed=seed)
