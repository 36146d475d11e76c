"""Tests for whet.company.team.months: leap days, short months, ramp-up to the day."""

from datetime import date

import pytest

from whet.company.plan.people import Calendar, Person
from whet.company.team.months import months_of, productive_days, ramp_days

EVERY_DAY = Calendar(id="all", work_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"])


def person(**fields: object) -> Person:
    return Person.model_validate({"id": "ana", "role": "ml", "cost_per_month": 1, **fields})


def test_months_begin_on_the_start_and_know_leap_years() -> None:
    found = months_of(date(2027, 12, 15), 4)
    assert [(str(m.first), str(m.last)) for m in found] == [
        ("2027-12-15", "2027-12-31"),
        ("2028-01-01", "2028-01-31"),
        ("2028-02-01", "2028-02-29"),
        ("2028-03-01", "2028-03-31"),
    ]


def test_share_start_and_end_count() -> None:
    somebody = person(share=0.5, start=date(2027, 1, 11), end=date(2027, 2, 10))
    found = productive_days(somebody, months_of(date(2027, 1, 1), 3), [EVERY_DAY])
    assert found == (21 * 0.5, 10 * 0.5, 0)


def test_the_ramp_up_runs_from_the_first_day_of_work() -> None:
    somebody = person(start=date(2027, 1, 11), ramp_up=[0.5, 0.8])
    months = months_of(date(2027, 1, 1), 4)
    found = productive_days(somebody, months, [EVERY_DAY])
    # January: 21 days at .5. February: 10 at .5, 18 at .8. March: 10 at .8, 21 in full.
    assert found == pytest.approx((10.5, 5 + 14.4, 8 + 21, 30))
    assert ramp_days(somebody, months, [EVERY_DAY]) == (21, 28, 10, 0)


def test_without_a_start_nobody_ramps_up() -> None:
    somebody = person(ramp_up=[0.5])
    assert productive_days(somebody, months_of(date(2027, 1, 1), 1), [EVERY_DAY]) == (31,)
    assert ramp_days(somebody, months_of(date(2027, 1, 1), 1), [EVERY_DAY]) == (0,)
