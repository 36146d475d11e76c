"""What does a plan ask to be run? Its operations as a problem, with what the meter measured."""

from collections.abc import Mapping
from dataclasses import replace

from whet.company.operations.coverage import Coverage
from whet.company.operations.measured import Meter
from whet.company.operations.problem import Dial, Form, Operations, Service, Support
from whet.company.plan import operations as plan
from whet.company.plan.estimate import Estimate
from whet.core.errors import InputError

LEVELS = ("low", "likely", "high")
"""Which of an estimate's three numbers the demand is taken from."""


def operations_of(
    asked: plan.Operations | None,
    meters: Mapping[str, Meter],
    *,
    demand: str = "likely",
    coverage: Coverage | None = None,
) -> tuple[Operations, tuple[str, ...]]:
    """Return the problem that a plan poses, and in sentences what was measured.

    `demand` is one of `LEVELS`; a demand that was measured has no other. `coverage` is what a build
    of the support's card measured, where there is one.

    Raises:
        InputError: the plan has no operations.
    """
    if asked is None:
        raise InputError("A plan needs `operations:` with what must run; found none. Add it.")
    said: list[str] = []
    services = tuple(_service(one, asked.months, meters, demand, said) for one in asked.services)
    support = None
    if asked.support is not None:
        support = _support(asked.support, asked.months, demand)
        support = replace(support, dials=_dials(asked.support, coverage, said))
    problem = Operations(
        months=asked.months,
        services=services,
        support=support,
        marketing=asked.marketing_per_month,
        budget=asked.budget_per_month,
    )
    return problem, tuple(said)


def _service(
    asked: plan.Service, months: int, meters: Mapping[str, Meter], demand: str, said: list[str]
) -> Service:
    """Return one service, with demand and speeds from the meter where it knows them."""
    first = _level(asked.requests_per_month, demand)
    meter = meters.get(asked.model or "")
    if meter and meter.per_month is not None:
        first = meter.per_month
        said.append(
            f"{asked.id}: {first:,.0f} requests a month, measured over {meter.days} days "
            f"(the file says {asked.requests_per_month})."
        )
    return Service(
        id=asked.id,
        requests=_grown(first, asked.growth_per_month, months),
        peak=asked.peak,
        within_seconds=asked.within_seconds,
        answered=asked.answered,
        least_quality=asked.least_quality,
        forms=tuple(_form(one, asked.id, meters, said) for one in asked.forms),
    )


def _form(asked: plan.Form, service: str, meters: Mapping[str, Meter], said: list[str]) -> Form:
    """Return one form, with its speed from the meter where it knows it."""
    speed = asked.per_second
    meter = meters.get(asked.model or "")
    if meter and meter.per_second is not None:
        speed = meter.per_second
        said.append(
            f"{service}: {asked.id} answers {speed:,.3g} requests a second, measured on "
            f"{meter.requests:,} (the file says {asked.per_second:g})."
        )
    return Form(asked.id, asked.quality, speed, asked.cost_per_month, asked.once, asked.most)


def _support(asked: plan.Support, months: int, demand: str) -> Support:
    """Return the people who answer customers."""
    contacts = _level(asked.contacts_per_month, demand)
    return Support(
        contacts=_grown(contacts, asked.growth_per_month, months),
        hours=asked.hours_per_month,
        peak=asked.peak,
        minutes=asked.minutes,
        within_minutes=asked.within_minutes,
        answered=asked.answered,
        patience_minutes=asked.patience_minutes,
        agents=asked.agents,
        agent_cost=asked.agent_cost_per_month,
        agent_hours=asked.agent_hours_per_month,
        hire_cost=asked.hire_cost,
        release_cost=asked.release_cost,
        hire_months=asked.hire_months,
        first_month=asked.first_month,
        wrong_cost=asked.wrong_cost,
        most_wrong=None if asked.most_wrong is None else asked.most_wrong.likely,
    )


def _dials(asked: plan.Support, coverage: Coverage | None, said: list[str]) -> tuple[Dial, ...]:
    """Return the settings of the risk dial, with what a build knows of them."""
    dials = tuple(Dial(a.risk, a.answered, a.cost_per_contact) for a in asked.automation)
    if coverage is None:
        if asked.card is not None and dials:
            said.append(
                f"support: no build of {asked.card} has measured how much is answered at which "
                "risk; the file's shares are taken."
            )
        return dials
    found = []
    for dial in dials:
        share = coverage.answered(dial.risk)
        said.append(
            f"support: {share:.1%} are answered with at most {dial.risk:.3g} wrong, measured by "
            f"{coverage.run} of {coverage.card} (the file says {dial.answered:.1%})."
        )
        found.append(replace(dial, answered=share))
    return tuple(found)


def _level(estimate: Estimate, which: str) -> float:
    """Return one of an estimate's three numbers."""
    return float(getattr(estimate, which))


def _grown(first: float, growth: float, months: int) -> tuple[float, ...]:
    """Return a number for each month, growing by a share."""
    return tuple(first * (1 + growth) ** month for month in range(months))
