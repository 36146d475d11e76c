"""How do answers about learning curves become the section on labels, and its prices?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from whet.company.labels.answer import Answer
from whet.company.labels.forecast import Forecast
from whet.company.pictures.fan import Fan
from whet.company.report.sections.evidence import LabelsSection, LabelTarget
from whet.company.report.sections.money import Price
from whet.company.report.sections.ranges import Range

_LEVELS = (0.1, 0.5, 0.9)
_POINTS = 13


def labels_section(
    answers: Sequence[tuple[str, Answer]], *, scored: int = 0, covered: float | None = None
) -> LabelsSection:
    """Return the section of all quality targets; each answer comes with its target's name."""
    targets = tuple(_target(name, answer) for name, answer in answers if answer.question.target)
    return LabelsSection(targets, scored, covered)


def _target(name: str, answer: Answer) -> LabelTarget:
    """Return what one curve says of its target; a refused one keeps what was measured."""
    question = answer.question
    curve, wanted = question.curve, question.target
    assert wanted is not None  # targets only are asked for
    target = LabelTarget(
        name=name,
        metric=curve.metric,
        target=wanted.score,
        by=question.by,
        measured=tuple((n, curve.score(e)) for n, e in zip(curve.sizes, curve.errors, strict=True)),
        refused=answer.refused or "",
        is_share=not curve.is_error,
        counted=curve.counted,
    )
    if answer.forecast is None:
        return target
    best = answer.purchase.best if answer.purchase else None
    more = best.size - curve.largest if best else 0.0
    return replace(
        target,
        fan=fan_of(answer.forecast),
        purchases=((best.size, f"+{more:,.0f}"),) if best and more > 0 else (),
        chance=_chance(answer),
        needed=_needed(answer),
        cost=best.staged.cost if best else None,
    )


def _chance(answer: Answer) -> float | None:
    """Return the probability to reach the target: by its day, else within reach at all."""
    if answer.by is not None:
        return answer.by
    return answer.requirement.within_reach if answer.requirement else None


def _needed(answer: Answer) -> tuple[float, float] | None:
    """Return the labels that suffice in 50 % and in 80 % of all cases."""
    if answer.requirement is None:
        return None
    told = dict(zip(answer.requirement.levels, answer.requirement.quantiles, strict=True))
    half, most = (told.get(level) for level in (0.5, 0.8))
    return (float("inf") if half is None else half, float("inf") if most is None else most)


def fan_of(forecast: Forecast) -> Fan:
    """Return the quantiles of what would be measured, from the largest size to the farthest."""
    sizes = np.geomspace(float(forecast.sizes[0]), float(forecast.sizes[-1]), _POINTS)
    sizes[-1] = float(forecast.sizes[-1])
    rows = [forecast.quantiles(float(size), _LEVELS) for size in sizes]
    return Fan(
        tuple(float(size) for size in sizes),
        {p: tuple(float(row[i]) for row in rows) for i, p in enumerate(_LEVELS)},
    )


def label_prices(
    answers: Sequence[tuple[str, Answer]],
) -> tuple[Price, ...]:
    """Return what one more label, GPU-hour and week are worth, target by target."""
    found = []
    for name, answer in answers:
        worth, prices = answer.worth, answer.question.prices
        if worth is None or prices is None:
            continue
        found.append(Price("label", name, Range(worth.label), prices.label))
        found.append(Price("gpu hour", name, Range(worth.gpu_hour), prices.gpu_hour))
        if worth.week is not None:
            found.append(Price("week", name, Range(worth.week)))
    return tuple(found)
