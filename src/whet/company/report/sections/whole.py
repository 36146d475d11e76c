"""What does the report show? Plain numbers for each section; None where nothing was computed.

The parts of the plan (schedule, cash, labels, …) fill these; the report knows none of them. Money
is in the file's one currency, efforts in person-days, probabilities and shares in [0, 1].
"""

from dataclasses import dataclass
from datetime import date

from whet.company.report.sections.evidence import (
    LabelsSection,
    MarketSection,
    RisksSection,
    TeamSection,
)
from whet.company.report.sections.money import (
    CashSection,
    OperationsSection,
    Price,
    StrategySection,
)
from whet.company.report.sections.work import DatesSection, LoadSection, ScheduleSection


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
