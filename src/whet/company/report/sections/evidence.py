"""What does the report show of risks, labels, team and market? Shares are within [0, 1]."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from whet.company.pictures.fan import Fan
from whet.company.pictures.position import Offer
from whet.company.pictures.swings import Swing
from whet.company.report.sections.ranges import Range

RuleState = Literal["done", "overdue", "start is late", "start now", "later"]
"""How far a rule is."""


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
    """The forecast over what its sizes count; None where it was refused."""
    measured: tuple[tuple[float, float], ...] = ()
    """Sizes and what was measured at them."""
    purchases: tuple[tuple[float, str], ...] = ()
    """Sizes to stop and measure at, and what is bought for that."""
    chance: float | None = None
    """Probability to reach the target by then."""
    needed: tuple[float, float] | None = None
    """Sizes that suffice in 50 % and in 80 % of all cases; infinite: never."""
    cost: float | None = None
    """What the purchases cost together."""
    refused: str = ""
    """Why there is no forecast, as a sentence."""
    is_share: bool = True
    """Whether the metric is a share, and told in per cent; a loss is not."""
    counted: str = "labels"
    """What its sizes count: labels, GPU-hours or CPU-hours."""


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
    start_by: date
    """By when the work on it must start."""
    state: RuleState
    """How far it is."""
    owner: str = ""
    """Who answers for it."""


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
