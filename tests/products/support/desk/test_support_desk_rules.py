"""The rules of a desk: hours in their own zone, queues, times, and its own words."""

from datetime import UTC, date, datetime

import pytest

from whet.products.support.conversation.sentences import sentence
from whet.products.support.desk.outside import Endpoint, Lookup
from whet.products.support.desk.rules import hours_of, lease_s_of, rules_of
from whet.products.support.desk.schema import Desk
from whet.products.support.desk.texts import Texts
from whet.products.support.desk.times import Hours, Queue, Timeouts

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
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert hours_of(HOURS).is_open(moment) is expected


def test_a_desk_without_hours_is_always_open() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert hours_of(Hours()).is_open(at)
    assert hours_of(Hours()).next_opening(at) == at


def test_the_next_opening() -> None:
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)
    opening = hours_of(HOURS).next_opening(sunday)
    assert opening is not None
    assert opening.isoformat() == "2026-03-02T01:00:00+00:00"
    noon = hours_of(HOURS).next_opening(datetime(2026, 3, 2, 4, 30, tzinfo=UTC))
    assert noon is not None
    assert noon.isoformat() == "2026-03-02T05:30:00+00:00"
    after_holiday = hours_of(HOURS).next_opening(datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert after_holiday is not None
    assert after_holiday.isoformat() == "2026-03-09T16:00:00+00:00"


def test_the_first_queue_that_fits() -> None:
    queues = [
        Queue(name="money", intents=["refund"]),
        Queue(name="chinese", languages=["zh"]),
    ]
    rules = rules_of(Desk(queues=queues))
    assert rules.queue_for("refund", "zh") == "money"
    assert rules.queue_for("other", "zh") == "chinese"
    assert rules.queue_for(None, "en") == "support"
    assert rules_of(Desk()).queue_for(None, "en") == "support"


def test_times_and_words_are_the_desk_s() -> None:
    desk = Desk(
        timeouts=Timeouts(waiting_minutes=5, idle_minutes=10, close_hours=2),
        away=Texts(en="We are asleep until {when}.", zh="我们在休息。"),
    )
    rules = rules_of(desk)
    assert (rules.waiting_s, rules.agent_silent_s, rules.idle_s) == (300, 600, 7200)
    said = sentence("handed_over_away", "en", rules.sentences, when="Monday")
    assert said == "We are asleep until Monday."
    assert sentence("handed_over_closed", "zh", rules.sentences) == "我们在休息。"
    assert rules_of(Desk()).sentences == {}  # the machine's own say from when


def test_a_lease_is_as_long_as_an_answer_may_take() -> None:
    assert lease_s_of(Desk()) == 10
    slow = Desk(
        lookups={"orders": Lookup(url="https://orders.example", timeout_s=4)},
        endpoint=Endpoint(base_url="https://llm.example/v1", model="m", timeout_s=90),
    )
    assert lease_s_of(slow) == 104
