"""Which rows hang together: in a split, in folds, and where intervals are measured?"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.data.components import components
from whet.data.frame import Frame
from whet.data.pairs.rows import pair_keys, text_keys
from whet.data.passages.rows import passage_keys


def row_components(card: Card, frame: Frame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return the component (n,) of each row: by its text, and by the group `columns`.

    Pairs hang together when they share one of their texts, questions when they share their passage;
    where the card waives `text_overlap`, when they share both.
    """
    kind = card.target.kind
    if kind not in SHARED:
        return components(frame, columns)
    keys = pair_keys if _may_overlap(card) else SHARED[kind]
    return components(frame, columns, keys(frame.texts))


def row_units(card: Card, frame: Frame) -> NDArray[Any] | None:
    """Return what the bootstrap resamples whole, one name a row (n,); None when rows are units.

    The card's column, or without one what hangs together through a text of two.
    """
    if card.unit_column is not None:
        return np.array(frame.column_or_rows(card.unit_column))
    if card.target.kind in SHARED and not _may_overlap(card):
        return row_components(card, frame, ())
    return None


SHARED: dict[str, Callable[[Sequence[str]], list[tuple[str, ...]]]] = {
    "pair": text_keys,
    "span": passage_keys,
}
"""For each kind of target that reads two texts, those through which rows hang together."""


def _may_overlap(card: Card) -> bool:
    """Return whether the card lets one text stand on both sides of a split."""
    return "text_overlap" in card.waive
