"""Tests for whet.data.descriptions: labels in words, described labels, and slips of the pen."""

from collections.abc import Callable

import pytest

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.descriptions import label_set, label_texts, label_words

MakeCard = Callable[..., Card]


def described(make_card: MakeCard, **labels: str) -> Card:
    return make_card(target={"column": "intent", "labels": labels})


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("card_arrival", "card arrival"),
        ("Refund_not_showing_up", "refund not showing up"),
        ("reverted_card_payment?", "reverted card payment"),
        ("lostOrStolen", "lost or stolen"),
        ("cash-withdrawal/charge.fee", "cash withdrawal charge fee"),
        ("退款", "退款"),
        ("visa2go", "visa2go"),
        *((nothing, "") for nothing in ("", "7", "A1", "x", "_?", "12-3")),
    ],
)
def test_a_name_in_words(label: str, words: str) -> None:
    assert label_words(label) == words


def test_names_come_first_and_then_the_descriptions_that_there_are(make_card: MakeCard) -> None:
    card = described(make_card, refund=" the customer wants money back ")
    assert label_texts(card, ("3", "card_lost", "refund")) == [
        ("card lost", 1),
        ("refund", 2),
        ("the customer wants money back", 2),
    ]


def test_a_described_label_without_rows_is_a_label(make_card: MakeCard) -> None:
    card = described(make_card, complaint="something is wrong")
    assert label_set(card, ["refund", "login", "refund"]) == ("complaint", "login", "refund")


def test_a_misspelt_label_is_refused_with_the_nearest(make_card: MakeCard) -> None:
    card = described(make_card, refnd="money back", login="cannot get in")
    with pytest.raises(InputError) as caught:
        label_set(card, ["refund", "login"])
    assert str(caught.value) == (
        "target.labels: 'refnd' must be a label of the training rows; there is none. Did you mean "
        "'refund'? If it is a label of its own that has no example yet, describe 'refund' as well."
    )


def test_a_near_name_is_a_label_of_its_own_when_both_are_described(make_card: MakeCard) -> None:
    card = described(make_card, refunds="asks about several", refund="asks about one")
    assert label_set(card, ["refund", "login"]) == ("login", "refund", "refunds")
