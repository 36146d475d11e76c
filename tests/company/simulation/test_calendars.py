import re
from datetime import date

import numpy as np
import pytest

from whet.company.simulation.calendars import (
    Capacity,
    day_of,
    together,
    working_days,
)
from whet.core.errors import InputError

MONDAY = date(2026, 11, 16)
WORKER = Capacity("ada", working_days(MONDAY, 140))


def finish(capacity: Capacity, start: float, work: float) -> float:
    return float(capacity.finish(np.array([start]), np.array([work]))[0])


def test_work_goes_round_the_weekend() -> None:
    assert finish(WORKER, 0, 5) == 5.0  # Friday evening, not Monday morning
    assert finish(WORKER, 0, 6) == 8.0
    assert finish(WORKER, 4.5, 1) == 7.5
    assert finish(WORKER, 5.2, 1) == 8.0  # begins on Saturday: works on Monday


def test_the_end_of_a_week_stays_on_friday_in_spite_of_rounding() -> None:
    works = np.full(3, 5.0) + np.array([-1e-12, 0.0, 1e-12])
    ends = WORKER.finish(np.zeros(3), works)
    assert [day_of(MONDAY, t) for t in ends] == [date(2026, 11, 20)] * 3


def test_no_work_takes_no_time() -> None:
    assert finish(WORKER, 5.7, 0) == 5.7


def test_half_time_takes_twice_as_long_and_two_take_half() -> None:
    half = working_days(MONDAY, 140, share=0.5)
    assert finish(together("half", [half]), 0, 2) == 4.0
    assert finish(together("two", [WORKER.daily, WORKER.daily]), 0, 8) == 4.0


def test_holidays_are_left_out() -> None:
    days = working_days(MONDAY, 140, off=[date(2026, 11, 18), date(2020, 1, 1)])
    assert finish(together("ada", [days]), 0, 3) == 4.0


def test_leap_days_are_days() -> None:
    start = date(2028, 2, 28)  # a Monday; the 29th is worked
    capacity = together("ada", [working_days(start, 60)])
    assert day_of(start, finish(capacity, 0, 2)) == date(2028, 2, 29)
    assert day_of(start, finish(capacity, 0, 3)) == date(2028, 3, 1)


def test_beyond_its_end_the_calendar_goes_on_as_before() -> None:
    capacity = together("ada", [working_days(MONDAY, 28)])
    # 20 days of work in the four weeks, then 5 in 7 days.
    assert finish(capacity, 0, 25) == pytest.approx(28 + 7)
    assert finish(capacity, 100, 5) == pytest.approx(107)


def test_many_draws_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    start, work = rng.uniform(0, 100, 200), rng.uniform(0, 40, 200)
    together_ = WORKER.finish(start, work)
    assert together_ == pytest.approx([finish(WORKER, *x) for x in zip(start, work, strict=True)])
    # Independent of the arrays: count half hours one by one.
    fine = np.repeat(WORKER.daily, 100) / 100
    for s, w, end in list(zip(start, work, together_, strict=True))[:20]:
        if end < 138:
            done = np.cumsum(fine[int(np.ceil(s * 100)) :])
            slow = (int(np.ceil(s * 100)) + int(np.searchsorted(done, w)) + 1) / 100
            assert end == pytest.approx(slow, abs=0.03)


def test_a_crew_that_leaves_is_refused() -> None:
    sentence = (
        "The crew 'bob' needs working time until the end of the calendar (60 days); found none in "
        "its last four weeks. Name someone who is there, or end the work before they leave."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        together("bob", [np.repeat([1.0, 0.0], [21, 39])])
