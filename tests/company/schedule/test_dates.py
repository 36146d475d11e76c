"""Slots and days: leap days, holidays, weekends, and what no clock change can move."""

from datetime import date, timedelta

import pytest

from whet.company.schedule.dates import is_weekday, working_grid
from whet.core.errors import InputError


def test_a_leap_day_is_a_working_day() -> None:
    grid = working_grid(date(2028, 2, 28), 4)
    assert grid.days == (date(2028, 2, 28), date(2028, 2, 29))


def test_the_weekend_of_a_clock_change_is_two_days_like_any_other() -> None:
    # Clocks in Berlin go forward on 29 March 2026 and back on 25 October 2026.
    for friday in (date(2026, 3, 27), date(2026, 10, 23)):
        grid = working_grid(friday, 4)
        assert grid.days == (friday, friday + timedelta(days=3))
        assert [grid.day(slot) for slot in range(4)] == [friday] * 2 + [
            friday + timedelta(days=3)
        ] * 2


def test_every_day_of_two_years_comes_back_from_its_slots() -> None:
    closed = {date(2027, 5, 6), date(2028, 12, 25)}
    grid = working_grid(date(2027, 1, 1), 1040, is_open=lambda d: is_weekday(d) and d not in closed)
    assert date(2027, 5, 6) not in grid.days
    for day in grid.days:
        first = grid.first_slot(day)
        assert (grid.day(first), grid.day(first + 1)) == (day, day)
        assert grid.end_slot(day) == first + 2
        assert grid.last_day(grid.end_slot(day)) == day


def test_a_deadline_on_a_sunday_is_the_friday_before_and_a_release_the_monday_after() -> None:
    grid = working_grid(date(2026, 11, 2), 40)
    sunday = date(2026, 11, 8)
    assert grid.last_day(grid.end_slot(sunday)) == date(2026, 11, 6)
    assert grid.day(grid.first_slot(sunday)) == date(2026, 11, 9)


def test_days_go_on_after_the_grid() -> None:
    grid = working_grid(date(2026, 11, 5), 4)  # Thursday, Friday
    assert [str(grid.day(slot)) for slot in (4, 6, 14)] == [
        "2026-11-09",
        "2026-11-10",
        "2026-11-16",
    ]


def test_a_calendar_without_any_work_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        working_grid(date(2026, 11, 2), 4, is_open=lambda _: False)
    assert str(refused.value) == (
        "Somebody must work at some time; nobody does for a year after 2026-11-02. Look at the "
        "calendars and at the first and last days of people."
    )
