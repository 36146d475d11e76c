"""Tests for whet.company.labels.terms: prices, paces and cleaning that cannot be."""

import pytest

from whet.company.labels.terms import Cleaning, Pace, Prices, check_terms
from whet.core.errors import InputError


def test_what_is_possible_passes() -> None:
    check_terms(Prices(), Pace())
    check_terms(Prices(label=0.1, week_late=5, miss=1e6), Pace(stages=1), Cleaning(0.1, 0.0, 0.2))


@pytest.mark.parametrize(
    ("prices", "pace", "sentence"),
    [
        (Prices(label=-1), Pace(), "The price 'label' must be at least 0; found -1. Correct it."),
        (
            Prices(miss=float("inf")),
            Pace(),
            "The price 'miss' must be at least 0; found inf. Correct it.",
        ),
        (
            Prices(),
            Pace(labels_per_week=0),
            "The pace 'labels_per_week' must be more than 0; found 0. Correct it.",
        ),
        (
            Prices(),
            Pace(hours_fixed=-2),
            "The pace 'hours_fixed' must be at least 0; found -2. Correct it.",
        ),
        (
            Prices(),
            Pace(stages=0),
            "A purchase must have at least 1 stage; found 0. Allow one.",
        ),
    ],
)
def test_impossible_terms_are_refused(prices: Prices, pace: Pace, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        check_terms(prices, pace)
    assert str(error.value) == sentence


def test_impossible_cleaning_is_refused() -> None:
    with pytest.raises(InputError) as error:
        check_terms(Prices(), Pace(), Cleaning(0.1, 0.2, 0.1))
    assert str(error.value) == (
        "The share of wrong labels must be below 0.5, and cleaning must not raise it; found 0.1 "
        "before and 0.2 after. Correct them."
    )
    with pytest.raises(InputError) as error:
        check_terms(Prices(), Pace(), Cleaning(0.1, 0.0, -1))
    assert str(error.value) == (
        "Cleaning must have a price of at least 0 and a rate of more than 0 labels a week; found "
        "-1 and inf. Correct them."
    )


def test_right_labels_are_worth_more() -> None:
    assert Cleaning(0.0, 0.0, 1).worth() == 1
    assert Cleaning(0.1, 0.0, 1).worth() == pytest.approx(1 / 0.64)
    assert Cleaning(0.1, 0.05, 1).worth() == pytest.approx(0.81 / 0.64)
