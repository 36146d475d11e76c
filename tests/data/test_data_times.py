"""Tests for whet.data.times: moments in order, and rows whose time cannot be read."""

import datetime as dt
from collections.abc import Callable

import pytest

from whet.core.errors import InputError
from whet.data.frame import Frame
from whet.data.times import known_moments, moments

MakeFrame = Callable[..., Frame]


def test_moments_with_offsets_are_equal_to_those_in_utc(make_frame: MakeFrame) -> None:
    texts = ["2026-02-01T08:00:00+01:00", " 2026-02-01 07:30:00Z ", "20260201T080000+0800"]
    found = moments(make_frame("xxx", sent_at=texts), "sent_at")
    assert found == [
        dt.datetime(2026, 2, 1, 7, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 2, 1, 7, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 2, 1, 0, 0, tzinfo=dt.UTC),
    ]


def test_days_and_moments_without_an_offset_can_be_mixed(make_frame: MakeFrame) -> None:
    found = moments(make_frame("xx", day=["2026-02-01", "2026-02-01T08:00"]), "day")
    assert found == [dt.datetime(2026, 2, 1), dt.datetime(2026, 2, 1, 8)]


@pytest.mark.parametrize("text", ["", "yesterday", "01.02.2026", "2026-02-30", "1769932800"])
def test_a_time_that_cannot_be_read_is_told_with_its_row(make_frame: MakeFrame, text: str) -> None:
    frame = make_frame("xx", sent_at=["2026-02-01", text])
    with pytest.raises(InputError) as caught:
        moments(frame, "sent_at")
    assert str(caught.value) == (
        "messages.csv, row 2: 'sent_at' must be a time such as 2026-02-01T13:43:01+00:00 or "
        f"2026-02-01 (ISO 8601); found {text!r}."
    )


def test_times_with_and_without_an_offset_cannot_be_put_in_order(make_frame: MakeFrame) -> None:
    frame = make_frame("xx", sent_at=["2026-02-01", "2026-02-01T08:00Z"])
    with pytest.raises(InputError) as caught:
        moments(frame, "sent_at")
    assert str(caught.value) == (
        "messages.csv: all times in 'sent_at' must have an offset from UTC, or none; "
        "row 2 has '2026-02-01T08:00Z' and row 1 has '2026-02-01'."
    )


def test_a_truth_without_a_time_was_known_at_once(make_frame: MakeFrame) -> None:
    frame = make_frame("xx", sent=["2026-02-01", "2026-02-02"], closed=["2026-03-01", ""])
    assert known_moments(frame, "closed", moments(frame, "sent")) == [
        dt.datetime(2026, 3, 1),
        dt.datetime(2026, 2, 2),
    ]


def test_both_times_of_a_row_must_have_an_offset_or_neither(make_frame: MakeFrame) -> None:
    frame = make_frame("xx", sent=["2026-02-01", "2026-02-02"], closed=["", "2026-03-01T00:00Z"])
    with pytest.raises(InputError) as caught:
        known_moments(frame, "closed", moments(frame, "sent"))
    assert str(caught.value) == (
        "messages.csv: the times in 'closed' and those of the decisions must all have an offset "
        "from UTC, or none; row 2 has '2026-03-01T00:00Z'."
    )
