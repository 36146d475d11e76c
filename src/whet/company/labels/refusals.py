"""When must nobody be told what more labels would bring? Reasons, each with what to measure.

A curve that is too short, rises, or does not fall beyond its noise carries no evidence for a
forecast, and neither does any curve far beyond its largest size. About one curve in seven is
ill-behaved (LCDB 1.1, arXiv 2505.15657).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from whet.company.labels.curve import LABELS, Curve, size_words
from whet.core.errors import InputError

FEWEST_SIZES = 5
"""Sizes that a forecast needs: two to judge forecasts in hindsight from three and four."""

MOST_DOUBLINGS = 2.0
"""How far beyond the largest size a forecast may go."""

_CLEAR = 2.0
"""Standard errors that tell a rise or a fall from noise."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Refusal:
    """Why a curve is not extrapolated, and what would mend that."""

    kind: str
    """`short`, `rising` or `flat`."""
    reason: str
    """One sentence: what must hold and what was found."""
    advice: str
    """One sentence: what to measure or decide."""

    def sentence(self) -> str:
        """Return both in one text."""
        return f"{self.reason} {self.advice}"


def refusal(curve: Curve) -> Refusal | None:
    """Return why the curve cannot be extrapolated; None when it can."""
    return _short(curve) or _rising(curve) or _flat(curve)


def check_curve(curve: Curve) -> None:
    """Refuse a curve that cannot be extrapolated.

    Raises:
        InputError: with the sentence of its `Refusal`.
    """
    found = refusal(curve)
    if found is not None:
        raise InputError(found.sentence())


def check_reach(curve: Curve, size: float, *, farthest: float | None = None) -> None:
    """Refuse to forecast a size too far away.

    Raises:
        InputError: the size is below the largest measured one, or beyond `farthest`, which is
            `MOST_DOUBLINGS` of it when not given.
    """
    farthest = curve.largest * 2**MOST_DOUBLINGS if farthest is None else farthest
    if size > farthest * (1 + _ROUNDING):
        raise InputError(
            f"A forecast must stay within two doublings of the {size_words(curve.largest)} "
            f"{curve.counted} that were measured, at most {size_words(farthest)}; "
            f"{size_words(size)} were asked. "
            f"Measure {curve.name} at a larger size first, for example at "
            f"{size_words(min(size / 2**MOST_DOUBLINGS, farthest))}."
        )
    if size < curve.largest * (1 - _ROUNDING):
        raise InputError(
            f"A forecast must ask for at least the {size_words(curve.largest)} {curve.counted} "
            f"that were measured; {size_words(size)} were asked. Read the measured curve instead."
        )


def _short(curve: Curve) -> Refusal | None:
    """Refuse a curve of too few sizes."""
    found = len(curve.sizes)
    if found >= FEWEST_SIZES:
        return None
    smallest = curve.largest / 2 ** (FEWEST_SIZES - 1)
    smallest = max(round(smallest), 1) if curve.unit == LABELS else smallest
    return Refusal(
        "short",
        f"The curve {curve.name} must have at least {FEWEST_SIZES} sizes to be extrapolated; it "
        f"has {found}.",
        f"Measure it at more sizes, for example at doublings from {size_words(smallest)} to "
        f"{size_words(curve.largest)}, with 3 seeds each.",
    )


def _rising(curve: Curve) -> Refusal | None:
    """Refuse a curve on which more data made the error larger, beyond its noise."""
    errors, se = np.array(curve.errors), np.array(curve.se)
    rises = {
        (small, large): (errors[large] - errors[small]) / np.hypot(se[small], se[large])
        for small, large in combinations(range(len(errors)), 2)
    }
    (small, large), rise = max(rises.items(), key=lambda item: item[1])
    if rise <= _CLEAR:
        return None
    before, after = (curve.score(curve.errors[one]) for one in (small, large))
    return Refusal(
        "rising",
        f"The curve {curve.name} must not get worse with more {curve.counted}; its {curve.metric} "
        f"goes from {before:.3f} at {size_words(curve.sizes[small])} to {after:.3f} at "
        f"{size_words(curve.sizes[large])}, which is {rise:.1f} standard errors.",
        f"Measure those sizes again with more seeds; if the {curve.metric} stays worse, look for "
        "a change in the data or in the training between them.",
    )


def _flat(curve: Curve) -> Refusal | None:
    """Refuse a curve whose error does not fall beyond its noise.

    The fall is the slope of a weighted straight line through error and log(size).
    """
    x, weights = np.log(curve.sizes), 1 / np.square(curve.se)
    offset = x - np.average(x, weights=weights)
    spread = float(weights @ np.square(offset))
    slope = float(weights @ (offset * np.array(curve.errors))) / spread
    if slope * np.sqrt(spread) < -_CLEAR:
        return None
    return Refusal(
        "flat",
        f"The curve {curve.name} must show that more {curve.counted} help; from "
        f"{size_words(curve.sizes[0])} to {size_words(curve.largest)} its {curve.metric} does "
        f"not improve by more than {_CLEAR:.0f} standard errors.",
        f"Measure smaller sizes or more seeds to see the slope; if there is none, more "
        f"{curve.counted} will not help: change the model, the labels' quality or the target.",
    )
