"""`whet plan schedule`: an instance of PSPLIB, a company, what-ifs, and what is wrong."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.company.schedule.test_psplib import TEXT as INSTANCE

from whet.cli.plan.scheduling import told_tasks

COMPANY = """\
currency: EUR
start: 2026-11-02
months: 3
people:
  - {id: anna, role: a, skills: {code: 1}, cost_per_month: 4000}
projects:
  - id: p
    goal: g
    milestones: [{id: m, deadline: 2026-11-06}]
    tasks:
      - {id: a, effort: 4, skills: {code: 1}, milestone: m}
      - {id: b, effort: 2, skills: {code: 1}, milestone: m, optional: true}
"""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    path = tmp_path / "company.yaml"
    path.write_text(COMPANY)
    return path


def test_an_instance_is_solved_and_printed_as_json(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "small.sm"
    path.write_text(INSTANCE)
    ran = whet("plan", "schedule", path, "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert (found["makespan"], found["bound"], found["proved"]) == (9, 9, True)
    assert found["seconds"] < 10
    assert set(found["starts"]) == {"1", "2", "3", "4"}
    assert "makespan 9" in ran.err


def test_what_an_instance_has_not_is_refused(whet: Whet, tmp_path: Path) -> None:
    ran = whet("plan", "schedule", tmp_path / "small.sm", "--what-if")
    assert (ran.code, ran.err.strip()) == (
        2,
        "whet: --what-if and --keep need a plan of people; found an instance of PSPLIB. Leave them "
        "out.",
    )


def test_a_company_is_scheduled(whet: Whet, company: Path) -> None:
    ran = whet("plan", "schedule", company, "--workers", "1", "--seconds", "3")
    assert ran.code == 0
    assert "Weighted delay, working days: 1 (nothing less is possible)." in ran.out
    assert "2026-11-09" in ran.out


def test_what_ifs_price_people_weeks_and_features(whet: Whet, company: Path) -> None:
    ran = whet("plan", "schedule", company, "--what-if", "--workers", "1", "--json")
    found = {one["change"]: one for one in json.loads(ran.out)["what_if"]}
    assert found["+1 person with code"]["milestones_days"] == {"m": -2.0}
    assert found["+1 week"]["delay"] == -1.0
    assert found["-b"]["end_days"] == -2.0
    assert all(one["sure"] for one in found.values())


def test_a_later_run_stays_close_to_an_earlier_one(
    whet: Whet, company: Path, tmp_path: Path
) -> None:
    first = whet("plan", "schedule", company, "--workers", "1", "--json")
    last = tmp_path / "last.json"
    last.write_text(first.out)
    again = json.loads(whet("plan", "schedule", company, "--keep", last, "--json").out)
    assert again["tasks"] == json.loads(first.out)["tasks"]
    assert [goal["value"] for goal in again["goals"] if goal["name"] == "change"] == [0.0]


def test_a_plan_that_has_no_schedule_is_one_sentence(whet: Whet, company: Path) -> None:
    company.write_text(COMPANY.replace("deadline: 2026-11-06", "deadline: 2026-11-06, hard: true"))
    ran = whet("plan", "schedule", company)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == (
        "whet: There is no schedule that keeps all of these: milestone m (a, b; 6 days of work) is "
        "due on 2026-11-06. It is so whoever does what. Leave out any one of these and there is "
        "one."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--seconds", "0"), "The seconds to search must be a positive number; found 0."),
        (("--seed", "-1"), "The seed must be a whole number from 0 to 2147483647; found -1."),
    ],
)
def test_numbers_out_of_range_are_refused(
    whet: Whet, company: Path, options: tuple[str, ...], sentence: str
) -> None:
    ran = whet("plan", "schedule", company, *options)
    assert (ran.code, ran.err.strip()) == (2, f"whet: {sentence}")


def test_of_many_tasks_the_first_the_last_and_the_critical_are_told() -> None:
    def line(i: int) -> dict[str, object]:
        return {"id": f"t{i}", "end": f"2027-01-{1 + i // 10:02d}", "milestone": "m"}

    tasks = [line(i) for i in range(200)]
    late = {"id": "m", "reached": "2027-01-10", "late_days": 2}
    facts = {"tasks": tasks, "milestones": [late], "end": "2027-01-20"}
    told = [task["id"] for task in told_tasks(facts)]
    expected = [*range(20), *range(90, 100), *range(190, 200)]
    assert told == [f"t{i}" for i in expected]
    few = {**facts, "tasks": tasks[:80]}
    assert told_tasks(few) == tasks[:80]
