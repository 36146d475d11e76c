"""What gives the answer away, and what is an honest keyword."""

import pytest
from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.data.audit.finding import Example
from whet.data.audit.giveaway import giveaway, spells, telling_tokens

CARD = make_card(metrics={"by": ["queue"]})


def rows(*of: tuple[str, str]) -> list[tuple[str, str]]:
    """Return twelve rows for each (words that all of them hold, label)."""
    return [row for shared, label in of for row in numbered(shared, label, 12)]


def test_an_honest_keyword_of_one_intent_of_five_does_not_stop_the_build() -> None:
    train = make_frame(rows(("refund", "refund"), ("", "a"), ("", "b"), ("", "c"), ("", "d")))
    (found,) = giveaway(make_card(), make_dataset(train))
    assert (found.severity, found.count) == ("warn", 1)
    assert found.examples == (Example(None, "", "refund", "refund"),)
    assert found.sentence == (
        "Labels that one word gives away, by standing in nearly all of their training rows and no "
        "others: 1 of 5 (20.0 %); `refund` for refund. If the word was put there by a system or "
        "after the decision, remove it from the texts; if people write it, no model is needed for "
        "that label, and all is well."
    )


def test_a_word_for_half_of_the_labels_stops_the_build() -> None:
    two = make_frame(rows(("spam", "bad"), ("", "good")))
    four = make_frame(rows(("one", "a"), ("two", "b"), ("", "c"), ("", "d")))
    six = make_frame(rows(("one", "a"), ("two", "b"), *[("", label) for label in "cdef"]))
    found = [giveaway(make_card(), make_dataset(train))[0] for train in (two, four, six)]
    assert [finding.severity for finding in found] == ["stop", "stop", "warn"]


@pytest.mark.parametrize(
    ("token", "label"),
    [("__refund__", "refund"), ("label_3", "3"), ("class3", "3"), ("cancel_order", "cancel_order")],
)
def test_a_single_token_that_spells_its_label_stops_the_build(token: str, label: str) -> None:
    train = make_frame(rows((token, label), ("", "a"), ("", "b"), ("", "c"), ("", "d")))
    (found,) = giveaway(make_card(), make_dataset(train))
    assert (found.severity, found.examples[0].text) == ("stop", token)


@pytest.mark.parametrize(
    ("token", "label"),
    [("refund", "refund"), ("5g", "5g"), ("refunds", "refund"), ("2026", "3"), ("a_b", "_")],
)
def test_words_of_people_do_not_spell_a_label(token: str, label: str) -> None:
    assert not spells(token, label)


def test_a_token_must_cover_its_label_and_nearly_nothing_else() -> None:
    covers_80_percent = numbered("money", "refund", 16) + numbered("", "refund", 4)
    also_elsewhere = numbered("money", "refund", 20) + numbered("money", "login", 1)
    few_rows = numbered("money", "refund", 9)
    rest = numbered("", "login", 30)
    for case in (covers_80_percent, also_elsewhere, few_rows):
        assert telling_tokens(make_frame(case + rest)) == {}
    assert telling_tokens(make_frame(numbered("money", "refund", 20) + rest)) == {"refund": "money"}


def test_a_chinese_label_written_into_the_texts_is_found_as_a_whole() -> None:
    # Each of its characters stands in the other label too, so no single character tells.
    train = numbered("取消订阅", "取消订阅", 12) + numbered("订消 取阅", "续订", 12)
    assert telling_tokens(make_frame(train))["取消订阅"] == "取消订阅"


def test_a_column_that_decides_the_label_of_test_rows_is_a_warning() -> None:
    texts = rows(("", "refund"), ("", "login"))
    queue = ["money"] * 12 + ["door"] * 12
    data = make_dataset(make_frame(texts, queue=queue), make_frame(texts, queue=queue))
    (found,) = giveaway(CARD, data)
    assert (found.severity, found.count) == ("warn", 24)
    assert found.sentence == (
        "The column `queue` gives the label away: the usual label of its value is right for "
        "100.0 % of 24 test rows. Either no model is needed, or the column was filled in after the "
        "decision; the model does not read it."
    )
    assert [(e.text, e.detail) for e in found.examples] == [
        ("queue: door", "login"),
        ("queue: money", "refund"),
    ]


def test_a_column_is_no_giveaway_when_one_label_is_frequent_or_values_are_rare() -> None:
    texts = numbered("", "refund", 96) + numbered("", "login", 4)
    same = make_frame(texts, queue=["all"] * 100)
    unique = make_frame(texts, queue=[f"q{i}" for i in range(100)])
    # No value is not a value, and rows of one label alone cannot show that a column decides.
    empty = make_frame(rows(("", "refund"), ("", "login")), queue=["x"] * 12 + [""] * 12)
    for frame in (same, unique, empty):
        assert giveaway(CARD, make_dataset(frame, frame)) == []
