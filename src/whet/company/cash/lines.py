"""What does the company pay, and what do investors bring? People, costs and funding by month."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from whet.company.cash.months import Months, paid_once, present
from whet.company.simulation.estimates import ThreePoint, at, certain
from whet.company.simulation.streams import Draws, Streams
from whet.core.errors import InputError, did_you_mean

Category = Literal["compute", "labels", "marketing", "other"]
_NOTHING = certain(0.0)
Begin = Callable[[str], Draws]
"""From the name of a task or milestone to its position in months, shape (draws,)."""


@dataclass(frozen=True)
class Pay:
    """What one person costs."""

    id: str
    """Name, unique among people."""
    monthly: float
    """Money a month with everything on top of the wage, at least 0."""
    start: date | None = None
    """First day; None: there from the plan's start."""
    end: date | None = None
    """Last day; None: stays."""

    def __post_init__(self) -> None:
        if not self.monthly >= 0:
            raise InputError(
                f"The cost of {self.id!r} must be at least 0; found {self.monthly:g} a month."
            )


@dataclass(frozen=True)
class Cost:
    """Something that is paid for, once or by the month."""

    id: str
    """Name, unique among costs."""
    category: Category
    """`compute`, `labels`, `marketing` or `other`."""
    amount: ThreePoint
    """Money once, or a month."""
    once: bool = False
    """Whether it is paid once and not by the month."""
    start: date | None = None
    """First day, or day of the one payment; None: the plan's start."""
    end: date | None = None
    """Last day; None: goes on."""
    after: str | None = None
    """Task or milestone that it waits for, beside `start`."""
    per_day_of: str | None = None
    """Task whose effort in person-days multiplies the amount: labels, say, that it makes."""
    growth: float = 0.0
    """Growth a month, above -1."""

    def __post_init__(self) -> None:
        if self.growth <= -1:
            raise InputError(
                f"The cost {self.id!r} needs a growth above -1; found {self.growth:g}."
            )


@dataclass(frozen=True)
class Round:
    """Money from investors, grants or lenders."""

    id: str
    """Name, unique among rounds."""
    amount: ThreePoint
    """Money, if it comes."""
    probability: float
    """Probability that it comes at all, in [0, 1]."""
    on: date | None = None
    """Day on which it is expected; None: the plan's start."""
    after: str | None = None
    """Milestone that it waits for, beside `on`."""
    delay_months: ThreePoint = _NOTHING
    """Months that it comes later than expected."""

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise InputError(
                f"The probability of the round {self.id!r} must be from 0 to 1; found "
                f"{self.probability:g}."
            )


def pay_flow(people: tuple[Pay, ...], months: Months, *, growth: float = 0.0) -> Draws:
    """Return what all people cost, shape (1, months): a part month costs its part.

    Pay rises by the share `growth` a year, a twelfth each month.
    """
    factor = (1 + growth) ** (np.arange(months.count) / 12)
    total = np.zeros((1, months.count))
    for person in people:
        begin = np.array([months.at(person.start)])
        there = present(begin, months.after(person.end), months.count)
        total += person.monthly * factor * there
    return total


def cost_flow(
    cost: Cost,
    months: Months,
    streams: Streams,
    *,
    begin: Begin,
    efforts: Mapping[str, Draws] | None = None,
) -> Draws:
    """Return what a cost takes, shape (draws or 1, months).

    Raises:
        InputError: it goes by the effort of a task that is not among `efforts`.
    """
    amount = _amount(cost, streams, efforts or {})
    since = np.full(len(amount), months.at(cost.start))
    if cost.after is not None:
        since = np.maximum(since, begin(cost.after))
    if cost.once:
        return paid_once(since, amount, months.count)
    age = np.maximum(np.arange(months.count) - since[:, None], 0.0)
    grown = np.exp(np.log1p(cost.growth) * age) if cost.growth else 1.0
    there = present(since, months.after(cost.end), months.count)
    return np.asarray(amount[:, None] * there * grown, dtype=np.float64)


def _amount(cost: Cost, streams: Streams, efforts: Mapping[str, Draws]) -> Draws:
    """Return what is paid at a time, shape (draws,), or (1,) where it is known for certain."""
    if cost.per_day_of is None and cost.after is None and cost.amount.is_certain:
        return np.array([cost.amount.likely])
    amount = at(cost.amount, streams.normal("cost", cost.id))
    if cost.per_day_of is None:
        return amount
    if cost.per_day_of not in efforts:
        raise InputError(
            f"The cost {cost.id!r} goes by the effort of {cost.per_day_of!r}, which is no task "
            f"with an effort. {did_you_mean(cost.per_day_of, efforts)}"
        )
    return amount * efforts[cost.per_day_of]


def round_flow(round_: Round, months: Months, streams: Streams, *, begin: Begin) -> Draws:
    """Return the money of a round, shape (draws, months)."""
    name = ("round", round_.id)
    comes = streams.uniform(*name) < round_.probability
    expected = np.full(streams.draws, months.at(round_.on))
    if round_.after is not None:
        expected = np.maximum(expected, begin(round_.after))
    position = expected + at(round_.delay_months, streams.normal(*name, "delay"))
    amount = at(round_.amount, streams.normal(*name, "amount")) * comes
    return paid_once(position, amount, months.count)
