"""Tests for numbers as labels: what is one, and how rows are kept in proportion."""

from collections import Counter

import pytest

from whet.core.errors import InputError
from whet.data.values import number, strata, values_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5.0), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("+1e3", 1000.0), ("1E-2", 0.01)],
)
def test_these_are_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "nan", "inf", "-Infinity", "1e999", "1,299", "1_000", "$5", "5 kg", "0x1F", "٣", "."],
)
def test_these_are_none(text: str) -> None:
    assert number(text) is None


def test_strata_hold_about_equally_many_rows() -> None:
    found = strata([str(i * i) for i in range(103)])
    assert set(Counter(found).values()) <= {10, 11}
    assert found[0] == "0" and found[-1] == "9"
    assert len(set(strata([str(i) for i in range(25)]))) == 2
    assert len(set(strata(["3"] * 50))) == 1


def test_rows_of_another_kind_are_refused() -> None:
    with pytest.raises(InputError) as error:
        values_of(["1", "refund"])
    assert str(error.value) == (
        "Rows of target.kind 'real' must hold numbers; found the label 'refund'. Read them with "
        "the card that they were made from, or from the card's own files."
    )
