"""Which tokens does the model read? Texts become token ids, and ids become padded batches.

A text is cut before it is tokenised when it is far longer than the model reads: a first window of
characters is taken and widened until its tokens overflow the limit. The ids are those of the whole
text, and 50,000 characters cost no more than the few thousand that matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from whet.core.errors import IntegrityError

CHARACTERS_PER_TOKEN = 16
"""First window per token of the limit; ordinary text has 1 to 6 characters per token."""
_WIDER = 8  # the last window decides the cost: all the others together add a seventh of it
PADDED_TOKENS = 2048
"""Largest number of padded tokens in one pass; measured, 4096 is slower on two cores."""


Text = str | tuple[str, str]
"""What a model reads at a time: a text, or two in one input."""


@dataclass(frozen=True)
class Tokens:
    """The token ids of n texts."""

    ids: list[list[int]]
    truncated: NDArray[np.bool_]


class TextReader:
    """Turns texts into token ids, at most `max_length` a text, special tokens included."""

    def __init__(self, file: Path, max_length: int) -> None:
        self._tokenizer = load_tokenizer(file)
        self._tokenizer.enable_truncation(max_length)
        self._window = max_length * CHARACTERS_PER_TOKEN

    def read(self, texts: Sequence[Text]) -> Tokens:
        """Return the token ids of each text, and whether it went on after them."""
        encodings = self._tokenizer.encode_batch_fast([_cut(t, self._window) for t in texts])
        ids = [encoding.ids for encoding in encodings]
        truncated = np.array([bool(encoding.overflowing) for encoding in encodings], dtype=bool)
        for i, text in enumerate(texts):
            if _length(text) > self._window and not truncated[i]:
                ids[i], truncated[i] = self._read_long(text)
        return Tokens(ids, truncated)

    def _read_long(self, text: Text) -> tuple[list[int], bool]:
        """Return the ids of a text whose first window holds fewer tokens than the limit."""
        window = self._window
        while True:
            window *= _WIDER
            (encoding,) = self._tokenizer.encode_batch_fast([_cut(text, window)])
            if encoding.overflowing or window >= _length(text):
                return encoding.ids, bool(encoding.overflowing)


def load_tokenizer(file: Path) -> Tokenizer:
    """Return the tokenizer of a package, which neither pads nor cuts.

    Raises:
        IntegrityError: the file is no tokenizer.
    """
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # tokenizers raises bare Exception for a file it cannot read
        raise IntegrityError(f"{file} is not a tokenizer file: {error}.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _length(text: Text) -> int:
    """Return the characters of a text, or of the longer of two."""
    return len(text) if isinstance(text, str) else max(map(len, text))


def _cut(text: Text, window: int) -> Text:
    """Return at most the first `window` characters, up to white space where there is some.

    Each of two texts is cut for itself. A word cut in two has other tokens than the whole word;
    Chinese has one token a character.
    """
    if not isinstance(text, str):
        return _cut_one(text[0], window), _cut_one(text[1], window)
    return _cut_one(text, window)


def _cut_one(text: str, window: int) -> str:
    """Return at most the first `window` characters of one text; see `_cut`."""
    if len(text) <= window:
        return text
    space = text.rfind(" ", window // 2, window)
    return text[: space if space > 0 else window]


def length_batches(
    lengths: Sequence[int], *, rows: int, tokens: int = PADDED_TOKENS
) -> Iterator[NDArray[np.int64]]:
    """Yield positions in batches of similar length: at most `rows` texts, `tokens` padded tokens.

    >>> [batch.tolist() for batch in length_batches([3, 9, 3, 8], rows=16, tokens=18)]
    [[0, 2], [3, 1]]
    """
    order = np.argsort(np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and stop - start < rows:
            if (stop - start + 1) * lengths[order[stop]] > tokens:
                break
            stop += 1
        yield order[start:stop]
        start = stop


def padded(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids and attention mask, both (n, t), filled with 0 on the right."""
    width = max(len(row) for row in ids)
    tokens = np.zeros((len(ids), width), dtype=np.int64)
    mask = np.zeros((len(ids), width), dtype=np.int64)
    for i, row in enumerate(ids):
        tokens[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return tokens, mask
