"""What goes with satisfaction? Ridge regression of an item on the others, with honest intervals.

Items of a survey are correlated and answers are few, so least squares gives weights of chance.
Ridge regression shrinks them, by as much as leave-one-out prediction likes best. Shrinking biases
a weight towards zero, and an ordinary interval does not cover the true one; the intervals here add
the worst bias that a bound on the weights allows. Where the answers do not predict satisfaction
better than chance would, or are too few, the answer is a sentence and no number. Weights say what
goes together in the answers, not what would change if something were done.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import t as student

from whet.company.team.anonymity import FLOOR
from whet.company.team.survey import Survey
from whet.core.errors import InputError, did_you_mean
from whet.core.seeds import generator

Floats = NDArray[np.float64]

_PENALTIES = np.logspace(-2, 3, 41)
_SHUFFLES = 999
_CHANCE = 0.05
_LARGEST_WEIGHTS = 1.0
"""Bound on the length of the vector of true weights, in standard deviations of the outcome. It
holds whenever no item lowers satisfaction and no two items are negatively correlated: then the
squares of the weights sum to less than the explained share of the variance, which is at most 1."""


@dataclass(frozen=True)
class Driver:
    """How much higher the outcome is, in its standard deviations, where an item is one higher.

    `low` and `high` hold the true weight at `level`, bias of the shrinking included; `is_clear`
    where they leave 0 on one side.
    """

    item: str
    weight: float
    low: float
    high: float
    is_clear: bool


@dataclass(frozen=True)
class Drivers:
    """What goes with the outcome. `reason` says why there is no answer; then `drivers` is empty.

    `explained` is the share of the variance that leave-one-out prediction explains, at most 1,
    below 0 where it is worse than the mean; `p_value` the share of shuffles that do as well.
    """

    outcome: str
    answers: int
    reason: str
    explained: float | None = None
    p_value: float | None = None
    penalty: float | None = None
    level: float = 0.9
    drivers: tuple[Driver, ...] = ()


def drivers(survey: Survey, outcome: str, *, seed: int = 0, level: float = 0.9) -> Drivers:
    """Return what goes with one item of a survey, or why that cannot be said.

    Only complete answer sheets count. Items that everybody answers alike are left out.

    Raises:
        InputError: the survey has no such item.

    Source: leave-one-out by the hat matrix, Golub, Heath and Wahba, Technometrics 21 (1979);
    intervals after Armstrong, Kolesár and Kwon, Bias-aware inference in regularized regression
    models (2020), with Student's distribution for few answers; the test of chance permutes the
    outcome and chooses the penalty anew each time.
    """
    names = [item.name for item in survey.items]
    if outcome not in names:
        raise InputError(
            f"drivers need an item of the survey as outcome; found {outcome!r}. "
            f"{did_you_mean(outcome, names)}"
        )
    complete = survey.scores[~np.isnan(survey.scores).any(axis=1)]
    y = complete[:, names.index(outcome)]
    others = [i for i, name in enumerate(names) if name != outcome and np.ptp(complete[:, i]) > 0]
    reason = _too_few(len(complete), len(others), outcome, y)
    if reason:
        return Drivers(outcome, len(complete), reason, level=level)
    x = _standardised(complete[:, others])
    y = _standardised(y[:, None])[:, 0]
    explained, penalty = _best_penalty(x, y)
    p_value = _share_of_luck(x, y, explained, seed=seed)
    if p_value > _CHANCE:
        reason = (
            f"the {len(y)} complete answers do not predict {outcome!r} better than chance "
            f"(p = {p_value:.2f}); no driver can be told. Ask again, or ask more people."
        )
        return Drivers(outcome, len(y), reason, explained, p_value, penalty, level)
    found = _weights(x, y, penalty, [names[i] for i in others], level)
    return Drivers(outcome, len(y), "", explained, p_value, penalty, level, found)


def _too_few(n: int, items: int, outcome: str, y: Floats) -> str:
    """Return why nothing can be fitted; empty where it can."""
    needed = max(2 * FLOOR, items + FLOOR)
    if n < needed:
        return (
            f"not enough answers: {items} items need at least {needed} complete answers; found {n}."
        )
    if not items or np.ptp(y) == 0:
        what = f"everybody answers {outcome!r} alike" if items else "no other item varies"
        return f"not enough differences: {what}, so nothing can go with it."
    return ""


def _standardised(values: Floats) -> Floats:
    """Return columns with mean 0 and standard deviation 1."""
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0), dtype=np.float64)


def _left_out_errors(x: Floats, y: Floats) -> Floats:
    """Return the mean squared leave-one-out error for every penalty, shape (penalties, outcomes).

    The mean is fitted too, so the hat matrix holds 1/n everywhere beside the ridge part.
    """
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    projected = u.T @ y
    errors = []
    for penalty in _PENALTIES:
        kept = s**2 / (s**2 + penalty)
        leverage = 1 / len(x) + (u**2 * kept).sum(axis=1)
        residual = (y - u @ (kept[:, None] * projected)) / (1 - leverage)[:, None]
        errors.append((residual**2).mean(axis=0))
    return np.array(errors)


def _explained(x: Floats, y: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the best share explained over penalties of every outcome (n, outcomes), and where."""
    errors = _left_out_errors(x, y)
    n = len(x)
    # The mean without a row misses it by n / (n - 1) of its distance from the mean of all.
    baseline = ((y * n / (n - 1)) ** 2).mean(axis=0)
    return 1 - errors.min(axis=0) / baseline, errors.argmin(axis=0)


