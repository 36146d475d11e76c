"""Tests for the hours of a desk: by hand, over changes of the clock, and what is no week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.core.errors import InputError
from whet.products.support.conversation.hours import Hours
from whet.products.support.conversation.rules import Queue, Rules
from whet.products.support.conversation.sentences import SENTENCES, sentence, when

NINE_TO_SIX = ((540, 1080),)
BERLIN = Hours("Europe/Berlin", (NINE_TO_SIX,) * 5 + ((), ()), frozenset({date(2026, 12, 25)}))
LUNCH = Hours("Asia/Shanghai", (((540, 720), (810, 1080)),) * 7)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-25 07:59", False),
        ("2026-11-25 08:00", True),  # nine in Berlin
        ("2026-11-25 16:59", True),
        ("2026-11-25 17:00", False),
        ("2026-11-28 12:00", False),  # Saturday
        ("2026-12-25 12:00", False),  # Christmas
        ("2026-07-01 07:00", True),  # nine in summer
    ],
)
def test_somebody_is_there_in_the_hours(at: str, is_open: bool) -> None:
    assert BERLIN.is_open(utc(at)) == is_open


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-25 12:00", "2026-11-25 12:00"),
        ("2026-11-25 05:00", "2026-11-25 08:00"),
        ("2026-11-27 20:00", "2026-11-30 08:00"),  # over the weekend
        ("2026-12-24 20:00", "2026-12-28 08:00"),  # over Christmas, a Friday
        ("2026-03-27 20:00", "2026-03-30 07:00"),  # over the change to summer time
    ],
)
def test_the_next_opening(at: str, opening: str) -> None:
    assert BERLIN.next_opening(utc(at)) == utc(opening)


def test_a_pause_is_between_two_spans() -> None:
    noon = utc("2026-11-25 04:30")  # 12:30 in Shanghai
    assert not LUNCH.is_open(noon)
    assert LUNCH.next_opening(noon) == utc("2026-11-25 05:30")
    assert LUNCH.open_since(utc("2026-11-25 09:59")) == utc("2026-11-25 05:30")


def test_the_day_that_loses_an_hour_and_the_one_that_wins_one() -> None:
    night = Hours("Europe/Berlin", (((60, 240),),) * 7)  # one to four
    spring, autumn = utc("2026-03-29 00:00"), utc("2026-10-24 23:00")
    assert night.open_since(spring) == spring
    assert [night.is_open(spring + timedelta(hours=h)) for h in range(3)] == [True, True, False]
    assert [night.is_open(autumn + timedelta(hours=h)) for h in range(5)] == [True] * 4 + [False]
    skipped = Hours("Europe/Berlin", (((150, 180),),) * 7)  # half past two does not exist
    assert skipped.next_opening(utc("2026-03-29 00:30")) == utc("2026-03-30 00:30")


def test_midnight_ends_a_day() -> None:
    late = Hours("UTC", (((1200, 1440),),) * 7)
    assert late.is_open(utc("2026-11-25 23:59"))
    assert not late.is_open(utc("2026-11-26 00:00"))


def test_without_hours_always_and_without_any_day_never() -> None:
    assert Hours().is_open(utc("2026-11-25 03:00"))
    eve = Hours("UTC", (NINE_TO_SIX,) + ((),) * 6, frozenset(_mondays()))
    assert eve.next_opening(utc("2026-11-25 03:00")) is None


def _mondays() -> list[date]:
    return [date(2026, 11, 23) + timedelta(weeks=n) for n in range(70)]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opening = BERLIN.next_opening(at)
    assert opening is not None and opening >= at and BERLIN.is_open(opening)
    if opening > at:
        assert not BERLIN.is_open(opening - timedelta(microseconds=1))
        assert BERLIN.open_since(opening) == opening


@pytest.mark.parametrize(
    ("zone", "week", "sentence"),
    [
        ("Europe/Berln", (), "'Europe/Berln' is no time zone. Did you mean 'Europe/Berlin'?"),
        ("../etc/passwd", (), "'../etc/passwd' is no time zone. Write one such as Europe/Berlin."),
        ("UTC", ((),) * 5, "A week must have 7 days; found 5."),
        (
            "UTC",
            (((1080, 540),),) + ((),) * 6,
            "Hours must begin before they end, in minutes from 0 to 1440; found 1080 to 540. "
            "Split what goes past midnight in two.",
        ),
    ],
)
def test_what_is_no_week_is_refused(zone: str, week: tuple[()], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        Hours(zone, week)
    assert str(error.value) == sentence


def test_rules_must_be_positive() -> None:
    with pytest.raises(InputError) as error:
        Rules(waiting_s=0)
    assert str(error.value) == "The rule waiting_s must be positive; found 0."
    assert Rules(return_s=0).return_s == 0


def test_the_first_queue_that_fits() -> None:
    rules = Rules(queues=(Queue("refunds", ("refund",)), Queue("chinese", (), ("zh",))))
    found = [rules.queue_for(*asked) for asked in [("refund", "zh"), (None, "zh"), (None, "en")]]
    assert found == ["refunds", "chinese", "support"]


def test_every_sentence_is_said_in_both_languages() -> None:
    for key, texts in SENTENCES.items():
        assert set(texts) == {"en", "zh"}
        assert sentence(key, "zh-CN", {}) == texts["zh"]
        assert sentence(key, "de", {}) == texts["en"]


def test_a_moment_is_said_by_the_clock_of_the_desk() -> None:
    moment = utc("2026-03-30 07:00")
    assert when(moment, BERLIN, "en") == "Monday 30 March, 09:00 (Europe/Berlin)"
    assert when(moment, BERLIN, "zh") == "3月30日（周一）09:00（Europe/Berlin）"
