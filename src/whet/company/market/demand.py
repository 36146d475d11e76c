"""How many will buy by when? Diffusion in low, base and high cases, and fitted to own sales.

Bass: people buy because they hear of it outside (p) or because others bought (q). Logistic: only
because others did. A case is a market size, p and q with a probability; own monthly sales, where
there are enough, give p, q and the size with an interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from whet.company.market.resampling import percentile_interval
from whet.core.errors import InputError
from whet.core.seeds import generator

Floats = NDArray[np.float64]
Shape = Literal["bass", "logistic"]

FEWEST_MONTHS = 8
"""Months of own sales below which no curve is fitted."""
_RESAMPLES = 300
_STARTS = ((1.5, 0.02, 0.3), (5.0, 0.01, 0.1), (1.1, 0.1, 0.1))
"""Market as a multiple of the sales so far, p and q, from which a fit sets out."""
_LARGEST_MARKET = 1000.0
"""Times the sales so far: a fit at this bound has not seen the curve bend."""


@dataclass(frozen=True)
class Diffusion:
    """A curve of buyers: `market` buyers in the end.

    Bass: `p` in (0, 1] and `q` in [0, 1] per month. Logistic: `q` the growth per month above 0, and
    `p` the share of the market that has bought at month 0, in (0, 1).
    """

    market: float
    p: float
    q: float
    shape: Shape = "bass"


@dataclass(frozen=True)
class Case:
    """A demand scenario with its probability in [0, 1]."""

    name: str
    probability: float
    curve: Diffusion


@dataclass(frozen=True)
class DemandMonth:
    """Buyers who are won in a month: expected over the cases, lowest and highest case."""

    month: int
    expected: float
    low: float
    high: float
    total: float


@dataclass(frozen=True)
class Fitted:
    """A Bass curve fitted to own sales, with bootstrap intervals at `level`.

    `later` are the intervals of new buyers in the months after the data. `reason` says why there
    is no answer; then everything else is None or empty.
    """

    reason: str
    curve: Diffusion | None = None
    market: tuple[float, float] | None = None
    p: tuple[float, float] | None = None
    q: tuple[float, float] | None = None
    later: tuple[tuple[float, float], ...] = ()
    level: float = 0.8


def adopted(curve: Diffusion, months: Floats) -> Floats:
    """Return how many have bought after so many months (0: at the start).

    Raises:
        InputError: a parameter outside its range.

    Source: Bass, A New Product Growth Model for Consumer Durables, Management Science 15 (1969).

    >>> adopted(Diffusion(1000, 0.03, 0.38), np.array([0.0, 6.0])).round(1).tolist()
    [0.0, 439.2]
    """
    _check_curve(curve)
    if curve.shape == "logistic":
        grown = np.exp(-curve.q * months)
        return np.asarray(curve.market / (1 + (1 / curve.p - 1) * grown))
    fallen = np.exp(-(curve.p + curve.q) * months)
    return np.asarray(curve.market * (1 - fallen) / (1 + curve.q / curve.p * fallen))


def peak_month(curve: Diffusion) -> float:
    """Return the month in which most buy; 0 where sales only fall.

    Source: Bass (1969); the logistic peaks where half have bought.
    """
    _check_curve(curve)
    if curve.shape == "logistic":
        return float(max(0.0, np.log(1 / curve.p - 1) / curve.q))
    if curve.q <= curve.p:
        return 0.0
    return float(np.log(curve.q / curve.p) / (curve.p + curve.q))


def demand(cases: Sequence[Case], months: int) -> tuple[DemandMonth, ...]:
    """Return the new buyers of each month over the cases.

    Raises:
        InputError: no case, or probabilities that do not sum to 1.
    """
    chances = [case.probability for case in cases]
    if not cases or min(chances) < 0 or abs(sum(chances) - 1) > 1e-6:
        raise InputError(
            "demand scenarios must have probabilities of 0 or more that sum to 1; found "
            f"{' + '.join(format(chance, 'g') for chance in chances) or 'none'}."
        )
    times = np.arange(months + 1, dtype=np.float64)
    totals = np.array([adopted(case.curve, times) for case in cases])
    new = np.diff(totals, axis=1)
    mean, total = chances @ new, chances @ totals
    return tuple(
        DemandMonth(
            t, float(mean[t]), float(new[:, t].min()), float(new[:, t].max()), float(total[t + 1])
        )
        for t in range(months)
    )


def fit_bass(
    sales: Sequence[float], *, ahead: int = 6, level: float = 0.8, seed: int = 0
) -> Fitted:
    """Return the Bass curve of own new buyers per month, or why there is none.

    The size of a market cannot be told before its sales bend; such fits are refused.

    Args:
        sales: new buyers in each month since the launch, 0 or more.
        ahead: months after the data that intervals are given for.
        level: confidence of the intervals, in (0, 1).
        seed: of the parametric bootstrap.

    Raises:
        InputError: negative sales.

    Source: nonlinear least squares on increments, Srinivasan and Mason, Marketing Science 5 (1986);
    early fits are unstable: Van den Bulte and Lilien, Marketing Science 16 (1997). Spread of a
    month is taken as proportional to its size, by the Pearson residuals.
    """
    counts = np.asarray(sales, dtype=np.float64)
    if not (counts >= 0).all() or not np.isfinite(counts).all():
        raise InputError("new buyers per month must be 0 or more and finite.")
    if len(counts) < FEWEST_MONTHS or counts.sum() == 0:
        return Fitted(
            f"a curve needs at least {FEWEST_MONTHS} months of sales; found {len(counts)} with "
            f"{counts.sum():g} buyers in total."
        )
    curve = _fit(counts)
    if curve.market > 0.99 * _LARGEST_MARKET * counts.sum():
        return Fitted(
            "sales have not bent yet, so the size of the market cannot be told from them."
        )
    draws = _redrawn(counts, curve, ahead, seed)
    intervals = [percentile_interval(column, level) for column in draws.T]
    market, p, q, *later = intervals
    if market[1] > 0.5 * _LARGEST_MARKET * counts.sum():
        return Fitted("sales fit markets of any size, so their size cannot be told from them.")
    return Fitted("", curve, market, p, q, tuple(later), level)


def _redrawn(counts: Floats, curve: Diffusion, ahead: int, seed: int) -> Floats:
    """Return market, p, q and the sales of the next months over redrawn sales, (draws, 3 + n)."""
    rng = generator(seed, "bass")
    times = np.arange(len(counts) + ahead + 1, dtype=np.float64)
    fitted = np.diff(adopted(curve, times[: len(counts) + 1]))
    spread = ((counts - fitted) ** 2 / np.maximum(fitted, 1e-9)).sum() / (len(counts) - 3)
    rows = []
    for _ in range(_RESAMPLES):
        drawn = _noisy(rng, fitted, spread)
        again = _fit(drawn, (curve,))
        mean = np.diff(adopted(again, times))[len(counts) :]
        rows.append([again.market, again.p, again.q, *_noisy(rng, mean, spread)])
    return np.array(rows)


def _noisy(rng: np.random.Generator, mean: Floats, spread: float) -> Floats:
    """Return draws with this mean and variance spread times mean; never below 0."""
    return np.maximum(0.0, rng.normal(mean, np.sqrt(spread * np.maximum(mean, 1e-9))))


def _fit(counts: Floats, starts: Sequence[Diffusion] = ()) -> Diffusion:
    """Return the Bass curve that fits monthly counts best, from some starts; three if none."""
    times = np.arange(len(counts) + 1, dtype=np.float64)
    total = max(float(counts.sum()), 1e-9)
    root = np.sqrt(counts)  # of the counts, for their spread grows with their mean

    def misses(logs: Floats) -> Floats:
        market, p, q = np.exp(np.minimum(logs, highs))
        return np.sqrt(np.diff(adopted(Diffusion(market, p, q), times))) - root

    lows, highs = np.log([total, 1e-6, 1e-6]), np.log([_LARGEST_MARKET * total, 1.0, 1.0])
    guesses = starts or tuple(Diffusion(size * total, p, q) for size, p, q in _STARTS)
    inside = [np.clip(np.log([g.market, g.p, g.q]), lows, highs) for g in guesses]
    fits = [least_squares(misses, guess, bounds=(lows, highs)) for guess in inside]
    market, p, q = np.exp(min(fits, key=lambda fit: fit.cost).x)
    return Diffusion(float(market), float(min(p, 1.0)), float(min(q, 1.0)))


def _check_curve(curve: Diffusion) -> None:
    """Raise InputError where a parameter is outside its range."""
    ranges: dict[str, tuple[float, Callable[[float], bool], str]] = {
        "market": (curve.market, lambda v: 0 <= v < float("inf"), "0 or more"),
        "p": (curve.p, lambda v: 0 < v <= 1, "above 0 and at most 1"),
        "q": (curve.q, lambda v: 0 <= v <= 1, "between 0 and 1"),
    }
    if curve.shape == "logistic":
        ranges["p"] = (curve.p, lambda v: 0 < v < 1, "between 0 and 1, both excluded")
        ranges["q"] = (curve.q, lambda v: 0 < v < float("inf"), "above 0")
    for name, (value, holds, words) in ranges.items():
        if not holds(value):
            raise InputError(f"{name} of a {curve.shape} curve must be {words}; found {value:g}.")
