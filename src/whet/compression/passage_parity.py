"""Does a package answer from passages as the trained model did? Forms replay the same questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Package as Limits
from whet.compression.parity import Change, Parity, judged
from whet.models.output import Ids
from whet.serving.package import open_package
from whet.serving.passages.predictor import PassageAnswer, PassagePredictor


@dataclass(frozen=True)
class PassageReplay:
    """What the trained model said to the questions that every form replays."""

    texts: Sequence[str]
    """Questions joined with their passages."""
    spans: Ids
    """(n, 2), begin and end of the answers; equal where there is none."""
    confidence: NDArray[np.float64]
    """(n,), calibrated."""
    score: Callable[[Ids], float]
    """The primary metric of answers (n, 2), higher is better."""


def replay_passages(folder: Path, form: str, reference: PassageReplay, limits: Limits) -> Parity:
    """Return how the package in `folder` answers; kept when within the card's limits.

    An answer flips when it is another part of the passage, or says that there is none where there
    was one. `max_difference` is of the confidence of answers that did not flip.
    """
    predictor = PassagePredictor(open_package(folder))
    answers = predictor.predict(reference.texts)
    spans = np.array(list(map(_span, answers)), dtype=np.int64).reshape(-1, 2)
    same = (spans == _plain(reference.spans)).all(axis=1)
    sure = np.array([answer.confidence for answer in answers])
    return judged(
        folder,
        form,
        limits,
        change=Change(
            flips=float((~same).mean()),
            loss=reference.score(reference.spans) - reference.score(spans),
            largest=float(np.abs(sure - reference.confidence)[same].max(initial=0.0)),
        ),
        timed=(predictor.predict, reference.texts),
        what="answers",
    )


def _span(answer: PassageAnswer) -> tuple[int, int]:
    """Return begin and end of an answer, both 0 where there is none."""
    return answer.start or 0, answer.end or 0


def _plain(spans: Ids) -> Ids:
    """Return spans with (0, 0) where there is no answer."""
    return np.where((spans[:, 1] > spans[:, 0])[:, None], spans, 0)
