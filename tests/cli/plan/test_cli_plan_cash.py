"""`whet plan cash`, `whet plan risk`: what a person sees, a script gets, and what is refused."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

EXAMPLE = Path("examples/company/company.yaml").resolve()
SMALL = """\
currency: EUR
start: 2027-01-01
months: 12
people: [{id: ada, role: ml, skills: {ml: 1}, cost_per_month: 1000}]
projects:
  - id: p
    goal: sold
    milestones: [{id: beta, deadline: 2027-02-01}]
    tasks: [{id: build, effort: [20, 30, 50], skills: {ml: 1}, milestone: beta}]
cash: {balance: 4500}
"""


def test_cash_as_json_has_everything_and_is_the_same_again(whet: Whet) -> None:
    ran = whet("plan", "cash", EXAMPLE, "--json", "--draws", "500", "--seed", "3")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["draws"], found["seed"], found["currency"]) == (500, 3, "EUR")
    assert len(found["fan"]["balance"]["0.5"]) == len(found["accounts"]["months"]) == 18
    odds = [line["probability"] for line in found["ruin"]["by_month"]]
    assert odds == sorted(odds) and odds[-1] == found["ruin"]["within_horizon"]["value"]
    assert {d["option"] for d in found["decisions"]["options"]} == {"raise", "cut", "stop-match"}
    assert found["products"][0]["lifetime"]["p50"] > found["products"][0]["acquisition"]["p50"] > 0
    assert found["hires"][0]["option"] == "sales-rep"
    assert found["pilots"][0]["now"]["answer"] == "go on"
    again = whet("plan", "cash", EXAMPLE, "--json", "--draws", "500", "--seed", "3")
    assert again.out == ran.out
    other = whet("plan", "cash", EXAMPLE, "--json", "--draws", "500", "--seed", "4")
    assert other.out != ran.out


def test_cash_of_a_plan_without_revenue_is_said_in_words(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(SMALL)
    ran = whet("plan", "cash", path, "--draws", "400")
    assert ran.code == 0
    assert "Money lasts 4.5 months in half of the draws, 4.5 in the worst tenth." in ran.out
    assert "It runs out within the horizon with 100 %" in ran.out
    assert "2027-05" in ran.out and "beta" in ran.out
    assert "raise half a year of costs" in ran.out
    assert "product" not in ran.out and "pilot" not in ran.out


def test_risk_as_json_has_everything(whet: Whet) -> None:
    ran = whet("plan", "risk", EXAMPLE, "--json", "--draws", "400")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert len(found["register"]) == 8
    assert [line["score"] for line in found["register"]] == sorted(
        (line["score"] for line in found["register"]), reverse=True
    )
    names = {name for row in found["matrix"] for cell in row for name in cell}
    assert names == {line["risk"] for line in found["register"]}
    assert {"value", "end", "runway", "milestone: extract-launch"} <= set(found["tornado"])
    assert any(line["action"].startswith("Options") for line in found["actions"])
    assert {line["id"] for line in found["tasks"]} >= {"e-label", "m-train"}


def test_risk_prints_tables(whet: Whet) -> None:
    ran = whet("plan", "risk", EXAMPLE, "--draws", "500")
    assert ran.code == 0
    for words in ("curve-flattens", "all estimates together", "runway, months", "audit-passed"):
        assert words in ran.out


def test_a_plan_whose_cash_is_gone_is_one_sentence(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(SMALL.replace("balance: 4500", "balance: -10"))
    ran = whet("plan", "cash", path)
    assert ran.code == 2
    assert "-10" in ran.err and "Traceback" not in ran.err


WITHOUT_CASH = (
    SMALL.replace("cash: {balance: 4500}\n", "")
    + """\
risks:
  - id: slow
    title: slow
    category: people
    probability: 0.5
    impact: {hits: [build], effort: 2, cash: 500}
    actions: [{what: ask, cost: 30, impact: 0.5}]
