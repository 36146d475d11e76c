"""What do labels say by themselves? Their names in words and the card's descriptions, as texts."""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.label_lists import all_labels
from whet.data.tagging.rows import span_labels

_BREAK = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NEAR = 0.8
"""Likeness from which a name is taken for a slip of the pen; `refnd` and `refund` have 0.91."""


def label_words(label: str) -> str:
    """Return a label's name in words; empty when it says nothing, as a number or a letter does.

    >>> label_words("card_arrival"), label_words("lostOrStolen?"), label_words("A1")
    ('card arrival', 'lost or stolen', '')
    """
    words = " ".join(_BREAK.sub(" ", label).lower().split())
    return words if _LETTERS.search(words) else ""


def label_texts(card: Card, labels: Sequence[str]) -> list[tuple[str, int]]:
    """Return what the names and descriptions of the labels say: text and class id of each.

    Nothing where a row holds two texts: `match` is no example of a pair that does.
    """
    if len(card.inputs) > 1:
        return []
    told = [(label_words(label), i) for i, label in enumerate(labels)]
    told += [(card.descriptions.get(label, "").strip(), i) for i, label in enumerate(labels)]
    return [(text, i) for text, i in told if text]


def label_set(card: Card, shown: Sequence[str]) -> tuple[str, ...]:
    """Return the sorted labels of a card's kind of target, from the labels of the training rows."""
    return LABEL_SETS[card.target.kind](card, shown)


def _class_set(card: Card, shown: Sequence[str]) -> tuple[str, ...]:
    """Return the sorted labels: those of the training rows, and those that the card describes.

    Raises:
        InputError: a described label has no training row and is almost a label that has some and
            no description of its own: it is misspelt.
    """
    described, known = card.descriptions, set(shown)
    for label in described:
        silent = sorted(known - described.keys())
        near = get_close_matches(label, silent, n=1, cutoff=_NEAR)
        if label not in known and near:
            raise InputError(
                f"target.labels: {label!r} must be a label of the training rows; there is none. "
                f"Did you mean {near[0]!r}? If it is a label of its own that has no example yet, "
                f"describe {near[0]!r} as well."
            )
    return tuple(sorted(known | described.keys()))


LABEL_SETS: dict[str, Callable[[Card, Sequence[str]], tuple[str, ...]]] = {
    "classes": _class_set,
    "tags": lambda card, shown: span_labels(shown),
    "real": lambda card, shown: (),
    "labels": lambda card, shown: all_labels(shown),
    "pair": lambda card, shown: tuple(sorted(set(shown))),
    "span": lambda card, shown: (),
}
"""For each kind of target, what its labels are."""
