"""What do things cost, and what is in the bank? Prices, cash, funding, costs, pilots."""

from datetime import date

from pydantic import Field

from whet.company.plan.estimate import Estimate, Share, certain
from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class Prices(Part):
    """What one unit of each thing costs."""

    label: float = Field(default=0, ge=0)
    """One label, checked, from outside."""
    gpu_hour: float = Field(default=0, ge=0)
    """One hour of one GPU."""
    cpu_hour: float = Field(default=0, ge=0)
    """One hour of one CPU core."""


class Round(Part):
    """Money that investors, a bank or the state may give."""

    id: Id
    """Name by which other parts refer to this round."""
    amount: Estimate
    """Money that arrives."""
    expected: date
    """Earliest day on which it arrives."""
    probability: float = Field(default=1, ge=0, le=1)
    """Probability that it comes at all."""
    delay_months: Estimate = certain(0)
    """Months by which it may come later."""
    needs: str | None = None
    """Milestone without which it does not come, by id."""


class Cost(Part):
    """A cost other than people, labels and channels."""

    id: Id
    """Name of the cost, such as `office`."""
    per_month: Estimate | None = None
    """Money in each month."""
    once: Estimate | None = None
    """Money that is paid once, in the month of `first`."""
    first: date | None = None
    """Day from which it is paid; the plan's start when left out."""
    last: date | None = None
    """Last day on which it is paid; open when left out."""
    growth_per_year: float = Field(default=0, ge=-1)
    """Share by which it rises in a year."""


class Rescue(Part):
    """Something that could be done when the money gets short."""

    id: Id
    """Name by which reports refer to it, such as `raise`, `cut` or `stop-match`."""
    what: str = ""
    """What is done, in a sentence."""
    months: float | None = Field(default=None, ge=0)
    """Months from the decision to its effect; `decision_months` when left out."""
    amount: float = Field(default=0, ge=0)
    """Money that comes once."""
    probability: float = Field(default=1, ge=0, le=1)
    """Probability that the money comes."""
    saving_per_month: float = 0
    """Money that is saved in each month from then on; below 0 it is lost, such as revenue."""
    cost: float = Field(default=0, ge=0)
    """Money that the decision itself costs at once."""


class Cash(Part):
    """The money at hand and what comes and goes beside people and products."""

    balance: float
    """Money in the bank on the plan's first day; above 0."""
    reserve: float = Field(default=0, ge=0)
    """Money below which the balance should never fall."""
    rounds: list[Round] = Field(default_factory=list)
    """Funding that may come."""
    payables: float = Field(default=0, ge=0)
    """Money of bills from before the first day that is still to be paid, in the first month."""
    costs: list[Cost] = Field(default_factory=list)
    """Rent, insurance, tools, lawyers, taxes; what channels spend today is counted beside them."""
    salary_growth_per_year: float = Field(default=0, ge=-1)
    """Share by which the cost of people rises in a year."""
    decision_months: float = Field(default=3, ge=0)
    """Months that a rescue takes, such as a cut or a loan: decide that long before the end."""
    rescues: list[Rescue] = Field(default_factory=list)
    """What could be done when the money gets short; half a year of costs raised, or a fifth of pay
    saved, when left out."""
    bearable_ruin: float = Field(default=0.05, gt=0, lt=1)
    """Bearable probability that the money runs out within the horizon: decisions keep it."""


class Pilot(Part):
    """A trial with customers that ends as soon as the answer is known."""

    id: Id
    """Name of the pilot."""
    product: str | None = None
    """Product that is tried, by id."""
    per_week: Estimate
    """Customers that enter in a week."""
    bad: float = Field(ge=0, le=1)
    """Share of customers who would pay at which the product is dropped."""
    good: float = Field(ge=0, le=1)
    """Share of customers who would pay at which the product is built; above `bad`."""
    false_yes: float = Field(default=0.1, gt=0, lt=0.5)
    """Bearable probability of building at a share of `bad`."""
    false_no: float = Field(default=0.2, gt=0, lt=0.5)
    """Bearable probability of dropping at a share of `good`."""
    asked: int = Field(default=0, ge=0)
    """Customers who have been through it."""
    won: int = Field(default=0, ge=0)
    """Customers among `asked` who would pay."""
    most_weeks: float = Field(default=26, gt=0)
    """Weeks after which it ends whatever is known."""
    cost_per_week: float = Field(default=0, ge=0)
    """Money that a week costs."""
    belief: Share | None = None
    """Share of customers who would pay, as believed before; unknown when left out."""