"""
)


def test_cash_of_a_plan_without_cash_is_one_sentence(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(WITHOUT_CASH)
    ran = whet("plan", "cash", path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("`balance`, the money in the bank on the plan's first day.\n")


def test_risks_of_a_plan_without_cash_are_told_in_days(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(WITHOUT_CASH)
    found = json.loads(whet("plan", "risk", path, "--draws", "400", "--json").out)
    (line,), (action,) = found["register"], found["actions"]
    assert not found["has_money"]
    assert line["when_it_strikes"]["value"] is None and line["expected_loss"] is None
    assert line["when_it_strikes"]["days"]["value"] > 20
    assert action["gain"]["ruin"] is None and action["gain"]["days"]["value"] < -5
    assert set(found["tornado"]) == {"end", "milestone: beta"}
    assert found["tornado"]["end"][0]["input"] in ("risk: slow", "effort: build")
    with_cash = tmp_path / "cash.yaml"
    with_cash.write_text(WITHOUT_CASH + "cash: {balance: 45000}\n")
    rich = json.loads(whet("plan", "risk", with_cash, "--draws", "400", "--json").out)
    assert rich["milestones"] == found["milestones"] and rich["tasks"] == found["tasks"]
    assert rich["register"][0]["expected_loss"] > 200
    printed = whet("plan", "risk", path, "--draws", "400").out
    assert "no section `cash`: what risks and actions do to money is left out" in printed
    for word in ("worth", "ruin", "money  "):
        assert word not in printed


def test_late_and_days_say_which_days(whet: Whet) -> None:
    printed = whet("plan", "risk", EXAMPLE, "--draws", "200").out
    for words in ("late, calendar days", "calendar days", "person-days", "end, calendar days"):
        assert words in printed


def test_what_customers_still_owe_and_efforts_as_planned_are_told(whet: Whet) -> None:
    printed = " ".join(whet("plan", "cash", EXAMPLE, "--draws", "200").out.split())
    assert "Customers still pay 16," in printed and "(triage-teams 10,882, " in printed
    assert "by the curve of extract-f1; it is planned with " in printed


def test_marketing_that_may_be_counted_twice_is_told(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    text = SMALL.replace("4500}", "4500, costs: [{id: marketing, per_month: 90}]}")
    path.write_text(
        text + "channels: [{id: ads, today: 1200, response: {kind: linear, scale: 1}}]\n"
    )
    told = "Channels spend 100 EUR a month, and the cost 'marketing' is paid beside them."
    assert told in " ".join(whet("plan", "cash", path, "--draws", "200").out.split())


def test_seeds_below_zero_are_refused(whet: Whet) -> None:
    for command in ("cash", "risk"):
        ran = whet("plan", command, EXAMPLE, "--seed", "-1")
        assert ran.code == 2 and "--seed" in ran.err and "0" in ran.err


def test_work_without_people_is_told_plainly(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    people = next(line for line in SMALL.splitlines() if line.startswith("people"))
    path.write_text(SMALL.replace(people, "").replace(", skills: {ml: 1}", ""))
    for command in ("cash", "risk", "schedule"):
        ran = whet("plan", command, path)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "whet: Somebody must be there to do the work; `people` is empty, and 'build' must be "
            "done. Add who works here to `people`.\n"
        )


def test_too_many_draws_are_refused(whet: Whet) -> None:
    ran = whet("plan", "cash", EXAMPLE, "--draws", "2000000")
    assert ran.code == 2
    assert "Use " in ran.err and "draws or fewer." in ran.err


BY_HAND = """\
currency: EUR
start: 2026-12-10
months: 4
people:
  - {id: ada, role: ml, cost_per_month: 3100, away: [{first: 2027-01-04, last: 2027-01-08}]}
  - {id: bo, role: ml, cost_per_month: 2800, start: 2027-02-15, share: 0.5}
products: [{id: x, stage: launched}]
revenue:
  - {id: sub, kind: subscription, product: x, price: 100, customers: 10, new_per_month: 0,
     churn: 0.1, unit_cost: 20, payment_days: 0}
  - {id: use, kind: usage, product: x, unit: call, customers: 2, new_per_month: 0, churn: 0,
     units: 1500, tiers: [{up_to: 1000, price: 0.1}, {price: 0.05}], unit_cost: 0.01,
     payment_days: 0}
channels:
  - {id: ads, area: marketing, response: {kind: log, scale: 1000, half: 500}, today: 1200}
cash:
  balance: 50000
  payables: 700
  costs:
    - {id: office, per_month: 310}
    - {id: audit, once: 999, first: 2027-01-15}
    - {id: desk, per_month: 280, first: 2027-02-15}
"""


def test_the_accounts_of_a_file_that_begins_within_a_month_add_up_to_the_cent(
    whet: Whet, tmp_path: Path
) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(BY_HAND)
    ran = whet("plan", "cash", path, "--json", "--draws", "100")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    flows = {n: [round(x, 2) for x in f] for n, f in found["accounts"]["mean_flow"].items()}
    # 22 of December's 31 days are left; 14 of February's 28 from the fifteenth on.
    assert flows == {
        "people": [-2200, -3100, -3100 - 1400, -3100 - 2800],
        "marketing": [-70.97, -100, -100, -100],
        "other": [-220 - 700, -310 - 999, -310 - 140, -310 - 280],
        "revenue: sub": [709.68, 900, 810, 729],
        "cost of sales: sub": [-141.94, -180, -162, -145.8],
        "revenue: use": [177.42, 250, 250, 250],  # 1,000 at 0.1 and 500 at 0.05, twice
        "cost of sales: use": [-21.29, -30, -30, -30],
    }
    exact = found["accounts"]["mean_flow"].values()
    assert found["lowest_balance"]["median"]["value"] == pytest.approx(50000 + sum(map(sum, exact)))
    # Nobody is won: what it takes to win one is not known, and what one brings is.
    first = found["products"][0]
    assert first["pays"]["value"] is None and first["acquisition"]["p50"] is None
    assert first["lifetime"]["p50"] > 0
    told = whet("plan", "cash", path, "--draws", "100").out
    assert [row.split() for row in told.splitlines() if row.split()[:1] == ["use"]] == [
        ["use", "0", "–", "5,271", "88", "%", "–", "–"]
    ]
