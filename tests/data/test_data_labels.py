"""Tests for whet.data.labels: labels that cannot be learnt or measured, with their rows."""

from collections.abc import Callable, Sequence

import pytest

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.frame import Dataset, Frame
from whet.data.labels import check_labels

MakeCard = Callable[..., Card]
MakeFrame = Callable[..., Frame]

REMEDY = "Add rows of these labels, give the rows another label, or remove them."


def dataset(train: Frame, test: Frame, validation: Frame | None = None) -> Dataset:
    return Dataset(train, validation, test, None, tuple(sorted(set(train.labels))), "")


def error_of(card: Card, data: Dataset) -> str:
    with pytest.raises(InputError) as caught:
        check_labels(card, data)
    return str(caught.value)


def test_labels_with_two_texts_each_can_be_learnt(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    check_labels(make_card(), dataset(make_frame("abab"), make_frame("b")))


def test_one_label_is_nothing_to_tell_apart(make_card: MakeCard, make_frame: MakeFrame) -> None:
    assert error_of(make_card(), dataset(make_frame("aaa"), make_frame("a"))) == (
        "messages.csv: there must be two labels or more to tell apart; every training row has "
        "'a'. Check target.column ('intent')."
    )


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("aabccd", "'b' has row 3, 'd' has row 6"),
        (
            ["x", "x", *(f"l{i:02}" for i in range(12))],
            ", ".join(f"'l{i:02}' has row {i + 3}" for i in range(10))
            + " and so on for 2 labels more",
        ),
    ],
)
def test_a_label_with_a_single_row_is_told(
    make_card: MakeCard, make_frame: MakeFrame, labels: Sequence[str], told: str
) -> None:
    assert error_of(make_card(), dataset(make_frame(labels), make_frame("a"))) == (
        f"messages.csv: every label must have two training rows or more; {told}. {REMEDY}"
    )


def test_held_out_labels_must_be_shown_in_training(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    train, new = make_frame("aabb"), make_frame("acccccccd")
    new = Frame("test.csv", new.rows, new.texts, new.labels, {})
    expected = (
        "test.csv: every held-out label must be among the training rows of messages.csv; 'c' has "
        f"rows 2, 3, 4, 5, 6 and 2 more, 'd' has row 9. {REMEDY}"
    )
    assert error_of(make_card(), dataset(train, new)) == expected
    assert error_of(make_card(), dataset(train, make_frame("a"), validation=new)) == expected


def test_rows_that_hang_together_cannot_be_learnt_and_held_out(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    train = make_frame("aabbb", texts=["1", "2", "Same", "same ", "SAME"], group="12333")
    test = make_frame("a")
    assert error_of(make_card(), dataset(train, test)) == (
        "messages.csv: every label must have training rows in two different texts or more, to be "
        f"learnt and held out in turn; 'b' has rows 3, 4, 5, which stay together. {REMEDY}"
    )
    by_group = make_card(
        data={"source": {"path": "messages.csv"}, "groups": ["group"]}, split={"kind": "group"}
    )
    train = make_frame("aabbb", group="12333")
    assert error_of(by_group, dataset(train, test)) == (
        "messages.csv: every label must have training rows in two groups or more, to be "
        f"learnt and held out in turn; 'b' has rows 3, 4, 5, which stay together. {REMEDY}"
    )
    check_labels(by_group, dataset(train, test, validation=make_frame("b")))
