"""What does a tagger read of a text? Tokens, the case of their words, and windows over long texts.

A text with more tokens than the model reads is read in windows that overlap by a quarter. Each word
is judged in one of them, the one that shows most on the nearer side of it, so nothing is cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tokenizers import Encoding, Tokenizer

from whet.serving.tagging.tag_set import Floats
from whet.serving.tagging.words import case_shape, split_words

OVERLAP = 0.25
"""Share of a window that the next one reads again."""


@dataclass(frozen=True)
class Window:
    """Tokens that are read at one time, and the words that are judged there."""

    ids: list[int]
    shapes: list[int]
    """Case shape of the word that each token belongs to; 0 for special tokens."""
    first_word: int
    """Number of the first word that is judged here."""
    places: list[int]
    """For each word judged here, one after another, the position of its first token."""


@dataclass(frozen=True)
class Reading:
    """A text as a tagger reads it."""

    words: list[tuple[int, int]]
    """Begin and end of each word, in characters."""
    windows: list[Window]

    @property
    def tokens(self) -> int:
        """Return the number of tokens that are read, those of an overlap twice."""
        return sum(len(window.ids) for window in self.windows)


def read_texts(tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int) -> list[Reading]:
    """Return how a tagger reads each text: at most `max_tokens` a window, special ones included.

    Args:
        tokenizer: neither pads nor cuts.
    """
    encodings = tokenizer.encode_batch(list(texts))
    return [
        _reading(text, encoding, max_tokens)
        for text, encoding in zip(texts, encodings, strict=True)
    ]


def stitched(reading: Reading, logits: Sequence[Floats]) -> Floats:
    """Return the scores (w, k) of the words of a text from the logits (t, k) of its windows."""
    parts = [
        window_logits[window.places]
        for window, window_logits in zip(reading.windows, logits, strict=True)
    ]
    return np.concatenate(parts)


def _reading(text: str, encoding: Encoding, max_tokens: int) -> Reading:
    """Return the words and windows of one text."""
    words = split_words(text)
    special = encoding.special_tokens_mask
    before = special.index(0) if 0 in special else len(special)
    after = special[::-1].index(0) if 0 in special else 0
    ids, offsets = encoding.ids, encoding.offsets
    inner = range(before, len(ids) - after)
    firsts, shapes = _align(text, words, [offsets[i] for i in inner])
    head, tail = ids[:before], ids[len(ids) - after :]
    body = ids[before : len(ids) - after]
    room = max_tokens - len(head) - len(tail)
    windows = []
    for start, stop, low, high in _cuts(len(body), room):
        owned = [w for w, place in enumerate(firsts) if low <= place < high]
        windows.append(
            Window(
                ids=[*head, *body[start:stop], *tail],
                shapes=[*[0] * len(head), *shapes[start:stop], *[0] * len(tail)],
                first_word=owned[0] if owned else 0,
                places=[min(firsts[w] - start + len(head), len(ids) - 1) for w in owned],
            )
        )
    return Reading(words, windows)


def _align(
    text: str, words: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """Return the first token of each word, and the case shape of each token.

    Tokens and words are both in the order of the text. Words that share a token have that one; a
    word that the tokenizer drops has the token behind it, or the last one of all; 0 where it drops
    the whole text, of which a special token is left.
    """
    firsts, shapes = [], [0] * len(offsets)
    t = 0
    for start, end in words:
        while t < len(offsets) and offsets[t][1] <= start:
            t += 1
        firsts.append(min(t, max(len(offsets) - 1, 0)))
        shape, here = case_shape(text[start:end]), t
        while here < len(offsets) and offsets[here][0] < end:
            shapes[here] = shapes[here] or shape
            here += 1
    return firsts, shapes


def _cuts(tokens: int, room: int) -> list[tuple[int, int, int, int]]:
    """Return for each window its first and last token, and those of the words judged there.

    >>> _cuts(10, 6)
    [(0, 6, 0, 5), (4, 10, 5, 10)]
    """
    step = max(1, room - int(room * OVERLAP))
    starts = [0]
    while starts[-1] + room < tokens:
        starts.append(min(starts[-1] + step, tokens - room))
    edges = [(a + room + b) // 2 for a, b in pairwise(starts)]
    lows, highs = [0, *edges], [*edges, max(tokens, 1)]
    return [
        (start, min(start + room, tokens), low, high)
        for start, low, high in zip(starts, lows, highs, strict=True)
    ]
