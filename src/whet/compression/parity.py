"""Does the package answer as the trained model did? Every form replays the same rows.

The replay goes through the code that serves, from texts to probabilities. A form whose labels flip,
or whose metric falls, by more than the card bears is not kept.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Package as Limits
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

TIMED_TEXTS = 256
TIMED_SINGLES = 64
BATCH = 32
AS_TRAINED = "answers as the trained model"
PAYS = 0.95
"""An int8 form pays when it is smaller and takes at most this share of the time for one text."""


@dataclass(frozen=True)
class Replay:
    """What the trained model said about the rows that every form replays."""

    texts: Sequence[str]
    probabilities: NDArray[np.float32]
    """(n, k), calibrated."""
    score: Callable[[NDArray[np.float32]], float]
    """The primary metric of probabilities (n, k), higher is better."""


@dataclass(frozen=True)
class Parity:
    """How one form of the package compares with the trained model."""

    form: str
    rows: int
    flips: float
    """Share of rows whose label changed."""
    metric_loss: float
    """Fall of the primary metric; negative when the form happens to be better."""
    max_difference: float
    """Largest change of any probability."""
    bytes: int
    p50_ms: float
    """Median time for one text."""
    texts_per_s: float
    """Texts a second in batches of 32."""
    kept: bool
    reason: str


@dataclass(frozen=True)
class Change:
    """How the answers of a package differ from those of the trained model."""

    flips: float
    """Share of texts that get another answer."""
    loss: float
    """What the primary metric loses."""
    largest: float
    """Largest difference of a probability or number."""


def replay(folder: Path, form: str, reference: Replay, limits: Limits) -> Parity:
    """Return how the package in `folder` answers the replayed rows; kept when within limits."""
    predictor = Predictor(open_package(folder))
    probabilities = predictor.probabilities(reference.texts)
    return judged(
        folder,
        form,
        limits,
        change=Change(
            flips=float((probabilities.argmax(1) != reference.probabilities.argmax(1)).mean()),
            loss=reference.score(reference.probabilities) - reference.score(probabilities),
            largest=float(np.abs(probabilities - reference.probabilities).max()),
        ),
        timed=(predictor.probabilities, reference.texts),
    )


def judged(
    folder: Path,
    form: str,
    limits: Limits,
    *,
    change: Change,
    timed: tuple[Callable[[Sequence[str]], object], Sequence[str]],
    what: str = "labels",
) -> Parity:
    """Return the parity of a package whose answers were compared; kept when within limits.

    `timed` is what answers texts, and the texts; `what` names what flips.
    """
    kept = change.flips <= limits.max_flips and change.loss <= limits.max_loss
    p50, rate = speed(*timed)
    return Parity(
        form=form,
        rows=len(timed[1]),
        flips=change.flips,
        metric_loss=change.loss,
        max_difference=change.largest,
        bytes=sum(file.stat().st_size for file in folder.iterdir()),
        p50_ms=p50,
        texts_per_s=rate,
        kept=kept,
        reason=AS_TRAINED if kept else breach(change, limits, what=what),
    )


def worth(small: Parity, whole: Parity) -> Parity:
    """Return the smaller form's parity, not kept when it is no faster than the whole one."""
    if not small.kept:
        return small
    ratio = small.p50_ms / whole.p50_ms
    pays = ratio <= PAYS and small.bytes < whole.bytes
    reason = f"{small.bytes / whole.bytes:.0%} of the size, {ratio:.0%} of the time for one text"
    fields = asdict(small) | {
        "kept": pays,
        "reason": reason if pays else f"does not pay on this machine: {reason}",
    }
    return Parity(**fields)


def breach(change: Change, limits: Limits, *, what: str) -> str:
    """Return which limit of the card a form breaks."""
    if change.flips > limits.max_flips:
        return f"{change.flips:.2%} of the {what} flip; the card bears {limits.max_flips:.2%}"
    return f"the primary metric falls by {change.loss:.4f}; the card bears {limits.max_loss:.4f}"


def speed(answer: Callable[[Sequence[str]], object], texts: Sequence[str]) -> tuple[float, float]:
    """Return the median milliseconds of one text and the texts a second in batches of 32."""
    singles = []
    for text in texts[:TIMED_SINGLES]:
        started = time.perf_counter()
        answer([text])
        singles.append(time.perf_counter() - started)
    timed = list(texts[:TIMED_TEXTS])
    started = time.perf_counter()
    for start in range(0, len(timed), BATCH):
        answer(timed[start : start + BATCH])
    seconds = time.perf_counter() - started
    return 1000 * statistics.median(singles), len(timed) / seconds
