"""Buy more labels, stop, or lower the target? The cheapest staged rule, by dynamic programming.

A stage buys some labels, trains, measures, and decides again. To be least, in expectation:

    labels + compute + weeks (and weeks late) + penalty x P(target missed on a future test set)

What is believed at a stage is the draws of the curve, weighted by how well they explain what was
last measured; measured scores fall into bins, so that a state is (labels, bin, stages done). It is
Learn-Optimise-Collect (Mahmood et al. 2022, NeurIPS; JMLR 26, 2025) with the belief updated inside
the optimisation. Later stages end at the sizes of a grid, which holds every size at which a
deadline falls; the first one, which is decided now, may end at any size. A purchase of less than an
eighth of a doubling is the last one: to decide again after it would be to measure the same again.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize_scalar

from whet.company.labels.beliefs import Beliefs, Column, first_chance
from whet.company.labels.curve import Floats
from whet.company.labels.forecast import Forecast
from whet.company.labels.requirement import Target, check_target, met
from whet.company.labels.stages import BOUGHT, COST, MET, Stage, Stages
from whet.company.labels.terms import Cleaning, Pace, Prices, check_terms

SIZES = 33
"""Sizes between the largest measured one and the farthest at which a stage may end."""

_STEP = 2.0**0.125
"""By how much the labels must grow so that another stage may follow."""

_ROUNDING = 1e-9

_VALLEYS = 2
"""Smallest costs on the grid around which sizes between its own are tried."""

_CLOSE = 1e-2
"""How exactly the best size is found, as a share of the distance between two of the grid."""


@dataclass(frozen=True)
class Outcome:
    """What a decision leads to, in expectation, when every later one is the cheapest."""

    cost: float
    """Labels, compute, weeks, and the penalty times its probability."""
    bought: float
    """Labels bought until the end."""
    hours: float
    """GPU-hours."""
    weeks: float
    """Weeks until the last stage ends."""
    met: float
    """Probability that the target is met at the end."""


@dataclass(frozen=True)
class Option:
    """One thing that can be done now."""

    action: str
    """`buy`, `clean` or `stop`."""
    size: float
    """Labels there will be (for `clean`: that the labels will be worth)."""
    staged: Outcome
    """When measured then, and decided again."""
    at_once: Outcome
    """When that is the end of it."""


@dataclass(frozen=True)
class Purchase:
    """What to do next, and every option there was."""

    best: Option
    options: tuple[Option, ...]
    """By size; the first is `stop`."""


def plan_purchase(
    forecast: Forecast,
    target: Target,
    prices: Prices,
    pace: Pace,
    *,
    cleaning: Cleaning | None = None,
    most: float = math.inf,
) -> Purchase:
    """Return what to buy now so that the whole staged purchase costs least in expectation.

    Args:
        forecast: draws of the curve.
        target: the score to be met.
        prices: what things cost.
        pace: how fast they come.
        cleaning: the other way to better labels, where known.
        most: labels that can be had at all; two doublings at most in any case.

    Raises:
        InputError: a price is negative, a rate is not positive, or the target is impossible.

    Source: Mahmood et al. 2022, NeurIPS (Optimizing Data Collection for Machine Learning); dynamic
        programming over beliefs: Bertsekas 2017, section 4.
    """
    grid = grid_of(forecast, prices, [pace], most=most)
    return purchase(Beliefs(forecast), target, Stages(prices, pace, grid[0]), grid, cleaning)


def grid_of(
    forecast: Forecast, prices: Prices, paces: Iterable[Pace], *, most: float
) -> tuple[float, ...]:
    """Return the sizes at which stages may end: equal ratios, and where the cost of a pace bends.

    Costs under several paces are compared on one grid, so that its steps are not among what tells
    them apart.
    """
    now = float(forecast.curve.largest)
    last = float(max(min(float(forecast.sizes[-1]), most), now))
    if last <= now:
        return (now,)
    sizes = {float(one) for one in np.geomspace(now, last, SIZES)} | {now * _STEP}
    for pace in paces:
        check_terms(prices, pace)
        sizes |= {now + pace.free_labels, *Stages(prices, pace, now).deadlines(last)}
    return tuple(sorted(size for size in sizes if size <= last))


def purchase(
    beliefs: Beliefs,
    target: Target,
    stages: Stages,
    grid: tuple[float, ...],
    cleaning: Cleaning | None = None,
) -> Purchase:
    """Return the cheapest step from the first size of the grid, and every option.

    Raises:
        InputError: as `plan_purchase` says.
    """
    check_target(beliefs.forecast, target)
    check_terms(stages.prices, stages.pace, cleaning)
    return _Programme(beliefs, target, stages, grid).decide(cleaning)


class _Programme:
    """The dynamic programme of one purchase.

    Tables have the shape (extras, bins, 5): amounts of extra weeks (`Stages.extras`), bins of the
    last measurement, and `COST`, `BOUGHT`, ….
    """

    def __init__(
        self, beliefs: Beliefs, target: Target, stages: Stages, grid: tuple[float, ...]
    ) -> None:
        self.beliefs, self.target, self.stages, self.sizes = beliefs, target, stages, grid
        self.columns = [beliefs.kept(size) for size in grid]
        self.extras = stages.extras(grid[-1])
        self._values: dict[tuple[int, float], list[Floats]] = {}

    def decide(self, cleaning: Cleaning | None) -> Purchase:
        """Return the cheapest option and all others."""
        options = [self.stop_now()]
        bought = [self.buy(column) for column in self.columns[1:]]
        options += [*bought, *self.between(bought)]
        if cleaning is not None and len(self.sizes) > 1:
            options.append(self.clean(cleaning))
        finite = [one for one in options if math.isfinite(one.staged.cost)]
        best = min(finite, key=lambda one: one.staged.cost)
        return Purchase(best, tuple(sorted(finite, key=lambda one: one.size)))

    def stop_now(self) -> Option:
        """Return what ending here leads to; gifts of labels are learnt from all the same."""
        forecast = self.beliefs.forecast
        gifted = min(self.sizes[0] + self.stages.pace.free_labels, float(forecast.sizes[-1]))
        chance = float(met(forecast, self.target, forecast.at(gifted)).mean())
        outcome = Outcome(self.stages.prices.miss * (1 - chance), 0.0, 0.0, 0.0, chance)
        return Option("stop", self.sizes[0], outcome, outcome)

    def buy(self, column: Column) -> Option:
        """Return what a first stage to a size leads to."""
        stage, extra = self.stages.first(column.size), self.stages.first_extra(column.size)
        spent = self.stages.spent(stage, np.zeros(1))[0, 0]
        staged, at_once = (
            spent + self.expected(column, values, extra)
            for values in (self.after_first(column), self.stop(column))
        )
        return Option("buy", column.size, _outcome(staged), _outcome(at_once))

    def clean(self, cleaning: Cleaning) -> Option:
        """Return what checking all labels first leads to."""
        now, pace = self.sizes[0], self.stages.pace
        hours = pace.hours_fixed + pace.hours_per_label * now
        weeks = now / cleaning.labels_per_week + hours / pace.hours_per_week + pace.weeks_per_stage
        stage = Stage(now, hours, weeks)
        spent = self.stages.spent(stage, np.zeros(1), label=cleaning.price)[0, 0]
        spent[BOUGHT] = 0.0
        column = self.beliefs.column(min(now * cleaning.worth(), self.sizes[-1]))
        extra = float(self.extras[0])
        shift = 0.0  # without a deadline it does not matter when a stage begins
        if math.isfinite(pace.deadline_weeks):
            shift = weeks - self.stages.begun(1, column.size) - extra
        staged, at_once = (
            spent + self.expected(column, values, extra)
            for values in (self.cheapest(1, column, shift), self.stop(column))
        )
        return Option("clean", column.size, _outcome(staged), _outcome(at_once))

    def between(self, bought: list[Option]) -> list[Option]:
        """Return the cheapest first sizes between those of the grid, around its smallest costs."""
        costs = [option.staged.cost for option in bought]
        ends = list(pairwise([self.sizes[0], *(option.size for option in bought)]))
        valleys = [
            place
            for place, cost in enumerate(costs)
            if math.isfinite(cost) and cost <= min(costs[max(place - 1, 0) : place + 2])
        ]
        valleys = sorted(valleys, key=lambda place: costs[place])[:_VALLEYS]
        around = {one for place in valleys for one in (place, place + 1)}
        return [
            self.buy(self.beliefs.column(self._least_between(*ends[one])))
            for one in sorted(around)
            if one < len(costs) and math.isfinite(costs[one])
        ]

    def after_first(self, column: Column) -> Floats:
        """Return what a first stage to a size leads to, once it is measured."""
        is_last = _is_small(self.sizes[0], column.size)
        return self.stop(column) if is_last else self.cheapest(1, column)

    def cheapest(self, done: int, column: Column, shift: float = 0.0) -> Floats:
        """Return what stopping or going on from a size leads to, whichever is cheaper.

        `shift` is by how many weeks later than `Stages.begun` says everything happens.
        """
        best = self.stop(column)
        larger = [i for i, size in enumerate(self.sizes) if size > column.size * (1 + _ROUNDING)]
        if done >= self.stages.pace.stages or not larger:
            return best
        after, ends = self.values(done + 1, shift), self.values(self.stages.pace.stages, shift)
        chances = self.beliefs.chances(column, [self.columns[place] for place in larger])
        begun = self.stages.begun(done, column.size) + shift + self.extras
        for chance, place in zip(chances, larger, strict=True):
            size = self.sizes[place]
            stage = self.stages.later(column.size, size)
            then = (ends if _is_small(column.size, size) else after)[place]
            moved = self.moved(then, self.extras + self.stages.extra(size))
            onward = self.stages.spent(stage, begun) + chance @ moved
            is_cheaper = onward[..., COST] < best[..., COST]
            best = np.where(is_cheaper[..., None], onward, best)
        return best

    def values(self, done: int, shift: float) -> list[Floats]:
        """Return `cheapest` after some stages for every size of the grid."""
        key = done, shift
        if key not in self._values:
            self._values[key] = [self.cheapest(done, column, shift) for column in self.columns]
        return self._values[key]

    def stop(self, column: Column) -> Floats:
        """Return what stopping at a size leads to."""
        chance = column.belief.T @ met(self.beliefs.forecast, self.target, column.errors)
        told = np.zeros((len(self.extras), len(chance), 5))
        told[..., COST], told[..., MET] = self.stages.prices.miss * (1 - chance), chance
        return told

    def expected(self, column: Column, values: Floats, extra: float) -> Floats:
        """Return what a first measurement at a size, and `values` after it, lead to: (5,)."""
        told: Floats = (first_chance(column) @ self.moved(values, np.array([extra])))[0, 0]
        return told

    def moved(self, values: Floats, extras: Floats) -> Floats:
        """Return values at other amounts of extra weeks, interpolated."""
        if len(self.extras) == 1:
            return values
        step = self.extras[1] - self.extras[0]
        place = np.clip((extras - self.extras[0]) / step, 0, len(self.extras) - 1)
        low = np.minimum(place.astype(int), len(self.extras) - 2)
        share = (place - low)[:, None, None]
        mixed: Floats = (1 - share) * values[low] + share * values[low + 1]
        return mixed

    def _least_between(self, low: float, high: float) -> float:
        """Return the first size between two at which the staged cost is least."""

        def cost(size: float) -> float:
            return self.buy(self.beliefs.column(float(size))).staged.cost

        options = {"xatol": _CLOSE * (high - low)}
        return float(minimize_scalar(cost, bounds=(low, high), method="bounded", options=options).x)


def _is_small(size: float, larger: float) -> bool:
    """Return whether a purchase is so small that it must be the last."""
    return larger < size * _STEP * (1 - _ROUNDING)


def _outcome(told: Floats) -> Outcome:
    """Return the outcome of one cell."""
    return Outcome(*(float(one) for one in told))
