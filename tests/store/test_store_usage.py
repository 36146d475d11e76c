"""Tests for whet.store.usage: hours add up, days are UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from whet.core.errors import InputError
from whet.store.store import Store
from whet.store.usage import DailyUse, Use

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


def use(at: datetime = NOON, *, key: str = "k1", model: str = "support", texts: int = 1) -> Use:
    return Use(key, model, at, requests=1, texts=texts, tokens=10 * texts, milliseconds=0.5)


def test_uses_add_up_over_batches_and_within_one(store: Store) -> None:
    store.usage.add([use(), use(NOON + timedelta(minutes=59), texts=3)])
    store.usage.add([use(NOON + timedelta(hours=1))])
    store.usage.add([use(texts=2)])
    store.usage.add([])
    assert store.usage.report() == [DailyUse(DAY, "k1", "support", 4, 7, 70, 2.0)]


def test_keys_and_models_and_days_are_apart(store: Store) -> None:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    before = midnight - timedelta(microseconds=1)
    store.usage.add(
        [use(midnight), use(before), use(key=""), use(model="opinion"), use(key="k2", texts=4)]
    )
    assert store.usage.report() == [
        DailyUse(DAY, "", "support", 1, 1, 10, 0.5),
        DailyUse(DAY, "k1", "opinion", 1, 1, 10, 0.5),
        DailyUse(DAY, "k1", "support", 1, 1, 10, 0.5),
        DailyUse(DAY, "k2", "support", 1, 4, 40, 0.5),
        DailyUse(date(2026, 11, 23), "k1", "support", 1, 1, 10, 0.5),
    ]


def test_the_day_is_utc_wherever_the_time_was_read(store: Store) -> None:
    beijing = timezone(timedelta(hours=8))
    store.usage.add([use(datetime(2026, 11, 23, 7, 59, tzinfo=beijing))])
    assert [row.day for row in store.usage.report()] == [DAY]


def test_a_report_is_cut_at_full_hours(store: Store) -> None:
    hours = [NOON + timedelta(hours=hour) for hour in range(3)]
    store.usage.add([use(hours[0], texts=1), use(hours[1], texts=2), use(hours[2], texts=4)])

    def texts(since: datetime | None, until: datetime | None) -> int:
        return sum(row.texts for row in store.usage.report(since=since, until=until))

    assert texts(hours[1], None) == 6
    assert texts(None, hours[1]) == 1
    assert texts(hours[1] + timedelta(minutes=30), hours[2]) == 2
    assert texts(hours[2] + timedelta(hours=1), None) == 0


def test_counts_are_not_limited_to_32_bits(store: Store) -> None:
    store.usage.add([use(texts=2**33)])
    assert store.usage.report()[0].tokens == 10 * 2**33


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(InputError) as error:
        store.usage.add([use(datetime(2026, 11, 22))])
    assert str(error.value) == (
        "A time must carry its time zone; found 2026-11-22T00:00:00. "
        "Write 2026-11-22T00:00:00+00:00 for UTC."
    )
