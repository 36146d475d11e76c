"""Which words of a text may be altered? Those that do not carry its class.

A word carries a class when it is frequent in the class and rare in the others: term frequency and
inverse document frequency with a class as a document. The half of a text's words that carry most
stay as they are, so that an altered copy keeps its label. Sources: Wei and Zou 2019,
arXiv:1901.11196 (which words are deleted by chance alone); Xie et al. 2020, arXiv:1904.12848 (by
inverse document frequency).
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from whet.core.text import normalise
from whet.serving.tagging.words import split_words

Span = tuple[int, int]
"""Where a word begins and ends in its text, in characters."""


@dataclass(frozen=True)
class ClassWords:
    """How often each word occurs in each class. Its size is that of the vocabulary."""

    counts: dict[int, Counter[str]]
    """Class id to word counts."""
    classes_of: Counter[str]
    """Number of classes in which each word occurs."""

    def carries(self, word: str, label: int) -> float:
        """Return how much a word says for a class, at least 0; 0 for a word that it never shows."""
        mine = self.counts.get(label)
        if mine is None or not mine[word]:
            return 0.0
        rarity = math.log(1 + len(self.counts) / self.classes_of[word])
        return mine[word] / mine.total() * rarity

    def free(self, text: str, label: int) -> list[Span]:
        """Return the words of a text of a class that may be altered: those below its median word.

        A text whose words all say the same for its class has none.
        """
        spans = word_spans(text)
        said = [self.carries(normalise(text[a:b]), label) for a, b in spans]
        middle = float(np.median(said)) if said else 0.0
        return [span for span, value in zip(spans, said, strict=True) if value < middle]


def learn_class_words(rows: Iterable[tuple[str, int]]) -> ClassWords:
    """Return the class words of texts with class ids; texts are read one at a time.

    >>> words = learn_class_words([("my card", 0), ("my card is lost", 0), ("my loan", 1)])
    >>> words.carries("card", 0) > words.carries("my", 0) > words.carries("loan", 0) == 0
    True
    """
    counts: dict[int, Counter[str]] = {}
    for text, label in rows:
        seen = (normalise(text[a:b]) for a, b in word_spans(text))
        counts.setdefault(label, Counter()).update(seen)
    return ClassWords(counts, Counter(word for mine in counts.values() for word in mine))


def word_spans(text: str) -> list[Span]:
    """Return where the words of a text are; each Chinese, Japanese or Korean character is one.

    >>> [text[a:b] for text in ["Hi, 我要退款!"] for a, b in word_spans(text)]
    ['Hi', '我', '要', '退', '款']
    """
    return [(a, b) for a, b in split_words(text) if text[a].isalnum()]
