"""A fast clock shows the day's time, and says how long to wait for a moment of it."""

from datetime import UTC, datetime, timedelta

from whet.products.support.simulation.clock import FastClock

START = datetime(2026, 6, 17, 9, tzinfo=UTC)


def test_a_minute_is_an_hour() -> None:
    now = [100.0]
    clock = FastClock(START, 60, monotonic=lambda: now[0])
    assert clock() == START
    now[0] += 60
    assert clock() == START + timedelta(hours=1)
    assert clock.elapsed_s() == 3600
    assert clock.wait_s(7200) == 60
    assert clock.wait_s(1800) == 0


def test_a_day_goes_on_where_it_was() -> None:
    now = [100.0]
    clock = FastClock(START, 60, monotonic=lambda: now[0], passed_s=1800)
    now[0] += 10
    assert clock() == START + timedelta(minutes=40)
