"""Tests for whet.models.passage_words: against a softmax solved by hand, and what it forgets."""

import numpy as np
import pytest
from scipy.optimize import minimize

from whet.core.pairs import join_exact
from whet.models.passage_words import STRENGTH, covered, fit_words
from whet.serving.passages.decode import Rule, decided
from whet.serving.passages.features import passage_features
from whet.serving.passages.words import read_words

ROWS = [
    (f"who {thing}?", f"It is {a}. The {thing} has {b} now.", b)
    for thing, a, b in [
        ("card", "Ana", "Ben"),
        ("app", "Ben", "Ana"),
        ("bill", "Zoe", "Ian"),
        ("key", "Ian", "Zoe"),
    ]
]
TEXTS = [join_exact(q, p) for q, p, _ in ROWS]
SPANS = [(p.index(a), p.index(a) + len(a)) for _, p, a in ROWS]


def test_places_that_a_span_touches() -> None:
    places = [(0, 2), (3, 5), (6, 9)]
    assert covered(places, (4, 7)) == (2, 3)
    assert covered(places, (2, 3)) == (0, 0)  # between two words


def test_weights_are_those_with_the_least_loss() -> None:
    table, lengths = fit_words(TEXTS, SPANS)
    assert lengths == [1] * 4
    read = [passage_features(text) for text in TEXTS]
    number = {name: i for i, name in enumerate(table.features)}
    rows = []
    for _, features in read:
        matrix = np.zeros((len(features), len(number)))
        for row, own in zip(matrix, features, strict=True):
            for name in own:
                if name in number:
                    row[number[name]] += 1
        rows.append(matrix)
    targets = [covered(words, span) for (words, _), span in zip(read, SPANS, strict=True)]

    def loss(flat: np.ndarray) -> float:
        weights, total = flat.reshape(-1, 2), 0.0
        for matrix, (first, last) in zip(rows, targets, strict=True):
            scores = matrix @ weights
            total += np.logaddexp.reduce(scores, axis=0).sum() - scores[first, 0] - scores[last, 1]
        return float(total / len(rows) + STRENGTH * np.square(flat).sum())

    reached = loss(table.weights.ravel().astype(np.float64))
    best = minimize(loss, table.weights.ravel(), method="L-BFGS-B", options={"maxfun": 10**5}).fun
    assert reached == pytest.approx(best, abs=2e-3)


def test_it_answers_what_it_has_learnt_and_rare_features_are_forgotten() -> None:
    table, _ = fit_words(TEXTS, SPANS)
    passages = [p for _, p, _ in ROWS]
    found = [
        decided(passage, read.parts, Rule(1, None))
        for passage, read in zip(passages, read_words(table, TEXTS), strict=True)
    ]
    assert [(one.start, one.end) for one in found] == SPANS
    assert "0wcard" not in table.features and "-1whas" in table.features
