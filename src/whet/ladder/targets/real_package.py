"""How does a model of numbers become a package? Files, interval, rows like the text, replay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from whet.cards.schema import LOWER_IS_BETTER
from whet.compression.parity import Parity
from whet.compression.score_parity import ScoreReplay, replay_scores
from whet.compression.short_card import Told, short_card
from whet.compression.write import write_contents
from whet.core.files import write_atomic
from whet.evaluation.sums import Sums
from whet.ladder.band import Band
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Classifying, Form
from whet.ladder.targets.score_package import Alike, Stamp, score_contents, write_alike
from whet.models.output import Floats, Output
from whet.serving.contents import Contents
from whet.serving.package import SPREAD_FILE
from whet.serving.spread import Spread

FLIP_SHARE = 0.1
"""Share of half the typical interval by which a number may move and still be the same answer."""


@dataclass(frozen=True)
class RealPacking:
    """Everything that goes into a package of numbers."""

    context: Context
    fitted: Classifying
    alike: Alike
    band: Band
    test: Output
    """What the trained model says about the test rows: every form must say the same."""
    score: Callable[[Floats], Sums]
    """The primary metric of numbers (n,) for the test rows."""
    stamp: Stamp

    def write(self, folder: Path) -> Form:
        """Write the files of the model."""
        return self.fitted.write(folder, 1.0)

    def replay(self, folder: Path, name: str) -> Parity:
        """Return how the package in `folder` answers the test rows.

        A number flips when it moves by more than a tenth of half its typical interval, or of the
        error of answering the median where no interval is promised.
        """
        half = self.band.half_widths(self.test)
        sums = self.score(self.test.logits[:, 0])
        bound = FLIP_SHARE * (sums.unit if half is None else float(np.median(half)))
        sign = -1 if self.context.card.metrics.primary in LOWER_IS_BETTER else 1

        def flipped(trained: Floats, packaged: Floats) -> NDArray[np.bool_]:
            moved: NDArray[np.bool_] = np.abs(trained - packaged)[:, 0] > bound
            return moved

        reference = ScoreReplay(
            texts=self.context.dataset.test.texts,
            scores=self.test.logits,
            flipped=flipped,
            score=lambda values: sign * self.score(values[:, 0]).value() / sums.unit,
        )
        return replay_scores(folder, name, reference, self.context.card.package)

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write interval, rows like the text, contents, model card and manifest."""
        context, band = self.context, self.band
        labels = context.development.labels
        write_alike(folder, context, self.alike, labels)
        if band.spread is not None:
            write_spread(folder, band.spread)
        fields = score_contents(context, form, self.stamp, parity, self.alike.dimension) | {
            "labels": (context.card.label_column,),
            "band": None
            if band.factor is None
            else {
                "coverage": band.coverage,
                "factor": band.factor,
                "is_scaled": band.spread is not None,
            },
        }
        contents = Contents.model_validate(fields)
        told = Told(
            pipeline="text-classification",
            headline=f"Predicts {context.card.label_column}, a number, from a text",
            how="Errors are in the unit of the number.",
            more=band.sentence,
            flips="another number (by more than a tenth of half the interval) in",
        )
        write_contents(folder, contents, short_card(contents, told, parity=parity))


def write_spread(folder: Path, spread: Spread) -> None:
    """Write what tells the expected error of a text."""
    numbers = [spread.bias, spread.centre, spread.scale, spread.smallest, spread.largest]
    arrays: dict[str, NDArray[Any]] = {
        "weight": spread.weight,
        "numbers": np.array(numbers, dtype=np.float64),
    }
    write_atomic(folder / SPREAD_FILE, save(arrays))
