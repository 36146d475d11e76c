"""How much does a product bring in, month by month? Five ways of being paid, over the draws.

Customers come at a rate that is uncertain, grows, and starts when the product does: on a date or
when a milestone of the schedule is reached, whichever is later. What they then pay depends on the
model: a licence once with upkeep, a subscription until they leave, use by tier, projects with a
part up front, or data by the record. Money comes later than it is earned (`delay_days`).

Customers of a month pay for that month and leave, if they do, before the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from whet.company.cash.months import DAYS_PER_MONTH, Months, paid_once, present
from whet.company.simulation.counts import poisson_at
from whet.company.simulation.estimates import ThreePoint, at, certain
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError

_NOTHING = certain(0.0)


@dataclass(frozen=True)
class Sales:
    """Who buys, and when it can be bought."""

    id: str
    """Name of the product, unique among revenue lines."""
    per_month: ThreePoint
    """New customers (deals, orders, projects) a month at the beginning."""
    start: date | None = None
    """First day on which it is sold; None: the plan's start."""
    after: str | None = None
    """Task or milestone that must be reached before it is sold."""
    growth: float = 0.0
    """Growth of the rate a month, above -1; 0.05 is 5 %."""
    existing: float = 0.0
    """Customers at the plan's start; they pay from then on."""
    counted: bool = True
    """Whether single customers come by chance (Poisson); False: the expected number, in parts."""
    delay_days: float = 0.0
    """Days from earning to being paid, at least 0."""
    receivables: float | None = None
    """Money that was earned before the plan's start and is still to come, at least 0; None: what
    the customers of the first day pay in `delay_days`."""
    bad_debt: float = 0.0
    """Share of what is earned that is never paid, in [0, 1]."""
    spend: ThreePoint = _NOTHING
    """Marketing and sales cost of one new customer, paid in the month of the deal."""

    def __post_init__(self) -> None:
        if not 0 <= self.bad_debt <= 1:
            raise InputError(
                f"The share that never pays for {self.id!r} must be from 0 to 1; found "
                f"{self.bad_debt:g}."
            )
        owed = self.receivables or 0.0
        if self.growth <= -1 or min(self.delay_days, self.existing, owed) < 0:
            raise InputError(
                f"The sales of {self.id!r} need a growth above -1 and delay, customers and "
                f"receivables of at least 0; found {self.growth:g}, {self.delay_days:g}, "
                f"{self.existing:g} and {owed:g}."
            )


@dataclass(frozen=True)
class Licence:
    """A price once, and upkeep by the year."""

    sales: Sales
    """Who buys."""
    price: ThreePoint
    """Money for one licence."""
    upkeep: float = 0.0
    """Upkeep a year, as a share of the price, at least 0; paid by the month."""
    churn: ThreePoint = _NOTHING
    """Share of customers that end the upkeep in a month, in [0, 1]."""
    unit_cost: ThreePoint = _NOTHING
    """Money that one new licence costs to deliver."""


@dataclass(frozen=True)
class Subscription:
    """A price a month until the customer leaves."""

    sales: Sales
    """Who subscribes."""
    price: ThreePoint
    """Money a month and customer."""
    churn: ThreePoint
    """Share of customers that leave in a month, in [0, 1]."""
    unit_cost: ThreePoint = _NOTHING
    """Money that one customer costs a month (serving, support)."""


@dataclass(frozen=True)
class Tier:
    """A price for units up to a number."""

    up_to: float
    """Units a month and customer to which the price holds; infinite in the last tier."""
    price: float
    """Money for one unit in this tier, at least 0."""


@dataclass(frozen=True)
class Usage:
    """A price by unit that falls (or rises) with the amount, as an API is billed."""

    sales: Sales
    """Who uses it."""
    units: ThreePoint
    """Units (calls, tokens, minutes) a customer uses a month."""
    tiers: tuple[Tier, ...]
    """Prices, graduated: each unit costs what its own tier says."""
    churn: ThreePoint = _NOTHING
    """Share of customers that leave in a month, in [0, 1]."""
    unit_cost: ThreePoint = _NOTHING
    """Money that one unit costs to serve."""
    minimum: float = 0.0
    """Money that a customer pays a month at least, at least 0."""
    units_growth: float = 0.0
    """Growth of every customer's use a month, above -1, counted from the first month."""

    def __post_init__(self) -> None:
        ends = [tier.up_to for tier in self.tiers]
        rising = all(a < b for a, b in zip([0.0, *ends], ends, strict=False))
        if not ends or not rising or np.isfinite(ends[-1]):
            raise InputError(
                f"The tiers of {self.sales.id!r} must rise from above 0 and the last must have no "
                f"end; found {', '.join(f'{end:g}' for end in ends) or 'none'}."
            )
        if self.minimum < 0 or any(tier.price < 0 for tier in self.tiers):
            raise InputError(
                f"The least payment and the prices of {self.sales.id!r} must be at least 0."
            )


