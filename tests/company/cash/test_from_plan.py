from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whet.company.cash.company import simulate
from whet.company.cash.from_plan import (
    company_of_plan,
    options_of_plan,
    pilots_of_plan,
)
from whet.company.cash.months import DAYS_PER_MONTH
from whet.company.cash.revenue import (
    DataService,
    Licence,
    Solutions,
    Subscription,
    Usage,
)
from whet.company.labels.tasks import rule_of_thumb
from whet.company.plan.read import read_plan
from whet.company.plan.schema import Plan
from whet.company.simulation.from_plan import Assignment, Given

EXAMPLE = Path("examples/company/company.yaml")


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


def test_the_accounts_of_a_small_file_by_hand() -> None:
    found = plan(
        revenue=[line("subscription", customers=5, churn=0.2, unit_cost=1)],
        cash={
            "balance": 9000,
            "costs": [
                {"id": "office", "per_month": 100, "first": "2027-02-01"},
                {"id": "audit", "once": 70, "per_month": 1},
            ],
        },
    )
    world = simulate(company_of_plan(found), draws=2)
    margin = [9 * 5 * 0.8**k for k in range(4)]
    out = [-1000 - 71, -1000 - 101, -1000 - 101, -1000 - 101]
    assert world.accounts.balance[0] == pytest.approx(9000 + np.cumsum(np.add(margin, out)))


def test_every_kind_of_revenue_is_read() -> None:
    kinds: dict[str, tuple[type, dict[str, Any]]] = {
        "subscription": (Subscription, {"new_per_month": 2}),
        "licence": (Licence, {"sold_per_month": 1, "licences": 3, "upkeep": 0.2}),
        "usage": (
            Usage,
            {"units": 5, "tiers": [{"up_to": 10, "price": 1}, {"price": 0.5}], "minimum": 3},
        ),
        "solutions": (Solutions, {"deals_per_month": 0.5, "deposit": 0.3}),
        "data": (DataService, {"units_per_month": 800}),
    }
    for kind, (model, fields) in kinds.items():
        given = line(kind, **fields)
        if kind == "usage":
            del given["price"]
        found = company_of_plan(plan(revenue=[given])).revenues[0]
        assert isinstance(found, model)
        assert found.sales.delay_days == 0 and found.sales.counted == (kind != "data")


def test_upkeep_that_is_renewed_by_the_year_lapses_by_the_month() -> None:
    given = line("licence", sold_per_month=0, renewal=[0.5, 0.729, 1])
    churn = company_of_plan(plan(revenue=[given])).revenues[0].churn  # type: ignore[union-attr]
    assert (1 - churn.likely) ** 12 == pytest.approx(0.729)
    assert churn.low == 0 and (1 - churn.high) ** 12 == pytest.approx(0.5)


def test_revenue_starts_on_a_day_or_with_a_milestone() -> None:
    on_day = company_of_plan(plan(revenue=[line("subscription", starts=date(2027, 3, 1))]))
    assert on_day.revenues[0].sales.start == date(2027, 3, 1)
    projects = [{"id": "p", "goal": "g", "milestones": [{"id": "beta"}]}]
    after = company_of_plan(plan(revenue=[line("subscription", starts="beta")], projects=projects))
    assert after.revenues[0].sales.after == "beta"


def test_rounds_scenarios_and_assumptions() -> None:
    found = company_of_plan(
        plan(
            cash={
                "balance": 9000,
                "rounds": [
                    {"id": "seed", "amount": 500, "expected": "2027-02-01", "probability": 0.4}
                ],
                "salary_growth_per_year": 0.05,
            },
            market={"scenarios": [{"id": "s", "probability": 1, "demand": 0.5}]},
            assumptions={"correlation": 0.6, "bias": 1.2, "discount_per_year": 0.2},
        )
    )
    assert found.rounds[0].probability == 0.4 and found.rounds[0].on == date(2027, 2, 1)
    assert found.scenarios[0].demand == 0.5
    assert (found.error.correlation, found.error.bias, found.discount) == (0.6, 1.2, 0.2)
    assert found.pay_growth == 0.05


def test_rescues_are_those_of_the_file_or_the_usual_two() -> None:
    usual = plan()
    options = options_of_plan(usual, company_of_plan(usual))
    assert [(o.lead_months, o.amount, o.saving) for o in options] == [(3, 6000, 0), (3, 0, 200)]
    own = plan(
        cash={
            "balance": 9000,
            "decision_months": 2,
            "rescues": [
                {"id": "cut", "saving_per_month": 50, "cost": 9},
                {"id": "raise", "amount": 500, "probability": 0.7, "months": 5},
            ],
        }
    )
    cut, money = options_of_plan(own, company_of_plan(own))
    assert (cut.lead_months, cut.saving, cut.cost) == (2, 50, 9)
    assert (money.lead_months, money.amount, money.probability) == (5, 500, 0.7)


