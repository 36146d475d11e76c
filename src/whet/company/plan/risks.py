"""What could go wrong, how bad would it be, and who does what about it? The risk register."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from whet.company.plan.estimate import Estimate, Share
from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class Impact(Part):
    """What happens when a risk comes true."""

    hits: list[str] = Field(default_factory=list)
    """Tasks, milestones, projects or people that are hit, by id; everything when left out."""
    effort: Estimate | None = None
    """Factor on the effort of each task that is hit: 1.5 is half as much again."""
    days: Estimate | None = None
    """Person-days of work that are added to each task that is hit."""
    cash: Estimate | None = None
    """Money that is lost once."""
    demand: Share | None = None
    """Share of new customers and orders that is lost."""
    revenue: list[str] = Field(default_factory=list)
    """Revenues whose demand is hit, by id; all when left out."""
    months: float = Field(default=12, gt=0)
    """Months that a loss of demand lasts."""

    @model_validator(mode="after")
    def _check_any(self) -> "Impact":
        """Refuse an impact on nothing."""
        if not any((self.effort, self.days, self.cash, self.demand)):
            raise ValueError("must name what it costs: effort, days, cash or demand")
        return self


class Action(Part):
    """What can be done about a risk."""

    what: str
    """What is done, in a sentence."""
    cost: float = Field(default=0, ge=0)
    """Money that it costs once."""
    days: float = Field(default=0, ge=0)
    """Person-days that it takes the owner."""
    probability: float | None = Field(default=None, ge=0, le=1)
    """Probability that is left; unchanged when left out."""
    impact: float = Field(default=1, ge=0)
    """Share of the impact that is left: 0.5 for half."""
    by: date | None = None
    """Day by which it is to be done."""
    decided: bool = False
    """Whether it is decided, so that the plan counts with what is left."""


class Risk(Part):
    """Something that may happen and would hurt."""

    id: Id
    """Name by which other parts refer to this risk."""
    title: str
    """What may happen, in a sentence."""
    category: str = ""
    """People, technology, market, money, law: any word for the register."""
    probability: float = Field(ge=0, le=1)
    """Probability that it happens within the window."""
    first: date | None = None
    """First day on which it may happen; the plan's start when left out."""
    last: date | None = None
    """Last day on which it may happen; the plan's end when left out."""
    impact: Impact
    """What happens then."""
    actions: list[Action] = Field(default_factory=list)
    """What can be done about it; each stands for itself."""
    owner: str | None = None
    """Person who watches it, by id."""
    trigger: str = ""
    """Sign by which it is seen coming."""
    review: date | None = None
    """Day on which it is looked at again."""
    status: Literal["open", "happened", "closed"] = "open"
    """Whether it may still happen."""

    @model_validator(mode="after")
    def _check_order(self) -> "Risk":
        """Refuse a window that ends before it starts."""
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"ends ({self.last}) before it starts ({self.first}). Swap the two.")
        return self
