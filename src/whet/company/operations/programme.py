"""Which choices are the cheapest? A mixed-integer programme over months, solved by HiGHS.

Binaries choose one form per service and month, and one setting of the risk dial per month; whole
numbers count agents, hires and releases. People and machines that a choice takes are counted
beforehand, so that everything is linear.
"""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from whet.company.operations.needs import agents, dials, forms, machines
from whet.company.operations.problem import Dial, Form, Operations, Service, Support

GAP = 1e-6
"""Gap, as a share of the cost, at which the solver stops."""

_PROVED = 1e-4

_INFEASIBLE = 2
"""Status of `scipy.optimize.milp`; 1 is a limit of time."""


@dataclass(frozen=True)
class Served:
    """How one service runs in one month."""

    form: Form
    """The form."""
    machines: int
    """Machines of it."""
    cost: float
    """Money for them, with setting up forms this month."""


@dataclass(frozen=True)
class Staffed:
    """How customers are answered in one month."""

    dial: Dial
    """Setting of the risk dial."""
    agents: int
    """People on the payroll."""
    needed: int
    """People that the promise takes."""
    hired: int
    """People who begin this month."""
    released: int
    """People who are gone from this month on."""
    people_cost: float
    """Money for people, with hiring and releasing."""
    answers_cost: float
    """Money for answers without a person."""
    wrong_cost: float
    """Money that wrong ones among them cost."""


@dataclass(frozen=True)
class Month:
    """One month of the operating plan."""

    services: dict[str, Served]
    """How each service runs, by id."""
    support: Staffed | None
    """How customers are answered; None without support."""
    marketing: float
    """Money for marketing."""
    cost: float
    """Money in all."""


@dataclass(frozen=True)
class Run:
    """The cheapest plan that was found."""

    months: tuple[Month, ...]
    """What happens in each month."""
    cost: float
    """Money over all months."""
    bound: float
    """No plan costs less."""

    @property
    def gap(self) -> float:
        """Share of the cost by which a cheaper plan could be cheaper."""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-300)

    @property
    def is_proved(self) -> bool:
        """Whether no plan is cheaper by more than a ten-thousandth."""
        return self.gap < _PROVED


class NoRun(Enum):
    """Why there is no plan."""

    impossible = "impossible"
    """No plan meets all requirements: that is proved."""
    unknown = "not solved in time"
    """None was found in time; there may be one."""


@dataclass
class _Rows:
    """A programme while it is written: variables with costs, and rows."""

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    month: list[int] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)

    def variable(self, month: int, cost: float, most: float = 1.0) -> int:
        """Add a whole number from 0 to `most` that costs money in a month; return its place."""
        self.costs.append(cost)
        self.most.append(most)
        self.month.append(month)
        return len(self.costs) - 1

    def row(self, terms: dict[int, float], low: float, high: float) -> None:
        """Add a row: low <= sum of terms <= high."""
        self.entries += [(len(self.bounds), place, number) for place, number in terms.items()]
        self.bounds.append((low, high))

    def solve(self, seconds: float) -> tuple[NDArray[np.float64], float] | NoRun:
        """Return the cheapest whole numbers and the bound, or why there are none."""
        if not self.costs:
            return np.zeros(0), 0.0
        row, column, number = (np.array(part) for part in zip(*self.entries, strict=True))
        shape = (len(self.bounds), len(self.costs))
        table = csr_array((number, (row.astype(int), column.astype(int))), shape)
        low, high = np.array(self.bounds).T
        scale = max(max(map(abs, self.costs)), 1e-300)
        answer = milp(
            np.array(self.costs) / scale,
            constraints=LinearConstraint(table, low, high),
            bounds=Bounds(0, np.array(self.most)),
            integrality=np.ones(len(self.costs)),
            options={"time_limit": seconds, "mip_rel_gap": GAP},
        )
        if answer.x is None:
            return NoRun.impossible if answer.status == _INFEASIBLE else NoRun.unknown
        bound = answer.mip_dual_bound  # none before the first relaxation; costs are not negative
        return np.round(answer.x), 0.0 if bound is None else max(float(bound), 0.0) * scale


@dataclass
class _Written:
    """A problem as rows, and which variable means what."""

    problem: Operations
    rows: _Rows = field(default_factory=_Rows)
    choices: dict[tuple[str, int], list[tuple[int, Form, int]]] = field(default_factory=dict)
    """By service and month: variable, form, machines."""
    setups: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """By service and form: one variable a month."""
    settings: list[list[tuple[int, Dial, int]]] = field(default_factory=list)
    """By month: variable, setting, people that it takes."""
    people: list[tuple[int, int, int]] = field(default_factory=list)
    """By month: variables of those on the payroll, hired, released."""


def cheapest(problem: Operations, *, seconds: float = 30.0) -> Run | NoRun:
    """Return the cheapest operating plan that was found in time, or why there is none."""
    written = _Written(problem)
    can_serve = all(_add_service(written, service) for service in problem.services)
    can_staff = problem.support is None or _add_support(written, problem.support)
    if not (can_serve and can_staff and _add_budget(written)):
        return NoRun.impossible
    solved = written.rows.solve(seconds)
    return solved if isinstance(solved, NoRun) else _read(written, *solved)


