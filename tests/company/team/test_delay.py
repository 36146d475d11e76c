"""Tests for whet.company.team.delay: the price of a waiting day, by hand."""

from typing import Any

import pytest

from whet.company.plan.schema import Plan
from whet.company.team.delay import delay_prices
from whet.company.team.months import months_of

WEEKS = 365.2425 / 12 / 7


def plan(*, after: list[str], waiting: float = 0) -> Plan:
    given: dict[str, Any] = {
        "currency": "EUR",
        "start": "2027-02-01",
        "months": 2,
        "people": [{"id": "a", "role": "r", "skills": {"ml": 1}, "cost_per_month": 1}],
        "team": {"waiting_cost_per_day": waiting},
        "projects": [
            {
                "id": "p",
                "goal": "g",
                "milestones": [
                    {"id": "one", "deadline": "2027-02-28", "penalty_per_week": 700},
                    {"id": "two", "penalty_per_week": 70, "after": after},
                ],
                "tasks": [{"id": "t", "effort": 14, "skills": {"ml": 1}, "milestone": "one"}],
            }
        ],
    }
    return Plan.model_validate(given)


def test_a_waiting_day_costs_its_share_of_a_late_month() -> None:
    # Fourteen days in one month: a day that waits makes the milestone 1/14 of a month late.
    one = plan(after=[])
    months = months_of(one.start, one.months)
    assert delay_prices(one, months) == {"ml": pytest.approx(700 * WEEKS / 14)}


def test_what_waits_for_a_milestone_is_late_too() -> None:
    both = plan(after=["one"], waiting=5)
    months = months_of(both.start, both.months)
    assert delay_prices(both, months) == {"ml": pytest.approx(5 + 770 * WEEKS / 14)}
