"""Buy more labels, stop, or lower the target? The cheapest staged rule, by dynamic programming.

A stage buys some labels, trains, measures, and decides again. To be least, in expectation:

    labels + compute + weeks (and weeks late) + penalty x P(target missed on a future test set)

What is believed at a stage is the draws of the curve, weighted by how well they explain what was
last measured; measured scores fall into bins, so that a state is (labels, bin, weeks gone by). Few
sizes and bins make the programme exact for that model in milliseconds. It is Learn-Optimise-Collect
(Mahmood et al. 2022, NeurIPS; JMLR 26, 2025) with the belief updated inside the optimisation.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.special import ndtr

from whet.company.labels.curve import Floats
from whet.company.labels.forecast import Forecast
from whet.company.labels.requirement import Target, check_target, met
from whet.company.labels.terms import Cleaning, Pace, Prices, check_terms

SIZES = 17
"""Sizes between the largest measured one and the farthest at which a stage may end."""

_BINS = 15
"""Bins of a measured score."""

_TIMES = 25
"""Moments between now and the deadline; between them values are interpolated."""

_COST, _BOUGHT, _HOURS, _WEEKS, _MET = range(5)


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
    check_target(forecast, target)
    check_terms(prices, pace, cleaning)
    programme = _Programme(forecast, target, prices, pace, most)
    return programme.decide(cleaning)


@dataclass(frozen=True)
class _Stage:
    """What it takes to go from one size to a larger one."""

    paid: float
    """Labels that are paid for."""
    hours: float
    """GPU-hours that are paid for."""
    weeks: float


class _Programme:
    """The dynamic programme of one purchase."""

    def __init__(
        self, forecast: Forecast, target: Target, prices: Prices, pace: Pace, most: float
    ) -> None:
        now, farthest = forecast.curve.largest, float(forecast.sizes[-1])
        last = max(min(farthest, most), now)
        self.sizes = np.geomspace(now, last, SIZES) if last > now else np.array([now])
        self.prices, self.pace = prices, pace
        self.errors = np.stack([forecast.at(min(n, farthest)) for n in self.sizes], axis=1)
        gifted = min(now + pace.free_labels, farthest)
        self.met = [met(forecast, target, column) for column in self.errors.T]
        self.met[0] = met(forecast, target, forecast.at(gifted))
        self.noise = max(float(forecast.noise.std()), 1e-12)
        is_timed = math.isfinite(pace.deadline_weeks) and pace.deadline_weeks > 0
        self.times = np.linspace(0, pace.deadline_weeks, _TIMES) if is_timed else np.zeros(1)

    @cached_property
    def likelihoods(self) -> list[Floats]:
        """How likely each draw puts the next measurement into each bin, (d, bins) a size."""
        found = []
        for column in self.errors.T:
            edges = np.quantile(column, np.arange(1, _BINS) / _BINS)
            below = ndtr((edges[None, :] - column[:, None]) / self.noise)
            padded = np.pad(below, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
            found.append(np.maximum(np.diff(padded, axis=1), 1e-12))
        return found

    @cached_property
    def beliefs(self) -> list[Floats]:
        """The weights of the draws after a measurement fell into each bin, (d, bins) a size."""
        after = [one / one.sum(axis=0) for one in self.likelihoods]
        draws = len(self.errors)
        return [np.full((draws, 1), 1 / draws), *after[1:]]

    @cached_property
    def chances(self) -> dict[tuple[int, int], Floats]:
        """How likely each bin of a size leads to each bin of a larger one."""
        pairs = combinations(range(len(self.sizes)), 2)
        return {
            (small, large): self.beliefs[small].T @ self.likelihoods[large]
            for small, large in pairs
        }

    @cached_property
    def values(self) -> list[Floats]:
        """What the cheapest way on leads to after one stage: (times, bins, 5) a size.

        The last axis holds `_COST`, `_BOUGHT`, …; the first stage is not among those left.
        """
        values = [self.stop(size) for size in range(len(self.sizes))]
        for _ in range(self.pace.stages - 1):
            values = [self.cheapest(size, values) for size in range(len(self.sizes))]
        return values

    def cheapest(self, size: int, after: list[Floats]) -> Floats:
        """Return what stopping, or one more stage and then `after`, leads to, whichever is cheaper.

        Shape (times, bins, 5).
        """
        best = self.stop(size)
        for larger in range(size + 1, len(self.sizes) if size else 0):
            onward = self.onward(size, larger, after[larger])
            is_cheaper = onward[..., _COST] < best[..., _COST]
            best = np.where(is_cheaper[..., None], onward, best)
        return best

    def stop(self, size: int) -> Floats:
        """Return what stopping at a size leads to: (times, bins, 5)."""
        chance = self.beliefs[size].T @ self.met[size]
        told = np.zeros((len(self.times), len(chance), 5))
        told[..., _COST], told[..., _MET] = self.prices.miss * (1 - chance), chance
        return told

    def onward(self, size: int, larger: int, after: Floats) -> Floats:
        """Return what a stage to a larger size, and `after` it, leads to: (times, bins, 5)."""
        stage = self.stage(size, larger)
        return self.spent(stage) + self.chances[size, larger] @ self.later(after, stage.weeks)

    def stage(self, size: int, larger: int) -> _Stage:
        """Return what it takes to go from one size to a larger one."""
        bought = float(self.sizes[larger] - self.sizes[size])
        hours = self.pace.hours_fixed + self.pace.hours_per_label * float(self.sizes[larger])
        if size == 0:  # gifts are there from the first stage on
            bought = max(bought - self.pace.free_labels, 0.0)
            hours = max(hours - self.pace.free_hours, 0.0)
        weeks = bought / self.pace.labels_per_week + hours / self.pace.hours_per_week
        return _Stage(bought, hours, weeks + self.pace.weeks_per_stage)

    def spent(self, stage: _Stage, *, label: float | None = None) -> Floats:
        """Return what a stage itself adds, begun at each moment: (times, 1, 5)."""
        prices = self.prices
        price = prices.label if label is None else label
        told = np.zeros((len(self.times), 1, 5))
        told[..., _BOUGHT], told[..., _HOURS] = stage.paid, stage.hours
        told[..., _WEEKS] = stage.weeks
        flat = price * stage.paid + prices.gpu_hour * stage.hours + prices.week * stage.weeks
        told[..., _COST] = flat + self.lateness(stage.weeks)[:, None]
        return told

    def lateness(self, weeks: float) -> Floats:
        """Return what so many weeks cost for ending late, begun at each moment: (times,)."""
        deadline = self.pace.deadline_weeks
        if math.isinf(deadline):
            return np.zeros(len(self.times))
        over = np.maximum(self.times + weeks - deadline, 0.0)
        if self.prices.week_late is None:
            return np.where(over > 1e-9, np.inf, 0.0)
        return self.prices.week_late * np.minimum(over, weeks)

    def later(self, values: Floats, weeks: float) -> Floats:
        """Return `values` so many weeks after each moment; after the deadline nothing changes."""
        if len(self.times) == 1:
            return values
        place = np.minimum(self.times + weeks, self.times[-1]) / self.times[1]
        low = np.minimum(place.astype(int), len(self.times) - 2)
        share = (place - low)[:, None, None]
        mixed: Floats = (1 - share) * values[low] + share * values[low + 1]
        return mixed

    def decide(self, cleaning: Cleaning | None) -> Purchase:
        """Return the cheapest option and all others."""
        stop = _outcome(self.stop(0)[0, 0])
        options = [Option("stop", float(self.sizes[0]), stop, stop)]
        for larger in range(1, len(self.sizes)):
            staged = self.onward(0, larger, self.values[larger])[0, 0]
            if math.isfinite(staged[_COST]):
                at_once = self.onward(0, larger, self.stop(larger))[0, 0]
                size = float(self.sizes[larger])
                options.append(Option("buy", size, _outcome(staged), _outcome(at_once)))
        if cleaning is not None and len(self.sizes) > 1:
            options.append(self.clean(cleaning))
        finite = [one for one in options if math.isfinite(one.staged.cost)]
        return Purchase(min(finite, key=lambda one: one.staged.cost), tuple(finite))

    def clean(self, cleaning: Cleaning) -> Option:
        """Return what checking all labels first leads to."""
        now, pace = float(self.sizes[0]), self.pace
        hours = pace.hours_fixed + pace.hours_per_label * now
        weeks = now / cleaning.labels_per_week + hours / pace.hours_per_week + pace.weeks_per_stage
        spent = self.spent(_Stage(now, hours, weeks), label=cleaning.price)[0, 0]
        spent[_BOUGHT] = 0.0
        size = min(now * cleaning.worth(), float(self.sizes[-1]))
        place = np.interp(math.log(size), np.log(self.sizes), np.arange(len(self.sizes)))
        low = min(max(int(place), 1), len(self.sizes) - 1)
        high = min(low + 1, len(self.sizes) - 1)
        share = float(np.clip(place - low, 0, 1))
        staged, at_once = (
            spent
            + (1 - share) * self._after(values, low, weeks)
            + share * self._after(values, high, weeks)
            for values in (self.values, [self.stop(one) for one in range(len(self.sizes))])
        )
        return Option("clean", size, _outcome(staged), _outcome(at_once))

    def _after(self, values: list[Floats], size: int, weeks: float) -> Floats:
        """Return what follows a first measurement at a size, (5,)."""
        told: Floats = (self.chances[0, size] @ self.later(values[size], weeks))[0, 0]
        return told


def _outcome(told: Floats) -> Outcome:
    """Return the outcome of one cell."""
    return Outcome(*(float(one) for one in told))