def _add_budget(written: _Written) -> bool:
    """Write that no month costs more than the budget; False where marketing alone does."""
    problem, rows = written.problem, written.rows
    if problem.budget is None:
        return True
    room = problem.budget - problem.marketing
    if room < 0:
        return False
    unit = max(room, 1.0)
    for month in range(problem.months):
        costs = {i: c for i, c in enumerate(rows.costs) if rows.month[i] == month and c != 0}
        if costs:
            rows.row({i: c / unit for i, c in costs.items()}, -np.inf, room / unit)
    return True


def _add_service(written: _Written, service: Service) -> bool:
    """Write one service: one form a month, and what it costs to set a form up once."""
    rows = written.rows
    for month in range(written.problem.months):
        found = []
        for form in forms(service):
            count = machines(service, form, month)
            if count is not None and count <= form.most:
                found.append((rows.variable(month, count * form.cost_per_month), form, count))
        if not found:
            return False
        rows.row({place: 1.0 for place, _, _ in found}, 1, 1)
        written.choices[service.id, month] = found
    for form in forms(service):
        if form.once > 0:
            _add_setup(written, service, form)
    return True


def _add_setup(written: _Written, service: Service, form: Form) -> None:
    """Write that a form must be set up in the month that uses it or in one before."""
    months = written.problem.months
    places = [written.rows.variable(month, form.once) for month in range(months)]
    written.setups[service.id, form.id] = places
    for month in range(months):
        used = [place for place, one, _ in written.choices[service.id, month] if one is form]
        if used:
            terms = {place: 1.0 for place in places[: month + 1]}
            written.rows.row(terms | {used[0]: -1.0}, 0, np.inf)


def _add_support(written: _Written, support: Support) -> bool:
    """Write the people: enough of them for the setting of each month, hired and released."""
    rows = written.rows
    before: int | None = None
    for month in range(written.problem.months):
        found = _settings(rows, support, month)
        if not found:
            return False
        rows.row({place: 1.0 for place, _, _ in found}, 1, 1)
        most = float(max(max(need for _, _, need in found) * 3, support.agents)) + 1
        paid = rows.variable(month, support.agent_cost, most)
        hired = rows.variable(month, support.hire_cost, most if month >= support.hire_months else 0)
        released = rows.variable(month, support.release_cost, most)
        needs = {place: -float(need) for place, _, need in found}
        rows.row({paid: 1.0, hired: support.first_month - 1.0} | needs, 0, np.inf)
        kept = {} if before is None else {before: -1.0}
        start = float(support.agents) if before is None else 0.0
        rows.row({paid: 1.0, hired: -1.0, released: 1.0} | kept, start, start)
        written.settings.append(found)
        written.people.append((paid, hired, released))
        before = paid
    return True


def _settings(rows: _Rows, support: Support, month: int) -> list[tuple[int, Dial, int]]:
    """Add a variable for each setting of the dial that keeps the promise in a month."""
    found = []
    for dial in dials(support):
        need = agents(support, dial, month)
        if need is not None:
            answers = support.contacts[month] * dial.answered
            cost = answers * (dial.cost_per_contact + dial.risk * support.wrong_cost)
            found.append((rows.variable(month, cost), dial, need.in_all))
    return found


def _read(written: _Written, x: NDArray[np.float64], bound: float) -> Run:
    """Return the solution in the words of the problem."""
    problem = written.problem
    months = tuple(_month(written, x, month) for month in range(problem.months))
    total = sum(month.cost for month in months)
    return Run(months, total, min(bound + problem.marketing * problem.months, total))


def _month(written: _Written, x: NDArray[np.float64], month: int) -> Month:
    """Return what happens in one month."""
    problem = written.problem
    services = {one.id: _served(written, x, one, month) for one in problem.services}
    support = None
    cost = problem.marketing + sum(one.cost for one in services.values())
    if problem.support:
        settings, people = written.settings[month], written.people[month]
        support = _staffed(problem.support, month, x, settings, people)
        cost += support.people_cost + support.answers_cost + support.wrong_cost
    return Month(services, support, problem.marketing, cost)


def _served(written: _Written, x: NDArray[np.float64], service: Service, month: int) -> Served:
    """Return how one service runs in a month; a form may be set up before its first use."""
    form, count = next((f, n) for i, f, n in written.choices[service.id, month] if x[i] > 0.5)
    once = sum(
        one.once
        for one in service.forms
        if (places := written.setups.get((service.id, one.id))) and x[places[month]] > 0.5
    )
    return Served(form, count, count * form.cost_per_month + once)


def _staffed(
    support: Support, month: int, x: NDArray[np.float64], settings: list[tuple[int, Dial, int]],
    people: tuple[int, int, int],
) -> Staffed:  # fmt: skip
    """Return how customers are answered in a month."""
    dial, need = next((d, n) for i, d, n in settings if x[i] > 0.5)
    paid, hired, released = (int(x[place]) for place in people)
    answers = support.contacts[month] * dial.answered
    cost = paid * support.agent_cost + hired * support.hire_cost + released * support.release_cost
    return Staffed(
        dial=dial,
        agents=paid,
        needed=need,
        hired=hired,
        released=released,
        people_cost=cost,
        answers_cost=answers * dial.cost_per_contact,
        wrong_cost=answers * dial.risk * support.wrong_cost,
    )
