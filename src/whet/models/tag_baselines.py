"""How far do words alone go in finding spans? A look-up of each word, and a linear model around it.

Both are tables of scores of tags, and are decoded as an encoder's scores are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from sklearn.linear_model import SGDClassifier

from whet.core.spans import Span
from whet.models.tag_output import TagOutput, decoded
from whet.serving.tagging.features import TEMPLATES
from whet.serving.tagging.table import WordTable
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.words import split_words

_FEATURES = 2**18
"""Features that a linear model keeps at most, the most frequent ones."""
_EPOCHS = 5
_UNSEEN = -10.0
"""Score of a tag that a word never had: below every seen one."""
_NEVER = -1e3
"""Score of a tag that no word had."""

Spans = Sequence[Span]


@dataclass(frozen=True)
class WordTagger:
    """A table of scores, decoded."""

    tag_set: TagSet
    table: WordTable

    def tag(self, texts: Sequence[str]) -> TagOutput:
        """Return the spans of each text, with their probabilities."""
        read = [(text, split_words(text)) for text in texts]
        scored = [(words, self.table.scores(text, words)) for text, words in read]
        return decoded(self.tag_set, self.tag_set.transitions, scored)

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return the spans of each text."""
        return list(self.tag(texts).spans)


def fit_lookup(texts: Sequence[str], spans: Sequence[Spans], tag_set: TagSet) -> WordTagger:
    """Return the tags that each word had, by how often; a word that was never seen is outside."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for text, own in zip(texts, spans, strict=True):
        words = split_words(text)
        for (start, end), tag in zip(words, tag_set.tags(words, own).tolist(), strict=True):
            counts[text[start:end]][tag] += 1
    base = np.full(len(tag_set), _UNSEEN, dtype=np.float32)
    base[0] = 0
    weights = np.full((len(counts), len(tag_set)), _UNSEEN, dtype=np.float32)
    for row, seen in zip(weights, counts.values(), strict=True):
        row[list(seen)] = np.log(np.array(list(seen.values())) / seen.total())
    return WordTagger(tag_set, WordTable("own", tuple(counts), weights - base, base))


def fit_linear_tagger(
    texts: Sequence[str], spans: Sequence[Spans], tag_set: TagSet, *, seed: int
) -> WordTagger:
    """Return a linear model of the tags of words, by averaged stochastic gradient descent."""
    words = [split_words(text) for text in texts]
    read = TEMPLATES["window"]
    rows = [row for text, own in zip(texts, words, strict=True) for row in read(text, own)]
    pairs = zip(words, spans, strict=True)
    tags = np.concatenate([tag_set.tags(own, marked) for own, marked in pairs])
    features = _most_frequent(rows)
    base = np.full(len(tag_set), _NEVER, dtype=np.float32)
    weights = np.zeros((len(features), len(tag_set)), dtype=np.float32)
    seen = np.unique(tags)
    if len(seen) == 1:  # one tag and no other: nothing to tell apart
        base[seen] = 0
        return WordTagger(tag_set, WordTable("window", features, weights, base))
    model = SGDClassifier(
        loss="log_loss", alpha=1e-6, max_iter=_EPOCHS, tol=None, average=True, random_state=seed
    )
    model.fit(_matrix(rows, features), tags)
    coefficients, intercept = model.coef_, model.intercept_
    if len(seen) == 2:  # two classes have one row: positive means the second
        coefficients, intercept = np.vstack([-coefficients, coefficients]), [-intercept, intercept]
    weights[:, seen] = coefficients.T
    base[seen] = np.ravel(intercept)
    return WordTagger(tag_set, WordTable("window", features, weights, base))


def _most_frequent(rows: Iterable[list[str]]) -> tuple[str, ...]:
    """Return the features that are kept, the most frequent first."""
    counts = Counter(feature for row in rows for feature in row)
    return tuple(feature for feature, _ in counts.most_common(_FEATURES))


def _matrix(rows: Sequence[list[str]], features: Sequence[str]) -> csr_array:
    """Return which features each word has, (w, f)."""
    column = {feature: i for i, feature in enumerate(features)}
    kept = [[column[feature] for feature in row if feature in column] for row in rows]
    ends = np.cumsum([0, *map(len, kept)], dtype=np.int32)  # scikit-learn takes no other
    columns = np.fromiter((c for row in kept for c in row), dtype=np.int32, count=int(ends[-1]))
    values = np.ones(len(columns), dtype=np.float64)
    return csr_array((values, columns, ends), shape=(len(rows), len(features)))
