"""How far do words alone go in finding spans? A look-up of each word, and a linear model around it.

Both give scores of the tags of each word, as an encoder does, and are decoded like one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier

from whet.core.spans import Span
from whet.serving.tagging.decode import best_tags
from whet.serving.tagging.tag_set import Floats, TagSet, Words
from whet.serving.tagging.words import case_shape, split_words

_FEATURES = 2**18
_WINDOW = (-2, -1, 0, 1, 2)
"""Positions of the words that a word is judged by."""
_EPOCHS = 5
_UNSEEN = -10.0
"""Score of a tag that a word never had: below every seen one."""
_EDGE = "\0"
"""Stands for a word before the first or behind the last; no text holds it."""

Spans = Sequence[Span]


@dataclass(frozen=True)
class LookupTagger:
    """The tag that each word had most often; words that were never seen are outside."""

    tag_set: TagSet
    scores_of: dict[str, Floats]
    """Log share (k,) of each tag of a word."""

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return the spans of each text."""
        outside = np.full(len(self.tag_set), _UNSEEN, dtype=np.float32)
        outside[0] = 0
        found = []
        for text in texts:
            words = split_words(text)
            rows = [self.scores_of.get(text[a:b], outside) for a, b in words]
            found.append(_decoded(self.tag_set, words, np.array(rows)))
        return found


def fit_lookup(texts: Sequence[str], spans: Sequence[Spans], tag_set: TagSet) -> LookupTagger:
    """Return the look-up of the tags that the words of some texts have."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for text, own in zip(texts, spans, strict=True):
        words = split_words(text)
        for (start, end), tag in zip(words, tag_set.tags(words, own).tolist(), strict=True):
            counts[text[start:end]][tag] += 1
    scores = {}
    for word, seen in counts.items():
        row = np.full(len(tag_set), _UNSEEN, dtype=np.float32)
        row[list(seen)] = np.log(np.array(list(seen.values())) / seen.total())
        scores[word] = row
    return LookupTagger(tag_set, scores)


@dataclass(frozen=True)
class LinearTagger:
    """A linear model on a word, its neighbours and how they are written."""

    tag_set: TagSet
    model: SGDClassifier

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return the spans of each text."""
        words = [split_words(text) for text in texts]
        rows = [row for text, own in zip(texts, words, strict=True) for row in _rows(text, own)]
        scores = np.full((len(rows), len(self.tag_set)), -1e3, dtype=np.float32)
        if rows:
            values = self.model.decision_function(_hashed(rows))
            if values.ndim == 1:  # two classes have one value: positive means the second
                values = np.stack([-values, values], axis=1)
            scores[:, self.model.classes_] = values
        ends = np.cumsum([len(own) for own in words])[:-1]
        parts = np.split(scores, ends)
        return [_decoded(self.tag_set, *pair) for pair in zip(words, parts, strict=True)]


def fit_linear_tagger(
    texts: Sequence[str], spans: Sequence[Spans], tag_set: TagSet, *, seed: int
) -> LinearTagger:
    """Return a linear model (averaged stochastic gradient descent) of the tags of words."""
    words = [split_words(text) for text in texts]
    rows = [row for text, own in zip(texts, words, strict=True) for row in _rows(text, own)]
    pairs = zip(words, spans, strict=True)
    tags = np.concatenate([tag_set.tags(own, marked) for own, marked in pairs])
    model = SGDClassifier(
        loss="log_loss", alpha=1e-6, max_iter=_EPOCHS, tol=None, average=True, random_state=seed
    )
    return LinearTagger(tag_set, model.fit(_hashed(rows), tags))


def _decoded(tag_set: TagSet, words: Words, scores: Floats) -> tuple[Span, ...]:
    """Return the spans of the best tags that stand for something."""
    if not words:
        return ()
    return tag_set.spans(words, best_tags(scores, tag_set.transitions))


def _rows(text: str, words: Words) -> Iterator[list[str]]:
    """Yield the features of each word of a text; a prefix names where each comes from."""
    plain = [text[start:end] for start, end in words]
    edge = [_EDGE] * max(_WINDOW)
    lower = [*edge, *(word.lower() for word in plain), *edge]
    shapes = [*edge, *(str(case_shape(word)) for word in plain), *edge]
    for i, word in enumerate(plain, start=len(edge)):
        row = [f"{place}w{lower[i + place]}" for place in _WINDOW]
        row += [f"{place}s{shapes[i + place]}" for place in _WINDOW]
        row += [f"a{word[:n].lower()}" for n in (1, 2, 3)]
        row += [f"z{word[-n:].lower()}" for n in (1, 2, 3)]
        row += [f"p{lower[i - 1]} {lower[i]}", f"n{lower[i]} {lower[i + 1]}"]
        row += [f"x{shapes[i - 1]} {shapes[i]} {shapes[i + 1]}", "b"]
        yield row


def _hashed(rows: Sequence[list[str]]) -> object:
    """Return the rows as a sparse matrix whose columns are hashes of features."""
    hasher = FeatureHasher(_FEATURES, input_type="string", alternate_sign=False, dtype=np.float32)
    return hasher.transform(rows)
