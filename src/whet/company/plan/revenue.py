"""Where does money come from? Subscriptions, licences, usage, solutions and data services."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from whet.company.plan.estimate import Estimate, Share, certain
from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class _Revenue(Part):
    """What every way to earn money shares."""

    id: Id
    """Name by which other parts refer to this revenue."""
    product: str | None = None
    """Product that is sold, by id."""
    starts: date | str | None = None
    """Day, or milestone by id, from which new customers can come; already when left out."""
    payment_days: float = Field(default=30, ge=0)
    """Days between the invoice and the money."""
    bad_debt: float = Field(default=0, ge=0, le=1)
    """Share of invoices that is never paid."""
    receivables: float | None = Field(default=None, ge=0)
    """Money from before the first day that is still to come; by `payment_days` when left out."""
    acquisition_cost: float = Field(default=0, ge=0)
    """Money spent to win one customer, beside the channels."""


class _Customers(_Revenue):
    """What ways to earn from lasting customers share."""

    customers: float = Field(default=0, ge=0)
    """Paying customers on the plan's first day."""
    new_per_month: Estimate = certain(0)
    """New customers in a month, before what channels bring."""
    growth_per_month: float = Field(default=0, ge=-1)
    """Share by which `new_per_month` grows from month to month."""
    churn: Share = Share(low=0, likely=0, high=0)
    """Share of customers that leaves in a month."""


class Subscription(_Customers):
    """Customers pay the same every month."""

    kind: Literal["subscription"] = "subscription"
    """Kind of this revenue."""
    price: Estimate
    """Money from one customer in a month."""
    unit_cost: Estimate = certain(0)
    """What serving one customer costs in a month."""


class Licence(_Revenue):
    """Customers buy the product once, and upkeep by the year."""

    kind: Literal["licence"] = "licence"
    """Kind of this revenue."""
    price: Estimate
    """Money for one licence."""
    sold_per_month: Estimate
    """Licences sold in a month."""
    growth_per_month: float = Field(default=0, ge=-1)
    """Share by which `sold_per_month` grows from month to month."""
    licences: float = Field(default=0, ge=0)
    """Licences with upkeep on the plan's first day."""
    upkeep: float = Field(default=0, ge=0, le=1)
    """Share of the price that a licence pays each year for upkeep."""
    renewal: Share = Share(low=1, likely=1, high=1)
    """Share of licences that renew their upkeep each year."""
    unit_cost: Estimate = certain(0)
    """What one sale costs once: installation, support."""


class Tier(Part):
    """Price of the units above the tiers below it, up to a number."""

    up_to: float | None = Field(default=None, gt=0)
    """Units of a month up to which the price holds; the last tier leaves it out."""
    price: float = Field(ge=0)
    """Money for one unit."""


class Usage(_Customers):
    """Customers pay for what they use of an API."""

    kind: Literal["usage"] = "usage"
    """Kind of this revenue."""
    unit: str = "request"
    """What is counted, in a word."""
    units: Estimate
    """Units that one customer uses in a month."""
    units_growth_per_month: float = Field(default=0, ge=-1)
    """Share by which one customer's use grows from month to month."""
    tiers: list[Tier] = Field(min_length=1)
    """Prices by use of one customer in a month, the smallest first."""
    minimum: float = Field(default=0, ge=0)
    """Money that a customer pays in a month at least."""
    unit_cost: Estimate = certain(0)
    """What one unit costs; the usage meter of the workspace knows better where it is filled."""


class Solutions(_Revenue):
    """Projects for single customers."""

    kind: Literal["solutions"] = "solutions"
    """Kind of this revenue."""
    price: Estimate
    """Money for one project."""
    deals_per_month: Estimate
    """Projects won in a month."""
    effort: Estimate = certain(0)
    """Person-days of our people that one project takes."""
    months: float = Field(default=3, gt=0)
    """Months from the order to the delivery."""
    deposit: float = Field(default=0, ge=0, le=1)
    """Share of the price that is paid with the order."""
    unit_cost: Estimate = certain(0)
    """Money that one project costs beside our people."""


class DataService(_Revenue):
    """Data that are labelled, checked or delivered for customers."""

    kind: Literal["data"] = "data"
    """Kind of this revenue."""
    unit: str = "label"
    """What is delivered, in a word."""
    price: Estimate
    """Money for one unit."""
    units_per_month: Estimate
    """Units delivered in a month."""
    growth_per_month: float = Field(default=0, ge=-1)
    """Share by which `units_per_month` grows from month to month."""
    unit_cost: Estimate = certain(0)
    """What one unit costs."""


Revenue = Annotated[
    Subscription | Licence | Usage | Solutions | DataService, Field(discriminator="kind")
]
"""Union of all ways to earn money."""
