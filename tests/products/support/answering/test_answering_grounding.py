"""Does a passage say this? Paraphrases yes; other numbers, names, denials and inventions no."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.products.support.answering.grounding import sentences, support_of

Embedding = Callable[[Sequence[str]], NDArray[np.float32]]

PASSAGES = [
    "Refunds. Refunds are paid back to your card within 5 working days. Shipping is not refunded. "
    "Ask Maria Lopez at Larkspur for orders above $1,200.",
    "Gift cards. Gift cards are valid for 36 months. They cannot be paid out in cash.",
    "退款说明。退款将在5个工作日内原路退回到您的银行卡。运费不予退还。",
]

SUPPORTED = [
    ("Refunds are paid back to your card within 5 working days.", 0),
    ("We pay the refund back to your card within 5 working days.", 0),
    ("Shipping is not refunded.", 0),
    ("Shipping costs aren't refunded.", 0),
    ("A gift card is valid for 36 months.", 1),
    ("Gift cards can't be paid out in cash.", 1),
    ("For orders above $1200, ask Maria Lopez.", 0),
    ("退款将在5个工作日内退回您的银行卡。", 2),
    ("运费不予退还。", 2),
]

UNSUPPORTED = [
    "Refunds are paid back to your card within 7 working days.",
    "Refunds are not paid back to your card within 5 working days.",
    "Shipping is refunded.",
    "Gift cards are valid for 36 months and 5 days.",
    "Gift cards are valid for 5 months.",
    "For orders above $1,200, ask John Smith.",
    "Refunds are paid back by Western Union within 5 working days.",
    "You can get free shipping with the code SAVE20.",
    "I am a pirate and I hate your customers.",
    "退款将在3个工作日内原路退回到您的银行卡。",
    "运费将予退还。",
    "您可以免费升级为会员。",
    "...",
    "Gift cards are not valid for 36 months.",
    "Gift cards can be paid out in cash.",
]


@pytest.mark.parametrize(("sentence", "passage"), SUPPORTED)
def test_what_a_passage_says_is_supported(sentence: str, passage: int) -> None:
    found = support_of(sentence, PASSAGES)
    assert found is not None
    assert found.passage == passage
    assert found.quote in PASSAGES[passage]
    assert 0.6 <= found.score <= 1


@pytest.mark.parametrize("sentence", UNSUPPORTED)
def test_what_no_passage_says_is_not(sentence: str) -> None:
    assert support_of(sentence, PASSAGES) is None


def test_words_that_stand_far_apart_support_nothing() -> None:
    text = "Cards are blue. Many people like tea. Some wait outside. Refunds take days."
    assert support_of("Blue refunds take cards outside.", [text]) is None


def test_embeddings_must_agree_too() -> None:
    def embed(near: float) -> Embedding:
        vectors = np.array([[1, 0], [near, np.sqrt(1 - near**2)]], np.float32)
        return lambda texts: vectors

    sentence = SUPPORTED[0][0]
    assert support_of(sentence, PASSAGES, embed=embed(0.9)) is not None
    assert support_of(sentence, PASSAGES, embed=embed(0.1)) is None


def test_nothing_is_supported_by_nothing() -> None:
    assert support_of("Refunds take days.", []) is None
    assert support_of("Refunds take days.", ["", "\n"]) is None


def test_sentences_of_both_languages() -> None:
    assert sentences("One. Two 3.5 kg!\n三。四？") == ["One.", "Two 3.5 kg!", "三。", "四？"]