@dataclass(frozen=True)
class Solutions:
    """Projects for one customer, paid in parts."""

    sales: Sales
    """Projects that are won."""
    price: ThreePoint
    """Money for one project."""
    months: float = 3.0
    """Months of work on it, above 0; the rest of the fee is earned evenly over them."""
    upfront: float = 0.0
    """Share of the fee that is paid when it is won, in [0, 1]."""
    unit_cost: ThreePoint = _NOTHING
    """Money that one project costs outside, spread over its months."""

    def __post_init__(self) -> None:
        if not self.months > 0 or not 0 <= self.upfront <= 1:
            raise InputError(
                f"The projects of {self.sales.id!r} need months above 0 and a share up front from "
                f"0 to 1; found {self.months:g} and {self.upfront:g}."
            )


@dataclass(frozen=True)
class DataService:
    """Data by the unit: collected, labelled, cleaned."""

    sales: Sales
    """Units a month (records, labels); `counted` is better False, for they come by the thousand."""
    price: ThreePoint
    """Money for one unit."""
    unit_cost: ThreePoint = _NOTHING
    """Money that one unit costs (labellers, tools)."""


Revenue = Licence | Subscription | Usage | Solutions | DataService


@dataclass(frozen=True)
class Flow:
    """What one product does in every draw and month; all of shape (draws, months)."""

    earned: Draws
    """Money earned (invoiced); it is paid later."""
    receivables: Draws
    """Money earned before the start, in the months in which it comes."""
    cost: Draws
    """Variable cost, at least 0."""
    spend: Draws
    """Marketing and sales cost of new customers, at least 0."""
    new: Draws
    """New customers."""
    active: Draws
    """Customers that pay in the month."""


def revenue_flow(
    line: Revenue, months: Months, streams: Streams, *, begin: Draws, demand: Draws | float = 1.0
) -> Flow:
    """Return what a product earns and costs.

    `begin` is the position in months from which it can be sold, shape (draws,); `demand` a factor
    on new customers, shape (draws, months), from the risks of the market.
    """
    new = _arrivals(line.sales, months, streams, begin=begin, demand=demand)
    earned, cost, active = _MODELS[type(line)](line, new, streams, 1 - months.begin)
    spend = new * _drawn(line.sales.spend, streams, line, "spend")[:, None]
    return Flow(earned, _receivables(line, months, streams), cost, spend, new, active)


def demand_scores(streams: Streams, name: str, correlation: float) -> Draws:
    """Return the score of a product's demand: one market moves all of them in part."""
    common = np.sqrt(correlation) * streams.normal("demand", "common")
    own = np.sqrt(1 - correlation) * streams.normal("demand", name)
    return np.asarray(common + own, dtype=np.float64)


def _rate(sales: Sales, streams: Streams) -> Draws:
    """Return new customers a month at the beginning, shape (draws,)."""
    return at(sales.per_month, demand_scores(streams, sales.id, DEMAND_CORRELATION))


DEMAND_CORRELATION = 0.3
"""Correlation of the demand for any two products, as of task estimates."""


def _arrivals(
    sales: Sales, months: Months, streams: Streams, *, begin: Draws, demand: Draws | float
) -> Draws:
    """Return new customers, shape (draws, months)."""
    first = _rate(sales, streams)
    age = np.maximum(np.arange(months.count) - begin[:, None], 0.0)
    rate = first[:, None] * np.exp(np.log1p(sales.growth) * age)
    expected = rate * present(begin, np.inf, months.count) * demand
    if not sales.counted:
        return np.asarray(expected, dtype=np.float64)
    return poisson_at(expected, streams.normals(months.count, "arrivals", sales.id))


def _receivables(line: Revenue, months: Months, streams: Streams) -> Draws:
    """Return the money of before the start in the months in which it comes, (draws, months).

    It comes evenly over the days that customers take to pay; where they take none, at once.
    """
    sales = line.sales
    delay = sales.delay_days / DAYS_PER_MONTH
    owed = _monthly_before(line, months, streams) * delay
    if sales.receivables is not None:
        owed = np.full((streams.draws, 1), sales.receivables)
    begin = np.array([months.begin])
    if delay == 0:
        return owed * paid_once(begin, np.ones(1), months.count)
    return owed * present(begin, months.begin + delay, months.count) / delay


def _monthly_before(line: Revenue, months: Months, streams: Streams) -> Draws:
    """Return what a product earned in each month before the start, shape (draws, 1).

    The customers of the first day are taken to have been there; of data, which has no customers,
    as much was sold as at the start, if it was sold already. Single licences and projects that were
    won before are known to who won them, and to nobody else.
    """
    sales = line.sales
    new = np.zeros((streams.draws, 1))
    since = np.inf if sales.start is None else (months.start - sales.start).days
    is_sold = sales.after is None and since >= sales.delay_days
    if isinstance(line, DataService) and is_sold:
        new[:, 0] = _rate(sales, streams)
    earned, _, _ = _MODELS[type(line)](line, new, streams, 1.0)
    return earned


