"""Tests for whet.evaluation.passages: against SQuAD's own functions, in Chinese, by hand."""

import re
import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.core.errors import InputError
from whet.evaluation.passages import (
    METRICS,
    answer_scores,
    answer_sums,
    fit_confidence,
    normalised,
    word_f1,
)

WORDS = st.sampled_from(
    ["the", "a", "An", "Rome", "rome,", "in", "U.S.", "1914–1918", "it's", "--", "theory", "é"]
)
ANSWERS = st.lists(WORDS, max_size=6).map("  ".join)


def squad_normalize(text: str) -> str:
    """`normalize_answer` of evaluate-v2.0.py, as it was published."""

    def remove_articles(text: str) -> str:
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def remove_punc(text: str) -> str:
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return " ".join(remove_articles(remove_punc(text.lower())).split())


def squad_f1(gold: str, pred: str) -> float:
    """`compute_f1` of evaluate-v2.0.py, as it was published."""
    gold_toks, pred_toks = squad_normalize(gold).split(), squad_normalize(pred).split()
    common = Counter(gold_toks) & Counter(pred_toks)
    num_same = sum(common.values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision, recall = 1.0 * num_same / len(pred_toks), 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


@given(st.lists(ANSWERS, max_size=3), ANSWERS)
def test_scores_are_those_of_the_official_script(golds: list[str], pred: str) -> None:
    gold_answers = [a for a in golds if squad_normalize(a)] or [""]
    (row,) = answer_scores([pred], [golds])
    assert row[0] == pytest.approx(max(squad_f1(a, pred) for a in gold_answers))
    exact = max(squad_normalize(a) == squad_normalize(pred) for a in gold_answers)
    assert row[1] == exact


def test_chinese_is_compared_by_characters_without_spaces_or_signs() -> None:
    assert normalised("《红楼梦》，曹 雪芹！") == "红 楼 梦 曹 雪 芹"
    assert normalised("2024 年 iPhone") == "2024 年 iphone"
    assert word_f1("在上海", "上海") == pytest.approx(0.8)
    assert word_f1("上海。", "上海") == 1
    assert word_f1("1914–1918", "1914 1918") == 0  # no Chinese: the script keeps other dashes


def test_no_answer_is_right_where_there_is_none_and_wrong_elsewhere() -> None:
    scores = answer_scores(["", "", "Rome", "the Rome"], [[], ["Rome"], [], ["Oslo", "Rome"]])
    assert scores.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    values = {metric: answer_sums(metric, scores).value() for metric in METRICS}
    assert values == {"f1": 0.5, "exact_match": 0.5, "answerable_accuracy": 0.5}
    with pytest.raises(InputError, match="Each question needs its answer and its truths; got 0"):
        answer_scores([], [])


def test_confidence_becomes_the_share_that_is_right() -> None:
    random = np.random.default_rng(0)
    sure, is_found = random.normal(0, 3, 4000), random.random(4000) < 0.7
    truth = 0.5 * sure + np.where(is_found, -1.0, 1.0)
    right = random.random(4000) < 1 / (1 + np.exp(-truth))
    slope, bias, without = fit_confidence(sure, is_found, right)
    assert (slope, bias, without) == pytest.approx((0.5, -1, 1), abs=0.15)


@pytest.mark.parametrize("value", [True, False])
def test_confidence_is_finite_where_all_are_right_or_none_is(value: bool) -> None:
    right = np.full(50, value)
    fitted = fit_confidence(np.linspace(-5, 5, 50), np.arange(50) % 2 == 0, right)
    shares = 1 / (1 + np.exp(-(fitted[0] * np.linspace(-5, 5, 50) + fitted[1])))
    assert np.isfinite(fitted).all() and (shares > 0.5).all() == value
