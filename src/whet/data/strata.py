"""What is kept in proportion when rows are dealt? The stratum of each row, by kind of target."""

from collections.abc import Callable, Sequence

from whet.cards.schema import Card
from whet.data import label_lists, values
from whet.data.passages import rows as passages
from whet.data.rarest import WITHOUT
from whet.data.tagging import rows as tags

STRATA: dict[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "classes": lambda labels: labels,
    "tags": tags.strata,
    "real": values.strata,
    "labels": label_lists.strata,
    "pair": lambda labels: labels,
    "span": passages.strata,
}
"""For each kind of target, what maps the labels of rows to their strata."""

DISPENSABLE: dict[str, frozenset[str]] = {
    "classes": frozenset(),
    "tags": frozenset({WITHOUT}),
    "real": frozenset(values.STRATA),
    "labels": frozenset({WITHOUT}),
    "pair": frozenset(),
    "span": frozenset({WITHOUT}),
}
"""For each kind of target, the strata that a model can learn without."""


def strata_of(card: Card, labels: Sequence[str]) -> Sequence[str]:
    """Return the stratum of each row with these labels."""
    return STRATA[card.target.kind](labels)


def needed_strata(card: Card, strata: Sequence[str]) -> set[str]:
    """Return those of some strata that every model must have seen."""
    return set(strata) - DISPENSABLE[card.target.kind]
