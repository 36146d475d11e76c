"""Which prices seem neither too cheap nor too dear? The price sensitivity meter of Van Westendorp.

Everybody names four prices: so cheap that they doubt it, a bargain, getting expensive, too
expensive. Four curves of shares over the price cross in four points:

PMC, marginal cheapness: too cheap and not a bargain; below it doubts about quality outweigh;
PME, marginal expensiveness: too expensive and not expensive; above it too many turn away;
OPP, the "optimal" price: as many find it too cheap as too expensive;
IPP, the indifference price: as many find it a bargain as expensive.

The meter asks what seems right, not what people buy; revenue is `gabor_granger`'s question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whet.company.market.resampling import percentile_interval, resampled_counts
from whet.core.errors import InputError
from whet.core.rows import Row, number

Floats = NDArray[np.float64]
Point = Literal["PMC", "PME", "OPP", "IPP"]

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
"""The columns of a file of answers, from the lowest price to the highest."""
FEWEST = 20
"""Consistent answers below which no point is given."""
_RESAMPLES = 2000
_BLOCK = 100


@dataclass(frozen=True)
class PricePoint:
    """A crossing of two curves, in money, with its bootstrap interval."""

    name: Point
    price: float
    low: float
    high: float


@dataclass(frozen=True)
class PriceMeter:
    """The four points, the curves at `prices` (shares in [0, 1]), and how many answers count.

    `left_out`: answers whose four prices are not in ascending order.
    """

    answers: int
    left_out: int
    level: float
    points: tuple[PricePoint, ...]
    prices: tuple[float, ...]
    too_cheap: tuple[float, ...]
    cheap: tuple[float, ...]
    expensive: tuple[float, ...]
    too_expensive: tuple[float, ...]

    def point(self, name: Point) -> PricePoint:
        """Return one of the four points."""
        return next(point for point in self.points if point.name == name)


def meter_answers(rows: Sequence[Row]) -> Floats:
    """Return the four prices of every row, (n, 4), in the order of `QUESTIONS`.

    Raises:
        InputError: a column is missing, empty or negative.
    """
    missing = [name for name in QUESTIONS if name not in rows[0].values]
    if missing:
        raise InputError(
            f"{rows[0].where}: a price meter needs the columns {', '.join(QUESTIONS)}; "
            f"found no {', '.join(missing)}."
        )
    return np.array([[_price(row, name) for name in QUESTIONS] for row in rows])


def price_meter(answers: Floats, *, level: float = 0.9, seed: int = 0) -> PriceMeter:
    """Return the four curves, their crossings and bootstrap intervals of these.

    Answers that contradict themselves are left out, as the method asks.

    Args:
        answers: prices (n, 4): too cheap, cheap, expensive, too expensive.
        level: confidence of the intervals, in (0, 1).
        seed: of the bootstrap.

    Raises:
        InputError: fewer than 20 answers are consistent.

    Source: Van Westendorp, NSS-Price Sensitivity Meter, ESOMAR Congress 1976; PMC and PME by his
    own definition ("original" in R's pricesensitivitymeter), not the narrower one of later firms.
    """
    ordered = (np.diff(answers, axis=1) > 0).all(axis=1)
    kept = answers[ordered]
    if len(kept) < FEWEST:
        contradictory = len(answers) - len(kept)
        aside = f" (and {contradictory} that contradict themselves)" if contradictory else ""
        raise InputError(
            f"a price meter needs at least {FEWEST} answers with four ascending prices; found "
            f"{len(kept)}{aside}. Ask more customers."
        )
    grid = np.unique(kept)
    everybody = _curves(kept, grid, np.ones((1, len(kept))))
    found = _crossings(everybody, grid)
    resampled = _resampled(kept, grid, seed)
    points = tuple(
        PricePoint(name, float(found[name][0]), *percentile_interval(resampled[name], level))
        for name in found
    )
    curves = [tuple(curve[0].tolist()) for curve in everybody]
    return PriceMeter(
        len(kept), len(answers) - len(kept), level, points, tuple(grid.tolist()), *curves
    )


def _price(row: Row, name: str) -> float:
    """Return a price that a row names."""
    value = number(row, name)
    if value is None or value < 0:
        found = "nothing" if value is None else format(value, "g")
        raise InputError(
            f"{row.where}: {name!r} must hold a price of 0 or more; found {found}. "
            "Correct it, or leave the row out."
        )
    return value


def _resampled(answers: Floats, grid: Floats, seed: int) -> dict[Point, Floats]:
    """Return the price of each crossing in every resample; in blocks, to save memory."""
    counts = resampled_counts(len(answers), resamples=_RESAMPLES, seed=seed, name="price meter")
    blocks = [
        _crossings(_curves(answers, grid, counts[start : start + _BLOCK]), grid)
        for start in range(0, len(counts), _BLOCK)
    ]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _curves(answers: Floats, grid: Floats, counts: Floats) -> tuple[Floats, ...]:
    """Return the shares (resamples, prices) who find each price too cheap, cheap, dear, too dear.

    The cheap curves fall (the price is at most the named one), the dear ones rise.
    """
    n = counts.sum(axis=1, keepdims=True)
    curves = []
    for question in range(4):
        order = np.argsort(answers[:, question])
        named = answers[order, question]
        summed = np.concatenate([np.zeros_like(n), np.cumsum(counts[:, order], axis=1)], axis=1)
        if question < 2:
            curves.append(1 - summed[:, np.searchsorted(named, grid, side="left")] / n)
        else:
            curves.append(summed[:, np.searchsorted(named, grid, side="right")] / n)
    return tuple(curves)


def _crossings(curves: tuple[Floats, ...], grid: Floats) -> dict[Point, Floats]:
    """Return the price of each crossing, per resample."""
    too_cheap, cheap, expensive, too_expensive = curves
    return {
        "PMC": _crossing(too_cheap, 1 - cheap, grid),
        "PME": _crossing(1 - expensive, too_expensive, grid),
        "OPP": _crossing(too_cheap, too_expensive, grid),
        "IPP": _crossing(cheap, expensive, grid),
    }


def _crossing(falling: Floats, rising: Floats, grid: Floats) -> Floats:
    """Return where a falling curve meets a rising one: the middle of where they are level.

    Curves are steps, so there is a last price at which the falling one is above and a first at
    which it is below; in between the crossing may be anywhere.
    """
    difference = falling - rising
    # Tolerance: shares are sums of fractions, and 0.3 - 0.3 is not always 0.
    last_above = (difference > 1e-9).sum(axis=1) - 1
    first_below = len(grid) - (difference < -1e-9).sum(axis=1)
    low = grid[np.clip(last_above, 0, len(grid) - 1)]
    high = grid[np.clip(first_below, 0, len(grid) - 1)]
    return np.asarray((low + high) / 2)
