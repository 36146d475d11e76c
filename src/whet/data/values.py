"""What numbers do the labels of a `real` target stand for? Refusals name the rows that hold none.

A number is written with a point and without signs of thousands, currencies or units: `1299.5`.
"""

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.frame import Dataset, Frame

Values = NDArray[np.float64]

_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")
_MOST_TOLD = 5
_MOST_STRATA = 10
_ROWS_A_STRATUM = 10
STRATA: tuple[str, ...] = tuple(map(str, range(_MOST_STRATA)))
"""Names of the strata of numbers, smallest numbers first."""


def number(text: str) -> float | None:
    """Return the finite number that a text is; None when it is none.

    >>> number("-1.5e3"), number("1,299"), number("nan"), number("1e999")
    (-1500.0, None, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def values_of(labels: Sequence[str]) -> Values:
    """Return the numbers (n,) of labels that were checked.

    Raises:
        InputError: a label is no number: the rows are of another kind of target.
    """
    found = [number(label) for label in labels]
    if None in found:
        label = labels[found.index(None)]
        raise InputError(
            f"Rows of target.kind 'real' must hold numbers; found the label {label[:40]!r}. Read "
            "them with the card that they were made from, or from the card's own files."
        )
    return np.array(found, dtype=np.float64)


def strata(labels: Sequence[str]) -> list[str]:
    """Return the stratum of each row: up to ten classes of about equally many rows, by size."""
    # Rows are dealt before they are checked: what is no number is refused then, with its row.
    values = np.array([number(label) or 0.0 for label in labels])
    count = max(1, min(_MOST_STRATA, len(values) // _ROWS_A_STRATUM))
    edges = np.quantile(values, np.arange(1, count) / count) if len(values) else values
    return [STRATA[i] for i in np.searchsorted(edges, values, side="right")]


def check_values(card: Card, dataset: Dataset) -> None:
    """Raise InputError for labels that are no numbers, and where there is nothing to learn."""
    for frame in (dataset.train, dataset.validation, dataset.test):
        if frame is not None:
            _check_numbers(card, frame)
    train = dataset.train
    if len(set(values_of(train.labels).tolist())) < 2:
        raise InputError(
            f"{train.source}: the numbers must differ to be learnt; every training row has "
            f"{train.labels[0]}. Check target.column ({card.label_column!r})."
        )
    if dataset.validation is None and len(train) < card.split.folds:
        raise InputError(
            f"{train.source}: there must be as many training rows as split.folds "
            f"({card.split.folds}) or more; there are {len(train)}."
        )


def _check_numbers(card: Card, frame: Frame) -> None:
    """Raise InputError for the labels of a frame that are no finite numbers, several at once."""
    wrong = [i for i, label in enumerate(frame.labels) if number(label) is None]
    if wrong:
        told = ", ".join(
            f"row {frame.rows[i]} has {frame.labels[i][:40]!r}" for i in wrong[:_MOST_TOLD]
        )
        more = len(wrong) - _MOST_TOLD
        raise InputError(
            f"{frame.source}: column {card.label_column!r} must hold finite numbers such as "
            f"1299.5; {told}{f' and {more:,} rows more' if more > 0 else ''}. Write them without "
            "units, currencies and signs of thousands, or remove these rows."
        )
