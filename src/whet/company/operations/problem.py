"""What must run, and which ways are there to run it? Inputs of the operating plan.

A month is `HOURS` hours for machines; people have hours of their own.
"""

from dataclasses import dataclass

HOURS = 730.5
"""Hours of an average month: 365.25 · 24 / 12."""


@dataclass(frozen=True)
class Form:
    """One way to serve a model: size, precision, kind of machine."""

    id: str
    """Name of the form."""
    quality: float
    """Metric of the model in this form."""
    per_second: float
    """Requests that one busy machine answers in a second."""
    cost_per_month: float
    """Money for one machine in a month."""
    once: float = 0.0
    """Money to set it up, paid in the first month that uses it."""
    most: int = 100
    """Machines that can be had."""


@dataclass(frozen=True)
class Service:
    """One model that answers requests."""

    id: str
    """Name of the service."""
    requests: tuple[float, ...]
    """Requests in each month."""
    peak: float
    """Requests of the busiest hour against those of an average hour."""
    within_seconds: float
    """Time within which a request is to be answered, service included."""
    answered: float
    """Share of requests in the busiest hour for which that must hold."""
    least_quality: float | None
    """Value of the metric that a form must reach."""
    forms: tuple[Form, ...]
    """Ways to serve it."""


@dataclass(frozen=True)
class Dial:
    """One setting of the risk dial."""

    risk: float
    """Share of wrong answers among those given without a person."""
    answered: float
    """Share of contacts that are answered without a person."""
    cost_per_contact: float = 0.0
    """Money for one answer without a person."""

    @property
    def name(self) -> str:
        """Name of the setting in tables.

        >>> Dial(0.05, 0.4).name, Dial(0, 0).name
        ('5% wrong', 'people only')
        """
        return f"{100 * self.risk:.3g}% wrong" if self.answered > 0 else "people only"


PEOPLE_ONLY = Dial(0.0, 0.0)
"""The setting at which people answer everything."""


@dataclass(frozen=True)
class Support:
    """People who answer customers."""

    contacts: tuple[float, ...]
    """Contacts in each month, answered by people or not."""
    hours: float
    """Hours of a month in which contacts arrive."""
    peak: float
    """Contacts of the busiest hour against those of an average hour."""
    minutes: float
    """Minutes that a person needs for a contact."""
    within_minutes: float
    """Time within which a person is to begin."""
    answered: float
    """Share of contacts in the busiest hour for which that must hold."""
    patience_minutes: float | None
    """Mean time after which customers give up waiting; None for endless patience."""
    agents: int
    """People who answer today."""
    agent_cost: float
    """Money for one of them in a month."""
    agent_hours: float
    """Hours of a month that one of them answers."""
    hire_cost: float = 0.0
    """Money that one more of them costs once."""
    release_cost: float = 0.0
    """Money that one fewer of them costs once."""
    hire_months: int = 0
    """Months between the decision to hire and the first day of work."""
    first_month: float = 1.0
    """Share of an agent's work that a new one does in the first month."""
    wrong_cost: float = 0.0
    """Money that a wrong answer without a person costs."""
    dials: tuple[Dial, ...] = ()
    """Settings of the risk dial, besides people alone."""
    most_wrong: float | None = None
    """Largest bearable share of wrong answers among those given without a person."""
    only: Dial | None = None
    """Setting that must be used all the time; None leaves the choice open."""


@dataclass(frozen=True)
class Operations:
    """What must run, month by month."""

    months: int
    """Months to plan."""
    services: tuple[Service, ...] = ()
    """Models that answer requests."""
    support: Support | None = None
    """People who answer customers."""
    marketing: float = 0.0
    """Money a month for marketing without which the demand would not be there."""
    budget: float | None = None
    """Money that a month may cost at most."""
