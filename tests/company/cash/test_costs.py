"""Tests for whet.company.cash.costs: everything that is paid for beside people, and once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whet.company.cash.company import simulate
from whet.company.cash.costs import doubts
from whet.company.cash.from_plan import company_of_plan
from whet.company.labels.tasks import rule_of_thumb
from whet.company.plan.read import read_plan
from whet.company.plan.schema import Plan
from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.from_plan import Assignment, Given

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"


def plan(**changes: Any) -> Plan:
    given = {
        "currency": "EUR",
        "start": "2027-01-01",
        "months": 4,
        "people": [{"id": "ada", "role": "ml", "cost_per_month": 1000}],
        "cash": {"balance": 9000},
    }
    return Plan.model_validate(given | changes)


def line(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": "r", "kind": kind, "payment_days": 0, "price": 10} | more


def channel(name: str, today: float, **more: Any) -> dict[str, Any]:
    return {"id": name, "today": today, "response": {"kind": "linear", "scale": 1}} | more


def test_what_channels_and_team_lines_spend_today_leaves_the_account_every_month() -> None:
    found = plan(
        revenue=[line("subscription", new_per_month=3)],
        channels=[
            channel("ads", 1200, revenue="r"),
            channel("talks", 600),
            channel("corpus", 240, area="data"),
            channel("machines", 120, area="compute"),
            channel("unused", 0),
        ],
        team={"budget": 900, "lines": [channel("offsite", 360, area="culture")]},
    )
    flows = simulate(company_of_plan(found), draws=2).accounts.flows
    assert flows["marketing"].tolist() == [[-150.0] * 4]
    assert flows["labels"].tolist() == [[-20.0] * 4]
    assert flows["compute"].tolist() == [[-10.0] * 4]
    assert flows["other"].tolist() == [[-30.0] * 4]


def test_the_marketing_in_the_cost_of_a_customer_is_the_marketing_in_the_accounts() -> None:
    read = read_plan(EXAMPLE)
    company = company_of_plan(read, Given(rule_of_thumb(read)))
    monthly = sum(c.amount.likely for c in company.costs if c.category == "marketing")
    assert monthly == pytest.approx(sum(company.marketing.values())) == pytest.approx(29_000 / 12)


def test_money_that_may_be_counted_twice_is_told() -> None:
    both = plan(
        channels=[channel("ads", 1200)],
        cash={"balance": 9000, "costs": [{"id": "marketing-agency", "per_month": 50}]},
    )
    assert doubts(both) == (
        "Channels spend 100 EUR a month, and the cost 'marketing-agency' is paid beside them. If "
        "it is the same money, take it out of `cash.costs`.",
    )
    assert doubts(plan(channels=[channel("ads", 1200)])) == ()


TARGET = {
    "id": "f1",
    "metric": "f1",
    "value": 0.9,
    "by": "beta",
    "labels_per_day": 100,
    "label_price": 0.5,
    "gpu_hours_per_run": 3,
    "stages": 2,
}
TASKS = [
    {"id": "l", "kind": "label", "target": "f1", "milestone": "beta"},
    {"id": "t", "kind": "train", "target": "f1", "milestone": "beta", "after": ["l"]},
]
PROJECTS = [{"id": "p", "goal": "g", "milestones": [{"id": "beta"}], "tasks": TASKS}]


def labelled(bias: float = 1) -> Plan:
    return plan(
        quality=[TARGET],
        projects=PROJECTS,
        prices={"gpu_hour": 2},
        assumptions={"bias": bias, "correlation": 0},
    )


def test_labels_cost_what_they_are_and_come_with_the_task() -> None:
    learnt = {"l": certain(20), "t": certain(2)}
    world = simulate(company_of_plan(labelled(), Given(learnt)), draws=2)
    assert world.accounts.flows["labels"].sum(axis=1) == pytest.approx([-1000, -1000])
    assert world.accounts.flows["compute"].sum(axis=1) == pytest.approx([-12, -12])


@pytest.mark.parametrize(
    ("bias", "factors"), [(1.5, None), (1.5, {"ada": 1.4, "": 0.8}), (1.0, {"": 2.0})]
)
def test_slow_people_label_longer_and_buy_no_label_more(
    bias: float, factors: dict[str, float] | None
) -> None:
    learnt = {"l": ThreePoint(10, 20, 40), "t": certain(2)}
    assigned = {task: Assignment(("ada",)) for task in ("l", "t")}
    right = simulate(company_of_plan(labelled(), Given(learnt, assigned)), draws=50)
    slow = simulate(company_of_plan(labelled(bias), Given(learnt, assigned, factors)), draws=50)
    assert np.all(slow.efforts["l"] > 1.3 * right.efforts["l"])
    paid, expected = (w.accounts.flows["labels"].sum(axis=1) for w in (slow, right))
    assert expected == pytest.approx(-50 * right.efforts["l"])
    done = slow.accounts.months.position(slow.times.of("l")) < 4
    assert done.sum() > 40
    assert paid[done] == pytest.approx(expected[done])
