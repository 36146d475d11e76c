"""How much do two texts have in common, word for word? The form `overlap`, numpy alone.

Every feature is the same in either order of the texts.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from pydantic_core import from_json

from whet.core.errors import IntegrityError
from whet.core.pairs import split_pair
from whet.core.text import character_ngrams, normalise, words
from whet.serving.linear import MAX_CHARACTERS, WeighedFeatures
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import PAIR_FILE, VOCABULARY_FILE
from whet.serving.pairs.head import PairHead

FEATURES = (
    "are the texts equal",
    "Jaccard index of the words",
    "share of the shorter text's words that the other has",
    "Jaccard index of the pairs of words",
    "Jaccard index of the character trigrams",
    "Jaccard index of the words with a digit",
    "is the first word the same",
    "is the last word the same",
    "logarithm of the longer text's words over the shorter one's",
    "logarithm of the longer text's characters over the shorter one's",
    "logarithm of the words of both",
)
"""What `overlap_features` measures, in order; the TF-IDF cosine comes behind them."""


def overlap_features(first: str, second: str) -> Floats:
    """Return what two texts have in common, (len(FEATURES),)."""
    texts = [normalise(text[:MAX_CHARACTERS]) for text in (first, second)]
    tokens = [words(text) for text in texts]
    sets = [set(own) for own in tokens]
    grams = [set(character_ngrams(text, 3, 3)) for text in texts]
    numbers = [{word for word in own if any(map(str.isdigit, word))} for own in sets]
    counts = [len(own) for own in tokens]
    return np.array(
        [
            texts[0] == texts[1],
            jaccard(*sets),
            len(sets[0] & sets[1]) / max(1, min(map(len, sets))),
            jaccard(*(set(pairwise(own)) for own in tokens)),
            jaccard(*grams),
            jaccard(*numbers),
            tokens[0][:1] == tokens[1][:1],
            tokens[0][-1:] == tokens[1][-1:],
            abs(np.log((1 + counts[0]) / (1 + counts[1]))),
            abs(np.log((1 + len(texts[0])) / (1 + len(texts[1])))),
            np.log1p(sum(counts)),
        ],
        dtype=np.float32,
    )


def jaccard(left: set[str] | set[tuple[str, str]], right: set[str] | set[tuple[str, str]]) -> float:
    """Return the share of the members of either set that both have; 1 where both are empty.

    >>> jaccard({"a", "b"}, {"b", "c"}), jaccard(set(), set())
    (0.3333333333333333, 1.0)
    """
    return len(left & right) / len(left | right) if left or right else 1.0


class OverlapModel:
    """Overlap of words and characters under a linear head; safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self._head = PairHead(folder, "idf")
        features, idf = from_json((folder / VOCABULARY_FILE).read_bytes()), self._head.arrays["idf"]
        if len(features) != len(idf):
            raise IntegrityError(
                f"{folder / VOCABULARY_FILE} must hold one feature for each of the {len(idf)} "
                f"weights of {PAIR_FILE}; found {len(features)}."
            )
        self._weighed = WeighedFeatures(features, idf)

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each pair, in the order given."""
        pairs = list(map(split_pair, texts))
        features = np.stack([self._features(*pair) for pair in pairs])
        probabilities = self._head.probabilities(features)
        return Outputs(
            probabilities,
            probabilities,
            np.zeros((len(pairs), 0), dtype=np.float32),
            np.array([sum(len(words(text)) for text in pair) for pair in pairs], dtype=np.int64),
            np.array([max(map(len, pair)) > MAX_CHARACTERS for pair in pairs], dtype=bool),
        )

    def _features(self, first: str, second: str) -> Floats:
        """Return all features of a pair."""
        cosine = self._weighed.cosine(first[:MAX_CHARACTERS], second[:MAX_CHARACTERS])
        return np.append(overlap_features(first, second), np.float32(cosine))
