"""How long does the money last, and how likely is it to run out? Runway, ruin and the fan.

Ruin is a balance below 0 at the end of a month; a month that dips and recovers is not seen. What
happens after ruin is still drawn (the curve goes on below 0), so the fan has no hole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.company.cash.accounts import Accounts
from whet.company.simulation.streams import Draws
from whet.company.simulation.summary import Estimate, quantile, share, worst_mean

FAN_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
RUNWAY_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Runway:
    """How the money ends over the draws."""

    months: dict[float, float]
    """Runway in months by level; infinite where the money lasts beyond the horizon."""
    ruin_by_month: tuple[Estimate, ...]
    """Probability that the money has run out by the end of each month."""
    ruin: Estimate
    """Probability that it runs out within the horizon."""
    lowest: Estimate
    """Median of the lowest balance, in money."""
    lowest_cvar: Estimate
    """Mean of the lowest balance in the worst 5 % of draws, in money."""
    fan: dict[float, list[float]]
    """Balance at the end of each month by level, in money."""


def runway(accounts: Accounts) -> Runway:
    """Return what the draws say about the end of the money."""
    gone = gone_by_month(accounts.balance)
    lasts = np.sort(ruin_positions(accounts) - accounts.months.begin)
    # By order statistics: an interpolation between a number and infinity is none.
    ranks = {p: min(int(np.ceil(p * len(lasts))), len(lasts)) - 1 for p in RUNWAY_LEVELS}
    lowest = lowest_balance(accounts)
    fan = np.quantile(accounts.balance, FAN_LEVELS, axis=0)
    return Runway(
        {level: float(lasts[rank]) for level, rank in ranks.items()},
        tuple(share(gone[:, month]) for month in range(gone.shape[1])),
        share(gone[:, -1]),
        quantile(lowest, 0.5),
        worst_mean(lowest),
        {level: row.tolist() for level, row in zip(FAN_LEVELS, fan, strict=True)},
    )


def gone_by_month(balance: Draws) -> NDArray[np.bool_]:
    """Return whether the money has run out by the end of each month, shape (draws, months)."""
    found: NDArray[np.bool_] = np.logical_or.accumulate(balance < 0, axis=1)
    return found


def ruin_positions(accounts: Accounts) -> Draws:
    """Return the position in months at which the money runs out, shape (draws,).

    Within the month in which the balance falls below 0 it is taken to fall evenly. Infinite where
    the money lasts.
    """
    balance = accounts.balance
    below = balance < 0
    ruined = below.any(axis=1)
    month = np.where(ruined, below.argmax(axis=1), 0)
    rows = np.arange(len(balance))
    before = np.where(month > 0, balance[rows, month - 1], accounts.opening)
    drop = np.where(ruined, before - balance[rows, month], 1.0)
    begin = np.where(month > 0, month, accounts.months.begin)
    position = begin + (month + 1 - begin) * before / drop
    return np.where(ruined, position, np.inf)


def lowest_balance(accounts: Accounts) -> Draws:
    """Return the lowest balance at a month's end, or the opening one, shape (draws,)."""
    return np.asarray(np.minimum(accounts.balance.min(axis=1), accounts.opening), np.float64)


def ruin_before(accounts: Accounts, reached: Draws) -> Estimate:
    """Return the probability that the money runs out before a milestone.

    `reached` is the milestone's position in months, shape (draws,). A draw in which neither
    happens within the horizon counts as no ruin.
    """
    return share(ruin_positions(accounts) < reached)
