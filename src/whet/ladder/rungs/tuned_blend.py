"""Do words help a tuned encoder? The rung that mixes the linear model and any tuned encoder.

It follows the rung that tunes the encoder, whose training it takes up where that ended: at the cost
of a linear model.
"""

import math

import numpy as np

from whet.ladder.context import Context
from whet.ladder.rungs.blend import FittedBlend, Mix, choose_mix
from whet.ladder.rungs.linear import LinearRung
from whet.ladder.rungs.tuned import FittedTuned, TunedRung
from whet.models.output import Ids


class TunedBlendRung:
    """The linear model and a tuned encoder together."""

    cross_validated = False

    def __init__(self, context: Context, candidate: str) -> None:
        self.context = context
        self.linear, self.tuned = LinearRung(context), TunedRung(context, candidate)
        self.mix: Mix | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of the linear models, and of a training that is not there already."""
        seconds = self.linear.predicted_seconds(rows, fits + 1)
        if self.mix is None and self.tuned.has_begun:
            return seconds
        return seconds + self.tuned.predicted_seconds(rows, fits)

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedBlend:
        """Learn from rows; those that the training holds back choose the mix."""
        tuned = self.tuned.fit(rows, deadline=deadline)
        self.mix = self._choose_mix(rows, tuned)
        return FittedBlend(self.linear.fit(rows), tuned, self.mix, tuned.note)

    def learn_again(self, rows: Ids, *, deadline: float = math.inf) -> FittedBlend | None:
        """Learn from more rows, mixed as `fit` found; None where the deadline ended it."""
        tuned = self.tuned.learn_again(rows, deadline=deadline)
        if tuned is None or self.mix is None:
            return None
        return FittedBlend(self.linear.fit(rows), tuned, self.mix, tuned.note)

    def _choose_mix(self, rows: Ids, tuned: FittedTuned) -> Mix:
        """Return the best mix on rows held back, which have chosen the encoder's state before."""
        held = np.setdiff1d(rows, tuned.rows)
        linear = self.linear.fit(tuned.rows).predict(held)
        return choose_mix(linear, tuned.predict(held), self.context.labels[held])
