"""What are one more label, GPU-hour and week worth, and what would a lower target save?

Shadow prices are finite differences of the expected cost of the staged purchase, with the same
draws and the same grid of sizes on both sides: a small gift of labels or hours, or one week more,
and by how much the cost falls for each. The grid holds the sizes at which the deadline falls with
and without each gift, so that a deadline that binds is worth what it keeps from being bought.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whet.company.labels.beliefs import Beliefs
from whet.company.labels.forecast import Forecast
from whet.company.labels.purchases import Option, grid_of, plan_purchase, purchase
from whet.company.labels.requirement import Target
from whet.company.labels.stages import Stages
from whet.company.labels.terms import Pace, Prices

_GIFT = 0.01
"""Labels that are given to learn what one is worth, as a share of those that are there."""

LOWER = (0.75, 0.5, 0.25)
"""How much of the way to the target lower ones ask for."""


@dataclass(frozen=True)
class ShadowPrices:
    """What one more of each is worth, in the currency of the plan."""

    label: float
    """Of one more label."""
    gpu_hour: float
    """Of one more GPU-hour."""
    week: float | None
    """Of one more week until the deadline; None without a deadline."""


@dataclass(frozen=True)
class LowerTarget:
    """What the cheapest purchase for a target leads to."""

    score: float
    best: Option
    saves: float
    """By how much its expected cost is below that of the target itself."""


def shadow_prices(
    forecast: Forecast, target: Target, prices: Prices, pace: Pace, *, most: float = math.inf
) -> ShadowPrices:
    """Return what one more label, GPU-hour and week are worth.

    Raises:
        InputError: as `plan_purchase` says.
    """

    labels, hours = _GIFT * forecast.curve.largest, min(1.0, _first_hours(forecast, pace))
    paces = {
        "": pace,
        "labels": replace(pace, free_labels=pace.free_labels + labels),
        "hours": replace(pace, free_hours=pace.free_hours + hours),
        "week": replace(pace, deadline_weeks=pace.deadline_weeks + 1),
    }
    grid = grid_of(forecast, prices, paces.values(), most=most)
    beliefs = Beliefs(forecast)

    def saved(gift: str) -> float:
        return max(cost[""] - cost[gift], 0.0)

    cost = {
        gift: purchase(beliefs, target, Stages(prices, given, grid[0]), grid).best.staged.cost
        for gift, given in paces.items()
    }
    return ShadowPrices(
        label=saved("labels") / labels,
        gpu_hour=saved("hours") / hours if hours > 0 else 0.0,
        week=saved("week") if math.isfinite(pace.deadline_weeks) else None,
    )


def lower_targets(
    forecast: Forecast,
    target: Target,
    prices: Prices,
    pace: Pace,
    *,
    most: float = math.inf,
    shares: Sequence[float] = LOWER,
) -> tuple[LowerTarget, ...]:
    """Return what targets between today's score and the target would save; none where it is met.

    Raises:
        InputError: as `plan_purchase` says.
    """
    now = forecast.curve.score(float(forecast.point[0]))
    whole = plan_purchase(forecast, target, prices, pace, most=most).best.staged.cost
    way = target.score - now
    if (way if not forecast.curve.is_error else -way) <= 0:
        return ()
    found = []
    for share in shares:
        lower = replace(target, score=now + share * way)
        best = plan_purchase(forecast, lower, prices, pace, most=most).best
        found.append(LowerTarget(lower.score, best, whole - best.staged.cost))
    return tuple(found)


def _first_hours(forecast: Forecast, pace: Pace) -> float:
    """Return the GPU-hours of one training on what is there now."""
    return pace.hours_fixed + pace.hours_per_label * forecast.curve.largest