def _best_penalty(x: Floats, y: Floats) -> tuple[float, float]:
    """Return the share of variance explained out of sample and the penalty that gives it."""
    explained, where = _explained(x, y[:, None])
    return float(explained[0]), float(_PENALTIES[where[0]])


def _share_of_luck(x: Floats, y: Floats, explained: float, *, seed: int) -> float:
    """Return how often a shuffled outcome is predicted as well, penalty chosen anew; exact test."""
    rng = generator(seed, "drivers")
    shuffled = np.stack([rng.permutation(y) for _ in range(_SHUFFLES)], axis=1)
    as_good = (_explained(x, shuffled)[0] >= explained - 1e-12).sum()
    return float((1 + as_good) / (1 + _SHUFFLES))


def _weights(
    x: Floats, y: Floats, penalty: float, names: list[str], level: float
) -> tuple[Driver, ...]:
    """Return the weights with bias-aware intervals, the largest first."""
    inverse = np.linalg.inv(x.T @ x + penalty * np.eye(x.shape[1]))
    linear = inverse @ x.T  # weights = linear @ y
    weights = linear @ y
    hat = x @ linear
    free = len(y) - 1 - 2 * np.trace(hat) + (hat**2).sum()
    noise = np.sqrt(((y - x @ weights) ** 2).sum() / free)
    found = []
    for name, weight, row, bias_of in zip(names, weights, linear, inverse, strict=True):
        error = float(noise * np.linalg.norm(row))
        bias = float(penalty * np.linalg.norm(bias_of) * _LARGEST_WEIGHTS)
        margin = error * _critical(bias / error, float(free), level)
        low, high = float(weight - margin), float(weight + margin)
        found.append(Driver(name, float(weight), low, high, low > 0 or high < 0))
    return tuple(sorted(found, key=lambda driver: (-abs(driver.weight), driver.item)))


def _critical(bias: float, free: float, level: float) -> float:
    """Return c with P(|T + bias| <= c) = level for Student's T; `bias` in standard errors.

    >>> round(_critical(0, 1e9, 0.95), 3)
    1.96
    """

    def missing(c: float) -> float:
        return float(student.cdf(c - bias, free) - student.cdf(-c - bias, free)) - level

    most = bias + float(student.ppf((1 + level) / 2, free)) + 1
    return float(brentq(missing, 0, most))
