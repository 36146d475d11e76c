"""`whet plan cash`, `whet plan risk`: what a person sees, a script gets, and what is refused."""

import json
from pathlib import Path

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


def test_a_plan_without_cash_is_one_sentence(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(SMALL.replace("cash: {balance: 4500}\n", ""))
    ran = whet("plan", "risk", path)
    assert ran.code == 2
    assert ran.err.endswith("`balance`, the money in the bank on the plan's first day.\n")


def test_too_many_draws_are_refused(whet: Whet) -> None:
    ran = whet("plan", "cash", EXAMPLE, "--draws", "2000000")
    assert ran.code == 2
    assert "Use " in ran.err and "draws or fewer." in ran.err
