import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.cash.company import Company, sensible_draws, simulate
from whet.company.cash.lines import Cost, Pay, Round
from whet.company.cash.revenue import Sales, Subscription
from whet.company.cash.runway import ruin_before, runway
from whet.company.simulation.calendars import Capacity
from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.network import Activity, Link, Network
from whet.company.simulation.risks import Action, Impact, Risk
from whet.core.errors import InputError

START = date(2027, 1, 1)
CREWS = {"ada": Capacity("ada", np.ones(800))}
NETWORK = Network(
    (Activity("build", (), "ada"), Activity("launch", (Link("build"),))),
    CREWS,
)
LATE = Risk(
    "late",
    0.3,
    (Impact("effort_factor", certain(2), ("build",)), Impact("cash", certain(1000))),
    (Action("watch", 200, probability=0.05),),
)


def company(**changes: Any) -> Company:
    given: dict[str, Any] = {
        "start": START,
        "months": 12,
        "cash": 30_000,
        "network": NETWORK,
        "efforts": {"build": ThreePoint(60, 90, 150)},
        "deadlines": {"launch": date(2027, 4, 1)},
        "people": (Pay("ada", 4000),),
        "revenues": (
            Subscription(
                Sales("app", ThreePoint(5, 10, 20), after="launch"), certain(60), certain(0.02)
            ),
        ),
    }
    return Company(**(given | changes))


def test_by_hand_with_certain_numbers() -> None:
    sales = Sales("app", certain(10), after="launch", counted=False, delay_days=0)
    world = simulate(
        company(
            efforts={"build": certain(31)},  # January, to its evening
            revenues=(Subscription(sales, certain(100), certain(0.1)),),
            costs=(Cost("gpu", "compute", certain(300)),),
            months=4,
        ),
        draws=3,
    )
    months = [-4300, -4300 + 1000, -4300 + 1900, -4300 + 2710]
    assert world.accounts.balance[0] == pytest.approx(30_000 + np.cumsum(months))
    weights = 1.1 ** -((np.arange(4) + 0.5) / 12)
    assert world.value == pytest.approx(np.full(3, np.dot(months, weights)))


def test_late_work_is_late_money_in_the_same_draw() -> None:
    world = simulate(company(), draws=4000)
    launch, end = world.times.of("launch"), world.accounts.balance[:, -1]
    assert np.corrcoef(launch, end)[0, 1] < -0.25
    assert np.all(world.products["app"].new[launch > 365] == 0)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (simulate(company(risks=(LATE,)), draws=500, seed=3) for _ in range(2))
    assert first.accounts.balance.tobytes() == second.accounts.balance.tobytes()
    assert first.times.finish.tobytes() == second.times.finish.tobytes()
    other = simulate(company(risks=(LATE,)), draws=500, seed=4)
    assert first.accounts.balance.tobytes() != other.accounts.balance.tobytes()


def test_a_risk_more_leaves_the_draws_without_it_as_they_were() -> None:
    plain, risky = simulate(company(), draws=2000), simulate(company(risks=(LATE,)), draws=2000)
    spared = ~risky.risks.occurs["late"]
    assert 0.6 < spared.mean() < 0.8
    assert np.array_equal(plain.accounts.balance[spared], risky.accounts.balance[spared])
    assert np.all(risky.times.end >= plain.times.end)


def test_money_risks_and_actions_are_paid() -> None:
    struck = replace(LATE, probability=1.0, impacts=(Impact("cash", certain(1000)),))
    struck = replace(struck, first=date(2027, 3, 1), last=date(2027, 3, 31))
    plain = simulate(company(), draws=50).accounts.balance
    hit = simulate(company(risks=(struck,)), draws=50).accounts.balance
    assert (plain - hit)[0] == pytest.approx([0, 0, *[1000] * 10])
    acted = simulate(company(risks=(struck,)), draws=50, acted={("late", 0): True})
    assert acted.accounts.flows["risks"][:, 0] == pytest.approx([-200] * 50)


def test_lost_demand_lasts_its_months() -> None:
    lost = Risk("war", 1.0, (Impact("demand", certain(1.0), months=2),), first=START, last=START)
    sales = Sales("app", certain(10), counted=False)
    line = Subscription(sales, certain(1), certain(0))
    world = simulate(company(revenues=(line,), risks=(lost,)), draws=50)
    new = world.products["app"].new
    # It strikes at some hour of the first day.
    assert np.all(new[:, 1] == 0) and new[:, 3] == pytest.approx(np.full(50, 10))
    assert np.all(new[:, 0] <= 10 / 31 + 1e-9) and np.all(new[:, 2] >= 10 - 10 / 31 - 1e-9)


