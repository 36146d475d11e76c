"""How does a model of several labels become a package? Files, thresholds, rows alike, replay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.compression.parity import Parity
from whet.compression.score_parity import ScoreReplay, replay_scores
from whet.compression.short_card import Told, short_card
from whet.compression.write import write_contents
from whet.data.label_lists import labels_of
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Classifying, Form
from whet.ladder.show import Shown
from whet.ladder.targets.score_package import Alike, Stamp, score_contents, write_alike
from whet.models.output import Floats
from whet.serving.contents import Contents
from whet.serving.label_lists import PROBABLE


@dataclass(frozen=True)
class LabelPacking:
    """Everything that goes into a package of several labels a text."""

    context: Context
    fitted: Classifying
    temperature: float
    alike: Alike
    shown: Shown
    test: Floats
    """Calibrated probabilities (n, k) of the trained model for the test rows."""
    score: Callable[[Floats], float]
    """The primary metric of probabilities (n, k) for the test rows."""
    sentence: str
    """What is promised."""
    stamp: Stamp

    def write(self, folder: Path) -> Form:
        """Write the files of the model."""
        return self.fitted.write(folder, self.temperature)

    def replay(self, folder: Path, name: str) -> Parity:
        """Return how the package in `folder` answers the test rows.

        A text flips when the labels that are found in it are not all the same.
        """
        texts = self.context.dataset.test.texts
        reference = ScoreReplay(texts, self.test, _flipped, self.score)
        return replay_scores(folder, name, reference, self.context.card.package)

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write rows like the text, contents, model card and manifest."""
        context = self.context
        told = [" | ".join(labels_of(label)) for label in context.development.labels]
        write_alike(folder, context, self.alike, told)
        fields = score_contents(context, form, self.stamp, parity, self.alike.dimension) | {
            "labels": context.dataset.labels,
            "thresholds": self.shown.thresholds,
            "calibration": {"temperature": self.temperature},
        }
        contents = Contents.model_validate(fields)
        about = Told(
            pipeline="text-classification",
            headline=f"Gives a text any number of {len(contents.labels)} labels",
            how="A label is found where it is more probable than not.",
            more=self.sentence,
            flips="other labels in",
        )
        write_contents(folder, contents, short_card(contents, about, parity=parity))


def _flipped(trained: Floats, packaged: Floats) -> NDArray[np.bool_]:
    """Return the texts in which other labels are found, (n,)."""
    changed: NDArray[np.bool_] = ((trained >= PROBABLE) != (packaged >= PROBABLE)).any(axis=1)
    return changed
