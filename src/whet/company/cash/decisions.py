"""By when must something be done? The last month in which acting still keeps the company safe.

An option (raise, cut, stop) has a lead time: money that is asked for in March is there in August.
For every month the draws are run as if the option were taken at its end, whatever has happened by
then; the decision date is the last month before ruin becomes likelier than is accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whet.company.cash.accounts import Accounts
from whet.company.cash.months import paid_once, present
from whet.company.cash.runway import gone_by_month
from whet.company.simulation.streams import Streams
from whet.company.simulation.summary import Estimate, share
from whet.core.errors import InputError

Urgency = Literal["not needed", "by", "too late"]


@dataclass(frozen=True)
class Option:
    """What the company could do about its cash."""

    id: str
    """Name: raise, cut, stop …"""
    lead_months: float
    """Months from the decision to its effect, at least 0."""
    amount: float = 0.0
    """Money that comes once, at least 0."""
    probability: float = 1.0
    """Probability that the money comes, in [0, 1]."""
    saving: float = 0.0
    """Money that is saved (or earned) each month from then on; below 0 it is lost."""
    cost: float = 0.0
    """Money that the decision costs at once (severance, fees), at least 0."""

    def __post_init__(self) -> None:
        if self.lead_months < 0 or self.amount < 0 or self.cost < 0:
            raise InputError(
                f"The option {self.id!r} needs lead time, amount and cost of at least 0; found "
                f"{self.lead_months:g} months, {self.amount:g} and {self.cost:g}."
            )
        if not 0 <= self.probability <= 1:
            raise InputError(
                f"The probability of the option {self.id!r} must be from 0 to 1; found "
                f"{self.probability:g}."
            )


@dataclass(frozen=True)
class Deadline:
    """By when an option must be decided."""

    option: str
    """Its name."""
    urgency: Urgency
    """`not needed`: the plan is safe without; `by`: until `latest`; `too late`: it never is."""
    latest: date | None
    """Last day for the decision; None unless the urgency is `by`."""
    ruin_without: Estimate
    """Probability of ruin within the horizon without the option."""
    ruin_by_month: tuple[Estimate, ...]
    """Probability of ruin when it is decided at the end of each month; the first is at once."""


def deadlines(
    accounts: Accounts, options: Sequence[Option], streams: Streams, *, accepted: float = 0.05
) -> list[Deadline]:
    """Return for each option the last day on which ruin still stays at `accepted` or below.

    Raises:
        InputError: `accepted` is not in (0, 1).
    """
    if not 0 < accepted < 1:
        raise InputError(
            f"The accepted probability of ruin must be above 0 and below 1; found {accepted:g}."
        )
    without = share(gone_by_month(accounts.balance)[:, -1])
    return [_deadline(accounts, option, streams, accepted, without) for option in options]


@dataclass(frozen=True)
class Affordable:
    """When the company can take on a running cost, such as a hire."""

    option: str
    """Its name."""
    earliest: date | None
    """First decision from which on ruin always stays bearable; None: never within the horizon."""
    ruin_without: Estimate
    """Probability of ruin within the horizon without it."""
    ruin_now: Estimate
    """Probability of ruin when it is decided at once."""


def affordable(
    accounts: Accounts, options: Sequence[Option], streams: Streams, *, accepted: float = 0.05
) -> list[Affordable]:
    """Return for each cost the first day from which on deciding it keeps ruin at `accepted`.

    Costs are options whose saving is below 0. What they bring back is not counted, so this is what
    the money alone allows.
    """
    found = []
    for line in deadlines(accounts, options, streams, accepted=accepted):
        first = len(line.ruin_by_month)
        while first > 0 and line.ruin_by_month[first - 1].value <= accepted:
            first -= 1
        day = None
        if first < len(line.ruin_by_month):
            day = _moment(accounts, first)
        found.append(Affordable(line.option, day, line.ruin_without, line.ruin_by_month[0]))
    return found


def _moment(accounts: Accounts, index: int) -> date:
    """Return the day of a decision: the plan's first day, then the last day of each month."""
    if index == 0:
        return accounts.months.start
    return accounts.months.first_day(index) - timedelta(days=1)


def _deadline(
    accounts: Accounts, option: Option, streams: Streams, accepted: float, without: Estimate
) -> Deadline:
    months = accounts.months
    comes = streams.uniform("option", option.id) < option.probability
    # The first decision is today, the others at the months' ends.
    moments = [months.begin, *range(1, months.count)]
    ruin = tuple(_ruin_with(accounts, option, float(moment), comes) for moment in moments)
    safe = [estimate.value <= accepted for estimate in ruin]
    held = safe.index(False) if False in safe else len(safe)
    urgency: Urgency = "by" if held else "too late"
    latest: date | None = None
    if without.value <= accepted:
        urgency = "not needed"
    elif held:
        latest = _moment(accounts, held - 1)
    return Deadline(option.id, urgency, latest, without, ruin)


def _ruin_with(
    accounts: Accounts, option: Option, decided: float, comes: NDArray[np.bool_]
) -> Estimate:
    """Return the probability of ruin when an option is decided at a position in months."""
    count = accounts.months.count
    acts = np.array([decided + option.lead_months])
    once = np.cumsum(paid_once(acts, np.array([option.amount]), count), axis=1)
    saved = np.cumsum(option.saving * present(acts, np.inf, count), axis=1)
    paid = np.cumsum(paid_once(np.array([decided]), np.array([option.cost]), count), axis=1)
    sure = saved - paid
    # Only two cases over all draws: the money comes, or it does not.
    with_money = (accounts.balance + (sure + once) < 0).any(axis=1)
    without = (accounts.balance + sure < 0).any(axis=1)
    return share(np.where(comes, with_money, without))
