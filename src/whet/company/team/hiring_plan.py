"""What does company.yaml ask about hiring? Its people, work, offers, and the cash without hires.

answer = hiring_of_plan(plan, store)
answer.hiring.best.actions
"""

from dataclasses import dataclass, replace

from whet.company.comparison.world import world_of
from whet.company.labels.tasks import learnt_efforts, with_efforts
from whet.company.plan.schema import Plan
from whet.company.team.delay import delay_prices
from whet.company.team.from_plan import TeamInputs, team_inputs
from whet.company.team.hiring import Hiring, hiring
from whet.company.team.options import Options, Role
from whet.company.team.skills import Member
from whet.core.errors import InputError
from whet.store.store import Store

NO_PRICE = (
    "What waiting work costs is not given, so hiring cannot be weighed. Set `penalty_per_week` of "
    "milestones, or team.waiting_cost_per_day."
)
NO_OFFERS = "The plan names nobody who could be hired. Add `hires:` with at least one opening."


@dataclass(frozen=True)
class Terms:
    """How a hiring plan is asked for."""

    without: tuple[str, ...] = ()
    """People who are thought away, by id."""
    spacing: int = 0
    """Months between two first days; 0: no limit."""
    per_mentor: int = 1
    """New people that one mentor helps at a time; 0: no limit."""
    draws: int = 2000
    """Draws of the expected cash."""
    seed: int = 0
    """Seed of the draws."""
    seconds: float = 10.0
    """Limit of the solver for each solution."""


@dataclass(frozen=True)
class HiringAnswer:
    """The answer for a plan."""

    hiring: Hiring
    """Who, when, and what it hinges on."""
    months: tuple[str, ...]
    """Names of the months."""
    prices: dict[str, float]
    """Money per waiting person-day and month, by skill."""
    expected: tuple[float, ...]
    """Expected cash at the end of each month without hires; () where the plan has no cash."""
    floor: float
    """Cash that must be left at the end of each month."""
    currency: str
    """Currency of all money."""
    notes: tuple[str, ...]
    """What a reader must know."""


def hiring_of_plan(
    plan: Plan, store: Store | None = None, terms: Terms | None = None
) -> HiringAnswer:
    """Return who to hire in which month, under the plan's expected cash and its reserve.

    Raises:
        InputError: there are no people, no hires or no price of waiting, or somebody is unknown.
        WhetError: the solver finds nothing in time.
    """
    terms = terms or Terms()
    if not plan.hires:
        raise InputError(NO_OFFERS)
    learnt = learnt_efforts(plan, store, seed=terms.seed)
    counted = with_efforts(plan, learnt.days)
    inputs = team_inputs(counted)
    team = inputs.without(terms.without)
    prices = delay_prices(counted, inputs.months)
    if not any(prices.values()):
        raise InputError(NO_PRICE)
    cash, told = _expected(plan, store, terms)
    options = _options(plan, inputs, team, terms)
    options = replace(options, prices={skill: max(x, 1e-6) for skill, x in prices.items()})
    floor = plan.cash.reserve if plan.cash else 0.0
    if cash:
        options = replace(options, headroom=tuple(money - floor for money in cash))
    months = tuple(str(month) for month in inputs.months)
    found = hiring(team, inputs.work.demand, options, months=months, seconds=terms.seconds)
    notes = (*learnt.notes(plan), *inputs.notes, *told)
    return HiringAnswer(found, months, prices, cash, floor, plan.currency, notes)


def _options(plan: Plan, inputs: TeamInputs, team: tuple[Member, ...], terms: Terms) -> Options:
    """Return what may be done, with the pace and the growth of pay."""
    options = inputs.options_for([member.name for member in team])
    return replace(
        options,
        roles=tuple(replace(role, mentors=_mentors(role, team)) for role in options.roles),
        pay_growth=plan.cash.salary_growth_per_year if plan.cash else 0.0,
        spacing=terms.spacing,
        per_mentor=terms.per_mentor,
    )


def _mentors(role: Role, team: tuple[Member, ...]) -> tuple[str, ...]:
    """Return who could help: those named, or anyone with a skill of the role; else anyone."""
    able = tuple(member.name for member in team if member.skills.keys() & role.skills.keys())
    return role.mentors or able or tuple(member.name for member in team)


def _expected(plan: Plan, store: Store | None, terms: Terms) -> tuple[tuple[float, ...], list[str]]:
    """Return the mean balance at each month's end without hires, and what it rests on."""
    if plan.cash is None:
        return (), ["The plan has no section `cash`, so no floor holds hires back."]
    accounts = world_of(plan, store, draws=terms.draws, seed=terms.seed).accounts
    notes = ["Expected cash is a mean: it holds rounds that may not come. See `whet plan cash`."]
    if terms.without:
        notes.append("Expected cash still pays for people who are thought away.")
    return tuple(accounts.balance.mean(axis=0).tolist()), notes
