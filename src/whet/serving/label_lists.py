"""What does a packaged model of several labels answer? The labels, which of them are sure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from whet.core.errors import IntegrityError
from whet.serving.answering import Answering
from whet.serving.evidence import Neighbour, load_examples
from whet.serving.outputs import Outputs
from whet.serving.package import Package

PROBABLE = 0.5
"""Probability from which a label is found: it is more probable than not."""


@dataclass(frozen=True)
class GivenLabel:
    """A label that a text probably has."""

    label: str
    probability: float
    """Calibrated."""
    shown: bool
    """Whether the promise on wrong labels holds for it; otherwise a person should look."""


@dataclass(frozen=True)
class LabelsAnswer:
    """What a package says about one text."""

    labels: tuple[GivenLabel, ...]
    """Labels that are found, most probable first; none where the text seems to have none."""
    abstained: bool
    """Whether a label is found that is not shown."""
    evidence: tuple[Neighbour, ...]
    """Most similar training texts with their labels, nearest first; none in the linear form."""
    tokens: int
    """Number of tokens that were read."""
    truncated: bool
    """Whether the text went on after what was read."""


class LabelsPredictor(Answering[LabelsAnswer]):
    """A loaded package of several labels a text; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        labels, thresholds = package.contents.labels, package.contents.thresholds
        if len(thresholds) != len(labels):
            raise IntegrityError(
                f"{package.path} must say from when on each of its {len(labels)} labels is shown; "
                f"found {len(thresholds)} thresholds. Build the package again."
            )
        self._examples = load_examples(package.path, package.contents, classes=1)

    def _answers(self, outputs: Outputs) -> Iterator[LabelsAnswer]:
        """Yield an answer for each row of a block."""
        names, thresholds = self.contents.labels, self.contents.thresholds
        order = np.argsort(-outputs.probabilities, axis=1, kind="stable")
        for i, evidence in enumerate(self._examples.alike(outputs)):
            given = []
            for label in order[i]:
                probability, threshold = float(outputs.probabilities[i, label]), thresholds[label]
                if probability < PROBABLE:
                    break
                shown = threshold is not None and probability >= threshold
                given.append(GivenLabel(names[label], probability, shown))
            yield LabelsAnswer(
                labels=tuple(given),
                abstained=not all(one.shown for one in given),
                evidence=evidence,
                tokens=int(outputs.tokens[i]),
                truncated=bool(outputs.truncated[i]),
            )
