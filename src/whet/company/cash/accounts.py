"""How much money is there at the end of each month? The accounts of every draw.

Flows are cash flows: what is earned in one month and paid in a later one counts in the later.
Money that comes is above 0, money that goes below 0. Taxes, where a rate is given, are due on
profits beyond all losses before them, in the month in which the profit is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from whet.company.cash.months import Months
from whet.company.simulation.streams import Draws
from whet.core.errors import InputError

FUNDING = "funding"


@dataclass(frozen=True)
class Accounts:
    """Cash over draws and months."""

    months: Months
    """The calendar months."""
    opening: float
    """Money on the plan's first day."""
    flows: Mapping[str, Draws]
    """Signed cash flow by line, shape (draws or 1, months)."""
    balance: Draws
    """Money at the end of each month, shape (draws, months)."""

    def waterfall(self) -> dict[str, list[float]]:
        """Return the mean flow of every line by month; the lines add up to the mean balance."""
        return {name: flow.mean(axis=0).tolist() for name, flow in self.flows.items()}

    def operating(self) -> Draws:
        """Return the flow without funding, shape (draws, months)."""
        parts = [flow for name, flow in self.flows.items() if name != FUNDING]
        return _total(parts, self.balance.shape)


def close_accounts(
    flows: Mapping[str, Draws],
    months: Months,
    *,
    opening: float,
    draws: int,
    tax_rate: float = 0.0,
    losses: float = 0.0,
) -> Accounts:
    """Return the accounts from signed flows by line; the line `funding` is not taxed.

    `losses` are those of earlier years that profits are set off against, at least 0.

    Raises:
        InputError: there is no money at the start, or the tax rate is not in [0, 1].
    """
    if not opening > 0:
        raise InputError(
            f"The cash on {months.start.isoformat()} must be above 0; found {opening:,.0f}: the "
            "company cannot pay already. Give the balance of all accounts, and credit that can be "
            "drawn today as a funding round of today."
        )
    if not 0 <= tax_rate <= 1:
        raise InputError(f"The tax rate must be from 0 to 1; found {tax_rate:g}.")
    shape = (draws, months.count)
    lines = dict(flows)
    if tax_rate:
        profit = _total([flow for name, flow in flows.items() if name != FUNDING], shape)
        lines["tax"] = -tax_rate * _taxable(profit, losses)
    balance = opening + np.cumsum(_total(list(lines.values()), shape), axis=1)
    return Accounts(months, opening, lines, balance)


def _taxable(profit: Draws, losses: float) -> Draws:
    """Return the profit of each month that all losses before do not cover."""
    total = np.maximum(np.cumsum(profit, axis=1) - losses, 0.0)
    highest = np.maximum.accumulate(total, axis=1)
    return np.diff(highest, axis=1, prepend=0.0)


def _total(parts: list[Draws], shape: tuple[int, int]) -> Draws:
    """Return the sum of flows of which some are the same in all draws."""
    total = np.zeros(shape)
    for part in parts:
        total += part
    return total
