"""What does a change of the plan do to dates, money, value and prices? Before, after, difference.

Both plans are drawn with the same seed: what they share has the same luck in both, so a difference
is far more exact than either side. Its interval is Monte Carlo error alone, by sections: the draws
are cut into 20 equal parts, the difference is computed in each, and Student's quantile of their
spread holds for quantiles as well as for means.

    found = effect_of(Side("old", old), Side("new", new), draws=10_000, seed=0)

Source: S. Asmussen & P. W. Glynn, Stochastic Simulation (2007), III.5a, sectioning; common random
numbers: A. M. Law, Simulation Modeling and Analysis (2015), 11.2.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from scipy.stats import t as student

from whet.company.cash.company import World
from whet.company.cash.runway import ruin_positions
from whet.company.comparison.values import Told, values_of
from whet.company.comparison.world import world_of
from whet.company.plan.schema import Plan
from whet.company.simulation.calendars import day_of
from whet.company.simulation.streams import Draws
from whet.core.errors import InputError
from whet.store.store import Store

Unit = Literal["day", "money", "months", "probability"]
SECTIONS = 20
LEAST_DRAWS = 200
"""Draws below which a section has less than ten."""
_LEVELS = (0.5, 0.8)
_TAIL = 0.1
_MOMENT = 1e-3
"""Days: what is done at the start is done on the first day, not on the evening before."""


@dataclass(frozen=True)
class Side:
    """One of the two plans."""

    name: str
    """What people call it: a file, or a revision and a file."""
    plan: Plan
    """The plan."""
    store: Store | None = None
    """Store of its workspace, for measured curves; None where there is none."""


@dataclass(frozen=True)
class Row:
    """One number of both plans."""

    section: str
    """`dates`, `cash`, `allocation` or `prices`."""
    name: str
    """What is told, such as `extract-launch P80`."""
    unit: Unit
    """Unit of both sides; a difference of two dates is in days."""
    before: float | date | None
    """In the old plan; None where it cannot be told there."""
    after: float | date | None
    """In the new plan."""
    difference: float | None
    """New minus old; None unless both are there in the same currency."""
    low: float | None = None
    """Lower end of the 95 % interval of the difference; None where nothing was drawn."""
    high: float | None = None
    """Upper end."""


@dataclass(frozen=True)
class Effect:
    """What a change of the plan does."""

    sentence: str
    """The most important of it in one sentence."""
    rows: tuple[Row, ...]
    """Everything that was compared."""
    notes: tuple[str, ...]
    """What could not be compared, and why."""
    draws: int
    """Joint draws of each plan."""
    seed: int
    """Seed of both."""


def effect_of(old: Side, new: Side, *, draws: int, seed: int = 0, seconds: float = 30.0) -> Effect:
    """Return what changes in dates, money, value and prices from one plan to another.

    A side that cannot be computed leaves its numbers out; a note says why. `seconds` limits the
    search for the best split of each side's budget.

    Raises:
        InputError: there are fewer than 200 draws, or more than the simulation takes.
    """
    if draws < LEAST_DRAWS:
        raise InputError(
            f"A comparison needs at least {LEAST_DRAWS} draws for its intervals; found {draws}."
        )
    notes: list[str] = []
    worlds = tuple(_world(side, draws, seed, notes) for side in (old, new))
    same = old.plan.currency == new.plan.currency
    if not same:
        notes.append(
            f"Money is in {old.plan.currency} before and in {new.plan.currency} after: no "
            "difference of money is told."
        )
    rows = [*_dates(old, new, worlds), *_cash(old, new, worlds, notes, same=same)]
    told = [values_of(side.plan, side.store, seed=seed, seconds=seconds) for side in (old, new)]
    for side, (_, why) in zip((old, new), told, strict=True):
        notes += [f"{side.name}: {reason}" for reason in why]
    rows += _values(told[0][0], told[1][0], same=same)
    return Effect(sentence(rows, new.name, new.plan), tuple(rows), tuple(notes), draws, seed)


def _world(side: Side, draws: int, seed: int, notes: list[str]) -> World | None:
    """Return the draws of a plan; None, with a note, where it cannot be drawn."""
    try:
        return world_of(side.plan, side.store, draws=draws, seed=seed)
    except InputError as error:
        notes.append(f"{side.name} has no dates and no cash: {error}")
        return None


Worlds = tuple[World | None, ...]
Measure = Callable[[Draws], float]


def _dates(old: Side, new: Side, worlds: Worlds) -> Iterator[Row]:
    """Yield the dates of the milestones of both plans."""
    deadlines = [{} if world is None else world.company.deadlines for world in worlds]
    for name in dict.fromkeys([*deadlines[1], *deadlines[0]]):
        finish = [
            np.maximum(world.times.of(name), _MOMENT) + side.plan.start.toordinal()
            if world is not None and name in known
            else None
            for side, world, known in zip((old, new), worlds, deadlines, strict=True)
        ]
        for level in _LEVELS:
            yield _row("dates", f"{name} P{100 * level:.0f}", "day", _quantile(level), finish)


def _cash(old: Side, new: Side, worlds: Worlds, notes: list[str], *, same: bool) -> Iterator[Row]:
    """Yield runway, ruin, cash and value of both plans, up to the earlier end of the two."""
    paid: list[World | None] = []
    for side, world in zip((old, new), worlds, strict=True):
        paid.append(world if side.plan.cash else None)
        if side.plan.cash is None:
            notes.append(f"{side.name} has no section `cash`, so its money is not told.")
    known = [world for world in paid if world is not None]
    if not known:
        return
    ends = [world.accounts.months.first_day(world.accounts.months.count) for world in known]
    end = min(ends)
    if len(set(ends)) > 1:
        notes.append(f"The plans end at different times; money is compared up to {end}.")
    lasting = [None if world is None else _lasting(world, end) for world in paid]
    gone = [None if world is None else _gone(world, end) for world in paid]
    closing = [None if world is None else _balance(world, end) for world in paid]
    value = [None if world is None else world.value for world in paid]
    yield _row("cash", "runway, worst tenth", "months", _quantile(_TAIL), lasting)
    yield _row("cash", "runway, mean to the end", "months", _mean, lasting)
    yield _row("cash", "money runs out", "probability", _mean, gone)
    yield _row("cash", "cash at the end, mean", "money", _mean, closing, same=same)
    yield _row("cash", "cash at the end, P10", "money", _quantile(_TAIL), closing, same=same)
    if len(set(ends)) == 1 and old.plan.start == new.plan.start:
        yield _row("cash", "value, mean", "money", _mean, value, same=same)


def _lasting(world: World, end: date) -> Draws:
    """Return the months that the money lasts, at most up to a day, shape (draws,)."""
    months = world.accounts.months
    ruin = np.minimum(ruin_positions(world.accounts), months.at(end))
    return np.asarray(ruin - months.begin, np.float64)


def _gone(world: World, end: date) -> Draws:
    """Return 1 where the money has run out before a day, shape (draws,)."""
    limit = world.accounts.months.at(end)
    return (ruin_positions(world.accounts) < limit).astype(np.float64)


def _balance(world: World, end: date) -> Draws:
    """Return the money on the evening before a day that is the first of a month, (draws,)."""
    last = round(world.accounts.months.at(end)) - 1
    return np.asarray(world.accounts.balance[:, max(last, 0)], np.float64)


def _values(old: Told, new: Told, *, same: bool) -> Iterator[Row]:
    """Yield what is no draw: the value of the best split, and prices."""
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        difference = None
        if same and before is not None and after is not None:
            difference = after - before
        yield Row(*key, "money", before, after, difference)


def _row(
    section: str,
    name: str,
    unit: Unit,
    measure: Measure,
    sides: list[Draws | None],
    *,
    same: bool = True,
) -> Row:
    """Return one number of both plans, with the interval of the difference of paired draws."""
    old, new = sides
    before, after = (_told(measure, draws, unit) for draws in sides)
    if old is None or new is None or not same:
        return Row(section, name, unit, before, after, None)
    difference = measure(new) - measure(old)
    half = _half_width(measure, old, new)
    low, high = difference - half, difference + half
    return Row(section, name, unit, before, after, difference, low, high)


def _told(measure: Measure, draws: Draws | None, unit: Unit) -> float | date | None:
    """Return one side of a row; days are counted from the first day of the calendar."""
    if draws is None:
        return None
    found = measure(draws)
    return day_of(date.min, found - 1) if unit == "day" else found


def _half_width(measure: Measure, old: Draws, new: Draws) -> float:
    """Return half the width of the 95 % interval of a difference, by sections."""
    pairs = zip(np.array_split(old, SECTIONS), np.array_split(new, SECTIONS), strict=True)
    parts = [measure(after) - measure(before) for before, after in pairs]
    spread = float(np.std(parts, ddof=1)) / float(np.sqrt(SECTIONS))
    return float(student.ppf(0.975, SECTIONS - 1)) * spread


def _mean(values: Draws) -> float:
    """Return the mean of draws."""
    return float(np.mean(values))


def _quantile(level: float) -> Measure:
    """Return the measure that takes a quantile."""
    return lambda values: float(np.quantile(values, level))


def sentence(rows: list[Row], name: str, plan: Plan) -> str:
    """Return the most important changes in one sentence: the latest date, the money, the odds."""
    parts = [*_moved(rows, plan), *_ended(rows, plan.currency)]
    if not parts:
        is_told = any(row.difference is not None for row in rows)
        why = "changes no date and no money" if is_told else "cannot be compared; the notes say why"
        return f"{name} {why}."
    return f"{name} {', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]}."


def _moved(rows: list[Row], plan: Plan) -> Iterator[str]:
    """Yield how the milestone moves that moves most, weighed by what a week of delay costs."""
    weights = {mark.id: mark.penalty_per_week or mark.weight for mark in plan.milestones}
    late = [
        (abs(row.difference) * max(weights.get(row.name.removesuffix(" P80"), 1), 1e-9), row)
        for row in rows
        if row.section == "dates" and row.name.endswith(" P80") and row.difference
    ]
    clear = [pair for pair in late if round(abs(pair[1].difference or 0.0)) and _is_clear(pair[1])]
    if clear:
        row = max(clear, key=lambda pair: pair[0])[1]
        days = round(row.difference or 0.0)
        words = (
            f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'later' if days > 0 else 'earlier'}"
        )
        yield f"reaches {row.name.removesuffix(' P80')} {words} (P80)"


def _ended(rows: list[Row], currency: str) -> Iterator[str]:
    """Yield how much more or less money there is at the end, and how the odds of ruin move."""
    clear = [row for row in rows if row.difference is not None and _is_clear(row)]
    for row in clear:
        gap = row.difference or 0.0
        if row.name == "cash at the end, mean" and round(gap):
            words = "less" if gap < 0 else "more"
            yield f"ends with {abs(gap):,.0f} {currency} {words} on average"
    for row in clear:
        if row.unit == "probability" and abs(row.difference or 0.0) >= 0.005:
            odds = (f"{100 * float(x):.0f} %" for x in (row.after, row.before))  # type: ignore[arg-type]
            yield f"runs out of money in {' of draws instead of '.join(odds)}"


def _is_clear(row: Row) -> bool:
    """Return whether the interval of a difference leaves out 0."""
    return row.low is not None and row.high is not None and (row.low > 0 or row.high < 0)
