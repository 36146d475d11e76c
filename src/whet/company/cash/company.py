"""What happens to the whole company in each draw? Efforts, risks, dates and money together.

One world is drawn 10,000 times: how long the work takes, which risks strike, when milestones are
reached, who buys, what is paid. A late model is late revenue in the same draw, so the odds of the
money hold what the odds of the dates do.

    world = simulate(company, draws=10_000, seed=0)
    world.times.of("beta"), world.accounts.balance
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np

from whet.company.cash.accounts import FUNDING, Accounts, close_accounts
from whet.company.cash.lines import Cost, Pay, Round, cost_flow, pay_flow, round_flow
from whet.company.cash.months import Months, delayed, paid_once, present
from whet.company.cash.revenue import Flow, Revenue, revenue_flow
from whet.company.simulation.efforts import EstimateError, draw_efforts
from whet.company.simulation.estimates import ThreePoint
from whet.company.simulation.network import Network, Times, run
from whet.company.simulation.risks import Acted, Risk, RiskDraws, Strike, draw_risks, with_risks
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError, did_you_mean

QUICK_CELLS, FEWEST_DRAWS = 10_000_000, 500
"""Tasks times draws that take seconds, and draws below which tails say little."""
MOST_CELLS = 40_000_000
"""Draws times tasks and months of a simulation at most: about 1.5 GB."""


@dataclass(frozen=True)
class Scenario:
    """One way in which the whole market may go."""

    id: str
    """Name."""
    probability: float
    """Probability, in [0, 1]; what all scenarios leave is a factor of 1."""
    demand: float
    """Factor on new customers of every product, at least 0."""


@dataclass(frozen=True)
class Company:
    """Everything that a joint simulation needs."""

    start: date
    """First day of the plan."""
    months: int
    """Calendar months to look ahead, 1 to 240."""
    cash: float | None
    """Money on the first day, above 0; None: nothing is known of money, only of dates and risks."""
    network: Network = field(default_factory=lambda: Network((), {}))
    """Tasks and milestones in the order of the plan."""
    efforts: Mapping[str, ThreePoint] = field(default_factory=dict)
    """Effort that is left of each task, in person-days."""
    deadlines: Mapping[str, date | None] = field(default_factory=dict)
    """Milestones, and when they are wanted."""
    error: EstimateError = field(default_factory=EstimateError)
    """How estimates are wrong together."""
    people: tuple[Pay, ...] = ()
    """Who is paid."""
    pay_growth: float = 0.0
    """Growth of all pay a year, above -1."""
    costs: tuple[Cost, ...] = ()
    """What is paid for."""
    revenues: tuple[Revenue, ...] = ()
    """What brings money in."""
    rounds: tuple[Round, ...] = ()
    """What investors bring."""
    risks: tuple[Risk, ...] = ()
    """The register."""
    scenarios: tuple[Scenario, ...] = ()
    """Ways in which demand may go; of each draw one is true."""
    marketing: Mapping[str, float] = field(default_factory=dict)
    """Money a month, within the costs above, that wins customers for a revenue line; for CAC."""
    tax_rate: float = 0.0
    """Tax on profits beyond all losses, in [0, 1]."""
    discount: float = 0.1
    """Discount rate a year for the value of money, above -1."""

    def __post_init__(self) -> None:
        lines = [r.sales.id for r in self.revenues]
        for kind, names in (
            ("person", [p.id for p in self.people]),
            ("cost", [c.id for c in self.costs]),
            ("revenue line", lines),
            ("funding round", [r.id for r in self.rounds]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise InputError(f"Every {kind} needs a name of its own; {name!r} is double.")
        if sum(s.probability for s in self.scenarios) > 1 + 1e-9:
            raise InputError(
                "The probabilities of the market's scenarios must add up to at most 1; found "
                f"{sum(s.probability for s in self.scenarios):g}."
            )
        for name in self.marketing:
            if name not in lines:
                raise InputError(
                    f"Marketing is for {name!r}, which is no revenue line. "
                    f"{did_you_mean(name, lines)}"
                )


@dataclass(frozen=True)
class Money:
    """What happens to the money in the joint draws."""

    accounts: Accounts
    """Money by month."""
    products: Mapping[str, Flow]
    """What each revenue line does."""


@dataclass(frozen=True)
class World:
    """The joint draws of a company."""

    company: Company
    """What was drawn."""
    streams: Streams
    """The random numbers, by name."""
    efforts: Mapping[str, Draws]
    """Effort of each task with what risks add, in person-days, shape (draws,)."""
    times: Times
    """Dates of tasks and milestones."""
    risks: RiskDraws
    """What strikes."""
    money: Money | None
    """What happens to the money; None where nothing is known of it."""

    @property
    def accounts(self) -> Accounts:
        """Money by month.

        Raises:
            InputError: nothing is known of the company's money.
        """
        return self._money().accounts

    @property
    def products(self) -> Mapping[str, Flow]:
        """What each revenue line does.

        Raises:
            InputError: nothing is known of the company's money.
        """
        return self._money().products

    def _money(self) -> Money:
        if self.money is None:
            raise InputError(
                "The plan says nothing of its money. Add a section `cash` with at least `balance`, "
                "the money in the bank on the plan's first day."
            )
        return self.money

    @property
    def value(self) -> Draws:
        """Discounted cash flow without funding over the horizon, in money of today, (draws,)."""
        months = self.accounts.months
        years = (np.arange(months.count) + 0.5 - months.begin) / 12
        weights = (1 + self.company.discount) ** -np.maximum(years, 0.0)
        return np.asarray(self.accounts.operating() @ weights, dtype=np.float64)


def sensible_draws(company: Company, wanted: int) -> int:
    """Return how many draws answer within seconds: those that are wanted, of 1,000 tasks or fewer.

    Ten thousand tasks are drawn a thousand times, which moves a probability by 0.016 at most.
    """
    return min(wanted, max(FEWEST_DRAWS, QUICK_CELLS // max(len(company.network.activities), 1)))


def simulate(
    company: Company,
    *,
    draws: int = 10_000,
    seed: int = 0,
    acted: Acted | None = None,
) -> World:
    """Return the joint draws of dates and cash.

    `acted` says whether an action against a risk is taken, whatever the register says.

    Raises:
        InputError: the draws need more memory than is sensible, or the cash is gone already.
    """
    cells = draws * (len(company.network.activities) + 8 * company.months)
    if cells > MOST_CELLS:
        fewer = MOST_CELLS * draws // cells
        raise InputError(
            f"{draws:,} draws of {len(company.network.activities):,} tasks and milestones over "
            f"{company.months} months need more memory than is sensible. Use {fewer:,} draws or "
            "fewer."
        )
    streams = Streams(draws, seed)
    risks = draw_risks(company.risks, streams, acted=acted)
    efforts = with_risks(draw_efforts(company.efforts, streams, error=company.error), risks)
    times = run(company.network, efforts, draws=draws)
    money = _counted(company, _Drawn(streams, efforts, times, risks))
    return World(company, streams, efforts, times, risks, money)


@dataclass(frozen=True)
class _Drawn:
    """What is drawn before the money is counted."""

    streams: Streams
    efforts: Mapping[str, Draws]
    times: Times
    risks: RiskDraws


def _counted(company: Company, drawn: _Drawn) -> Money | None:
    """Return the money of the draws; None where nothing is known of it."""
    if company.cash is None:
        return None
    months, draws = Months(company.start, company.months), drawn.streams.draws
    flows, products = _flows(company, months, drawn)
    accounts = close_accounts(
        flows, months, opening=company.cash, draws=draws, tax_rate=company.tax_rate
    )
    return Money(accounts, products)


def _flows(
    company: Company, months: Months, drawn: _Drawn
) -> tuple[dict[str, Draws], dict[str, Flow]]:
    """Return the signed flows by line of the accounts, and what each product does."""
    streams = drawn.streams
    begin = partial(_reached, drawn.times, months)
    market = scenario_demand(company.scenarios, streams)[:, None]
    products = {
        line.sales.id: _product(line, months, drawn, market=market) for line in company.revenues
    }
    flows = {"people": -pay_flow(company.people, months, growth=company.pay_growth)}
    for category in ("compute", "labels", "marketing", "other"):
        costs = [c for c in company.costs if c.category == category]
        if costs:
            flows[category] = -_sum(
                [cost_flow(c, months, streams, begin=begin, efforts=drawn.efforts) for c in costs]
            )
    for line in company.revenues:
        product = products[line.sales.id]
        later = delayed(product.earned, line.sales.delay_days, begin=months.begin)
        paid = (1 - line.sales.bad_debt) * (product.receivables + later)
        flows[f"revenue: {line.sales.id}"] = paid
        if product.cost.any() or product.spend.any():
            flows[f"cost of sales: {line.sales.id}"] = -(product.cost + product.spend)
    money_risks = _risk_flows(months, drawn.risks, streams.draws)
    if money_risks:
        flows["risks"] = -_sum(money_risks)
    if company.rounds:
        flows[FUNDING] = _sum([round_flow(r, months, streams, begin=begin) for r in company.rounds])
    return flows, products


def _reached(times: Times, months: Months, name: str) -> Draws:
    """Return the position in months at which a task or milestone is reached, shape (draws,)."""
    return months.position(times.of(name))


def scenario_demand(scenarios: tuple[Scenario, ...], streams: Streams) -> Draws:
    """Return the factor on demand of the scenario of each draw, shape (draws,)."""
    u = streams.uniform("scenario")
    factor, bound = np.ones(streams.draws), 0.0
    for scenario in scenarios:
        factor[(u >= bound) & (u < bound + scenario.probability)] = scenario.demand
        bound += scenario.probability
    return factor


def _product(line: Revenue, months: Months, drawn: _Drawn, *, market: Draws) -> Flow:
    """Return what one product does, from the day on which it can be sold."""
    begin = np.full(drawn.streams.draws, months.at(line.sales.start))
    if line.sales.after is not None:
        begin = np.maximum(begin, _reached(drawn.times, months, line.sales.after))
    demand = market * _demand(line.sales.id, months, drawn.risks)
    return revenue_flow(line, months, drawn.streams, begin=begin, demand=demand)


def _demand(name: str, months: Months, risks: RiskDraws) -> Draws | float:
    """Return the factor on new customers that risks leave, shape (draws, months)."""
    factor: Draws | float = 1.0
    for strike in risks.strikes:
        impact = strike.impact
        if impact.kind == "demand" and (not impact.targets or name in impact.targets):
            begin = _struck(strike, months)
            end = np.inf if impact.months is None else begin + impact.months
            factor = factor * (1 - strike.size[:, None] * present(begin, end, months.count))
    return factor


def _risk_flows(months: Months, risks: RiskDraws, draws: int) -> list[Draws]:
    """Return the money that risks and the actions against them take."""
    flows = [
        paid_once(_struck(s, months), s.size, months.count)
        for s in risks.strikes
        if s.impact.kind == "cash"
    ]
    for action in risks.actions:
        if action.cost:
            position = np.full(draws, months.at(action.by))
            flows.append(paid_once(position, np.full(draws, action.cost), months.count))
    return flows


def _struck(strike: Strike, months: Months) -> Draws:
    """Return the positions in months at which an impact begins, shape (draws,).

    Every moment of the risk's window is as likely as any other.
    """
    first = months.at(strike.risk.first)
    last = min(months.after(strike.risk.last), float(months.count))
    return first + strike.at * max(last - first, 0.0)


def _sum(flows: list[Draws]) -> Draws:
    """Return the sum of flows; those of one row are the same in all draws."""
    total = flows[0]
    for flow in flows[1:]:
        total = total + flow
    return total
