"""Tests for whet.data.frame: rows taken and joined, and which of them hang together."""

from collections.abc import Callable

import numpy as np

from whet.data.frame import Dataset, Frame, joined

MakeFrame = Callable[..., Frame]


def test_rows_are_taken_in_the_order_asked_for(make_frame: MakeFrame) -> None:
    frame = make_frame(["a", "b", "c"], channel=["x", "y", "z"])
    taken = frame.take(np.array([2, 0]))
    assert taken == Frame(
        source="messages.csv",
        rows=(3, 1),
        texts=("text 2", "text 0"),
        labels=("c", "a"),
        columns={"channel": ("z", "x")},
    )
    assert (len(frame), len(taken), len(frame.take([]))) == (3, 2, 0)


def test_rows_with_no_value_are_units_of_their_own(make_frame: MakeFrame) -> None:
    frame = make_frame("abcd", group=["g", "", "g", ""])
    by_group = frame.column_or_rows("group")
    assert by_group[0] == by_group[2] == "g"
    assert len(set(by_group)) == 3
    assert len(set(frame.column_or_rows(None))) == 4


def test_joined_frames_keep_their_rows_and_name_both_files(make_frame: MakeFrame) -> None:
    first = make_frame("ab", channel="xy")
    second = Frame("more.csv", (7,), ("other",), ("c",), {"channel": ("z",)})
    both = joined(first, second)
    assert both.source == "messages.csv + more.csv"
    assert both.rows == (1, 2, 7)
    assert both.texts == ("text 0", "text 1", "other")
    assert both.labels == ("a", "b", "c")
    assert both.columns == {"channel": ("x", "y", "z")}
    assert joined(first, first).source == "messages.csv"


def test_a_dataset_lists_the_parts_that_it_has(make_frame: MakeFrame) -> None:
    train, test, oos = make_frame("ab"), make_frame("a"), make_frame([""])
    dataset = Dataset(train, None, test, oos, ("a", "b"), "0" * 64)
    assert list(dataset.parts().items()) == [
        ("train", train),
        ("test", test),
        ("out_of_scope", oos),
    ]
