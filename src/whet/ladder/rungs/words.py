"""What do labels say by themselves? Names and descriptions as examples, where they help."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whet.ladder.context import Context
from whet.models.output import Floats, Ids
from whet.models.probe import Extra, best_strength

WEIGHTS = (0.0, 1.0)
"""Weights of a label's own words against a row's 1 that are tried on rows held back."""

FEW_ROWS = 50
"""Rows of the class in the middle from which a label's own words are not even tried: they would be
one example among many."""


@dataclass(frozen=True)
class Examples:
    """What is learnt from beside the labelled rows: rows of the corpus, class ids and weights."""

    rows: Ids
    labels: Ids
    weights: Floats

    def joined(self, other: "Examples") -> "Examples":
        """Return the examples of both."""
        return Examples(
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.weights, other.weights]),
        )

    def seen(self, views: Callable[[Ids], NDArray[np.floating]]) -> Extra:
        """Return the examples as an encoder sees them; `views` maps rows to views (m, 3 d)."""
        return Extra(views(self.rows), self.labels, self.weights)


def own_words(context: Context, rows: Ids, weight: float) -> Examples:
    """Return the words of the labels that `rows` show, and of those that no training row shows.

    The latter are all that is known of their class, so they count as a row does whatever `weight`.
    """
    classes = context.label_row_classes
    alone = ~np.isin(classes, context.class_ids(context.dataset.train.labels))
    chosen = alone | (np.isin(classes, context.labels[rows]) & (weight > 0))
    weights = np.where(alone, 1.0, weight)[chosen].astype(np.float32)
    return Examples(context.label_rows[chosen], classes[chosen], weights)


def choose_weight(context: Context, rows: Ids, seed: int) -> tuple[float, float]:
    """Return the probe's regularisation strength and the weight of the labels' own words.

    Both have the smallest log loss on rows held back; without enough of those the weight is 0.
    """
    views, labels = context.views(rows), context.labels[rows]
    best, smallest = (0.0, 0.0), np.inf
    for weight in WEIGHTS if are_few(labels) else WEIGHTS[:1]:
        extra = own_words(context, rows, weight).seen(context.views)
        strength, loss = best_strength(views, labels, seed=seed, extra=extra)
        if weight == 0 or loss < smallest:
            best, smallest = (strength, weight), loss
    return best


def are_few(labels: Ids) -> bool:
    """Return True when the class in the middle has few rows."""
    return bool(np.median(np.unique(labels, return_counts=True)[1]) < FEW_ROWS)
