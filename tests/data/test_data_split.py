"""Tests for whet.data.split: what is held out by each kind of split, and that nothing leaks."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.frame import Dataset, Frame
from whet.data.split import development, folds, hold_out

MakeCard = Callable[..., Card]
MakeFrame = Callable[..., Frame]


def dataset(train: Frame, validation: Frame | None = None) -> Dataset:
    return Dataset(train, validation, train, None, tuple(sorted(set(train.labels))), "")


def data(**fields: object) -> dict[str, object]:
    return {"source": {"path": "messages.csv"}, **fields}


def test_a_stratified_split_holds_every_label_out_in_proportion(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    frame = make_frame(["a"] * 60 + ["b"] * 40)
    found = hold_out(make_card(split={"kind": "stratified", "test": 0.25}), frame)
    assert Counter(frame.labels[i] for i in found.test) == {"a": 15, "b": 10}
    assert sorted([*found.train, *found.test]) == list(range(100))
    assert found.dropped == 0


def test_the_seed_of_the_split_decides_and_the_seed_of_the_card_does_not(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    frame = make_frame(["a", "b"] * 30)

    def test_rows(**card: object) -> list[int]:
        chosen: list[int] = hold_out(make_card(**card), frame).test.tolist()
        return chosen

    assert test_rows() == test_rows(seed=1)
    assert test_rows() != test_rows(split={"kind": "stratified", "seed": 1})


@pytest.mark.parametrize("kind", ["stratified", "group"])
def test_equal_texts_are_never_on_both_sides(
    make_card: MakeCard, make_frame: MakeFrame, kind: str
) -> None:
    texts = [f"Text  {i % 20}" if i % 2 else f"text {i % 20} " for i in range(100)]
    frame = make_frame(["a", "b"] * 50, texts=texts, group=[str(i) for i in range(100)])
    card = make_card(data=data(groups=["group"]), split={"kind": kind})
    found = hold_out(card, frame)
    assert len(found.test) == 20
    sides = [{texts[i].lower().split()[1] for i in side} for side in (found.train, found.test)]
    assert not sides[0] & sides[1]
    for fold in folds(card, dataset(frame)):
        assert not {int(i) % 20 for i in fold.train} & {int(i) % 20 for i in fold.held_out}


def test_a_group_split_keeps_groups_whole_and_rows_without_one_apart(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    groups = [str(i % 25) if i < 75 else "" for i in range(100)]
    frame = make_frame(["a", "b"] * 50, group=groups)
    card = make_card(data=data(groups=["group"]), split={"kind": "group", "test": 0.3})
    found = hold_out(card, frame)
    assert len(found.test) == pytest.approx(30, abs=2)
    trained, tested = ({groups[i] for i in side} - {""} for side in (found.train, found.test))
    assert not trained & tested
    assert any(i >= 75 for i in found.train) and any(i >= 75 for i in found.test)
    for fold in folds(card, dataset(frame)):
        assert not {groups[i] for i in fold.train} & {groups[i] for i in fold.held_out} - {""}


def test_a_stratified_split_is_asked_to_ignore_groups_in_its_folds_too(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    frame = make_frame(["a", "b"] * 10, group=["one"] * 20)
    card = make_card(data=data(groups=["group"]), split={"kind": "stratified"})
    assert [len(fold.held_out) for fold in folds(card, dataset(frame))] == [4] * 5


def days(*numbers: int) -> list[str]:
    return [f"2026-01-{number:02}" for number in numbers]


def test_a_time_split_tests_on_the_newest_rows(make_card: MakeCard, make_frame: MakeFrame) -> None:
    frame = make_frame("ababababab", day=days(3, 1, 9, 4, 10, 5, 2, 6, 7, 8))
    card = make_card(data=data(time={"decided": "day"}), split={"kind": "time", "test": 0.3})
    found = hold_out(card, frame)
    assert found.test.tolist() == [2, 4, 9]  # days 9, 10 and 8
    assert found.train.tolist() == [0, 1, 3, 5, 6, 7, 8]
    assert found.dropped == 0


def test_rows_of_one_moment_are_not_torn_apart(make_card: MakeCard, make_frame: MakeFrame) -> None:
    frame = make_frame("ababababab", day=days(1, 2, 3, 4, 5, 6, 7, 7, 7, 8))
    card = make_card(data=data(time={"decided": "day"}), split={"kind": "time", "test": 0.2})
    assert hold_out(card, frame).test.tolist() == [6, 7, 8, 9]


def test_training_rows_that_reach_past_the_cut_are_dropped(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    frame = make_frame(
        "ababababab",
        day=days(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        group=["p", "q", "", "r", "", "", "", "", "p", ""],  # p is on both sides, "" is no group
        known=["", "", "", *days(9), *days(8), "", "", "", "", ""],  # the cut is day 9
    )
    card = make_card(
        data=data(groups=["group"], time={"decided": "day", "known": "known"}),
        split={"kind": "time", "test": 0.2},
    )
    found = hold_out(card, frame)
    assert found.test.tolist() == [8, 9]
    assert found.train.tolist() == [1, 2, 4, 5, 6, 7]  # without row 0 (group) and row 3 (known)
    assert found.dropped == 2


@pytest.mark.parametrize(
    ("labels", "columns", "card", "sentence"),
    [
        (
            "aabb",
            {},
            {"split": {"kind": "stratified"}},
            "a stratified split with test: 0.2 must leave rows on both sides; there are no test "
            "rows. A test row of a label needs two other texts of that label for training. "
            "Add rows, or use fewer labels.",
        ),
        (
            "aaaabbbb",
            {"group": "xxxxxxxx"},
            {"split": {"kind": "group"}, "data": data(groups=["group"])},
            "a group split with test: 0.2 must leave rows on both sides; there are no test rows. "
            "A test row of a label needs two other groups of that label for training. "
            "Add rows, or use fewer labels.",
        ),
        (
            "abab",
            {"day": days(1, 1, 1, 1)},
            {"split": {"kind": "time"}, "data": data(time={"decided": "day"})},
            "a time split with test: 0.2 must leave rows on both sides; there are no training "
            "rows. Training rows must be older than the test's oldest, and share no group with "
            "the test.",
        ),
    ],
)
def test_a_split_with_one_side_is_refused(
    make_card: MakeCard,
    make_frame: MakeFrame,
    labels: str,
    columns: dict[str, str],
    card: dict[str, object],
    sentence: str,
) -> None:
    with pytest.raises(InputError) as caught:
        hold_out(make_card(**card), make_frame(labels, **columns))
    assert str(caught.value) == f"messages.csv: {sentence}"


def test_a_validation_file_is_the_only_fold(make_card: MakeCard, make_frame: MakeFrame) -> None:
    both = dataset(make_frame("aabb"), make_frame("ab"))
    (fold,) = folds(make_card(), both)
    assert fold.train.tolist() == [0, 1, 2, 3]
    assert fold.held_out.tolist() == [4, 5]
    assert development(both).labels == ("a", "a", "b", "b", "a", "b")


def test_folds_hold_each_row_out_once_and_never_lose_a_label(
    make_card: MakeCard, make_frame: MakeFrame
) -> None:
    labels = ["a"] * 20 + ["b"] * 7 + ["rare"] * 2
    both = dataset(make_frame(labels))
    assert development(both) is both.train
    found = folds(make_card(), both)
    assert sorted(np.concatenate([fold.held_out for fold in found])) == list(range(29))
    for fold in found:
        assert sorted([*fold.train, *fold.held_out]) == list(range(29))
        assert {labels[i] for i in fold.train} == {"a", "b", "rare"}
    again = folds(make_card(), both)
    assert all((x.held_out == y.held_out).all() for x, y in zip(found, again, strict=True))


def test_fewer_rows_than_folds_make_fewer_folds(make_card: MakeCard, make_frame: MakeFrame) -> None:
    found = folds(make_card(), dataset(make_frame("aabb")))
    assert [(len(fold.train), len(fold.held_out)) for fold in found] == [(3, 1)] * 4


def test_a_label_that_no_fold_can_learn_is_told(make_card: MakeCard, make_frame: MakeFrame) -> None:
    frame = make_frame("aaaabb", texts=["1", "2", "3", "4", "same", "same"])
    with pytest.raises(InputError) as caught:
        folds(make_card(), dataset(frame))
    assert str(caught.value) == (
        "messages.csv: every label must be on the training side of every fold; 'b' cannot be. "
        "Set another split.seed, or add rows of these labels."
    )
