"""Tests for whet.data.augment.guard: what carries a class, and what of a text may be altered."""

import math

import pytest

from whet.data.augment.guard import learn_class_words, word_spans

ROWS = [
    ("when will my card arrive", 0),
    ("has my card arrived", 0),
    ("when is my transfer there", 1),
    ("my transfer is late", 1),
]


def _free(text: str, label: int) -> list[str]:
    words = learn_class_words(ROWS)
    return [text[a:b] for a, b in words.free(text, label)]


def test_what_a_word_says_is_its_frequency_times_its_rarity() -> None:
    words = learn_class_words(ROWS)
    assert words.carries("card", 0) == pytest.approx(2 / 9 * math.log(1 + 2 / 1))
    assert words.carries("my", 0) == pytest.approx(2 / 9 * math.log(1 + 2 / 2))
    assert words.carries("card", 1) == words.carries("loan", 0) == words.carries("card", 7) == 0


def test_words_that_carry_the_class_are_not_free() -> None:
    assert _free("when will my CARD arrive", 0) == ["when"]
    assert "transfer" not in _free("when is my transfer there", 1)


def test_chinese_characters_are_words() -> None:
    words = learn_class_words([("我要退款", 0), ("我的退款", 0), ("我要登录", 1), ("我忘密码", 1)])
    text = "我要退款吗"
    assert [text[a:b] for a, b in words.free(text, 0)] == ["要", "吗"]


@pytest.mark.parametrize("text", ["", "?!", "card", "my my"])
def test_a_text_whose_words_all_say_the_same_is_not_altered(text: str) -> None:
    assert _free(text, 0) == []


def test_signs_are_no_words() -> None:
    text = "can't, 我 (x)"
    assert [text[a:b] for a, b in word_spans(text)] == ["can", "t", "我", "x"]