def test_a_plan_without_revenue_ends_when_the_money_does() -> None:
    world = simulate(company(revenues=()), draws=100)
    assert set(runway(world.accounts).months.values()) == {7.5}
    assert runway(world.accounts).ruin.value == 1


def test_funding_that_never_arrives_changes_nothing() -> None:
    never = Round("never", certain(1e6), 0.0, on=date(2027, 3, 1))
    waiting = Round("waiting", certain(1e6), 1.0, after="launch")
    slow = company(efforts={"build": certain(500)}, revenues=())
    plain = simulate(slow, draws=100).accounts.balance
    for round_ in (never, waiting):
        with_round = simulate(replace(slow, rounds=(round_,)), draws=100).accounts.balance
        assert np.array_equal(plain, with_round)


def test_ruin_before_the_launch_needs_the_joint_draws() -> None:
    world = simulate(company(cash=13_000, efforts={"build": ThreePoint(60, 90, 150)}), draws=8000)
    reached = world.accounts.months.position(world.times.of("launch"))
    # Money for 3.25 months: ruin comes first where the launch takes longer.
    expected = np.mean(reached > 3.25)
    assert 0.2 < expected < 0.5
    assert ruin_before(world.accounts, reached).value == pytest.approx(expected, abs=0.02)


def test_a_plan_without_tasks_is_a_plan() -> None:
    world = simulate(Company(START, 6, 10_000, people=(Pay("ada", 1000),)), draws=10)
    assert world.accounts.balance[0].tolist() == [9000, 8000, 7000, 6000, 5000, 4000]
    assert world.times.end.tolist() == [0] * 10


def test_bad_debt_is_never_paid() -> None:
    line = Subscription(
        Sales("app", certain(10), counted=False, bad_debt=0.25), certain(4), certain(0)
    )
    world = simulate(company(revenues=(line,)), draws=2)
    assert world.accounts.flows["revenue: app"][0, 0] == pytest.approx(30)


@pytest.mark.parametrize("start", [START, date(2027, 1, 16)])
def test_lasting_customers_pay_every_month_the_same_however_late(start: date) -> None:
    for delay in (0, 10, 30, 75):
        sales = Sales("app", certain(0), existing=5, delay_days=delay, bad_debt=0.2)
        line = Subscription(sales, certain(100), certain(0))
        world = simulate(company(start=start, revenues=(line,)), draws=2)
        months = world.accounts.months
        expected = [400 * (1 - months.begin), *[400.0] * (months.count - 1)]
        assert world.accounts.flows["revenue: app"][0] == pytest.approx(expected)


def test_a_company_without_money_has_dates_and_no_accounts() -> None:
    with_money, without = (simulate(company(cash=cash), draws=20) for cash in (9000, None))
    assert np.array_equal(with_money.times.end, without.times.end)
    sentence = (
        "The plan says nothing of its money. Add a section `cash` with at least `balance`, the "
        "money in the bank on the plan's first day."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        _ = without.accounts


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"people": (Pay("ada", 1), Pay("ada", 2))},
            "Every person needs a name of its own; 'ada' is double.",
        ),
        (
            {"marketing": {"ap": 5.0}},
            "Marketing is for 'ap', which is no revenue line. Did you mean 'app'?",
        ),
    ],
)
def test_a_wrong_company_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        company(**changes)


def test_a_milestone_that_is_not_there_is_named() -> None:
    line = Subscription(Sales("app", certain(1), after="lanch"), certain(1), certain(0))
    sentence = "'lanch' is not a task or milestone of the plan. Did you mean 'launch'?"
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        simulate(company(revenues=(line,)), draws=2)


@pytest.mark.parametrize(
    ("tasks", "wanted", "draws"),
    [
        (0, 10_000, 10_000),
        (1_000, 10_000, 10_000),
        (10_000, 10_000, 1_000),
        (40_000, 10_000, 500),  # fewer say little about tails
        (40_000, 200, 200),  # never more than is wanted
    ],
)
def test_large_plans_are_drawn_less_often(tasks: int, wanted: int, draws: int) -> None:
    network = Network(tuple(Activity(f"t{i}", ()) for i in range(tasks)), {})
    company = Company(date(2027, 1, 1), 12, 100, network=network)
    assert sensible_draws(company, wanted) == draws
