"""Tests of the guards of pairs: shared and equal texts, repeats and conflicts in either order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.cards.schema import Card
from whet.core.pairs import join_pair, split_pair
from whet.data.audit.pairs import (
    conflicting_pairs,
    identical_texts,
    long_pairs,
    repeated_pairs,
    text_overlap,
)
from whet.data.audit.run import audit
from whet.data.fix import apply_fixes
from whet.data.frame import Dataset, Frame


def pair_card(**changes: Any) -> Card:
    values = {
        "inputs": [{"column": "a"}, {"column": "b"}],
        "target": {"kind": "pair", "column": "same"},
    }
    return make_card(**(values | changes))


def pair_frame(rows: Sequence[tuple[str, str, str]], source: str = "train.csv") -> Frame:
    return make_frame([(join_pair(a, b), label) for a, b, label in rows], source)


def data(train: Sequence[tuple[str, str, str]], *test: tuple[str, str, str]) -> Dataset:
    return make_dataset(
        pair_frame(train), pair_frame(test or [("zq", "qz", "1")], "test.csv"), validation=None
    )


DISTINCT = [(f"left {i}", f"right {i}", str(i % 2)) for i in range(20)]


def test_a_text_on_both_sides_stops_in_whichever_place_it_stands() -> None:
    dataset = data(DISTINCT, ("new", "  LEFT 3 ", "1"), ("right 4", "newer", "0"), ("x", "y", "1"))
    (found,) = text_overlap(pair_card(), dataset)
    assert (found.guard, found.severity, found.count) == ("text_overlap", "stop", 2)
    assert [example.row for example in found.examples] == [1, 2]
    assert found.examples[0].detail == "also learnt from: left 3"
    assert text_overlap(pair_card(), data(DISTINCT)) == []


def test_a_waived_overlap_stops_nothing() -> None:
    card = pair_card(waive={"text_overlap": "known beforehand"})
    dataset = data(DISTINCT, ("left 3", "new", "1"), ("right 4", "newer", "0"))
    (found,) = [f for f in audit(card, dataset) if f.guard == "text_overlap"]
    assert (found.severity, found.waived) == ("waived", "known beforehand")


def test_pairs_that_hang_together_are_told() -> None:
    star = [("hub", f"spoke {i}", str(i % 2)) for i in range(30)]
    (found,) = text_overlap(pair_card(), data([*star, *DISTINCT]))
    assert (found.severity, found.count) == ("warn", 30)
    validation = pair_frame([("v", "w", "1")], "validation.csv")
    dataset = make_dataset(pair_frame(star), pair_frame([("t", "u", "0")]), validation=validation)
    assert text_overlap(pair_card(), dataset) == []


def test_equal_texts_that_do_not_match_are_told() -> None:
    rows = [*DISTINCT, ("Same  text", "same text", "0"), ("one", "one", "1")]
    (found,) = identical_texts(pair_card(), data(rows))
    assert (found.guard, found.severity, found.count) == ("identical_texts", "warn", 1)
    assert found.examples[0].row == 21
    assert identical_texts(pair_card(), data(DISTINCT)) == []


def test_a_pair_repeats_in_either_order() -> None:
    rows = [*DISTINCT, ("right 3", "LEFT 3", "1"), ("right 4", "left 4", "1")]
    (found,) = repeated_pairs(pair_card(), data(rows))
    assert (found.guard, found.count) == ("exact_duplicates", 1)
    assert found.examples[0].detail == "1; same as row 4"
    (conflict,) = conflicting_pairs(pair_card(), data(rows))
    assert (conflict.guard, conflict.count) == ("conflicting_labels", 1)
    assert "0 (row 5 of train.csv), 1 (row 22 of train.csv)" in conflict.examples[0].detail


def test_personal_data_is_masked_in_either_text() -> None:
    rows = [*DISTINCT, ('say "hi" to ana@example.org', "call 312-555-0147", "1")]
    fixed, told = apply_fixes(pair_card(split={"kind": "official", "test": "t.csv"}), data(rows))
    assert split_pair(fixed.train.texts[-1]) == ('say "hi" to [email]', "call [phone]")
    assert told == ["Mask personal data in texts: 1 training."]


def test_both_texts_count_against_the_limit() -> None:
    rows = [*DISTINCT, ("one two three", "four five", "1")]
    (found,) = long_pairs(
        pair_card(),
        data(rows),
        max_tokens=lambda texts: np.array([len(text.split()) for text in texts]),
        token_limit=4,
    )
    assert (found.count, found.examples[0].detail) == (1, "5 tokens")
