"""Tests for the guards of numbers: outliers, two units, numbers that the text gives away."""

from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.data.audit.run import audit
from whet.data.audit.values import mixed_units, number_in_text, outliers
from whet.data.frame import Dataset

CARD = make_card(target={"kind": "real", "column": "label"}, candidates=["linear"])


def made(values: list[float], told: bool = False) -> Dataset:
    """Return a data set whose texts hold their numbers where `told`."""
    rows = [
        (f"item {chr(0x4E00 + i)} for {value if told else 'some'} coins", str(value))
        for i, value in enumerate(values)
    ]
    return make_dataset(make_frame(rows[:-20]), make_frame(rows[-20:], "test.csv"))


def test_sound_numbers_have_no_finding() -> None:
    assert audit(CARD, made([100 + i % 97 for i in range(300)])) == []


def test_far_numbers_are_named() -> None:
    (finding,) = outliers(
        CARD, made([100.0 + i % 50 for i in range(200)][:150] + [9e6] + [110.0] * 49)
    )
    assert (finding.severity, finding.count) == ("warn", 1)
    assert finding.examples[0].detail == "9000000.0"
    assert "median" in finding.sentence
    assert outliers(CARD, made([5.0] * 150 + [9e6] * 10 + [5.0] * 40)) == []  # one usual number


def test_two_units_in_one_column_are_suspected() -> None:
    (finding,) = mixed_units(CARD, made([5 + i % 9 if i % 3 else 5000 + i for i in range(200)]))
    assert "60 rows" in finding.sentence or "rows from 5000" in finding.sentence
    assert finding.severity == "warn"
    assert mixed_units(CARD, made([1.0 + i for i in range(200)])) == []
    assert mixed_units(CARD, made([i - 5.0 for i in range(200)])) == []  # not all positive
    assert mixed_units(CARD, made([5.0 + i % 9 for i in range(199)] + [1e6])) == []  # an outlier


def test_a_text_that_holds_its_number_gives_it_away() -> None:
    (finding,) = number_in_text(CARD, made([1000.5 + i for i in range(200)], told=True))
    assert (finding.guard, finding.severity, finding.count) == ("giveaway", "stop", 200)
    assert number_in_text(CARD, made([1000.5 + i for i in range(200)])) == []


def test_thousands_may_be_parted_by_commas() -> None:
    rows = [(f"paid {1000 + i:,} today", str(1000 + i)) for i in range(100)]
    data = make_dataset(make_frame(rows[:80]), make_frame(rows[80:], "test.csv"))
    assert number_in_text(CARD, data)[0].count == 100


def test_numbers_that_stand_in_texts_by_chance_are_no_giveaway() -> None:
    rows = [(f"{chr(0x4E00 + i)} rated 7 of 10", str(7 + i % 4)) for i in range(200)]
    data = make_dataset(make_frame(rows[:160]), make_frame(rows[160:], "test.csv"))
    assert number_in_text(CARD, data) == []
