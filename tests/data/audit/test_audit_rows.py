"""Rows that cannot be used, and texts that are cut."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.data.audit.finding import Example, Finding
from whet.data.audit.rows import truncation, unusable_rows

CARD = make_card()


def word_count(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return one token per word."""
    return np.array([len(text.split()) for text in texts], dtype=np.int64)


def test_unusable_rows_are_listed_with_their_reasons() -> None:
    unusable = (("train.csv", 4, "empty text"), ("test.csv", 2, "no label"))
    train = make_frame(numbered("refund", "refund", 97))
    assert unusable_rows(CARD, make_dataset(train, unusable=unusable)) == [
        Finding(
            "unusable_rows",
            "warn",
            2,
            "Rows that cannot be used and are left out: 2 of 100 (2.0 %); 1 empty text, 1 no "
            "label. Fill them in or delete them; when there are many, compare the card's columns "
            "and delimiter with the file.",
            (
                Example(4, "train.csv", "", "empty text"),
                Example(2, "test.csv", "", "no label"),
            ),
        )
    ]
    assert unusable_rows(CARD, make_dataset(train)) == []


def test_more_than_a_tenth_of_unusable_rows_stops_the_build() -> None:
    train = make_frame(numbered("refund", "refund", 17))  # and one test row: 18 usable
    severities = [
        unusable_rows(
            CARD,
            make_dataset(train, unusable=tuple(("train.csv", i, "no label") for i in range(n))),
        )[0].severity
        for n in (2, 3)
    ]
    assert severities == ["warn", "stop"]


def test_texts_over_the_token_limit_are_counted_longest_first() -> None:
    train = make_frame([("one two", "x"), ("one two three four", "x"), ("one two three", "x")])
    test = make_frame([("one", "x")], "test.csv")
    found = truncation(CARD, make_dataset(train, test), max_tokens=word_count, token_limit=2)
    assert found == [
        Finding(
            "truncation",
            "warn",
            2,
            "Texts of more than 2 tokens: 2 of 4 (50.0 %). The encoder does not read the rest; the "
            "linear model reads all. Put what matters first, or choose a base that reads more.",
            (
                Example(2, "train.csv", "one two three four", "4 tokens"),
                Example(3, "train.csv", "one two three", "3 tokens"),
            ),
        )
    ]


def test_one_cut_text_in_twenty_is_only_worth_knowing() -> None:
    train = make_frame([("one two three", "x"), *[("one", "x")] * 18])
    dataset = make_dataset(train, make_frame([("one", "x")]))
    (found,) = truncation(CARD, dataset, max_tokens=word_count, token_limit=2)
    assert (found.severity, found.count) == ("info", 1)
    assert truncation(CARD, dataset, max_tokens=word_count, token_limit=3) == []


def test_without_a_tokenizer_texts_over_two_thousand_characters_are_named() -> None:
    train = make_frame([("x" * 2000, "x"), ("y" * 2001, "x")])
    (found,) = truncation(CARD, make_dataset(train))
    assert (found.severity, found.count) == ("info", 1)
    assert found.sentence == (
        "Texts of more than 2,000 characters: 1 of 3 (33.3 %). An encoder may not read the end of "
        "them."
    )
    assert (found.examples[0].row, found.examples[0].detail) == (2, "2,001 characters")
    assert found.examples[0].text == "y" * 159 + "…"
