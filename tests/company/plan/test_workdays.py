"""Tests for whet.company.plan.workdays: days of work by hand, across leap days and years."""

from datetime import date

from whet.company.plan.people import Calendar, Period, Person
from whet.company.plan.workdays import MONDAY_TO_FRIDAY, WorkDays, calendar_of


def person(**fields: object) -> Person:
    return Person.model_validate({"id": "a", "role": "r", "cost_per_month": 0, **fields})


def test_february_of_a_leap_year() -> None:
    days = WorkDays(person(), [])
    assert days.between(date(2028, 2, 1), date(2028, 2, 29)) == 21
    assert days.between(date(2027, 2, 1), date(2027, 2, 28)) == 20


def test_days_may_be_asked_for_in_any_order() -> None:
    days = WorkDays(person(), [])
    assert days.between(date(2026, 6, 1), date(2026, 6, 30)) == 22
    assert days.between(date(2026, 1, 1), date(2026, 1, 31)) == 22
    assert days.between(date(2026, 6, 1), date(2026, 6, 30)) == 22
    assert days.between(date(2026, 6, 6), date(2026, 6, 7)) == 0
    assert days.between(date(2026, 6, 7), date(2026, 6, 6)) == 0


def test_share_half_days_holidays_closures_absences_first_and_last_day() -> None:
    calendar = Calendar(
        id="c",
        work_days=["mon", "tue", "wed", "thu"],
        half_days=["thu"],
        holidays=[date(2026, 1, 6)],
        closed=[Period(first=date(2026, 1, 12), last=date(2026, 1, 13))],
    )
    who = person(
        share=0.5,
        start=date(2026, 1, 5),
        end=date(2026, 1, 20),
        away=[{"first": date(2026, 1, 14), "last": date(2026, 1, 14)}],
    )
    days = WorkDays(who, [calendar])
    assert [days.on(date(2026, 1, day)) for day in (4, 5, 6, 7, 8, 9)] == [0, 0.5, 0, 0.5, 0.25, 0]
    assert [days.on(date(2026, 1, day)) for day in (12, 13, 14, 15)] == [0, 0, 0, 0.25]
    assert [days.on(date(2026, 1, day)) for day in (20, 21)] == [0.5, 0]
    assert days.between(date(2026, 1, 1), date(2026, 1, 31)) == 2.5


def test_the_first_calendar_is_that_of_who_names_none() -> None:
    one, two = Calendar(id="one"), Calendar(id="two")
    assert calendar_of(None, [one, two]) is one
    assert calendar_of("two", [one, two]) is two
    assert calendar_of(None, []) is MONDAY_TO_FRIDAY
