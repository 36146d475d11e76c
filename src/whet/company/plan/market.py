"""Who buys, who else sells, at which price, under which rules? Segments, rivals, price tests."""

from datetime import date

from pydantic import Field

from whet.company.plan.estimate import Estimate, Share
from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class Adoption(Part):
    """How the customers of a segment come to buy, by Bass (1969)."""

    share: Share
    """Share of the segment that ever buys from us."""
    innovators: float = Field(default=0.003, gt=0, le=1)
    """Share of those still missing who buy in a month without having seen others buy."""
    imitators: float = Field(default=0.04, ge=0, le=1)
    """The same because others have bought, once nearly all have."""


class Segment(Part):
    """Customers who want the same."""

    id: Id
    """Name by which other parts refer to this segment."""
    name: str = ""
    """Name for people who read the plan; the id when left out."""
    customers: Estimate
    """Customers in it, ours or not."""
    growth_per_year: float = Field(default=0, ge=-1)
    """Share by which it grows in a year."""
    wants: dict[str, float] = Field(default_factory=dict)
    """Weight of each feature for these customers, and of `price`."""
    revenue: list[str] = Field(default_factory=list)
    """Revenues that these customers bring, by id."""
    adoption: Adoption | None = None
    """How they come to buy; no forecast of buyers when left out."""
    won: list[float] = Field(default_factory=list)
    """New customers of each month since the launch, oldest first; eight of them give a curve."""


class Scenario(Part):
    """One way in which demand may go."""

    id: Id
    """Name of the scenario."""
    probability: float = Field(ge=0, le=1)
    """Probability; those of all scenarios add up to 1."""
    demand: float = Field(ge=0)
    """Factor on new customers and orders."""


class Rival(Part):
    """Somebody else who sells to the same customers."""

    id: Id
    """Name by which other parts refer to this rival."""
    name: str = ""
    """Name for people who read the plan; the id when left out."""
    features: dict[str, float] = Field(default_factory=dict)
    """How well it does each feature of `market.features`, from 0 to 1."""
    prices: dict[str, float] = Field(default_factory=dict)
    """What it asks for something like each of our products, by the product's id."""
    source: str = ""
    """Where this was found."""
    seen: date | None = None
    """Day on which it was found."""


class PriceAnswer(Part):
    """One person's four answers to Van Westendorp's questions about one product."""

    too_cheap: float = Field(ge=0)
    """Price at which its quality would be doubted."""
    cheap: float = Field(ge=0)
    """Price at which it would be a bargain."""
    expensive: float = Field(ge=0)
    """Price at which it begins to be expensive."""
    too_expensive: float = Field(ge=0)
    """Price at which it would never be bought."""


class PricePoint(Part):
    """How many people would buy at one price (Gabor-Granger)."""

    price: float = Field(ge=0)
    """Price that was shown."""
    asked: int = Field(gt=0)
    """People who were asked."""
    bought: int = Field(ge=0)
    """People among them who would buy."""


class PriceTest(Part):
    """A survey about the price of one product."""

    id: Id
    """Name of the test."""
    product: str
    """Product whose price was asked for, by id."""
    made: date | None = None
    """Day on which it was made."""
    file: str | None = None
    """CSV file of Van Westendorp answers beside the plan, with the columns of `answers`."""
    answers: list[PriceAnswer] = Field(default_factory=list)
    """Van Westendorp answers, one entry a person."""
    points: list[PricePoint] = Field(default_factory=list)
    """Gabor-Granger answers, one entry a price."""
    unit_cost: float = Field(default=0, ge=0)
    """What serving one customer costs in the same time; for the best price."""


class Rule(Part):
    """A law or a norm with a date; the date becomes a milestone."""

    id: Id
    """Name by which other parts refer to this rule; its milestone is `rule-` and this name."""
    title: str
    """What must hold, in a sentence."""
    holds_from: date
    """Day from which it holds."""
    products: list[str] = Field(default_factory=list)
    """Products that it is about, by id; all when left out."""
    tasks: list[str] = Field(default_factory=list)
    """Tasks that must be done for it, by id."""
    lead_days: int | None = Field(default=None, ge=0, le=3650)
    """Days before it at which work must start; from its tasks, or 90, when left out."""
    owner: str | None = None
    """Person who watches it, by id."""
    penalty: float = Field(default=0, ge=0)
    """Money that breaking it may cost."""
    source: str = ""
    """Where it stands."""


class Market(Part):
    """The world outside."""

    features: list[str] = Field(default_factory=list)
    """Features by which products are compared."""
    segments: list[Segment] = Field(default_factory=list)
    """Groups of customers."""
    scenarios: list[Scenario] = Field(default_factory=list)
    """Ways in which demand may go."""
    rivals: list[Rival] = Field(default_factory=list)
    """Others who sell to the same customers."""
    price_tests: list[PriceTest] = Field(default_factory=list)
    """Surveys about prices."""
    rules: list[Rule] = Field(default_factory=list)
    """Laws and norms with a date."""
