"""All that is asked of one quality target, answered at once: for the command, the report, the plan.

answer = answer_question(Question(origin, curve, Target(0.9), prices, pace), seed=0)
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from whet.company.labels.calibration import SHIPPED, Calibration
from whet.company.labels.curve import Curve
from whet.company.labels.forecast import LEVELS, Forecast, forecast_curve
from whet.company.labels.origin import Origin
from whet.company.labels.prices import LowerTarget, ShadowPrices, lower_targets, shadow_prices
from whet.company.labels.purchases import Purchase, plan_purchase
from whet.company.labels.refusals import MOST_DOUBLINGS, check_reach, refusal
from whet.company.labels.requirement import (
    Requirement,
    Target,
    chance_at,
    chance_by,
    requirement,
)
from whet.company.labels.terms import Cleaning, Pace, Prices

AHEAD = (0.5, 1.0, 1.5, 2.0)
"""Doublings beyond the largest size that are told when nothing else is asked."""


@dataclass(frozen=True)
class Question:
    """What is asked of one curve."""

    origin: Origin
    curve: Curve
    target: Target | None = None
    """The score to be reached; None: forecasts only."""
    prices: Prices | None = None
    """What things cost; None: no purchase is planned."""
    pace: Pace = field(default_factory=Pace)
    cleaning: Cleaning | None = None
    most: float = math.inf
    """Labels that can be had at all."""
    sizes: tuple[float, ...] = ()
    """Sizes to be forecast; some within two doublings when empty."""
    start: date | None = None
    """First day of labelling; needed for `by`."""
    by: date | None = None
    """Day by which the target must be met."""


@dataclass(frozen=True)
class Told:
    """The forecast of one size."""

    size: float
    low: float
    """10 % quantile of the score that would be measured."""
    middle: float
    """Median."""
    high: float
    """90 % quantile."""
    chance: float | None
    """Probability that a future test set finds the target met; None without a target."""


@dataclass(frozen=True)
class Answer:
    """What can be said; where the curve is refused, the reason and nothing else."""

    question: Question
    refused: str | None
    """Why the curve is not extrapolated, and what to measure."""
    forecast: Forecast | None = None
    told: tuple[Told, ...] = ()
    requirement: Requirement | None = None
    by: float | None = None
    """Probability that the target is met by its date at the pace of labelling."""
    purchase: Purchase | None = None
    worth: ShadowPrices | None = None
    lower: tuple[LowerTarget, ...] = ()


def answer_question(
    question: Question, *, seed: int = 0, calibration: Calibration = SHIPPED, n: int = 1000
) -> Answer:
    """Return all that can be said of a question.

    Raises:
        InputError: the target, a price, a pace or a size is impossible. A curve that cannot be
            extrapolated is no error here: the answer says why.
    """
    found = refusal(question.curve)
    if found is not None:
        return Answer(question, found.sentence())
    for size in question.sizes:
        check_reach(question.curve, size)
    forecast = forecast_curve(question.curve, seed=seed, n=n, calibration=calibration)
    told = tuple(_told(forecast, size, question.target) for size in _sizes(question))
    if question.target is None:
        return Answer(question, None, forecast, told)
    purchase, worth, lower = _purchase(question, forecast, question.target)
    return Answer(
        question=question,
        refused=None,
        forecast=forecast,
        told=told,
        requirement=requirement(forecast, question.target),
        by=_by(question, forecast, question.target),
        purchase=purchase,
        worth=worth,
        lower=lower,
    )


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON can hold it; sizes and money as numbers, None for out of reach."""
    question, forecast = answer.question, answer.forecast
    curve = question.curve
    facts: dict[str, Any] = {
        "curve": curve.name,
        "metric": curve.metric,
        "unit": curve.unit,
        "run": question.origin.run,
        "source": question.origin.source or None,
        "points": [
            {"size": size, "score": curve.score(error), "se": se}
            for size, error, se in zip(curve.sizes, curve.errors, curve.se, strict=True)
        ],
        "refused": answer.refused,
    }
    if forecast is None:
        return facts
    facts |= {
        "weights": dict(forecast.weights),
        "spread_factor": forecast.factor,
        "forecast": [asdict(one) for one in answer.told],
        "fan": fan(forecast),
    }
    if answer.requirement is not None:
        facts["target"] = asdict(answer.requirement.target)
        needed = asdict(answer.requirement)
        facts["requirement"] = {key: needed[key] for key in needed if key != "target"}
        facts["by"] = None if question.by is None else question.by.isoformat()
        facts["chance_by"] = answer.by
    if answer.purchase is not None:
        facts["purchase"] = asdict(answer.purchase)
        facts["one_more_is_worth"] = None if answer.worth is None else asdict(answer.worth)
        facts["lower_targets"] = [asdict(one) for one in answer.lower]
    return facts


def fan(forecast: Forecast) -> dict[str, list[Any]]:
    """Return what a fan chart needs: sizes (q), levels (l), and scores, one row of l a size."""
    sizes = [float(size) for size in forecast.sizes[:: len(forecast.sizes) // 8]]
    return {
        "sizes": sizes,
        "levels": list(LEVELS),
        "scores": [[float(one) for one in forecast.quantiles(size)] for size in sizes],
    }


def _sizes(question: Question) -> Sequence[float]:
    """Return the sizes to be forecast: those asked, or some over two doublings."""
    if question.sizes:
        return question.sizes
    largest = question.curve.largest
    return [largest, *(largest * 2**ahead for ahead in AHEAD if ahead <= MOST_DOUBLINGS)]


def _told(forecast: Forecast, size: float, target: Target | None) -> Told:
    """Return the forecast of one size."""
    low, middle, high = (float(one) for one in forecast.quantiles(size, (0.1, 0.5, 0.9)))
    chance = None if target is None else chance_at(forecast, target, size)
    return Told(size, low, middle, high, chance)


def _by(question: Question, forecast: Forecast, target: Target) -> float | None:
    """Return the probability to meet the target by its date; None where no date or pace is set."""
    is_paced = math.isfinite(question.pace.labels_per_week)
    if question.by is None or question.start is None or not is_paced:
        return None
    if question.by < question.start:
        return chance_at(forecast, target, forecast.curve.largest)
    return chance_by(
        forecast,
        target,
        start=question.start,
        by=question.by,
        pace=question.pace,
        most=question.most,
    )


def _purchase(
    question: Question, forecast: Forecast, target: Target
) -> tuple[Purchase | None, ShadowPrices | None, tuple[LowerTarget, ...]]:
    """Return what to buy, what one more is worth, and what lower targets save."""
    prices = question.prices
    if prices is None:
        return None, None, ()
    purchase = plan_purchase(
        forecast, target, prices, question.pace, cleaning=question.cleaning, most=question.most
    )
    worth = shadow_prices(forecast, target, prices, question.pace, most=question.most)
    lower = lower_targets(forecast, target, prices, question.pace, most=question.most)
    return purchase, worth, lower
