"""Which sections may stand in company.yaml, in which unit is everything, and by which id?

Money is a plain number in the file's one currency, effort is in person-days, a month is a calendar
month, a probability or share is from 0 to 1, a date is a day. `whet plan schema` prints all of it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from whet.company.plan.estimate import Estimate
from whet.company.plan.market import Market
from whet.company.plan.money import Cash, Pilot, Prices
from whet.company.plan.operations import Operations
from whet.company.plan.people import Calendar, Hire, Person
from whet.company.plan.quality import Product, Target
from whet.company.plan.revenue import Revenue
from whet.company.plan.risks import Risk
from whet.company.plan.strategy import Channel, Strategy, Team
from whet.company.plan.survey import Survey
from whet.company.plan.work import Milestone, Project, Task
from whet.core.yaml.part import Part


class Assumptions(Part):
    """What the simulations count with where nothing else is said."""

    correlation: float = Field(default=0.3, ge=0, lt=1)
    """How much the errors of all estimates of effort have in common."""
    bias: float = Field(default=1, gt=0)
    """Factor by which work takes longer than estimated, as past sprints tell."""
    spread: Estimate = Estimate(low=0.8, likely=1, high=1.6)
    """Factors that an effort given as one number is spread by."""
    draws: int = Field(default=10_000, ge=100, le=1_000_000)
    """Number of draws of a simulation."""
    discount_per_year: float = Field(default=0.1, ge=0)
    """Share by which money is worth less a year later."""
    levels: list[Annotated[float, Field(gt=0, lt=1)]] = Field(
        default_factory=lambda: [0.5, 0.8, 0.95], min_length=1
    )
    """Probabilities for which dates and amounts are given."""


class Plan(Part):
    """A company's plan: people, work, money, risks and market in one file."""

    company: str = ""
    """Name of the company, for people who read the plan."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    """Currency of every amount of the file, in three capital letters (ISO 4217)."""
    start: date
    """The plan's first day: today, or the day of the bank balance."""
    months: int = Field(default=24, ge=1, le=120)
    """Calendar months that the plan looks ahead."""
    language: Literal["en", "zh"] = "en"
    """Language of reports and pictures."""
    products: list[Product] = Field(default_factory=list)
    """What the company sells, or means to."""
    calendars: list[Calendar] = Field(default_factory=list)
    """Days on which people work; the first one is that of people who name none."""
    people: list[Person] = Field(default_factory=list)
    """Who works here."""
    hires: list[Hire] = Field(default_factory=list)
    """Who could be hired."""
    team: Team = Field(default_factory=Team)
    """Culture, training and growth, and work that can be bought."""
    projects: list[Project] = Field(default_factory=list)
    """What is to be done by when."""
    quality: list[Target] = Field(default_factory=list)
    """How good models must become."""
    prices: Prices = Field(default_factory=Prices)
    """What one unit of each thing costs."""
    revenue: list[Revenue] = Field(default_factory=list)
    """Where money comes from."""
    channels: list[Channel] = Field(default_factory=list)
    """Where money could go, and what would come back."""
    strategy: Strategy | None = None
    """How much money there is to split between the channels."""
    operations: Operations | None = None
    """What running the products takes."""
    risks: list[Risk] = Field(default_factory=list)
    """What could go wrong."""
    market: Market = Field(default_factory=Market)
    """Customers, rivals, price tests, rules."""
    survey: Survey | None = None
    """How people here feel."""
    cash: Cash | None = None
    """Money at hand, funding, other costs."""
    pilots: list[Pilot] = Field(default_factory=list)
    """Trials with customers that end as soon as the answer is known."""
    assumptions: Assumptions = Field(default_factory=Assumptions)
    """What the simulations count with where nothing else is said."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks of all projects, in the order of the file."""
        return tuple(task for project in self.projects for task in project.tasks)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Milestones of all projects, in the order of the file."""
        return tuple(mark for project in self.projects for mark in project.milestones)
