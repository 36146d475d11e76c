"""What is to be split, between which lines, under which limits? Checked inputs of an allocation."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from whet.company.strategy.curves import Curve, Curves, stack
from whet.company.strategy.families import Array
from whet.core.errors import InputError, did_you_mean


@dataclass(frozen=True)
class Line:
    """One line of spending."""

    id: str
    """Name of the line."""
    curve: Curve
    """What comes back for what is spent."""
    least: float = 0.0
    """Money that must be spent on it; at least 0."""
    most: float = math.inf
    """Money that can be spent on it."""
    today: float = 0.0
    """Money that is spent on it now."""
    weight: float = 1.0
    """Value of one unit of the response; at least 0."""
    lost_per_week: float = 0.0
    """Share of the response that is lost with every week of delay, from 0 to below 1."""
    weeks_late: float = 0.0
    """Weeks by which it is late already."""

    @property
    def worth(self) -> float:
        """Value of one unit of the response after the delay."""
        return float(self.weight * (1 - self.lost_per_week) ** self.weeks_late)


@dataclass(frozen=True)
class Limit:
    """A bound that several lines share: the sum of uses · spending is at most `most`."""

    id: str
    """Name of the limit."""
    uses: Mapping[str, float]
    """How much of it one unit of money in a line uses, by line; negative where it adds."""
    most: float
    """How much there is."""


@dataclass(frozen=True)
class Problem:
    """A budget to split between lines."""

    budget: float
    """Money to split; need not be spent to the last unit."""
    lines: tuple[Line, ...]
    """Where it can go."""
    limits: tuple[Limit, ...] = ()
    """Bounds that lines share."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InputError: a number out of range, an id given twice, a limit of an unknown line.
        """
        if not self.lines:
            raise InputError("An allocation needs at least one line; found none. Add a line.")
        _check_number("budget", self.budget)
        for kind, ids in (("line", self.ids), ("limit", [limit.id for limit in self.limits])):
            if twice := [name for name, count in Counter(ids).items() if count > 1]:
                raise InputError(
                    f"Each {kind} must have an id of its own; found {twice[0]!r} twice."
                )
        for line in self.lines:
            _check_line(line)
        for limit in self.limits:
            _check_limit(limit, self.ids)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Names of the lines, in their order."""
        return tuple(line.id for line in self.lines)

    @cached_property
    def low(self) -> Array:
        """(n,) least spendings."""
        return np.array([line.least for line in self.lines], float)

    @cached_property
    def high(self) -> Array:
        """(n,) most spendings; infinite without a limit."""
        return np.array([line.most for line in self.lines], float)

    @cached_property
    def curves(self) -> Curves:
        """The response curves at their likely parameters, in units of value."""
        worth = np.array([line.worth for line in self.lines])
        return stack([line.curve for line in self.lines], worth)

    @cached_property
    def uses(self) -> Array:
        """(m, n) how much of each limit one unit of money in each line uses."""
        table = np.zeros((len(self.limits), len(self.lines)))
        place = {name: i for i, name in enumerate(self.ids)}
        for row, limit in enumerate(self.limits):
            for name, use in limit.uses.items():
                table[row, place[name]] = use
        return table

    @cached_property
    def room(self) -> Array:
        """(m,) how much of each limit there is."""
        return np.array([limit.most for limit in self.limits], float)

    @cached_property
    def reachable(self) -> Array:
        """(n,) most spendings that leave the other lines their least; finite."""
        spare = max(self.budget - float(self.low.sum()), 0.0)
        return np.minimum(self.high, self.low + spare)

    @cached_property
    def is_concave(self) -> bool:
        """Whether no line can be on the convex part of an S-curve."""
        return bool(np.all(np.minimum(self.curves.inflection(), self.reachable) <= self.low))

    def with_budget(self, budget: float) -> "Problem":
        """Return the same problem with another budget."""
        return replace(self, budget=budget)

    def with_line(self, number: int, line: Line) -> "Problem":
        """Return the same problem with another line at a place."""
        lines = (*self.lines[:number], line, *self.lines[number + 1 :])
        return replace(self, lines=lines)

    def value(self, x: Array) -> float:
        """Return the value of a split."""
        return float(self.curves.value(x).sum())


def _check_number(name: str, value: float, *, most: float = math.inf) -> None:
    """Refuse a number that is negative, not finite or too large."""
    if not (0 <= value <= most) or (most == math.inf and not math.isfinite(value)):
        bound = "" if most == math.inf else f" and below {most:g}"
        raise InputError(f"{name} must be a number of at least 0{bound}; found {value:g}.")


def _check_line(line: Line) -> None:
    """Refuse a line whose numbers cannot be meant."""
    for name in ("least", "today", "weight", "weeks_late"):
        _check_number(f"{line.id}: {name}", getattr(line, name))
    _check_number(f"{line.id}: lost_per_week", line.lost_per_week, most=0.999999)
    if math.isnan(line.most) or line.most < line.least:
        raise InputError(
            f"{line.id}: most must be at least `least`; found most {line.most:g} and "
            f"least {line.least:g}. Raise one or lower the other."
        )


def _check_limit(limit: Limit, ids: tuple[str, ...]) -> None:
    """Refuse a limit of unknown lines, or with numbers that are none."""
    for name, use in limit.uses.items():
        if name not in ids:
            raise InputError(
                f"The limit {limit.id!r} names {name!r}, which is no line. "
                f"{did_you_mean(name, ids)}"
            )
        if not math.isfinite(use):
            raise InputError(f"{limit.id}: uses of {name} must be a finite number; found {use}.")
    if not math.isfinite(limit.most):
        raise InputError(f"{limit.id}: most must be a finite number; found {limit.most}.")