def test_pilots_take_their_belief_and_what_was_asked() -> None:
    given = {"id": "x", "per_week": [1, 2, 4], "bad": 0.1, "good": 0.3, "asked": 6, "won": 3}
    first, second = pilots_of_plan(
        plan(pilots=[given, given | {"id": "y", "belief": [0.1, 0.2, 0.3]}])
    )
    assert (first.per_week, first.asked, first.won, first.believed) == (2, 6, 3, (1.0, 1.0))
    assert second.believed is not None and second.believed[0] > 1


def test_a_plan_without_cash_has_dates_and_no_money() -> None:
    company = company_of_plan(plan(cash=None))
    assert company.cash is None
    assert simulate(company, draws=2).money is None


def test_receivables_of_the_file_and_old_bills_are_counted() -> None:
    given = line("subscription", customers=5, payment_days=30)
    derived = simulate(company_of_plan(plan(revenue=[given])), draws=2).accounts.flows
    assert derived["revenue: r"][0] == pytest.approx([50] * 4)
    known = plan(
        revenue=[given | {"receivables": 0}], cash={"balance": 9000, "payables": 70}, people=[]
    )
    flows = simulate(company_of_plan(known), draws=2).accounts.flows
    assert flows["revenue: r"][0] == pytest.approx([50 * (1 - 30 / DAYS_PER_MONTH), 50, 50, 50])
    assert flows["other"].tolist() == [[-70, 0, 0, 0]]


def test_the_example_can_be_simulated() -> None:
    read = read_plan(EXAMPLE)
    company = company_of_plan(read, Given(rule_of_thumb(read)))
    first, second = (simulate(company, draws=200, seed=1) for _ in range(2))
    assert first.accounts.balance.tobytes() == second.accounts.balance.tobytes()
    assert np.isfinite(first.accounts.balance).all()
    monthly = np.sum(list(first.accounts.waterfall().values()), axis=0)
    assert 430_000 + monthly.sum() == pytest.approx(first.accounts.balance[:, -1].mean())


def test_past_estimates_of_each_person_take_the_place_of_the_bias() -> None:
    tasks = [{"id": "a", "effort": [4, 5, 6]}, {"id": "b", "effort": [4, 5, 6]}]
    found = plan(
        projects=[{"id": "p", "goal": "g", "milestones": [{"id": "beta"}], "tasks": tasks}],
        people=[{"id": x, "role": "ml", "cost_per_month": 1} for x in ("ada", "bob")],
        assumptions={"bias": 1.5},
    )
    assigned = {"a": Assignment(("ada",)), "b": Assignment(("ada", "bob"))}
    company = company_of_plan(found, Given(assigned=assigned, factors={"ada": 1.2, "": 0.3}))
    assert company.error.bias == 1.0
    assert company.efforts["a"].likely == pytest.approx(6)
    assert company.efforts["b"].likely == pytest.approx(5 * 0.6)  # sqrt(1.2 x 0.3)
    assert company_of_plan(found, Given(assigned=assigned)).error.bias == 1.5


@pytest.mark.parametrize(
    ("mark", "tasks", "earned"),
    [
        # What is reached before the plan begins is waited for no more.
        ({"id": "m"}, [{"finished": "2026-12-10"}], [300, 300, 300, 300]),
        # Without tasks a milestone is a date: earned from its evening on, 30 of 31 days of March.
        ({"id": "m", "deadline": "2027-03-01"}, [], [0, 0, 300 * 30 / 31, 300]),
        ({"id": "m", "deadline": "2026-12-01"}, [], [300, 300, 300, 300]),
        # Five working days from Friday 1 January end on Thursday the 7th.
        ({"id": "m", "deadline": "2027-03-01"}, [{}], [300 * 24 / 31, 300, 300, 300]),
    ],
)
def test_revenue_waits_until_its_milestone_is_reached(
    mark: dict[str, Any], tasks: list[dict[str, Any]], earned: list[float]
) -> None:
    work = {"id": "t", "effort": 5, "skills": {"ml": 1}, "milestone": "m"}
    ada = {"id": "ada", "role": "ml", "cost_per_month": 1000, "skills": {"ml": 1}}
    found = plan(
        people=[ada],
        assumptions={"spread": 1},
        revenue=[line("data", units_per_month=30, starts="m")],
        projects=[
            {"id": "p", "goal": "g", "milestones": [mark], "tasks": [work | t for t in tasks]}
        ],
    )
    world = simulate(company_of_plan(found), draws=2)
    assert world.accounts.flows["revenue: r"][0] == pytest.approx(earned)
