"""What does an encoder read of a question and its passage? Both in one input, in windows.

A passage with more tokens than the model reads at a time is read in windows that overlap by a
quarter, each behind the whole question; nothing of it is cut off. Of a question longer than half of
what the model reads, the rest is left out, and the answer says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from whet.core.pairs import split_pair

BLOCK = 256
"""Texts that the tokenizer reads at a time; what it tells of each is a hundred times its tokens."""


@dataclass(frozen=True)
class Window:
    """Tokens that are read at one time."""

    ids: NDArray[np.int32]
    """(t,)."""
    first: int
    """Position of the first token of the passage."""
    places: NDArray[np.int32]
    """(p, 2), begin and end of each token of the passage in it, in characters."""


@dataclass(frozen=True)
class Reading:
    """A question with its passage as an encoder reads them."""

    windows: list[Window]
    truncated: bool
    """Whether the question went on after what is read."""

    @property
    def tokens(self) -> int:
        """Return the number of tokens that are read, those in several windows as often."""
        return sum(len(window.ids) for window in self.windows)


def question_limit(max_tokens: int) -> int:
    """Return the most tokens of a question, special ones included, that leave room to a passage."""
    return max_tokens // 2


class PassageReader:
    """Turns questions with passages into windows of at most `max_tokens` tokens."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._whole = Tokenizer.from_str(tokenizer.to_str())
        self._whole.no_padding()
        self._whole.no_truncation()
        self._cut = Tokenizer.from_str(self._whole.to_str())
        self._cut.enable_truncation(max_tokens, stride=max_tokens // 4, strategy="only_second")
        self._limit = question_limit(max_tokens)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return how the encoder reads each text, a question and its passage joined."""
        starts = range(0, len(texts), BLOCK)
        return [one for start in starts for one in self._read(texts[start : start + BLOCK])]

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        """Return how the encoder reads each text of a block."""
        pairs = list(map(split_pair, texts))
        alone = self._whole.encode_batch([question for question, _ in pairs])
        cut = [self._shortened(*one) for one in zip((q for q, _ in pairs), alone, strict=True)]
        both = [(question, passage) for question, (_, passage) in zip(cut, pairs, strict=True)]
        encodings = self._cut.encode_batch(both)
        return [
            Reading([_window(part) for part in (one, *one.overflowing)], question != asked)
            for one, question, (asked, _) in zip(encodings, cut, pairs, strict=True)
        ]

    def _shortened(self, question: str, encoding: Encoding) -> str:
        """Return as much of a question as is read."""
        if len(encoding.ids) <= self._limit:
            return question
        special = len(encoding.ids) - encoding.special_tokens_mask.count(0)
        own = [place for place, m in zip(encoding.offsets, encoding.special_tokens_mask) if not m]  # noqa: B905
        return question[: own[self._limit - special - 1][1]]


def _window(encoding: Encoding) -> Window:
    """Return one window of a passage."""
    sides = encoding.sequence_ids
    inside = [i for i, side in enumerate(sides) if side == 1]
    first = inside[0] if inside else len(sides)
    places = np.array([encoding.offsets[i] for i in inside], dtype=np.int32).reshape(-1, 2)
    return Window(np.array(encoding.ids, dtype=np.int32), first, places)
