"""Tests for whet.company.report.filling.futures: spread of a finish, by hand and thinned."""

from datetime import date

import numpy as np

from whet.company.cash.months import Months
from whet.company.report.filling.futures import finish_of, last_days, month_end

START = date(2027, 3, 1)


def test_work_that_ends_at_any_hour_of_a_day_ends_on_that_day() -> None:
    assert last_days(np.array([0.0, 0.5, 1.0, 1.01, 2.0])).tolist() == [0, 0, 0, 1, 1]


def test_a_finish_has_the_share_of_draws_by_each_day() -> None:
    finish = finish_of("m", np.array([1.0, 1.0, 2.5, 6.0]), START, date(2027, 3, 3))
    assert finish.days == (START, date(2027, 3, 3), date(2027, 3, 6))
    assert finish.chances == (0.5, 0.75, 1.0)
    assert finish.chance_by(date(2027, 3, 3)) == 0.75


def test_many_days_are_thinned_and_the_last_one_stays() -> None:
    draws = np.random.default_rng(0).exponential(300, 5000)
    due = date(2028, 6, 1)
    finish = finish_of("m", draws, START, due)
    assert len(finish.days) <= 124
    assert finish.chance_by(due) == np.mean(last_days(draws) <= (due - START).days)
    assert finish.chances[-1] == 1.0
    for level in (0.5, 0.8, 0.95):
        day = finish.quantile(level)
        assert day is not None
        ordered = np.sort(last_days(draws))
        assert (day - START).days == ordered[int(np.ceil(level * 5000)) - 1]


def test_a_month_ends_on_its_last_day_in_leap_years_too() -> None:
    months = Months(date(2028, 1, 15), 3)
    assert [month_end(months, i) for i in range(3)] == [
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ]
