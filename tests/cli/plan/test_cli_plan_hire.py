"""`whet plan hire`: the example as a user sees it, its JSON, and what is refused."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
SMALL = """\
currency: EUR
start: 2027-02-01
months: 6
people: [{id: ana, role: ml, skills: {ml: 1}, cost_per_month: 1}]
hires: [{id: bea, role: ml, skills: {ml: 1}, cost_per_month: 3000, months_to_find: 1}]
projects:
  - id: p
    goal: g
    milestones: [{id: done, deadline: 2027-07-30, penalty_per_week: WEEK}]
    tasks:
      - {id: one, effort: 60, skills: {ml: 1}, milestone: done}
      - {id: two, effort: 60, skills: {ml: 1}, milestone: done}
      - {id: three, effort: 60, skills: {ml: 1}, milestone: done}
"""


def small(folder: Path, *, week: int = 20000, cash: str = "") -> Path:
    path = folder / "company.yaml"
    path.write_text(SMALL.replace("WEEK", str(week)) + cash)
    return path


def test_the_example_needs_nobody(whet: Whet) -> None:
    ran = whet("plan", "hire", EXAMPLE)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Hire nobody; ")
    assert "This is proved to be the best." in ran.out
    assert "with ml-engineer, whenever it is cheapest" in ran.out


def test_it_weighs_the_same_work_as_the_team_is_told_of(whet: Whet) -> None:
    hire = json.loads(whet("plan", "hire", EXAMPLE, "--json").out)
    team = json.loads(whet("plan", "team", EXAMPLE, "--json").out)
    waiting = {found["name"]: found["waited"] for found in team["remedies"]}
    assert hire["hiring"]["nothing"]["waited"] == pytest.approx(waiting["as now"])
    assert waiting["as now"] > 1  # labels and trainings of curves, as wrong as estimates are


def test_a_late_milestone_pays_for_a_hire(whet: Whet, tmp_path: Path) -> None:
    ran = whet("plan", "hire", small(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Hire 1 bea, decided in 2027-02; ")
    assert "without bea" in ran.out
    assert "The plan has no section `cash`, so no floor holds hires back." in ran.out


def test_json_tells_the_cash_above_the_floor(whet: Whet, tmp_path: Path) -> None:
    path = small(tmp_path, cash="cash: {balance: 9000, reserve: 1000}\n")
    found = json.loads(whet("plan", "hire", path, "--json").out)
    assert found["floor"] == 1000
    assert len(found["hiring"]["room"]) == len(found["months"]) == 6
    assert min(found["hiring"]["room"]) >= 0
    # 8,000 above the floor pay for two months of bea, and nobody is paid beside her.
    assert found["hiring"]["best"]["money"] <= 8000
    assert any(hinge["what"] == "floor 10,000 lower" for hinge in found["hiring"]["hinges"])


def test_a_floor_that_is_broken_is_explained(whet: Whet, tmp_path: Path) -> None:
    ran = whet("plan", "hire", small(tmp_path, cash="cash: {balance: 9000, reserve: 10000}\n"))
    assert ran.out.startswith(
        "Without any hire the expected cash falls below the floor in 2027-02, and is "
    )
    assert "Without the floor: Hire 1 bea, decided in 2027-02." in ran.out


def test_nothing_to_weigh_is_refused(whet: Whet, tmp_path: Path) -> None:
    path = small(tmp_path, week=0)
    assert whet("plan", "hire", path).err == (
        "whet: What waiting work costs is not given, so hiring cannot be weighed. Set "
        "`penalty_per_week` of milestones, or team.waiting_cost_per_day.\n"
    )
    path.write_text(path.read_text().replace("hires:", "# hires:"))
    assert whet("plan", "hire", path).err == (
        "whet: The plan names nobody who could be hired. Add `hires:` with at least one opening.\n"
    )


def test_an_unknown_person_is_refused(whet: Whet, tmp_path: Path) -> None:
    assert whet("plan", "hire", small(tmp_path), "--without", "anna").err == (
        "whet: People thought away must be people of the plan; found 'anna'. Did you mean 'ana'?\n"
    )
