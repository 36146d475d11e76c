import re
from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.cash.accounts import Accounts, close_accounts
from whet.company.cash.decisions import Deadline, Option, affordable, deadlines
from whet.company.cash.months import Months
from whet.company.simulation.streams import Streams
from whet.core.errors import InputError


def burning(months: int = 12, opening: float = 65.0) -> Accounts:
    """Return accounts that lose 10 a month: below 0 at the end of the seventh."""
    flow = np.full((2000, months), -10.0)
    calendar = Months(date(2027, 1, 1), months)
    return close_accounts({"all": flow}, calendar, opening=opening, draws=2000)


def decide(option: Option, accounts: Accounts | None = None, **more: Any) -> Deadline:
    return deadlines(accounts or burning(), [option], Streams(2000, 0), **more)[0]


def test_money_must_be_asked_for_its_lead_time_before_the_end() -> None:
    # Money must be there in the seventh month (July): asked by the end of March at the latest.
    found = decide(Option("raise", 3, amount=100))
    assert (found.urgency, found.latest) == ("by", date(2027, 3, 31))
    assert [e.value for e in found.ruin_by_month[:5]] == [0, 0, 0, 0, 1]
    assert found.ruin_without.value == 1


def test_the_first_day_is_the_last_one_when_there_is_no_month_left() -> None:
    assert decide(Option("raise", 6.5, amount=100)).latest == date(2027, 1, 1)
    found = decide(Option("raise", 7.5, amount=100))
    assert (found.urgency, found.latest) == ("too late", None)


def test_a_saving_must_come_early_enough() -> None:
    # 65 for twelve months: 120 - 10 x months saved must be at most 65, so from July on at 10.
    found = decide(Option("cut", 1, saving=10))
    assert found.latest == date(2027, 5, 31)


def test_money_that_may_not_come_is_not_enough() -> None:
    assert decide(Option("raise", 1, amount=100, probability=0.8)).urgency == "too late"
    found = decide(Option("raise", 1, amount=100, probability=0.8), accepted=0.3)
    assert found.urgency == "by"


def test_what_a_decision_costs_counts() -> None:
    found = decide(Option("cut", 0, saving=10, cost=10))
    assert found.latest == date(2027, 5, 31)
    assert decide(Option("cut", 0, saving=10)).latest == date(2027, 6, 30)


def test_a_cost_is_affordable_from_when_little_enough_is_left() -> None:
    # 130 for twelve months of 10 leave 10: two months of 5 more, or from the end of October on.
    hire = Option("engineer", 0, saving=-5)
    found = affordable(burning(opening=130.0), [hire], Streams(2000, 0))[0]
    assert (found.option, found.earliest) == ("engineer", date(2027, 10, 31))
    assert (found.ruin_without.value, found.ruin_now.value) == (0, 1)
    assert affordable(burning(opening=500.0), [hire], Streams(2000, 0))[0].earliest == date(
        2027, 1, 1
    )
    assert affordable(burning(), [hire], Streams(2000, 0))[0].earliest is None


def test_a_safe_plan_needs_none() -> None:
    found = decide(Option("raise", 3, amount=100), burning(opening=500.0))
    assert (found.urgency, found.latest) == ("not needed", None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"lead_months": -1},
            "The option 'raise' needs lead time, amount and cost of at least 0; found -1 months, 5 "
            "and 0.",
        ),
        (
            {"probability": 2},
            "The probability of the option 'raise' must be from 0 to 1; found 2.",
        ),
    ],
)
def test_a_wrong_option_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Option(**{"id": "raise", "lead_months": 1, "amount": 5, **changes})


def test_a_wrong_accepted_risk_is_refused() -> None:
    sentence = "The accepted probability of ruin must be above 0 and below 1; found 5."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        decide(Option("raise", 1), accepted=5)
