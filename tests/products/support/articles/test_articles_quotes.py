"""The sentences that answer are quoted word for word, with what they lean on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.core.errors import InputError
from whet.products.support.articles.confidence import (
    LEAD_ALONE,
    MOST_LEAD,
    confidence_of,
    features,
    fit_curve,
)
from whet.products.support.articles.quotes import MOST_ITEMS, quote
from whet.products.support.turns import Source
from whet.retrieval.index import Hit


def hit(text: str, *, document: str = "a", similarity: float = 0.0, coverage: float = 0.5) -> Hit:
    by_meaning = 1 if similarity else None
    return Hit(document, "Title", "Head", text, "u", "en", 1.0, 1, by_meaning, coverage, similarity)


def rarity(words: Sequence[str]) -> Mapping[str, float]:
    return dict.fromkeys(words, 1.0)


def quoted(question: str, text: str) -> str:
    found = quote(question, [hit(text)], rarity=rarity)
    assert found is not None
    assert found.sources[0].quote in text
    return found.sources[0].quote


def test_a_short_paragraph_is_quoted_whole_with_its_place() -> None:
    text = "Opening hours are nine to five.\nRefunds take three days. Abroad they take ten."
    found = quote("how long do refunds take", [hit(text)], rarity=rarity)
    assert found is not None
    assert found.sources == (
        Source("a", "Title", "Head", "Refunds take three days. Abroad they take ten.", "u"),
    )


def test_of_a_long_paragraph_the_best_sentence_and_the_one_it_leans_on() -> None:
    filler = "Nothing of interest stands here at all, only many other things. "
    text = f"{filler * 4}The blue card costs money. It is free for students. {filler * 4}".strip()
    assert quoted("free students", text) == "The blue card costs money. It is free for students."
    assert quoted("blue", text) == "The blue card costs money."


def test_chinese_sentences_lean_back_too() -> None:
    filler = "这里没有什么有意思的内容，只是很多别的事情和别的说明文字而已。"
    text = filler * 4 + "蓝卡需要付费。它对学生免费。" + filler * 4
    assert quoted("学生免费吗", text) == "蓝卡需要付费。它对学生免费。"


def test_a_list_comes_with_the_sentence_that_announces_it() -> None:
    text = "Hours are nine to five.\nTo reset your PIN:\nOpen the app.\nChoose Cards.\nPress Reset."
    assert quoted("reset my pin", text).startswith("To reset your PIN:\nOpen the app.")
    assert quoted("reset my pin", text).endswith("Press Reset.")
    items = "\n".join(f"Item {n}." for n in range(30))
    assert quoted("reset", f"To reset:\n{items}").endswith(f"Item {MOST_ITEMS - 1}.")


def test_meaning_chooses_where_words_cannot() -> None:
    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        near = ("money", "refund")
        return np.array(
            [[float(any(w in t.lower() for w in near)), 0.1] for t in texts], np.float32
        )

    text = "Hours are nine to five.\nA refund takes three days."
    found = quote("my money?", [hit(text, similarity=0.5)], rarity=rarity, embed=embed)
    assert found is not None and found.sources[0].quote == "A refund takes three days."
    plain = quote("my money?", [hit(text)], rarity=rarity, embed=embed)
    assert plain is not None and plain.sources[0].quote == "Hours are nine to five."


def test_nothing_found_is_nothing_quoted() -> None:
    assert quote("anything", [], rarity=rarity) is None
    assert confidence_of([]) == 0.0


def test_the_lead_is_over_another_article_and_never_too_much() -> None:
    best = hit("x", similarity=0.5, coverage=0.5)
    same = hit("y", similarity=0.49, coverage=0.5)
    rival = hit("z", document="b", similarity=0.4, coverage=0.5)
    assert features([best, same, rival]).tolist() == pytest.approx([0.5, 0.5, 0.1])
    far = hit("z", document="b", similarity=0.01, coverage=0.0)
    assert features([best, far])[2] == MOST_LEAD
    assert features([best, same])[2] == LEAD_ALONE
    assert confidence_of([best, far]) > confidence_of([best, rival]) > 0.0


def test_confidence_by_hand() -> None:
    best = hit("x", similarity=0.5, coverage=0.5)
    rival = hit("z", document="b", similarity=0.4, coverage=0.5)
    logit = -5.5 + 5.0 * 0.5 + 2.3 * 0.5 + 10.9 * 0.1
    assert confidence_of([best, rival]) == pytest.approx(1 / (1 + np.exp(-logit)))


def test_a_curve_of_ones_own_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    y = rng.random(300) < 1 / (1 + np.exp(-(x @ [1.0, -0.5, 2.0] + 0.3)))
    curve = fit_curve(list(x), y.tolist())
    peer = LogisticRegression(C=100.0, tol=1e-10).fit(x, y)
    assert curve.weights == pytest.approx(peer.coef_[0], abs=1e-3)
    assert curve.bias == pytest.approx(peer.intercept_[0], abs=1e-3)
    found = [hit("x", similarity=0.5), hit("z", document="b", similarity=0.4)]
    assert confidence_of(found, curve) != confidence_of(found)


def test_a_curve_from_too_little_is_refused() -> None:
    with pytest.raises(InputError) as error:
        fit_curve([np.zeros(3)] * 30, [True] * 25 + [False] * 5)
    assert str(error.value) == (
        "A curve of confidence needs at least 20 right and 20 wrong answers; "
        "found 25 right and 5 wrong. Review more answers."
    )
