"""Which tags can a word have, and which may follow which? From labels to tags and back to spans.

Tags follow the scheme BIOES, whatever the data was written in: the model then says where a span
ends as well as where it begins.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from whet.core.spans import OUTSIDE, SCHEMES, Span, Tag, parse_tag, runs

FORBIDDEN = -1e4
"""Score of what may not happen: no sum over a text makes up for it, and it is finite in float32."""

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Words = Sequence[tuple[int, int]]
"""Begin and end of each word of a text, in characters."""


class TagSet:
    """The tags of some labels; a tag's number is its position in `names`."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.names = (OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in "BIES"))
        self._tags = tuple(parse_tag(name) for name in self.names)
        self._number = {name: i for i, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def transitions(self) -> Floats:
        """Return (k + 1, k + 1): 0 where tag j may follow tag i, `FORBIDDEN` where not.

        The last row is the beginning of a text and the last column its end.
        """
        allowed = SCHEMES["BIOES"][1]
        tags: tuple[Tag | None, ...] = (*self._tags, None)
        scores = [[0.0 if allowed(a, b) else FORBIDDEN for b in tags] for a in tags]
        return np.array(scores, dtype=np.float32)

    def tags(self, words: Words, spans: Sequence[Span]) -> Ids:
        """Return the tag (w,) of each word; a span takes every word that it touches.

        Of two spans that touch one word the first has it.
        """
        tags = np.zeros(len(words), dtype=np.int64)
        w = 0
        for span in sorted(spans):
            while w < len(words) and words[w][1] <= span.start:
                w += 1
            first = w
            while w < len(words) and words[w][0] < span.end:
                w += 1
            if w > first:
                prefixes = "S" if w - first == 1 else "B" + "I" * (w - first - 2) + "E"
                tags[first:w] = [self._number[f"{prefix}-{span.label}"] for prefix in prefixes]
        return tags

    def runs(self, tags: Ids) -> list[tuple[int, int, str]]:
        """Return the spans of a tag sequence (w,): first word, word behind the last, label."""
        return runs([self._tags[tag] for tag in tags.tolist()])

    def spans(self, words: Words, tags: Ids) -> tuple[Span, ...]:
        """Return the spans of a tag sequence (w,) by character."""
        return tuple(
            Span(words[first][0], words[behind - 1][1], label)
            for first, behind, label in self.runs(tags)
        )
