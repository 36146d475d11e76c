"""Which rows hang together: in a split, in folds, and where intervals are measured?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.cards.schema import Card
from whet.data.components import components
from whet.data.frame import Frame
from whet.data.pairs.rows import pair_keys, text_keys


def row_components(card: Card, frame: Frame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return the component (n,) of each row: by its text, and by the group `columns`.

    Pairs hang together when they share one of their texts; where the card waives `text_overlap`,
    when they share both.
    """
    if card.target.kind != "pair":
        return components(frame, columns)
    keys = pair_keys if _may_overlap(card) else text_keys
    return components(frame, columns, keys(frame.texts))


def row_units(card: Card, frame: Frame) -> NDArray[Any] | None:
    """Return what the bootstrap resamples whole, one name a row (n,); None when rows are units.

    The card's column, or for pairs without one what hangs together through a text.
    """
    if card.unit_column is not None:
        return np.array(frame.column_or_rows(card.unit_column))
    if card.target.kind == "pair" and not _may_overlap(card):
        return row_components(card, frame, ())
    return None


def _may_overlap(card: Card) -> bool:
    """Return whether the card lets one text stand on both sides of a split."""
    return "text_overlap" in card.waive
