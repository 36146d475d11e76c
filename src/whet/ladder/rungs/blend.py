"""Do words help an encoder? The rung that mixes the linear model and the probe."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.ladder.rungs.augmented import Augmentation
from whet.ladder.rungs.contract import Classifying, Form
from whet.ladder.rungs.linear import FittedLinear, LinearRung
from whet.ladder.rungs.probe import ProbeRung
from whet.ladder.rungs.shared import held_back, log_loss
from whet.models.output import Ids, Output
from whet.serving.blend import mixed
from whet.serving.contents import Blend

MIX_HELD_BACK = 0.2
"""Share of the rows of a blend's first fit that choose how it is mixed."""


MIX_WEIGHTS = (0.3, 0.5, 0.7)
"""Weights of the linear model that are tried; a finer grid would fit the noise of the rows."""


@dataclass(frozen=True)
class Mix:
    """Temperatures of the two models of a blend, and the weight of the linear one."""

    linear_temperature: float
    reader_temperature: float
    weight: float

    def output(self, linear: Output, reader: Output) -> Output:
        """Return the mixed answers."""
        words = linear.probabilities(self.linear_temperature)
        read = reader.probabilities(self.reader_temperature)
        alone = reader.log_probabilities(self.reader_temperature)
        return Output(mixed(words, read, self.weight), reader.views, alone)


def choose_mix(linear: Output, reader: Output, truth: Ids) -> Mix:
    """Return temperatures and weight with the smallest log loss on rows that judge both."""
    temperatures = fit_temperature(linear.logits, truth), fit_temperature(reader.logits, truth)
    mixes = [Mix(*temperatures, weight) for weight in MIX_WEIGHTS]
    losses = [log_loss(mix.output(linear, reader).logits, truth) for mix in mixes]
    return mixes[int(np.argmin(losses))]


@dataclass(frozen=True)
class FittedBlend:
    """A linear model and one that reads, and how their answers are mixed."""

    linear: FittedLinear
    reader: Classifying
    """The probe, or a tuned encoder."""
    mix: Mix
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return the logarithms of the mixed probabilities, and the reader's embeddings."""
        return self.mix.output(self.linear.predict(rows), self.reader.predict(rows))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write both models, each at its own temperature."""
        self.linear.write(folder, self.mix.linear_temperature)
        self.reader.write(folder, self.mix.reader_temperature)
        return Form("blend", Blend(linear_weight=self.mix.weight, temperature=temperature))


class BlendRung:
    """The linear model and the probe together: words and meaning."""

    cross_validated = True

    def __init__(self, context: Context, augmentation: Augmentation | None = None) -> None:
        self.context = context
        self.linear, self.probe = LinearRung(context), ProbeRung(context, augmentation)
        self.mix: Mix | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of both models.

        One more fit of each chooses how they are mixed; each also chooses its regularisation anew.
        """
        fits += 1
        return self.linear.predicted_seconds(rows, fits) + self.probe.predicted_seconds(rows, fits)

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedBlend:
        """Learn from rows; the first fit chooses the mix on rows held back inside them."""
        if self.mix is None:
            self.mix = self._choose_mix(rows)
        return FittedBlend(self.linear.fit(rows), self.probe.fit(rows), self.mix)

    def _choose_mix(self, rows: Ids) -> Mix:
        """Return temperatures and weight with the smallest log loss on rows held back."""
        held = held_back(self.context, rows, "mix", MIX_HELD_BACK)
        if not held.any() or len(np.unique(self.context.labels[rows[~held]])) < 2:
            return Mix(1.0, 1.0, 0.5)
        linear = self.linear.fit(rows[~held]).predict(rows[held])
        probe = self.probe.fit(rows[~held]).predict(rows[held])
        return choose_mix(linear, probe, self.context.labels[rows[held]])
