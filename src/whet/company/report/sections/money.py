"""What does the report show of cash, strategy, operations and prices? Money in one currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from whet.company.pictures.response import Response
from whet.company.pictures.swings import Step
from whet.company.report.sections.ranges import Range


@dataclass(frozen=True)
class UnitEconomics:
    """What a customer of one product costs and brings."""

    product: str
    """Its name."""
    cac: Range | None = None
    """Cost to win a customer."""
    ltv: Range | None = None
    """Gross profit of a customer over the time he stays."""
    payback_months: Range | None = None
    """Months until a customer has paid what he cost to win."""
    gross_margin: Range | None = None
    """Share of revenue that is left after the cost to serve."""


@dataclass(frozen=True)
class CashSection:
    """How long the money lasts."""

    months: tuple[date, ...]
    """The dates of the balances, ascending."""
    quantiles: Mapping[float, tuple[float, ...]]
    """Balance at each date, by probability."""
    balance: float
    """What is in the bank today."""
    runway_months: Mapping[float, float]
    """Months until the balance is below zero, by probability; infinite: not within the months."""
    ruin: float
    """Probability that the balance falls below zero within the months."""
    ruin_before: tuple[str, float] | None = None
    """The next milestone, and the probability that money runs out before it."""
    decide_by: date | None = None
    """The day by which more money or less spending must be decided; None where there is none."""
    rounds: tuple[tuple[date, str], ...] = ()
    """Funding rounds and other events to mark."""
    change: tuple[Step, ...] = ()
    """What turns today's balance into the mean one at the end, by line of the accounts."""
    economics: tuple[UnitEconomics, ...] = ()
    """Unit economics of each product."""
    receivables: tuple[tuple[str, float], ...] = ()
    """Revenue lines, and the mean money that they still bring for the time before today."""
    doubts: tuple[str, ...] = ()
    """Money that the plan may count twice, as English sentences."""


@dataclass(frozen=True)
class Line:
    """One line of spending."""

    name: str
    """Its name."""
    amount: float
    """What the plan spends."""
    today: float | None = None
    """What is spent today."""
    low: float = 0.0
    """The least that may be spent."""
    high: float | None = None
    """The most that may be spent; None is no limit."""
    slope: float | None = None
    """What one more unit of money brings here."""


@dataclass(frozen=True)
class StrategySection:
    """Where money goes so that the company is worth most."""

    lines: tuple[Line, ...]
    """Every line of spending."""
    budget: float
    """What may be spent together."""
    value: float
    """What the plan is worth."""
    unit: tuple[str, str]
    """The unit of value, in English and in Chinese."""
    price: float
    """What one more unit of budget is worth."""
    price_range: tuple[float, float] | None = None
    """Budgets between which the same limits bind."""
    value_today: float | None = None
    """What today's split is worth."""
    value_equal: float | None = None
    """What the equal split is worth."""
    bound: float | None = None
    """No split can be worth more, where curves are not concave; None where `value` is exact."""
    limits: tuple[tuple[str, float], ...] = ()
    """Limits that bind, and what one unit more of each is worth."""
    responses: tuple[Response, ...] = ()
    """The curves of the lines."""
    notes: tuple[str, ...] = ()
    """What else to know, as English sentences."""


@dataclass(frozen=True)
class MonthChoice:
    """How the products run in one month."""

    month: date
    """Its first day."""
    choice: str
    """Model, precision and hardware."""
    machines: int
    """How many machines run."""
    agents: float
    """How many support agents work."""
    automated: float | None
    """Share of requests that no person sees; None without people who answer."""
    cost: float
    """What the month costs."""


@dataclass(frozen=True)
class Changed:
    """What running the products costs with one thing changed."""

    what: str
    """The change, in English."""
    cost: float | None
    """Money over all months by which it gets dearer; None where no plan was found then."""
    low: float | None = None
    """It gets dearer by at least this; None where that is not known."""
    high: float | None = None
    """It gets dearer by at most this."""
    is_impossible: bool = False
    """Whether it is proved that there is no plan then; else time ran out."""
    is_proved: bool = True
    """Whether `cost` is exact."""


@dataclass(frozen=True)
class OperationsSection:
    """What it costs to keep the products running."""

    months: tuple[MonthChoice, ...]
    """The plan by month."""
    changes: tuple[Changed, ...] = ()
    """What one change would cost over all months."""
    is_proved: bool = True
    """Whether no other plan is cheaper."""
    notes: tuple[str, ...] = ()
    """What else to know, as English sentences."""


@dataclass(frozen=True)
class Price:
    """What one more unit of something is worth."""

    what: Literal["money", "label", "gpu hour", "week", "person", "limit"]
    """What there is one more of."""
    where: str
    """The line, product, milestone or skill."""
    worth: Range
    """What it is worth, in money."""
    costs: float | None = None
    """What it costs; None where that is not known."""
