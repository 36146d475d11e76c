"""What does running the products take? Demand, ways to serve it, support, automation."""

from pydantic import Field

from whet.company.plan.estimate import Estimate, Share
from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class Form(Part):
    """One way to serve a model: a size, a precision, a kind of machine."""

    id: Id
    """Name of the form, such as `small-int8-cpu`."""
    quality: float
    """Metric of the model in this form."""
    per_second: float = Field(gt=0)
    """Requests that one machine answers in a second, all of it busy."""
    cost_per_month: float = Field(ge=0)
    """Money for one machine in a month."""
    once: float = Field(default=0, ge=0)
    """Money to set this form up."""
    most: int = Field(default=100, ge=1)
    """Machines of this kind that can be had."""
    model: str | None = None
    """Model of this workspace that runs in this form: its usage meter tells `per_second`."""


class Service(Part):
    """One model that answers requests."""

    id: Id
    """Name of the service."""
    product: str | None = None
    """Product that it belongs to, by id."""
    requests_per_month: Estimate
    """Requests in the first month."""
    growth_per_month: float = Field(default=0, ge=-1)
    """Share by which requests grow from month to month."""
    peak: float = Field(default=3, ge=1)
    """Requests of the busiest hour against those of an average hour."""
    within_seconds: float = Field(default=1, gt=0)
    """Time within which a request is to be answered."""
    answered: float = Field(default=0.95, gt=0, lt=1)
    """Share of requests in the busiest hour that must be answered within that time."""
    least_quality: float | None = None
    """Value of the metric that a form must reach; any form when left out."""
    model: str | None = None
    """Model of this workspace whose usage meter tells `requests_per_month`."""
    forms: list[Form] = Field(min_length=1)
    """Ways to serve it; each month uses one."""


class Automation(Part):
    """One setting of the risk dial: how much is answered without a person."""

    risk: float = Field(ge=0, le=1)
    """Share of wrong answers among those given without a person."""
    answered: float = Field(ge=0, le=1)
    """Share of contacts that are answered without a person; a build of `card` replaces it."""
    cost_per_contact: float = Field(default=0, ge=0)
    """Money that an answer without a person costs."""


class Support(Part):
    """People who answer customers, and how much a model answers for them."""

    contacts_per_month: Estimate
    """Contacts in the first month."""
    growth_per_month: float = Field(default=0, ge=-1)
    """Share by which contacts grow from month to month."""
    hours_per_month: float = Field(default=176, gt=0)
    """Hours in a month in which contacts arrive."""
    peak: float = Field(default=1.5, ge=1)
    """Contacts of the busiest hour against those of an average hour."""
    minutes: float = Field(gt=0)
    """Minutes that a person needs for a contact."""
    within_minutes: float = Field(default=5, gt=0)
    """Time within which a person is to answer."""
    answered: float = Field(default=0.8, gt=0, lt=1)
    """Share of contacts in the busiest hour that must be answered within that time."""
    patience_minutes: float | None = Field(default=None, gt=0)
    """Mean time after which customers give up waiting; endless patience when left out."""
    agents: int = Field(default=0, ge=0)
    """People who answer today."""
    agent_cost_per_month: float = Field(ge=0)
    """Money for one of them in a month."""
    agent_hours_per_month: float = Field(default=130, gt=0)
    """Hours in a month that one of them answers."""
    hire_cost: float = Field(default=0, ge=0)
    """Money that one more of them costs once."""
    release_cost: float = Field(default=0, ge=0)
    """Money that one fewer of them costs once."""
    hire_months: int = Field(default=0, ge=0)
    """Months between the decision to hire and the first day of work."""
    first_month: float = Field(default=1, gt=0, le=1)
    """Share of an agent's work that a new one does in the first month."""
    wrong_cost: float = Field(default=0, ge=0)
    """Money that a wrong answer without a person costs."""
    card: str | None = None
    """Card of this workspace whose last build says how much is answered at each risk."""
    automation: list[Automation] = Field(default_factory=list)
    """Settings of the risk dial; each month uses one, or none."""
    most_wrong: Share | None = None
    """Share of wrong answers that is bearable at most; no limit when left out."""


class Operations(Part):
    """What must run, and what it may cost."""

    months: int = Field(default=12, ge=1, le=60)
    """Months to plan."""
    services: list[Service] = Field(default_factory=list)
    """Models that answer requests."""
    support: Support | None = None
    """People who answer customers."""
    marketing_per_month: float = Field(default=0, ge=0)
    """Money a month for marketing without which the demand would not be there."""
    budget_per_month: float | None = Field(default=None, ge=0)
    """Money that a month may cost at most; no limit when left out."""
