"""A schedule as plain data: dates, loads, sprints, and read again by a later run."""

import json
from datetime import date
from pathlib import Path

import pytest

from whet.company.plan.read import plan_of_text
from whet.company.schedule.answer import read_last, schedule_facts
from whet.company.schedule.from_plan import asked
from whet.company.schedule.limits import Limits
from whet.company.schedule.solve import solve
from whet.core.errors import InputError

TEXT = """\
currency: EUR
start: 2026-11-02
months: 3
people:
  - {id: anna, role: a, skills: {code: 1}, cost_per_month: 4348}
projects:
  - id: p
    goal: g
    sprints: {start: 2026-11-02, weeks: 1, focus: 0.8}
    milestones: [{id: m, title: It works, deadline: 2026-11-06}]
    tasks:
      - {id: a, title: Build it, effort: 4.5, skills: {code: 1}, milestone: m}
      - {id: b, effort: 2, skills: {code: 1}, after: [a], milestone: m}
"""
PLAN = plan_of_text(TEXT, "company.yaml")
ASKED = asked(PLAN)
FOUND = solve(ASKED.problem, limits=Limits(2, workers=1))
FACTS = schedule_facts(PLAN, ASKED, FOUND)


def test_dates_are_days_with_halves() -> None:
    first, second = FACTS["tasks"]
    assert (first["start"], first["end"], first["ends_at_noon"]) == (
        "2026-11-02",
        "2026-11-06",
        True,
    )
    assert (second["start"], second["starts_at_noon"]) == ("2026-11-06", True)
    assert (second["end"], second["ends_at_noon"]) == ("2026-11-10", True)
    assert (first["title"], first["people"]) == ("Build it", {"anna": "code"})


def test_milestones_goals_and_loads() -> None:
    assert FACTS["milestones"] == [
        {
            "id": "m",
            "title": "It works",
            "deadline": "2026-11-06",
            "reached": "2026-11-10",
            "late_days": 1.5,
            "hard": False,
        }
    ]
    goals = {goal["name"]: goal for goal in FACTS["goals"]}
    assert (goals["delay"]["value"], goals["makespan"]["value"]) == (1.5, 6.5)
    assert goals["cost"]["value"] == pytest.approx(6.5 * 4348 / (365.25 / 7 * 5 / 12), rel=1e-3)
    assert FACTS["proved"] is True
    assert FACTS["load"] == {"anna": 1.0}


def test_sprints_tell_who_is_above_the_focus() -> None:
    first, second = FACTS["sprints"]
    assert [(p["task"], p["share"]) for p in first["tasks"]] == [("a", 1.0), ("b", 0.25)]
    assert (first["first"], first["last"]) == ("2026-11-02", "2026-11-06")
    assert first["above_focus"] == ["anna"]
    assert (second["load"], second["above_focus"]) == ({"anna": 0.3}, [])


def test_what_was_printed_is_read_again_as_the_same_schedule(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    path.write_text(json.dumps(FACTS))
    assert read_last(path, ASKED.grid) == FOUND.schedule


def test_a_file_that_is_no_answer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    path.write_text('{"tasks": [{"id": "a"}]}')
    with pytest.raises(InputError) as refused:
        read_last(path, ASKED.grid)
    assert str(refused.value) == (
        f"{path} must be what `whet plan schedule --json` printed; it is not. Save that first."
    )
    assert ASKED.naming(0) == str(date(2026, 11, 2))
