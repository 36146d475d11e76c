"""What moves the value, the date and the runway? Every uncertain input beside every outcome.

For an input of degrees the bar runs from the outcome's mean in the tenth of draws where it is
lowest to that where it is highest; for one that happens or not, from the draws without to those
with. Inputs are independent of one another by construction (the shared error of estimates is an
input of its own), so a bar is that input's doing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from whet.company.cash.company import World, scenario_demand
from whet.company.cash.runway import ruin_positions
from whet.company.simulation.efforts import COMMON
from whet.company.simulation.estimates import ThreePoint
from whet.company.simulation.streams import Draws
from whet.company.simulation.summary import Estimate, mean

Holds = NDArray[np.bool_]
"""Whether something happens, over the draws."""
TENTH = 0.1
FEWEST = 30
"""Draws that a mean of a bar's end needs; with fewer the input is left out."""
SCREENED = 400
"""Inputs whose bars are computed; of more, those that correlate most."""


@dataclass(frozen=True)
class Bar:
    """How one input moves one outcome."""

    input: str
    """Name of the uncertainty."""
    low: Estimate
    """Mean outcome where the input is low, or does not happen."""
    high: Estimate
    """Mean outcome where it is high, or happens."""
    correlation: float
    """Spearman's rank correlation, in [-1, 1]."""
    correlation_low: float
    """Lower end of its 95 % interval."""
    correlation_high: float
    """Upper end."""


def outcomes(world: World) -> dict[str, Draws]:
    """Return what a tornado is drawn for: value in money, end in days, runway in months.

    The runway of draws in which the money lasts is cut at the horizon. Where money is unknown,
    there is neither value nor runway.
    """
    found = {"end": world.times.end}
    if world.money is not None:
        months = world.accounts.months
        left = np.minimum(ruin_positions(world.accounts), months.count) - months.begin
        found = {"value": world.value, "end": world.times.end, "runway": left}
    milestones = {f"milestone: {m}": world.times.of(m) for m in world.company.deadlines}
    return found | milestones


def tornado(world: World, outcome: Draws, *, top: int | None = None) -> list[Bar]:
    """Return a bar for each input, the longest first; inputs that move nothing are left out."""
    if np.ptp(outcome) == 0:
        return []
    ranks = rankdata(outcome)  # once, for sorting is most of the work
    found = (_bar(name, x, outcome, ranks) for name, x in _likely(world, outcome))
    bars = [bar for bar in found if bar is not None]
    bars.sort(key=lambda bar: (-abs(bar.high.value - bar.low.value), bar.input))
    return bars[:top]


def _likely(world: World, outcome: Draws) -> list[tuple[str, Draws | Holds]]:
    """Return the inputs; of many, those that correlate most with the outcome.

    Sorting ten thousand inputs takes a minute; a plain product of each with the outcome does not.
    """
    given = list(inputs(world))
    if len(given) <= SCREENED:
        return given
    centred = outcome - outcome.mean()
    sizes = []
    for _, x in given:
        number = np.asarray(x, dtype=np.float64)
        spread = float(number.std())
        sizes.append(abs(float(number @ centred)) / spread if spread > 0 else 0.0)
    kept = sorted(np.argsort(sizes)[::-1][:SCREENED].tolist())
    return [given[i] for i in kept]


def inputs(world: World) -> Iterator[tuple[str, Draws | Holds]]:
    """Yield every uncertain input with its draws: scores, or whether it happens."""
    yield from _work(world)
    for risk in world.company.risks:
        yield f"risk: {risk.id}", world.risks.occurs[risk.id]
    if world.money is not None:
        yield from _money(world)
        yield from _demand(world)


def _work(world: World) -> Iterator[tuple[str, Draws]]:
    """Yield what moves the work: the error that estimates share, and each task's own."""
    error = world.company.error
    if world.company.efforts and error.correlation > 0:
        yield "all estimates together", world.streams.normal(*COMMON)
    for task, three in world.company.efforts.items():
        if not three.is_certain and error.correlation < 1:
            yield f"effort: {task}", world.streams.normal("effort", task)


def _money(world: World) -> Iterator[tuple[str, Draws | Holds]]:
    """Yield what moves rounds and costs."""
    streams = world.streams
    for round_ in world.company.rounds:
        yield f"round: {round_.id}", streams.uniform("round", round_.id) < round_.probability
        if not round_.delay_months.is_certain:
            yield f"delay of round: {round_.id}", streams.normal("round", round_.id, "delay")
        if not round_.amount.is_certain:
            yield f"amount of round: {round_.id}", streams.normal("round", round_.id, "amount")
    for cost in world.company.costs:
        if not cost.amount.is_certain:
            yield f"cost: {cost.id}", streams.normal("cost", cost.id)


def _demand(world: World) -> Iterator[tuple[str, Draws]]:
    """Yield what moves sales: the market, each product's demand, and its uncertain numbers."""
    streams = world.streams
    if world.company.revenues:
        yield "demand of the market", streams.normal("demand", "common")
        if world.company.scenarios:
            yield "scenario of the market", scenario_demand(world.company.scenarios, streams)
    for line in world.company.revenues:
        name = line.sales.id
        if not line.sales.per_month.is_certain:
            yield f"demand: {name}", streams.normal("demand", name)
        for field in ("price", "churn", "unit_cost", "units"):
            three = getattr(line, field, None)
            if isinstance(three, ThreePoint) and not three.is_certain:
                what = field.replace("_", " ")
                yield f"{what}: {name}", streams.normal("revenue", name, what)


def _bar(name: str, x: Draws | Holds, outcome: Draws, ranks: Draws) -> Bar | None:
    """Return the bar of one input, or None where too few draws are on one side of it."""
    if x.dtype == np.bool_:
        high = x.astype(np.bool_)
        low = np.logical_not(high)
    else:
        ends = np.quantile(x, [TENTH, 1 - TENTH])
        low, high = x <= ends[0], x >= ends[1]
    if min(np.count_nonzero(low), np.count_nonzero(high)) < FEWEST:
        return None
    # What happens or not has two ranks only: any two numbers correlate alike, none are sorted.
    r = _correlation(x if x.dtype == np.bool_ else rankdata(x), ranks)
    # Fisher's z, whose spread for ranks is 1.03 / sqrt(n - 3).
    z, half = np.arctanh(np.clip(r, -0.999999, 0.999999)), 1.96 * 1.03 / np.sqrt(len(x) - 3)
    return Bar(
        name,
        mean(outcome[low]),
        mean(outcome[high]),
        r,
        float(np.tanh(z - half)),
        float(np.tanh(z + half)),
    )


def spearman(x: Draws | Holds, y: Draws) -> float:
    """Return Spearman's rank correlation, with ties at their mean rank.

    Source: E. C. Fieller, H. O. Hartley & E. S. Pearson, Biometrika 44 (1957) 470, for the
    interval's spread.
    """
    return _correlation(rankdata(x), rankdata(y))


def _correlation(x: Draws | Holds, y: Draws) -> float:
    """Return the correlation of two columns; 0 where one of them is constant."""
    a, b = x - np.mean(x), y - np.mean(y)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else 0.0
