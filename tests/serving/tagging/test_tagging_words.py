"""Tests for whet.serving.tagging.words: what can begin or end a span, and how it is written."""

from itertools import pairwise

import pytest

from whet.serving.tagging.words import SHAPES, case_shape, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rome.", ["Rome", "."]),
        ("  Rome \n .", ["Rome", "."]),
        ("U.N.-led x_y", ["U", ".", "N", ".", "-", "led", "x", "_", "y"]),
        ("don't", ["don", "'", "t"]),
        ("东京NBA2024年", ["东", "京", "NBA2024", "年"]),
        ("Zu\u0308rich हिन्दी", ["Zu\u0308rich", "हिन्दी"]),
        ("👍🏽 ok", ["👍", "🏽", "ok"]),
        ("𠮷野", ["𠮷", "野"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in split_words(text)] == words


def test_words_hold_everything_but_white_space_once_and_in_order() -> None:
    text = "Ana\t(née Li), 3.5 % of 东京—\u200bé ’s\u00a0x"
    words = split_words(text)
    assert "".join(text[a:b] for a, b in words) == "".join(text.split())
    assert all(a < b for a, b in words)
    assert all(a[1] <= b[0] for a, b in pairwise(words))


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("rome", "lower"),
        ("Rome", "title"),
        ("ROME", "upper"),
        ("R", "single upper"),
        ("iPhone", "mixed"),
        ("McDonald", "mixed"),
        ("1996", "digits"),
        ("B2B", "digits and letters"),
        ("京", "no case"),
        ("हिन्दी", "no case"),
        (".", "sign"),
        ("_", "sign"),
    ],
)
def test_shapes(word: str, shape: str) -> None:
    assert SHAPES[case_shape(word)] == shape
