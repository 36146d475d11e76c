"""From which probability on is each label shown? Chosen on rows that no winner's model has seen.

The same test as for abstaining, for each label by itself: among the texts in which it is found, a
label is shown from the smallest probability at which the share of wrong ones is proven to be small.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.evaluation.risk import ThresholdChoice, choose_threshold
from whet.ladder.candidates import Candidate, units_of
from whet.ladder.context import Context
from whet.serving.label_lists import PROBABLE
from whet.serving.links import sigmoid

NEVER_FOUND = "Nothing can be promised: the label was found in no calibration row."


@dataclass(frozen=True)
class Shown:
    """When each of k labels is shown."""

    choices: tuple[ThresholdChoice, ...]

    @property
    def thresholds(self) -> tuple[float | None, ...]:
        """Return the smallest probability of each label that is shown; None where none is."""
        return tuple(choice.threshold for choice in self.choices)

    def given(self, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which labels are shown, (n, k)."""
        least = [np.inf if one is None else one for one in self.thresholds]
        shown: NDArray[np.bool_] = (probabilities >= PROBABLE) & (probabilities >= np.array(least))
        return shown


def choose_shown(context: Context, winner: Candidate, truth: NDArray[np.bool_]) -> Shown:
    """Return when each label is shown; `truth` (n, k) is of the rows that judged the winner."""
    probabilities = sigmoid(winner.output.logits / np.float32(winner.temperature))
    units, decision = units_of(context, winner.rows), context.card.decision
    choices = []
    for own, true in zip(probabilities.T, truth.T, strict=True):
        found = own >= PROBABLE
        if not found.any():
            choices.append(ThresholdChoice(None, 0.0, 1.0, 1.0, NEVER_FOUND))
            continue
        choices.append(
            choose_threshold(
                own[found].astype(np.float64),
                true[found],
                wrong_answers=decision.wrong_answers,
                level=decision.confidence,
                units=None if units is None else units[found],
            )
        )
    return Shown(tuple(choices))
