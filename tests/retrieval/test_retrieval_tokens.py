"""Tests for whet.retrieval.tokens: English without endings, Chinese in pairs."""

import pytest

from whet.retrieval.tokens import stem, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where are my CARDS?", ["card"]),
        ("信用卡", ["信用", "用卡"]),
        ("卡", ["卡"]),
        ("用PayPal付款,行吗", ["用", "paypal", "付款", "行吗"]),
        ("Ｒｅｆｕｎｄ 2,000", ["refund", "2", "000"]),
        ("?!… 。", []),
        ("", []),
    ],
)
def test_tokens_of_both_languages(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_word_is_read_up_to_64_characters() -> None:
    assert tokens("a" * 100) == ["a" * 64]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("queries", "query"), ("fees", "fee"), ("bus", "bus"), ("pass", "pass"), ("ties", "ty")],
)
def test_plurals_lose_their_ending(word: str, expected: str) -> None:
    assert stem(word) == expected
