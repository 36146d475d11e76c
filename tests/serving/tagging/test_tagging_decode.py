"""Tests for whet.serving.tagging.decode against the enumeration of every tag sequence."""

import itertools

import numpy as np
import pytest

from whet.serving.tagging.decode import best_tags, span_probabilities
from whet.serving.tagging.tag_set import FORBIDDEN, Floats, TagSet

SET = TagSet(["A"])
K = len(SET)


def random_chain(seed: int, words: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    learnt = random.normal(size=(K + 1, K + 1)).astype(np.float32)
    return random.normal(0, 2, (words, K)).astype(np.float32), learnt + SET.transitions


def path_score(scores: Floats, chain: Floats, tags: tuple[int, ...]) -> float:
    total = float(chain[K, tags[0]] + chain[tags[-1], K])
    total += sum(float(scores[i, tag]) for i, tag in enumerate(tags))
    return total + sum(float(chain[a, b]) for a, b in itertools.pairwise(tags))


@pytest.mark.parametrize("words", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", range(5))
def test_the_best_sequence_of_all(seed: int, words: int) -> None:
    scores, chain = random_chain(seed, words)
    every = itertools.product(range(K), repeat=words)
    best = max(every, key=lambda tags: path_score(scores, chain, tags))
    assert best_tags(scores, chain).tolist() == list(best)


@pytest.mark.parametrize("words", [1, 2, 5])
@pytest.mark.parametrize("seed", range(5))
def test_the_share_of_sequences_that_have_a_span(seed: int, words: int) -> None:
    scores, chain = random_chain(seed, words)
    tags = best_tags(scores, chain)
    every = list(itertools.product(range(K), repeat=words))
    weight = np.exp([path_score(scores, chain, each) for each in every])
    expected = [
        weight[[each[a:b] == tuple(tags[a:b].tolist()) for each in every]].sum() / weight.sum()
        for a, b, _ in SET.runs(tags)
    ]
    assert span_probabilities(scores, chain, tags, SET) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_no_scores_lead_to_tags_that_stand_for_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    tag_set = TagSet(["A", "B", "C"])
    scores = random.normal(0, 50, (30, len(tag_set))).astype(np.float32)
    tags = best_tags(scores, tag_set.transitions)
    pairs = tag_set.transitions[np.r_[len(tag_set), tags], np.r_[tags, len(tag_set)]]
    assert (pairs > FORBIDDEN).all()
    sure = span_probabilities(scores, tag_set.transitions, tags, tag_set)
    assert ((sure > 0) & (sure <= 1)).all()


def test_a_text_without_words_has_no_tags() -> None:
    nothing = np.zeros((0, K), dtype=np.float32)
    assert best_tags(nothing, SET.transitions).tolist() == []
    outside = np.zeros(0, dtype=np.int64)
    assert span_probabilities(nothing, SET.transitions, outside, SET).tolist() == []
