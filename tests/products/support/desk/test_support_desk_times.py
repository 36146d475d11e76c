"""Office hours in their own zone, and the queue that a conversation waits in."""

from datetime import UTC, date, datetime

import pytest

from whet.products.support.desk.times import Hours, Queue, is_open, next_opening, queue_for, span_of

HOURS = Hours(
    zone="Asia/Shanghai",
    mon=["09:00-12:00", "13:30-18:00"],
    tue=["00:00-24:00"],
    holidays=[date(2026, 3, 9)],
)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-02T00:59", False),  # 08:59 of a Monday in Shanghai
        ("2026-03-02T01:00", True),
        ("2026-03-02T03:59", True),
        ("2026-03-02T04:00", False),
        ("2026-03-02T05:30", True),
        ("2026-03-02T10:00", False),
        ("2026-03-02T16:00", True),  # Tuesday has begun there
        ("2026-03-03T16:00", False),
        ("2026-03-09T02:00", False),  # a holiday
    ],
)
def test_hours_count_where_the_desk_is(at: str, expected: bool) -> None:
    assert is_open(HOURS, datetime.fromisoformat(at).replace(tzinfo=UTC)) is expected
    assert is_open(HOURS, datetime.fromisoformat(at)) is expected  # without a zone, UTC


def test_a_desk_without_hours_is_always_open() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert is_open(Hours(), at)
    assert next_opening(Hours(), at) == at


def test_the_next_opening() -> None:
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)
    opening = next_opening(HOURS, sunday)
    assert opening is not None
    assert opening.isoformat() == "2026-03-02T09:00:00+08:00"
    noon = next_opening(HOURS, datetime(2026, 3, 2, 4, 30, tzinfo=UTC))
    assert noon is not None
    assert noon.isoformat() == "2026-03-02T13:30:00+08:00"
    after_holiday = next_opening(HOURS, datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert after_holiday is not None
    assert after_holiday.isoformat() == "2026-03-10T00:00:00+08:00"
    assert next_opening(Hours(mon=["00:00-00:00"]), sunday) is None


def test_spans() -> None:
    assert span_of("09:00 – 17:30") == (540, 1050)
    assert [span_of(text) for text in ("25:00-26:00", "9:00-10:00", "23:00-24:30", "")] == [
        None
    ] * 4


def test_the_first_queue_that_fits() -> None:
    queues = [
        Queue(name="money", intents=["refund"]),
        Queue(name="chinese", languages=["zh"]),
    ]
    assert queue_for(queues, intent="refund", language="zh") == "money"
    assert queue_for(queues, intent="other", language="zh") == "chinese"
    assert queue_for(queues, intent=None, language="en") == "support"
    assert queue_for([], intent=None, language="en") == "support"
