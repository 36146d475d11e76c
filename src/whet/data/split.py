"""Which rows are learnt from, and which are held out? Every rule against leaks is applied here.

* Rows with the same normalised text, or (group split) of one group, stay together.
* A time split tests on the newest rows; what its training rows share with them is dropped.
* Labels stay in proportion, and every label stays on the training side of every fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card, GroupSplit, StratifiedSplit, TimeSplit
from whet.core.errors import InputError
from whet.core.seeds import generator
from whet.data.deal import deal
from whet.data.frame import Dataset, Fold, Frame, joined
from whet.data.strata import needed_strata, strata_of
from whet.data.times import known_moments, moments
from whet.data.together import row_components

Positions = NDArray[np.int64]

# A label keeps two groups for training, so that a fold can hold one out and learn from the other.
_KEPT_FOR_TRAINING = 2

_SCARCE = (
    "A test row of a label needs two other {} of that label for training. "
    "Add rows, or use fewer labels."
)
_REMEDY = {
    "stratified": _SCARCE.format("texts"),
    "group": _SCARCE.format("groups"),
    "time": "Training rows must be older than the test's oldest, and share no group with the test.",
}


@dataclass(frozen=True)
class HeldOut:
    """Positions of the training rows and of the test rows, and how many rows are in neither."""

    train: Positions
    test: Positions
    dropped: int = 0


def hold_out(card: Card, frame: Frame) -> HeldOut:
    """Return which rows of the source are the test; for every split but an official one.

    Raises:
        InputError: the rows cannot be split as the card asks.
    """
    split = card.split
    if split.kind == "official":
        raise ValueError("an official split has its test rows in a file")
    found = _newest(card, split, frame) if split.kind == "time" else _random(card, split, frame)
    if not len(found.test) or not len(found.train):
        side = "training" if len(found.test) else "test"
        raise InputError(
            f"{frame.source}: a {split.kind} split with test: {split.test} must leave rows on both "
            f"sides; there are no {side} rows. {_REMEDY[split.kind]}"
        )
    return found


def development(dataset: Dataset) -> Frame:
    """Return the rows that candidates are compared on: training rows, then validation rows."""
    if dataset.validation is None:
        return dataset.train
    return joined(dataset.train, dataset.validation)


def folds(card: Card, dataset: Dataset) -> list[Fold]:
    """Return how the candidates are trained and compared; positions count `development` rows.

    With a validation file there is one fold. Without, each training row is held out exactly once:
    by whole groups where the card names groups (a stratified split asks to ignore them). A time
    split does the same inside its training part: forward chaining would give the oldest rows no
    answer, and the newest labels no training rows; drift shows on the test, which is the newest.

    Raises:
        InputError: some label cannot be on the training side of every fold.
    """
    if dataset.validation is not None:
        train, total = len(dataset.train), len(dataset.train) + len(dataset.validation)
        return [Fold(np.arange(train), np.arange(train, total))]
    k, labels = card.split.folds, strata_of(card, dataset.train.labels)
    part = deal(
        row_components(card, dataset.train, kept_together(card)),
        labels,
        [1 / k] * k,
        outside=[1] * k,
        rng=generator(card.split.seed, "folds"),
    )
    found = [Fold(np.flatnonzero(part != p), np.flatnonzero(part == p)) for p in range(k)]
    found = [fold for fold in found if len(fold.held_out)]
    for fold in found:
        if lost := needed_strata(card, labels) - {labels[i] for i in fold.train}:
            raise InputError(
                f"{dataset.train.source}: every label must be on the training side of every fold; "
                f"{', '.join(map(repr, sorted(lost)))} cannot be. "
                "Set another split.seed, or add rows of these labels."
            )
    return found


def kept_together(card: Card) -> Sequence[str]:
    """Return the columns whose equal values stay in one fold (and, but for time, in one part)."""
    return () if card.split.kind == "stratified" else card.data.groups


def _random(card: Card, split: StratifiedSplit | GroupSplit, frame: Frame) -> HeldOut:
    """Return a random split by components, each label in proportion."""
    part = deal(
        row_components(card, frame, kept_together(card)),
        strata_of(card, frame.labels),
        [1 - split.test, split.test],
        outside=[0, _KEPT_FOR_TRAINING],
        rng=generator(split.seed, "test"),
    )
    return HeldOut(np.flatnonzero(part == 0), np.flatnonzero(part == 1))


def _newest(card: Card, split: TimeSplit, frame: Frame) -> HeldOut:
    """Return the newest rows as the test; rows of one moment stay together, on the test side."""
    time = card.data.time
    if time is None:
        raise InputError("a time split needs data.time.decided.")
    decided = moments(frame, time.decided)
    known = known_moments(frame, time.known, decided) if time.known else decided
    oldest_first = sorted(decided)
    cut = oldest_first[min(len(frame) - 1, round(len(frame) * (1 - split.test)))]
    is_test = np.array([moment >= cut for moment in decided])
    reaches = _of_test_groups(frame, card.data.groups, is_test)
    # A truth that came to light after the cut could not have been learnt from before it.
    reaches |= np.array([moment >= cut for moment in known])
    dropped = ~is_test & reaches
    return HeldOut(np.flatnonzero(~is_test & ~dropped), np.flatnonzero(is_test), int(dropped.sum()))


def _of_test_groups(
    frame: Frame, columns: Sequence[str], is_test: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which rows share a group with a test row, shape (n,)."""
    shares = np.zeros(len(frame), dtype=np.bool_)
    for column in columns:
        values = frame.column_or_rows(column)
        tested = {value for value, test in zip(values, is_test, strict=True) if test}
        shares |= np.array([value in tested for value in values])
    return shares
