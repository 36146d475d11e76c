"""Which price earns most? Demand and revenue from answers "would you buy at this price?".

Everybody answers yes or no at some prices (all of them, or those that they were shown). Demand is
the share of yes, made to fall with the price; revenue and profit per 100 asked follow. Stated
answers overstate what people do: the curve is good for comparing prices, less so for its height.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import norm

from whet.company.market.resampling import percentile_interval, resampled_counts
from whet.core.errors import InputError

Floats = NDArray[np.float64]

FEWEST = 20
"""Answers at each price below which nothing is said."""
_RESAMPLES = 2000
_YES = {"1": 1.0, "yes": 1.0, "true": 1.0, "是": 1.0, "0": 0.0, "no": 0.0, "false": 0.0, "否": 0.0}


@dataclass(frozen=True)
class PriceDemand:
    """One asked price: the share who would buy with Wilson's interval, and money per 100 asked.

    `revenue` is price times demand, `profit` the same with the unit cost taken off, with bootstrap
    intervals. `may_be_best`: the answers do not rule out that this price earns most.
    """

    price: float
    answers: int
    demand: float
    demand_low: float
    demand_high: float
    revenue: float
    revenue_low: float
    revenue_high: float
    profit: float
    profit_low: float
    profit_high: float
    wins: float
    may_be_best: bool


@dataclass(frozen=True)
class PriceTest:
    """Demand by price, and the price that earns most.

    `best` is the asked price with the most profit; [`low`, `high`] holds the best price in `level`
    of the resamples. Without a unit cost, profit is revenue.
    """

    asked: int
    level: float
    unit_cost: float
    prices: tuple[PriceDemand, ...]
    best: float
    low: float
    high: float


def answers_from_counts(points: Sequence[tuple[float, int, int]]) -> tuple[Floats, Floats]:
    """Return the prices (p,), and the answers (n, p), of (price, asked, bought) counts.

    Everybody counts as asked at one price only, for counts do not tell who answered twice.

    Raises:
        InputError: fewer than two prices, one twice or not above 0, or more bought than asked.
    """
    listed = sorted(points)
    prices = [price for price, _, _ in listed]
    if len(prices) < 2 or len(set(prices)) < len(prices) or not prices[0] > 0:
        raise InputError(
            "a price test needs at least 2 different prices above 0; found "
            f"{', '.join(format(price, 'g') for price in prices) or 'none'}."
        )
    blocks = []
    for index, (price, asked, bought) in enumerate(listed):
        if not 0 <= bought <= asked:
            raise InputError(
                f"a price test must have at most as many who buy as were asked; found {bought} of "
                f"{asked} at {price:g}."
            )
        block = np.full((asked, len(listed)), np.nan)
        block[:, index] = np.arange(asked) < bought
        blocks.append(block)
    return np.array(prices, dtype=np.float64), np.concatenate(blocks)


def price_test(
    prices: Floats,
    answers: Floats,
    *,
    unit_cost: float = 0.0,
    level: float = 0.9,
    seed: int = 0,
) -> PriceTest:
    """Return demand, revenue and the best price, with intervals.

    Args:
        prices: asked prices (p,), ascending, above 0.
        answers: (n, p): 1 would buy, 0 would not, NaN was not asked.
        unit_cost: money that one unit costs to serve; 0 gives the price of most revenue.
        level: confidence of the intervals, in (0, 1).
        seed: of the bootstrap, which draws whole respondents.

    Raises:
        InputError: fewer than 20 answers at a price, or a unit cost at or above every price.

    Source: Gabor and Granger, Price as an Indicator of Quality, Economica 33 (1966); falling
    demand by isotonic regression (Barlow et al. 1972); Wilson, JASA 22 (1927).
    """
    asked = (~np.isnan(answers)).sum(axis=0)
    _check_test(prices, asked, unit_cost)
    sold = _Sold(
        prices,
        prices - unit_cost,
        asked,
        _demand(answers, np.ones((1, len(answers))))[0],
        _demand(
            answers,
            resampled_counts(len(answers), resamples=_RESAMPLES, seed=seed, name="price test"),
        ),
        level,
    )
    low, high = percentile_interval(prices[sold.best_of()], level)
    rows = tuple(_row(sold, index) for index in range(len(prices)))
    best = float(prices[sold.best()])
    return PriceTest(len(answers), level, unit_cost, rows, best, low, high)


def _check_test(prices: Floats, asked: NDArray[np.intp], unit_cost: float) -> None:
    """Refuse too few answers, or a cost that no price covers.

    Raises:
        InputError: as `price_test` says.
    """
    if asked.min() < FEWEST:
        where = int(asked.argmin())
        raise InputError(
            f"a price test needs at least {FEWEST} answers at each price; found "
            f"{int(asked[where])} at {prices[where]:g}. Ask more customers, or fewer prices."
        )
    if not 0 <= unit_cost < prices[-1]:
        raise InputError(
            f"the unit cost must be 0 or more and below the highest price {prices[-1]:g}; found "
            f"{unit_cost:g}."
        )


@dataclass(frozen=True)
class _Sold:
    """Demand as answered (p,) and in resamples (r, p), with what each unit earns."""

    prices: Floats
    margins: Floats
    asked: NDArray[np.intp]
    demand: Floats
    drawn: Floats
    level: float

    def best(self) -> int:
        """Return which price earns most as answered; the lower of equals."""
        return int((self.margins * self.demand).argmax())

    def best_of(self) -> NDArray[np.intp]:
        """Return which price earns most in each resample."""
        return np.asarray((self.margins * self.drawn).argmax(axis=1))


def _demand(answers: Floats, counts: Floats) -> Floats:
    """Return falling demand (resamples, prices): weighted isotonic regression of shares of yes."""
    is_asked = ~np.isnan(answers)
    weight = counts @ is_asked
    yes = counts @ np.nan_to_num(answers)
    # Nobody asked in a resample: no weight, so that the neighbours decide.
    share = np.divide(yes, weight, out=np.zeros_like(yes), where=weight > 0)
    rows = [
        isotonic_regression(s, weights=np.maximum(w, 1e-9), increasing=False).x
        for s, w in zip(share, weight, strict=True)
    ]
    return np.array(rows)


def _row(sold: _Sold, index: int) -> PriceDemand:
    """Return what one price sells and earns; money per 100 asked."""
    price, margin = 100 * float(sold.prices[index]), 100 * float(sold.margins[index])
    share, n = float(sold.demand[index]), int(sold.asked[index])
    demand_low, demand_high = wilson(share, n, sold.level)
    low, high = percentile_interval(sold.drawn[:, index], sold.level)
    earned = sold.margins * sold.drawn
    behind = earned[:, index] - earned[:, sold.best()]
    return PriceDemand(
        price=float(sold.prices[index]),
        answers=n,
        demand=share,
        demand_low=demand_low,
        demand_high=demand_high,
        revenue=price * share,
        revenue_low=price * low,
        revenue_high=price * high,
        profit=margin * share,
        profit_low=min(margin * low, margin * high),
        profit_high=max(margin * low, margin * high),
        wins=float((sold.best_of() == index).mean()),
        may_be_best=bool(np.quantile(behind, sold.level) >= 0),
    )


def wilson(share: float, n: int, level: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of n answers.

    >>> tuple(round(end, 4) for end in wilson(0.5, 10, 0.95))
    (0.2366, 0.7634)
    """
    z = float(norm.ppf((1 + level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
