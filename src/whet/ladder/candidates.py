"""What comes of a climb? Candidates with their answers, lines of the verdict table, the winner."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from whet.cards.schema import LOWER_IS_BETTER
from whet.evaluation.intervals import Interval
from whet.evaluation.verdict import Verdict
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Fitted, Rung
from whet.models.output import Ids


@dataclass(frozen=True)
class Candidate:
    """A climbed rung and what it said about rows that its models did not learn from."""

    name: str
    rung: Rung[Any]
    rows: Ids
    """Development rows that judge it."""
    fold_of: Ids
    """Fold in which each of `rows` was held out."""
    output: Any
    """What it said about `rows`, in the form of the card's kind of target."""
    temperature: float
    """Divisor that calibrates what it says; 1 where the kind of target has no such thing."""
    fitted: Fitted[Any] | None
    """The model itself where one fold judged it; None where each fold had a model of its own."""
    seconds: float
    predicted_seconds: float
    peak_bytes: int
    note: str
    """What the verdict table says of its training; empty where there is nothing to say."""


@dataclass(frozen=True)
class Step:
    """One line of the verdict table."""

    candidate: str
    value: Interval | None
    against: str | None
    verdict: Verdict | None
    """None for the first rung and for a rung that was not climbed."""
    reason: str
    seconds: float
    predicted_seconds: float | None
    peak_bytes: int


@dataclass(frozen=True)
class Climb:
    """Every rung in order, and the winner."""

    steps: list[Step]
    candidates: list[Candidate]
    winner: Candidate
    why: str
    ended: str
    """Why no further rung was climbed."""


def gate_holds(metric: str, required: float, measured_interval: Interval) -> bool:
    """Return True when even the worse end of the interval is good enough."""
    if metric in LOWER_IS_BETTER:
        return measured_interval.high <= required
    return measured_interval.low >= required


def units_of(context: Context, rows: Ids) -> NDArray[Any] | None:
    """Return what the bootstrap resamples whole, one name a row; None when rows are units."""
    units = context.development_units
    return None if units is None else units[rows]


def test_units(context: Context) -> NDArray[Any] | None:
    """Return what the bootstrap resamples whole among the test rows; None when rows are units."""
    return context.test_units
