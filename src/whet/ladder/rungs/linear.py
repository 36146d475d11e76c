"""How far do words alone go? The rung of n-grams under a linear model."""

import math
from dataclasses import dataclass
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


class LinearRung:
    """Word and character n-grams under a linear support-vector model."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of trials on a tenth of the rows, scaled up.

        The first fit also chooses the regularisation, which takes longer than a fit.
        """
        tried = sample(self.context, max(200, rows // 10))
        corpus = self.context.counts.counts  # counted once for all fits: no part of their time
        labels, classes = self.context.labels[tried], self.context.classes

        def seconds(strength: float | None) -> float:
            return fastest(
                lambda: fit_linear(corpus[tried], labels, classes, seed=0, strength=strength)
            )

        later = seconds(1.0)
        first = later if self.strength is not None else seconds(None)
        return (first + later * (fits - 1)) * max(1.0, rows / len(tried))

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedLinear:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        context = self.context
        model = fit_linear(
            context.counts.counts[rows],
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "linear"),
            strength=self.strength,
        )
        self.strength = model.strength
        return FittedLinear(context, model)
