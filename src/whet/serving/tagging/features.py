"""What does a model without an encoder see of a word? Itself, its neighbours, how they look.

Training and serving read words through these functions alone. Every word has the same number of
features; each begins with a sign of where it comes from.
"""

from collections.abc import Callable

from whet.serving.tagging.tag_set import Words
from whet.serving.tagging.words import case_shape

_WINDOW = (-2, -1, 0, 1, 2)
"""Positions of the words that a word is judged by."""
_EDGE = "\0"
"""Stands for a word before the first or behind the last; no text holds it."""

Features = list[list[str]]
"""The features of each word of a text."""


def own_features(text: str, words: Words) -> Features:
    """Return each word itself.

    >>> own_features("in Rome", [(0, 2), (3, 7)])
    [['in'], ['Rome']]
    """
    return [[text[start:end]] for start, end in words]


def window_features(text: str, words: Words) -> Features:
    """Return the words around each word, how they are written, and how it begins and ends."""
    plain = [text[start:end] for start, end in words]
    edge = [_EDGE] * max(_WINDOW)
    lower = [*edge, *(word.lower() for word in plain), *edge]
    shapes = [*edge, *(str(case_shape(word)) for word in plain), *edge]
    found = []
    for i, word in enumerate(plain, start=len(edge)):
        row = [f"{place}w{lower[i + place]}" for place in _WINDOW]
        row += [f"{place}s{shapes[i + place]}" for place in _WINDOW]
        row += [f"a{word[:n].lower()}" for n in (1, 2, 3)]
        row += [f"z{word[-n:].lower()}" for n in (1, 2, 3)]
        row += [f"p{lower[i - 1]} {lower[i]}", f"n{lower[i]} {lower[i + 1]}"]
        row += [f"x{shapes[i - 1]} {shapes[i]} {shapes[i + 1]}"]
        found.append(row)
    return found


TEMPLATES: dict[str, Callable[[str, Words], Features]] = {
    "own": own_features,
    "window": window_features,
}
"""Every way to read words, by the name that packages keep."""
