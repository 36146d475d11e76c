"""How far do words alone go? The rung of n-grams under a linear model."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whet.compression.write import write_linear
from whet.core.seeds import derived_seed
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.shared import fastest, sample
from whet.models.linear import LinearFit, fit_linear
from whet.models.output import Ids, Output


@dataclass(frozen=True)
class FittedLinear:
    """The linear model and the build whose counts it reads."""

    context: Context
    model: LinearFit
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return decision values; there is no embedding."""
        return self.model.predict(self.context.counts.counts[rows])

    def write(self, folder: Path, temperature: float) -> Form:
        """Write coefficients and vocabulary."""
        write_linear(folder, self.model, self.context.counts.features, t=temperature)
        return Form("linear")


WordLearner = Callable[[Ids, float | None, int], LinearFit]
"""Learns from rows at a strength (None: the best) with a seed. It is sent to other processes."""


def learn_classes(context: Context, rows: Ids, strength: float | None, seed: int) -> LinearFit:
    """Return a linear support-vector model of the classes of some rows."""
    labels, classes = context.labels[rows], context.classes
    return fit_linear(context.counts.counts[rows], labels, classes, seed=seed, strength=strength)


class LinearRung:
    """Word and character n-grams under a linear model: one of classes, or what `learn` makes."""

    cross_validated = True

    def __init__(self, context: Context, learn: WordLearner | None = None) -> None:
        self.context = context
        self.learn = learn or partial(learn_classes, context)
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of trials on a tenth of the rows, scaled up.

        The first fit also chooses the regularisation, which takes longer than a fit.
        """
        tried = sample(self.context, max(200, rows // 10))
        _ = self.context.counts  # counted once for all fits: no part of their time

        def seconds(strength: float | None) -> float:
            return fastest(lambda: self.learn(tried, strength, 0))

        later = seconds(1.0)
        first = later if self.strength is not None else seconds(None)
        return (first + later * (fits - 1)) * max(1.0, rows / len(tried))

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedLinear:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        model = self.learn(rows, self.strength, derived_seed(self.context.seed, "linear"))
        self.strength = model.strength
        return FittedLinear(self.context, model)
