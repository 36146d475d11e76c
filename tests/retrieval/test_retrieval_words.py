"""Tests for whet.retrieval.words: BM25 by hand, by a slow reference, with parts taken out."""

import math
from collections import Counter

import numpy as np
import pytest

from whet.retrieval.tokens import tokens
from whet.retrieval.words import LENGTH, SATURATION, empty_words

TEXTS = ["refund card refund", "card", "login help 退款", "help with card and login"]


def slow(texts: list[str], query: str) -> list[float]:
    """BM25 as the paper writes it, one passage at a time."""
    held = [Counter(tokens(text)) for text in texts]
    mean = sum(sum(counts.values()) for counts in held) / len(held)
    scores = []
    for counts in held:
        score = 0.0
        for word in dict.fromkeys(tokens(query)):
            found = sum(word in other for other in held)
            rarity = math.log(1 + (len(held) - found + 0.5) / (found + 0.5))
            tf, size = counts[word], sum(counts.values())
            damping = SATURATION * (1 - LENGTH + LENGTH * size / mean)
            score += rarity * tf * (SATURATION + 1) / (tf + damping) if tf else 0.0
        scores.append(score)
    return scores


def test_one_word_by_hand() -> None:
    index = empty_words().with_texts(["refund", "login"])
    # Both have the mean length, so the damping is 1.2: idf * 1 * 2.2 / (1 + 1.2) is the idf.
    assert index.scores("refund").tolist() == pytest.approx([math.log(2), 0.0])


@pytest.mark.parametrize("query", ["refund", "card help", "退款 login", "card card", "unknown", ""])
def test_scores_are_those_of_a_slow_reference(query: str) -> None:
    index = empty_words().with_texts(TEXTS)
    assert index.scores(query).tolist() == pytest.approx(slow(TEXTS, query))


def test_taking_out_and_putting_in_leaves_the_scores_of_a_new_index() -> None:
    index = empty_words().with_texts(TEXTS).without(np.array([True, False, True, False]))
    index = index.with_texts(["refund again"])
    fresh = empty_words().with_texts([TEXTS[1], TEXTS[3], "refund again"])
    for query in ("refund", "card login", "退款"):
        assert index.scores(query).tolist() == fresh.scores(query).tolist()
    assert len(index.word) == len(fresh.word)  # no posting of what was taken out


def test_coverage_is_a_share_of_what_a_passage_could_reach() -> None:
    index = empty_words().with_texts(["refund " * 50, "card", "card", "login"])
    scores = index.scores("refund")
    assert 0.5 < index.coverage("refund", scores)[0] < 1
    assert index.coverage("", index.scores("")).tolist() == [0.0] * 4


def test_an_empty_index_finds_nothing() -> None:
    assert empty_words().scores("refund").tolist() == []
