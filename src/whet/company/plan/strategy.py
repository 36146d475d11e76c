"""Where could money go, and what would come back? Channels, response curves, limits, team lines."""

from typing import Annotated, Literal

from pydantic import Field

from whet.company.plan.estimate import Estimate
from whet.company.plan.people import Contractor, Id, Training
from whet.core.yaml.part import Part

Area = Literal[
    "capital",
    "people",
    "data",
    "compute",
    "research",
    "product",
    "marketing",
    "hiring",
    "validation",
    "culture",
    "training",
    "growth",
]
"""What a line of spending is for."""


class LinearResponse(Part):
    """scale · spend: every unit of money brings the same."""

    kind: Literal["linear"] = "linear"
    """Kind of this curve."""
    scale: Estimate
    """Return of every unit of money."""


class PowerResponse(Part):
    """scale · spend ^ exponent: never full, each doubling brings the same factor."""

    kind: Literal["power"] = "power"
    """Kind of this curve."""
    scale: Estimate
    """Return of the first unit of money."""
    exponent: Estimate
    """Above 0 and at most 1; 1 is a straight line."""


class LogResponse(Part):
    """scale · log(1 + spend / half): never full, each doubling brings the same amount."""

    kind: Literal["log"] = "log"
    """Kind of this curve."""
    scale: Estimate
    """Return that multiplies the logarithm."""
    half: Estimate
    """Spend up to which the curve is almost straight; above 0."""


class ExponentialResponse(Part):
    """scale · (1 - exp(-rate · spend)): full at `scale`."""

    kind: Literal["exponential"] = "exponential"
    """Kind of this curve."""
    scale: Estimate
    """Return of endless spending."""
    rate: Estimate
    """Share of what is still missing that one unit of money brings; above 0."""


class HillResponse(Part):
    """scale · spend^shape / (half^shape + spend^shape): an S-curve where shape is above 1."""

    kind: Literal["hill"] = "hill"
    """Kind of this curve."""
    scale: Estimate
    """Return of endless spending."""
    half: Estimate
    """Spend that brings half of `scale`; above 0."""
    shape: Estimate
    """Above 0; above 1 little spending brings almost nothing."""


class LearningResponse(Part):
    """scale · (1 - (1 + spend / unit) ^ -exponent): what a learning curve's error falls by."""

    kind: Literal["learning"] = "learning"
    """Kind of this curve."""
    scale: Estimate
    """Return of endless spending."""
    unit: Estimate
    """Money that the data or compute at hand would cost; above 0."""
    exponent: Estimate
    """How fast the error falls, mostly from 0.1 to 0.8; above 0."""


Response = Annotated[
    LinearResponse
    | PowerResponse
    | LogResponse
    | ExponentialResponse
    | HillResponse
    | LearningResponse,
    Field(discriminator="kind"),
]
"""Union of all response curves: what a channel brings back for what is spent on it."""


class Channel(Part):
    """One line of spending; its money is counted by the year."""

    id: Id
    """Name by which other parts refer to this channel."""
    name: str = ""
    """Name for people who read the plan; the id when left out."""
    area: Area = "marketing"
    """What it is for."""
    response: Response
    """What comes back: money, unless `weight` turns another unit into money."""
    weight: float = Field(default=1, ge=0)
    """Money that one unit of the response is worth."""
    least: float = Field(default=0, ge=0)
    """Money that must be spent on it."""
    most: float | None = Field(default=None, ge=0)
    """Money that can be spent on it; no limit when left out."""
    today: float = Field(default=0, ge=0)
    """Money that is spent on it now, in a year; it is part of the plan's cash."""
    lost_per_week: float = Field(default=0, ge=0, lt=1)
    """Share of the response that is lost with every week by which it comes later."""
    revenue: str | None = None
    """Revenue to which it brings customers, by id."""


class Limit(Part):
    """A bound that several channels share."""

    id: Id
    """Name of the limit."""
    uses: dict[str, float] = Field(min_length=1)
    """How much of it one unit of money in each channel uses, by the channel's id."""
    most: float
    """How much there is in all."""


class Strategy(Part):
    """How much money there is to split, and under which limits."""

    budget: float = Field(ge=0)
    """Money to split between the channels, in a year."""
    limits: list[Limit] = Field(default_factory=list)
    """Bounds that channels share."""
    risk_aversion: float = Field(default=0, ge=0)
    """Weight of the average of the worst results (CVaR) against the mean; 0 is the mean alone."""
    tail: float = Field(default=0.1, gt=0, lt=1)
    """Share of worst results that CVaR averages."""


class Team(Part):
    """What may be spent on culture, training and growth, and what can be bought instead."""

    budget: float = Field(default=0, ge=0)
    """Money to split between `lines` and trainings, in a year."""
    days: float = Field(default=0, ge=0)
    """Days of work in all that trainings may take."""
    lines: list[Channel] = Field(default_factory=list)
    """Lines of spending whose response is satisfaction and innovation, in points."""
    trainings: list[Training] = Field(default_factory=list)
    """Ways for single people to become better at one skill."""
    contractors: list[Contractor] = Field(default_factory=list)
    """Work that can be bought by the day."""
    waiting_cost_per_day: float = Field(default=0, ge=0)
    """Money that a person-day of work which nobody can do yet costs in each month that it waits."""
