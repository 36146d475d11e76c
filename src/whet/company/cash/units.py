"""Does a customer bring more than they cost? CAC, LTV, payback and margin of each product.

One customer is followed through the product's own model for five years: what they pay and cost each
month, times the odds that they are still there. What it takes to win one is the spend on new
customers and the marketing that names the product, over all customers won in the horizon.
"""

from dataclasses import dataclass

import numpy as np

from whet.company.cash.company import World
from whet.company.cash.revenue import Flow, Revenue, one_customer
from whet.company.simulation.streams import Draws
from whet.company.simulation.summary import Estimate, share

LIFE_MONTHS = 60
"""Months over which a customer is followed: later money is too uncertain to count on."""
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Range:
    """An uncertain number; infinite where it is never reached, nan where there is none."""

    p10: float
    """Exceeded in nine of ten draws."""
    p50: float
    """Median."""
    p90: float
    """Exceeded in one of ten draws."""


@dataclass(frozen=True)
class UnitEconomics:
    """The economics of one customer of a product."""

    product: str
    """Name of the revenue line."""
    customers: Range
    """New customers in the horizon."""
    acquisition: Range
    """CAC: money that it takes to win one, over the draws that win at least one."""
    lifetime: Range
    """LTV: discounted gross margin of one customer in five years, in money."""
    gross_margin: Range
    """Share of what a customer pays that is left after variable cost."""
    payback: Range
    """Months until a customer has brought back what it took to win them."""
    pays: Estimate
    """Probability that LTV is above CAC, over the draws that win at least one customer; nan where
    none does."""
    without: float
    """Share of draws that win no customer in the horizon, in [0, 1]."""


def unit_economics(world: World) -> list[UnitEconomics]:
    """Return the economics of every product of a company."""
    months = world.company.months - world.accounts.months.begin
    return [
        _economics(
            world,
            line,
            world.products[line.sales.id],
            months * world.company.marketing.get(line.sales.id, 0.0),
        )
        for line in world.company.revenues
    ]


def _economics(world: World, line: Revenue, flow: Flow, marketing: float) -> UnitEconomics:
    earned, cost = one_customer(line, world.streams, LIFE_MONTHS)
    margin = earned - cost
    rate = (1 + world.company.discount) ** (1 / 12)
    lifetime = margin @ rate ** -np.arange(LIFE_MONTHS, dtype=np.float64)
    new = flow.new.sum(axis=1)
    won = new > 0
    spend = marketing + flow.spend.sum(axis=1)
    acquisition = spend[won] / new[won]
    paid = earned.sum(axis=1)
    shares = 1 - cost.sum(axis=1)[paid > 0] / paid[paid > 0]
    return UnitEconomics(
        line.sales.id,
        _range(new),
        _range(acquisition),
        _range(lifetime),
        _range(shares),
        _range(payback_months(margin[won], acquisition)),
        share(lifetime[won] > acquisition) if won.any() else Estimate(np.nan, np.nan),
        1.0 - float(np.mean(won)),
    )


def payback_months(margin: Draws, acquisition: Draws) -> Draws:
    """Return months until the summed `margin` (draws, months) covers `acquisition` (draws,).

    Infinite where it never does, 0 where there is nothing to cover.
    """
    covered = np.cumsum(margin, axis=1) >= acquisition[:, None]
    months = np.where(covered.any(axis=1), covered.argmax(axis=1) + 1.0, np.inf)
    return np.where(acquisition > 0, months, 0.0)


def _range(values: Draws) -> Range:
    """Return the range of draws by order statistics, so that infinity stays what it is."""
    if values.size == 0:
        return Range(np.nan, np.nan, np.nan)
    ordered = np.sort(values)
    ranks = [min(int(np.ceil(p * len(ordered))), len(ordered)) - 1 for p in LEVELS]
    return Range(*(float(ordered[rank]) for rank in ranks))
