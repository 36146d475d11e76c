"""How far may the truth lie from the winner's numbers? Decided on rows that its models did not see.

With cross-validation the errors are those of the folds' models and the answers to come those of one
model of all rows, so the promise holds as far as these err alike; the test rows tell whether it
does. With one fold one model does both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.evaluation.conformal import conformal_factor, rows_needed
from whet.ladder.candidates import Candidate
from whet.models.output import Floats, Output
from whet.models.ridge import fit_ridge
from whet.serving.spread import Spread, spread_features

FEWEST_ROWS = 100
"""Calibration rows below which no expected error is learnt: the line would follow single rows."""

PAYS = 0.98
"""Share of the mean width that intervals by expected error may have at most to be worth it."""


@dataclass(frozen=True)
class Band:
    """The interval beside a number, or why there is none."""

    coverage: float
    factor: float | None
    """Half its width, over the expected error where there is one; None with too few rows."""
    spread: Spread | None
    sentence: str

    def half_widths(self, output: Output) -> Floats | None:
        """Return half the width of the interval of each answer, (n,); None without intervals."""
        if self.factor is None:
            return None
        if self.spread is None:
            return np.full(len(output.logits), self.factor, dtype=np.float32)
        return np.float32(self.factor) * self.spread.expected(output.logits[:, 0], output.views)


def choose_band(winner: Candidate, truth: NDArray[np.float64], coverage: float) -> Band:
    """Return the narrower of two intervals: of one width, or by the expected error of each text.

    Args:
        winner: whose answers to rows held out are the calibration.
        truth: true numbers (n,) of these rows.
        coverage: share of truths that the interval should hold.
    """
    errors = np.abs(truth - winner.output.logits[:, 0].astype(np.float64))
    plain = conformal_factor(errors, np.ones(len(errors)), coverage)
    if plain is None:
        sentence = (
            f"No interval can be promised: to hold {100 * coverage:.4g} % of truths at least "
            f"{rows_needed(coverage)} calibration rows are needed, and there are {len(errors)}."
        )
        return Band(coverage, None, None, sentence)
    spread, expected = learn_spread(winner.output, errors)
    scaled = conformal_factor(errors, expected, coverage)
    if spread and scaled and scaled * expected.mean() < PAYS * plain:
        ratio = scaled * expected.mean() / plain
        told = f"by the error that each text lets expect, {100 * ratio:.0f} % as wide on average"
        return Band(coverage, scaled, spread, _promise(coverage, len(errors), told))
    told = f"of one width, {plain:.4g} to either side"
    return Band(coverage, plain, None, _promise(coverage, len(errors), told))


def learn_spread(
    output: Output, errors: NDArray[np.float64]
) -> tuple[Spread | None, NDArray[np.float64]]:
    """Return what tells the error to expect, and what it says (n,) of rows that it did not see.

    None, and ones, with too few rows or where no error differs from another.
    """
    values = output.logits[:, 0]
    known = errors > 0
    if len(errors) < FEWEST_ROWS or not known.any() or values.std() == 0:
        return None, np.ones(len(errors))
    smallest, largest = (float(q) for q in np.quantile(errors[known], [0.05, 0.95]))
    centre, scale = float(values.mean()), float(values.std())
    logarithms = np.log(np.maximum(errors, smallest))
    features = spread_features(values, output.views, centre, scale)
    fit = fit_ridge(features, logarithms)
    weight, bias = fit.probe.folded()
    spread = Spread(weight[:, 0], float(bias[0]), centre, scale, smallest, largest)
    return spread, np.exp(np.clip(fit.left_out, np.log(smallest), np.log(largest)))


def _promise(coverage: float, rows: int, told: str) -> str:
    """Return what is promised, in words."""
    return (
        f"The interval beside an answer should hold {100 * coverage:.4g} % of truths, by the "
        f"errors on {rows:,} calibration rows; it is {told}."
    )
