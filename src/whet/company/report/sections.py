"""What does the report show? Plain numbers for each section; None where nothing was computed.

The parts of the plan (schedule, cash, labels, …) fill these; the report knows none of them. One
long module on purpose: it is the list of all that a page can hold, and nothing but fields. Money
is in the file's one currency, efforts in person-days, probabilities and shares in [0, 1].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from whet.company.pictures.fan import Fan
from whet.company.pictures.finish import Finish
from whet.company.pictures.gantt import Bar, Milestone
from whet.company.pictures.position import Offer
from whet.company.pictures.response import Response
from whet.company.pictures.swings import Step, Swing


@dataclass(frozen=True)
class Range:
    """A value with the interval that holds it."""

    value: float
    """The middle."""
    low: float | None = None
    """The lower end; None where no interval is known."""
    high: float | None = None
    """The upper end."""


@dataclass(frozen=True)
class WhatIf:
    """What one change to the plan would do to a date."""

    change: str
    """The change, such as one more person with a skill."""
    days: float
    """By how many calendar days the end moves; negative is earlier."""
    cost: float | None = None
    """What the change costs; None where that is not known."""
    moved: tuple[tuple[str, float], ...] = ()
    """Milestones that move, and by how many calendar days."""

    @property
    def best(self) -> tuple[str, float] | None:
        """The milestone that comes sooner by most, with its days; None where none does."""
        sooner = [move for move in self.moved if move[1] < 0]
        return min(sooner, key=lambda move: move[1], default=None)


@dataclass(frozen=True)
class ScheduleSection:
    """Who does what by when."""

    bars: tuple[Bar, ...]
    """Every task on the calendar."""
    milestones: tuple[Milestone, ...] = ()
    """Every milestone."""
    holidays: tuple[date, ...] = ()
    """Days that nobody works, besides weekends."""
    state: Literal["proved", "gap", "impossible"] = "gap"
    """Whether the schedule is proved best, may be improved by up to `gap`, or cannot exist."""
    gap: float | None = None
    """How much better a schedule could be at most, as a share; None where it is not known."""
    conflicts: tuple[str, ...] = ()
    """Requirements that cannot all hold, as sentences."""
    what_ifs: tuple[WhatIf, ...] = ()
    """Changes that were tried by solving again."""


@dataclass(frozen=True)
class LoadSection:
    """How full the weeks are."""

    people: tuple[str, ...]
    """Names."""
    monday: date
    """When the first week begins."""
    loads: tuple[tuple[float, ...], ...]
    """A row a person, a column a week: share of working time; NaN for none."""


@dataclass(frozen=True)
class DatesSection:
    """When milestones are reached, by simulation."""

    finishes: tuple[Finish, ...]
    """One for each milestone, in the order of their dates."""
    draws: int
    """How many futures were simulated."""
    drivers: tuple[Swing, ...] = ()
    """By how many days the last milestone moves when one thing goes well or badly."""
    critical: tuple[tuple[str, float], ...] = ()
    """Tasks and the share of futures in which they decide the end; the highest first."""


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


@dataclass(frozen=True)
class RiskRow:
    """One line of the register."""

    id: str
    """Short name."""
    name: str
    """What may happen."""
    probability: float
    """How likely it is."""
    impact: float
    """What it costs when it happens, in money."""
    days: float | None = None
    """By how many days it delays; None where it does not."""
    owner: str = ""
    """Who watches it."""
    action: str = ""
    """What can be done."""
    action_cost: float | None = None
    """What the action costs."""
    worth: float | None = None
    """By how much the action lowers the expected damage, before its cost."""
    residual: float | None = None
    """The probability after the action."""
    trigger: date | None = None
    """When it must be looked at."""
    is_decided: bool = False
    """Whether the plan counts with the action already."""


@dataclass(frozen=True)
class RisksSection:
    """What may go wrong, and what moves the result."""

    risks: tuple[RiskRow, ...]
    """The register."""
    swings: tuple[Swing, ...] = ()
    """What a result becomes when one factor is low or high."""
    base: float = 0.0
    """The result when nothing moves."""
    result: tuple[str, str] = ("result", "结果")
    """What the result is, with its unit, in English and in Chinese."""


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
class OperationsSection:
    """What it costs to keep the products running."""

    months: tuple[MonthChoice, ...]
    """The plan by month."""
    changes: tuple[tuple[str, float | None], ...] = ()
    """What one change would cost over all months; None where there is no plan then."""
    notes: tuple[str, ...] = ()
    """What else to know, as English sentences."""


@dataclass(frozen=True)
class LabelTarget:
    """A quality that is to be reached, and what its learning curve says."""

    name: str
    """The product or card."""
    metric: str
    """What is measured."""
    target: float
    """The value to reach."""
    by: date | None = None
    """When it is to be reached."""
    fan: Fan | None = None
    """The forecast over the number of labels; None where it was refused."""
    measured: tuple[tuple[float, float], ...] = ()
    """Numbers of labels and what was measured with them."""
    purchases: tuple[tuple[float, str], ...] = ()
    """Numbers of labels to stop and measure at, and what is bought for that."""
    chance: float | None = None
    """Probability to reach the target by then."""
    needed: tuple[float, float] | None = None
    """Labels that suffice in 50 % and in 80 % of all cases; infinite: never."""
    cost: float | None = None
    """What the purchases cost together."""
    refused: str = ""
    """Why there is no forecast, as a sentence."""
    is_share: bool = True
    """Whether the metric is a share, and told in per cent; a loss is not."""


@dataclass(frozen=True)
class LabelsSection:
    """What more labels and compute would bring."""

    targets: tuple[LabelTarget, ...]
    """Every quality target."""
    scored: int = 0
    """How many forecasts of the past could be compared with the truth."""
    covered: float | None = None
    """Share of them whose 80 % interval held the truth."""


@dataclass(frozen=True)
class SkillRow:
    """What the plan needs of a skill, and who has it."""

    skill: str
    """Its name."""
    needed_days: float
    """Person-days that the plan needs."""
    free_days: float
    """Person-days of them that people who have it can give, other work aside."""
    people: int
    """How many people have it."""


@dataclass(frozen=True)
class Remedy:
    """A way to close the gaps between skills and plan."""

    name: str
    """What is done, such as to train and hire."""
    money: float
    """What it costs."""
    waits: float
    """Person-days of work that nobody can do when it is due."""
    total: float
    """Money and waiting together, in money."""


@dataclass(frozen=True)
class TeamSection:
    """How the team is, and what it knows."""

    answers: int = 0
    """How many answered the survey."""
    satisfaction: Range | None = None
    """Mean answer; None below the floor of answers."""
    drivers: tuple[tuple[str, Range], ...] = ()
    """What moves satisfaction, and by how much."""
    skills: tuple[SkillRow, ...] = ()
    """Skills against the plan."""
    bus_factors: tuple[tuple[str, int], ...] = ()
    """Areas, and how many people have to leave until nobody knows them."""
    remedies: tuple[Remedy, ...] = ()
    """Ways to close the gaps; the cheapest in all first."""
    notes: tuple[str, ...] = ()
    """What else to know, as English sentences."""


@dataclass(frozen=True)
class Rule:
    """A date that a law or a contract sets."""

    name: str
    """What it asks for."""
    when: date
    """From when on."""
    state: str = ""
    """How far it is, as an English sentence."""


@dataclass(frozen=True)
class PriceMap:
    """What one group of customers is offered."""

    name: str
    """The customers and the product."""
    offers: tuple[Offer, ...]
    """We and our rivals; value in points of 100."""


@dataclass(frozen=True)
class MarketSection:
    """Whom we sell against, at which price, under which rules."""

    maps: tuple[PriceMap, ...] = ()
    """Prices against value, one for each group of customers."""
    prices: tuple[tuple[str, Range], ...] = ()
    """What the price test says, by name."""
    demand: tuple[tuple[str, float, float], ...] = ()
    """Scenarios: name, probability, factor on demand."""
    rules: tuple[Rule, ...] = ()
    """The calendar of rules."""
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


@dataclass(frozen=True)
class Refusal:
    """Something that was asked and not answered."""

    what: str
    """The section or the question."""
    why: str
    """The reason, as an English sentence."""


@dataclass(frozen=True)
class PlanReport:
    """Everything that the report shows."""

    company: str
    """Its name."""
    currency: str
    """The code of the currency."""
    today: date
    """The day that the report is about."""
    command: str
    """What wrote it."""
    schedule: ScheduleSection | None = None
    load: LoadSection | None = None
    dates: DatesSection | None = None
    cash: CashSection | None = None
    risks: RisksSection | None = None
    strategy: StrategySection | None = None
    operations: OperationsSection | None = None
    labels: LabelsSection | None = None
    team: TeamSection | None = None
    market: MarketSection | None = None
    prices: tuple[Price, ...] | None = None
    assumptions: tuple[tuple[str, str], ...] = ()
    """What was taken for granted, each in English and in Chinese."""
    refused: tuple[Refusal, ...] = ()
    """What was not answered, and why."""
