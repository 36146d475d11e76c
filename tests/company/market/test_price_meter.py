"""Tests for whet.company.market.price_meter: by hand, against known answers, refusals."""

import numpy as np
import pytest
from numpy.typing import NDArray

from whet.company.market.price_meter import meter_answers, price_meter
from whet.core.errors import InputError
from whet.core.rows import Row

Floats = NDArray[np.float64]


def around(rng: np.random.Generator, n: int) -> Floats:
    """Return answers that mirror themselves at 100, so that OPP and IPP are 100."""
    middle = rng.normal(100, 20, n)
    wide, narrow = rng.uniform(25, 45, (2, n)), rng.uniform(5, 15, (2, n))
    return np.column_stack(
        [middle - wide[0], middle - narrow[0], middle + narrow[1], middle + wide[1]]
    )


def test_two_kinds_of_customer_by_hand() -> None:
    # Ten name 10, 20, 30, 40 and ten name 30, 40, 50, 60.
    answers = np.array([[10.0, 20, 30, 40]] * 10 + [[30.0, 40, 50, 60]] * 10)
    found = price_meter(answers)
    assert found.prices == (10, 20, 30, 40, 50, 60)
    assert found.too_cheap == (1, 0.5, 0.5, 0, 0, 0)
    assert found.cheap == (1, 1, 0.5, 0.5, 0, 0)
    assert found.expensive == (0, 0, 0.5, 0.5, 1, 1)
    assert found.too_expensive == (0, 0, 0, 0.5, 0.5, 1)
    # Too cheap falls below too expensive from 30 to 40; cheap and expensive are level at 30 and 40.
    assert found.point("OPP").price == 35
    assert found.point("IPP").price == 35
    # Not cheap is 0, 0, .5, .5, 1, 1: level with too cheap at 30. Mirrored for PME at 40.
    assert found.point("PMC").price == 30
    assert found.point("PME").price == 40


def test_many_answers_find_what_they_were_drawn_around() -> None:
    found = price_meter(around(np.random.default_rng(0), 1500))
    assert found.point("OPP").price == pytest.approx(100, abs=2.5)
    assert found.point("IPP").price == pytest.approx(100, abs=2.5)
    assert found.point("PMC").price < 95 and found.point("PME").price > 105


def test_crossings_agree_with_curves_drawn_line_by_line() -> None:
    answers = around(np.random.default_rng(4), 60).round()
    found = price_meter(answers)
    fine = np.arange(answers.min() - 1, answers.max() + 1, 0.01)
    too_cheap = np.array([(answers[:, 0] >= p).mean() for p in fine])
    too_dear = np.array([(answers[:, 3] <= p).mean() for p in fine])
    above, below = fine[too_cheap > too_dear].max(), fine[too_cheap < too_dear].min()
    # Between asked prices the fine curves already are at the next asked price's level.
    step = np.diff(np.unique(answers)).max()
    assert abs(found.point("OPP").price - (above + below) / 2) <= step


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    hits = [
        found.point(name).low <= 100 <= found.point(name).high
        for seed in range(40)
        for found in (price_meter(around(rng, 40), seed=seed),)
        for name in ("OPP", "IPP")
    ]
    assert 0.8 <= np.mean(hits) <= 1


def test_contradictions_are_left_out_and_counted() -> None:
    answers = around(np.random.default_rng(0), 40)
    upside = answers[:6, ::-1]
    found = price_meter(np.concatenate([answers, upside]))
    assert (found.answers, found.left_out) == (40, 6)
    assert found.points == price_meter(answers).points


def test_same_seed_same_answer() -> None:
    answers = around(np.random.default_rng(0), 40)
    assert price_meter(answers, seed=3) == price_meter(answers, seed=3)


def test_too_few_answers_are_refused() -> None:
    answers = around(np.random.default_rng(0), 19)
    with pytest.raises(InputError) as error:
        price_meter(np.concatenate([answers, answers[:2, ::-1]]))
    assert str(error.value) == (
        "a price meter needs at least 20 answers with four ascending prices; found 19 (and 2 that "
        "contradict themselves). Ask more customers."
    )


def test_rows_need_four_prices_of_nought_or_more() -> None:
    names = ("too_cheap", "cheap", "expensive", "too_expensive")
    good = Row("a.csv, line 2", dict(zip(names, ("1", "2", "3", "4"), strict=True)))
    assert meter_answers([good]).tolist() == [[1, 2, 3, 4]]
    for values, sentence in (
        (
            {"too_cheap": "1", "cheap": "2", "expensive": "3"},
            "a.csv, line 2: a price meter needs the columns too_cheap, cheap, expensive, "
            "too_expensive; found no too_expensive.",
        ),
        (
            dict(zip(names, ("-1", "2", "3", "4"), strict=True)),
            "a.csv, line 2: 'too_cheap' must hold a price of 0 or more; found -1. Correct it, or "
            "leave the row out.",
        ),
        (
            dict(zip(names, ("1", "", "3", "4"), strict=True)),
            "a.csv, line 2: 'cheap' must hold a price of 0 or more; found nothing. Correct it, or "
            "leave the row out.",
        ),
    ):
        with pytest.raises(InputError) as error:
            meter_answers([Row("a.csv, line 2", values)])
        assert str(error.value) == sentence


def test_marginal_points_are_van_westendorps_own_by_hand() -> None:
    # Too cheap is 1, .5, 0, 0, 0, 0 at the prices below; not a bargain 0, 0, .5, 1, 1, 1: from 20
    # to 30. The narrower definition would take expensive, 0, 0, 0, .5, 1, 1, and find 35.
    answers = np.array([[10.0, 20, 50, 60]] * 10 + [[20.0, 30, 60, 70]] * 10)
    found = price_meter(answers)
    assert found.prices == (10, 20, 30, 50, 60, 70)
    assert found.point("PMC").price == 25
    # Not expensive is 1, 1, 1, .5, 0, 0; too expensive 0, 0, 0, 0, .5, 1: from 50 to 60.
    assert found.point("PME").price == 55
