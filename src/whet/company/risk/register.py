"""Which risks need attention? The register as a matrix, with owners, dates and residual risk.

A risk's band of probability and of impact run from 1 to 5; their product is its score. The impact
is measured, not felt: the money and the days that the risk takes when it strikes, by simulation.
Of the two the worse band counts. What an action leaves is the residual score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from whet.company.risk.effects import Difference
from whet.company.simulation.risks import Risk, residual

PROBABILITY_BANDS = (0.05, 0.2, 0.4, 0.7)
"""Upper ends of the bands 1 to 4."""
MONEY_BANDS = (0.01, 0.03, 0.1, 0.25)
"""Upper ends of the bands 1 to 4 of a loss, as a share of today's cash."""
DAY_BANDS = (3.0, 10.0, 20.0, 45.0)
"""Upper ends of the bands 1 to 4 of a delay, in calendar days."""
_SOON_DAYS = 14
Trigger = Literal["overdue", "soon", "later", "none"]


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    risk: Risk
    """The risk as it was written down."""
    probability_band: int
    """1 to 5."""
    impact_band: int
    """1 to 5, the worse of money and days."""
    score: int
    """Product of the two, 1 to 25."""
    residual_probability: float
    """Probability after all its actions, or as it is without any, in [0, 1]."""
    residual_score: int
    """Score after all its actions, 1 to 25."""
    expected_loss: float | None
    """Probability times the money that it takes, without action; at least 0. None: unknown."""
    residual_loss: float | None
    """The same after all its actions, their cost left out."""
    effect: Difference
    """What it does when it strikes."""
    trigger: Trigger
    """Whether its owner must look again: the date is past, within 14 days, later, or not set."""


def register(
    risks: Sequence[Risk], effects: Mapping[str, Difference], *, cash: float | None, today: date
) -> list[Entry]:
    """Return the register, the worst first. `cash` is the money of today, above 0.

    Where money is unknown (None), days alone make the impact.
    `effects` says what each risk does when it strikes with its action taken or not as in the plan
    (see `strike_effects`).

    Source: ISO 31010 (2019), B.10.3 (consequence/likelihood matrix); L. A. Cox, "What's Wrong with
    Risk Matrices?", Risk Analysis 28 (2008) 497, for why the score only sorts and the loss decides.
    """
    entries = [_entry(risk, effects[risk.id], cash, today) for risk in risks]
    return sorted(entries, key=lambda e: (-e.score, -(e.expected_loss or 0.0), e.risk.id))


def matrix(entries: Sequence[Entry], *, residual: bool = False) -> list[list[list[str]]]:
    """Return the risks' names in 5 rows (probability band 5 to 1) of 5 columns (impact 1 to 5)."""
    cells: list[list[list[str]]] = [[[] for _ in range(5)] for _ in range(5)]
    for entry in entries:
        row, column = entry.probability_band, entry.impact_band
        if residual:
            row = band(entry.residual_probability, PROBABILITY_BANDS)
            column = entry.residual_score // row
        cells[5 - row][column - 1].append(entry.risk.id)
    return cells


def band(value: float, ends: Sequence[float]) -> int:
    """Return the band of a value, from 1 to one more than there are upper ends.

    >>> [band(x, PROBABILITY_BANDS) for x in (0.05, 0.06, 0.9)]
    [1, 2, 5]
    """
    return 1 + sum(value > end for end in ends)


def _entry(risk: Risk, effect: Difference, cash: float | None, today: date) -> Entry:
    after, left = residual(risk, risk.actions)
    # The effect was measured as the plan has it, with the actions that are taken already.
    planned = residual(risk, [action for action in risk.actions if action.taken])[1]
    scale = 1 / planned if planned > 0 else 0.0
    loss = None if effect.value is None else max(-effect.value.value, 0.0) * scale
    days = max(effect.days.value, 0.0) * scale
    likely = band(risk.probability, PROBABILITY_BANDS)
    return Entry(
        risk,
        likely,
        _impact_band(loss, days, cash),
        likely * _impact_band(loss, days, cash),
        after,
        band(after, PROBABILITY_BANDS) * _impact_band(loss, days, cash, left=left),
        None if loss is None else risk.probability * loss,
        None if loss is None else after * loss * left,
        effect,
        _trigger(risk.trigger, today),
    )


def _impact_band(loss: float | None, days: float, cash: float | None, *, left: float = 1.0) -> int:
    """Return the worse band of money and of days of which the part `left` is left."""
    by_days = band(days * left, DAY_BANDS)
    if loss is None or cash is None:
        return by_days
    return max(band(loss * left / cash, MONEY_BANDS), by_days)


def _trigger(day: date | None, today: date) -> Trigger:
    """Return how near the date is on which the owner must look again."""
    if day is None:
        return "none"
    left = (day - today).days
    if left < 0:
        return "overdue"
    return "soon" if left <= _SOON_DAYS else "later"
