"""In which month does a day fall? The plan's calendar months, with leap days and part months.

Accounts go by calendar month. A position is a real number of months: 0 is the first day of the
month in which the plan starts, so a plan that starts on 16 November starts at position 0.5, and
its first month costs half.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from whet.company.simulation.streams import Draws
from whet.core.errors import InputError

MOST_MONTHS = 240
DAYS_PER_MONTH = 365.2425 / 12


@dataclass(frozen=True)
class Months:
    """The calendar months of a plan."""

    start: date
    """The plan's first day."""
    count: int
    """Number of calendar months, the first and perhaps partial one among them, 1 to 240."""

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_MONTHS:
            raise InputError(
                f"A plan of cash needs from 1 to {MOST_MONTHS} months; found {self.count}."
            )

    @cached_property
    def edges(self) -> NDArray[np.float64]:
        """Days from the start to the first of each month and to the end, shape (count + 1,)."""
        firsts = [self.first_day(i) for i in range(self.count + 1)]
        return np.array([(day - self.start).days for day in firsts], dtype=np.float64)

    def first_day(self, month: int) -> date:
        """Return the first day of a month, counted from 0."""
        year, index = divmod(self.start.year * 12 + self.start.month - 1 + month, 12)
        return date(year, index + 1, 1)

    @property
    def names(self) -> list[str]:
        """Return `2026-11` and so on, one for each month."""
        return [self.first_day(i).strftime("%Y-%m") for i in range(self.count)]

    @property
    def begin(self) -> float:
        """Position of the plan's first day, in [0, 1)."""
        return float(self.position(np.zeros(1))[0])

    def position(self, days: Draws) -> Draws:
        """Return positions in months of times in days from the start; infinite stays infinite."""
        inside = np.interp(days, self.edges, np.arange(self.count + 1, dtype=np.float64))
        beyond = np.maximum(days - self.edges[-1], 0.0) / DAYS_PER_MONTH
        return np.asarray(inside + beyond, dtype=np.float64)

    def at(self, day: date | None) -> float:
        """Return the position of the morning of a date, at least that of the start."""
        if day is None or day <= self.start:
            return self.begin
        return float(self.position(np.array([float((day - self.start).days)]))[0])

    def after(self, day: date | None) -> float:
        """Return the position of the evening of a date; without one it is never."""
        if day is None:
            return float("inf")
        days = max((day - self.start).days + 1, 0)
        return float(self.position(np.array([float(days)]))[0])


def present(begin: Draws, end: Draws | float, count: int) -> Draws:
    """Return the part of each month that lies between positions, shape (draws, count), in [0, 1].

    `begin` has the shape (draws,); `end` too, or is one number.
    """
    left = np.arange(count, dtype=np.float64)
    upper = np.minimum(left + 1, np.reshape(np.asarray(end, dtype=np.float64), (-1, 1)))
    return np.asarray(np.clip(upper - np.maximum(left, begin[:, None]), 0.0, 1.0), np.float64)


def paid_once(position: Draws, amount: Draws, count: int) -> Draws:
    """Return an amount in the month of its position, shape (draws, count); later is left out."""
    flow = np.zeros((len(position), count))
    month = np.floor(np.minimum(position, count)).astype(int)
    rows = np.flatnonzero(month < count)
    flow[rows, month[rows]] = np.broadcast_to(amount, position.shape)[rows]
    return flow


def delayed(flow: Draws, days: float, *, begin: float = 0.0) -> Draws:
    """Return monthly amounts paid `days` later, shape as `flow`; what is paid after the end is out.

    Amounts are earned evenly over the month, so a delay of one and a half months puts half of
    them into the next month and half into the one after. Those of the first month are earned from
    the position `begin` in it, in [0, 1).

    >>> delayed(np.array([[100.0, 0.0, 0.0]]), 1.5 * DAYS_PER_MONTH)
    array([[ 0., 50., 50.]])
    """
    if days == 0:
        return flow
    whole, part = divmod(days / DAYS_PER_MONTH, 1.0)
    shift = int(min(whole, flow.shape[1]))
    padded = np.pad(flow, ((0, 0), (shift + 1, 0)))[:, : flow.shape[1] + 1]
    moved: Draws = (1 - part) * padded[:, 1:] + part * padded[:, :-1]
    if begin:
        first, later = flow[:, :1], days / DAYS_PER_MONTH
        moved -= first * present(np.array([later]), 1 + later, flow.shape[1])
        moved += first * present(np.array([begin + later]), 1 + later, flow.shape[1]) / (1 - begin)
    return moved