def survivors(
    new: Draws, churn: Draws, *, existing: float = 0.0, first_month: float = 1.0
) -> Draws:
    """Return customers that pay in each month, shape (draws, months).

    Each month the share `churn`, shape (draws,), of last month's customers is gone. `existing`
    ones pay for the part `first_month` of the first month.
    """
    active = np.empty_like(new)
    kept = np.full(len(new), existing)
    for month in range(new.shape[1]):
        active[:, month] = kept + new[:, month]
        kept = active[:, month] * (1 - churn)
    active[:, 0] -= existing * (1 - first_month)
    return active


def tier_price(tiers: tuple[Tier, ...], units: Draws) -> Draws:
    """Return the price of `units`, each at the price of its own tier.

    >>> float(tier_price((Tier(100, 1.0), Tier(float("inf"), 0.5)), np.array([150.0]))[0])
    125.0
    """
    total, floor = np.zeros(np.shape(units)), 0.0
    for tier in tiers:
        total = total + tier.price * np.clip(units - floor, 0.0, tier.up_to - floor)
        floor = tier.up_to
    return total


def churn_of(line: Revenue, streams: Streams) -> Draws:
    """Return the share of customers that leave in a month, shape (draws,); 1 where none stay."""
    if isinstance(line, Subscription | Usage | Licence):
        return np.minimum(_drawn(line.churn, streams, line, "churn"), 1.0)
    return np.ones(streams.draws)


def _drawn(three: ThreePoint, streams: Streams, line: Any, what: str) -> Draws:
    """Return an uncertain number of a product, shape (draws,)."""
    if three.is_certain:
        return np.full(streams.draws, three.likely)
    return at(three, streams.normal("revenue", line.sales.id, what))


_Result = tuple[Draws, Draws, Draws]


def _licence(line: Licence, new: Draws, streams: Streams, left: float) -> _Result:
    price = _drawn(line.price, streams, line, "price")[:, None]
    active = survivors(new, churn_of(line, streams), existing=line.sales.existing, first_month=left)
    earned = new * price + active * price * line.upkeep / 12
    return earned, new * _drawn(line.unit_cost, streams, line, "unit cost")[:, None], active


def _subscription(line: Subscription, new: Draws, streams: Streams, left: float) -> _Result:
    active = survivors(new, churn_of(line, streams), existing=line.sales.existing, first_month=left)
    price = _drawn(line.price, streams, line, "price")[:, None]
    return (
        active * price,
        active * _drawn(line.unit_cost, streams, line, "unit cost")[:, None],
        active,
    )


def _usage(line: Usage, new: Draws, streams: Streams, left: float) -> _Result:
    active = survivors(new, churn_of(line, streams), existing=line.sales.existing, first_month=left)
    units = _drawn(line.units, streams, line, "units")
    grown = (1 + line.units_growth) ** np.arange(new.shape[1])
    used = units[:, None] * grown
    paid = np.maximum(tier_price(line.tiers, used), line.minimum)
    cost = used * _drawn(line.unit_cost, streams, line, "unit cost")[:, None]
    return active * paid, active * cost, active


def _solutions(line: Solutions, new: Draws, streams: Streams, _: float) -> _Result:
    won = new * _drawn(line.price, streams, line, "price")[:, None]
    work = _spread(won, line.months)
    cost = _drawn(line.unit_cost, streams, line, "unit cost")[:, None] * _spread(new, line.months)
    active = _spread(new, line.months) * line.months
    return line.upfront * won + (1 - line.upfront) * work, cost, active


def _data_service(line: DataService, new: Draws, streams: Streams, _: float) -> _Result:
    price = _drawn(line.price, streams, line, "price")[:, None]
    return new * price, new * _drawn(line.unit_cost, streams, line, "unit cost")[:, None], new


def _spread(amounts: Draws, months: float) -> Draws:
    """Return amounts spread evenly over the `months` that begin with their own."""
    spread = np.zeros_like(amounts)
    for k in range(min(int(np.ceil(months)), amounts.shape[1])):
        part = min(months - k, 1.0) / months
        spread[:, k:] += part * amounts[:, : amounts.shape[1] - k]
    return spread


_MODELS: Mapping[type, Callable[[Any, Draws, Streams, float], _Result]] = {
    Licence: _licence,
    Subscription: _subscription,
    Usage: _usage,
    Solutions: _solutions,
    DataService: _data_service,
}


def one_customer(line: Revenue, streams: Streams, months: int) -> tuple[Draws, Draws]:
    """Return what one new customer pays and costs, each of shape (draws, months).

    In each month they count by the odds that they are still there.
    """
    new = np.zeros((streams.draws, months))
    new[:, 0] = 1.0
    alone = replace(line, sales=replace(line.sales, existing=0.0))
    earned, cost, _ = _MODELS[type(line)](alone, new, streams, 1.0)
    return earned, cost
