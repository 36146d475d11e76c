"""How is a text altered a little? By slips of the pen, left-out words, and words of like meaning.

Every edit takes a text, its words that may be altered, the share of them to alter and a generator,
and returns the altered text, or the text itself where nothing may be altered. It works on words of
any script; Chinese, Japanese and Korean characters count as words. Source: Wei and Zou 2019,
arXiv:1901.11196, without its insertions and swaps of whole words.
"""

from collections.abc import Callable, Sequence

import numpy as np

from whet.core.text import is_chinese
from whet.data.augment.guard import Span, word_spans

Edit = Callable[[str, Sequence[Span], float, np.random.Generator], str]
Synonyms = Callable[[str], Sequence[str]]
"""Maps a word to words of like meaning, nearest first; empty where none is known."""

SHORTEST = 4
"""Letters of the shortest word in which a slip is made: shorter ones become other words."""


def noisy(text: str, free: Sequence[Span], share: float, random: np.random.Generator) -> str:
    """Return the text with a slip in some words: letters swapped, left out or doubled.

    A slip leaves a long word readable, so any long word may have one; characters that are words by
    themselves are doubled, and only where they may be altered.
    """
    signs = [span for span in free if is_chinese(text[slice(*span)])]
    long = [s for s in word_spans(text) if s[1] - s[0] >= SHORTEST]
    chosen = _chosen(sorted({*signs, *long}), share, random)
    return _replaced(text, [(span, _slip(text[slice(*span)], random)) for span in chosen])


def shortened(text: str, free: Sequence[Span], share: float, random: np.random.Generator) -> str:
    """Return the text without some of the words that may be altered."""
    left = _replaced(text, [(span, "") for span in _chosen(free, share, random)])
    return " ".join(left.split())


def reworded(synonyms: Synonyms) -> Edit:
    """Return the edit that puts words of like meaning for some of those that may be altered."""

    def edit(text: str, free: Sequence[Span], share: float, random: np.random.Generator) -> str:
        known = [(span, words) for span in free if (words := synonyms(text[slice(*span)]))]
        chosen = set(_chosen([span for span, _ in known], share, random))
        return _replaced(
            text,
            [
                (span, words[int(random.integers(len(words)))])
                for span, words in known
                if span in chosen
            ],
        )

    return edit


def _chosen(spans: Sequence[Span], share: float, random: np.random.Generator) -> list[Span]:
    """Return a share of the spans at random, at least one where there is any, in order."""
    number = min(len(spans), max(1, round(share * len(spans))))
    return [spans[i] for i in np.sort(random.permutation(len(spans))[:number])]


def _replaced(text: str, changes: Sequence[tuple[Span, str]]) -> str:
    """Return the text with other words at some places, which are in order."""
    parts, place = [], 0
    for (start, end), word in changes:
        parts += [text[place:start], word]
        place = end
    return "".join([*parts, text[place:]])


def _slip(word: str, random: np.random.Generator) -> str:
    """Return a word with one slip behind its first letter; a single character is doubled."""
    if len(word) < 3:
        return word + word[-1]
    i = int(random.integers(1, len(word) - 1))
    slips = (
        word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
    )
    return slips[int(random.integers(len(slips)))]
