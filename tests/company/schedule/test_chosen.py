"""Tests for whet.company.schedule.chosen and .kept: one schedule for every command of a plan."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from whet.company.plan.schema import Plan
from whet.company.schedule import chosen
from whet.company.schedule.chosen import Search, chosen_schedule, solved_schedule
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.kept import key_of, read_kept
from whet.company.schedule.limits import Limits
from whet.core.errors import InputError

ADA = {"id": "ada", "role": "r", "skills": {"ml": 1, "web": 1}, "cost_per_month": 1}
LIMITS = Limits(seconds=0.5, workers=1)


def given(deadline: str = "2027-03-01", *, hard: bool = False, **more: Any) -> Asked:
    tasks = [{"id": name, "effort": 3, "skills": {"ml": 1}, "milestone": "m"} for name in "ab"]
    marks = [{"id": "m", "deadline": deadline, "hard": hard}]
    project = {"id": "p", "goal": "g", "milestones": marks, "tasks": tasks}
    read = {"currency": "EUR", "start": "2027-01-04", "people": [ADA], "projects": [project]}
    return asked(Plan.model_validate(read | more))


def test_an_unchanged_problem_is_not_solved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = solved_schedule(given(), Search(LIMITS, tmp_path))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr(chosen, "solve", never)
    assert solved_schedule(given(), Search(LIMITS, tmp_path)) == first
    # It is proved, so that more seconds would find nothing better.
    assert solved_schedule(given(), Search(replace(LIMITS, seconds=60), tmp_path)) == first
    with pytest.raises(AssertionError, match="solved again"):
        solved_schedule(given("2027-03-02"), Search(LIMITS, tmp_path))


def test_a_search_that_was_shorter_and_proved_nothing_does_not_serve(tmp_path: Path) -> None:
    solved_schedule(given(), Search(LIMITS, tmp_path))
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text())
    kept["plan"]["levels"][0][2] -= 1.0
    path.write_text(json.dumps(kept))
    found = read_kept(tmp_path, path.stem)
    assert found is not None
    assert found.serves(LIMITS)
    assert not found.serves(replace(LIMITS, seconds=0.6))


def test_a_file_that_is_broken_is_as_none(tmp_path: Path) -> None:
    solved_schedule(given(), Search(LIMITS, tmp_path))
    (path,) = tmp_path.iterdir()
    path.write_text("{")
    assert read_kept(tmp_path, path.stem) is None


def test_the_name_of_a_problem_does_not_depend_on_its_title_but_on_its_days() -> None:
    assert key_of(given(), 0) == key_of(given(company="Another"), 0)
    assert key_of(given(), 0) != key_of(given(start="2027-01-05"), 0)
    assert key_of(given(), 0) != key_of(given(), 1)


def test_without_a_schedule_a_list_is_told_of_and_why(tmp_path: Path) -> None:
    impossible = given("2027-01-08", hard=True)  # six days of work in five
    for _ in range(2):  # the second time the reason is read from the file
        found = chosen_schedule(impossible, Search(LIMITS, tmp_path))
        assert found.plan is None
        assert found.schedule.makespan == 12
        assert found.sentence.startswith(
            "No schedule keeps the plan. Simulated is a list of its tasks that misses deadlines "
            "by 1 working days in all. There is no schedule that keeps all of these: milestone m "
        )
        with pytest.raises(InputError, match=f"^{re.escape(found.refused)}$"):
            solved_schedule(impossible, Search(LIMITS, tmp_path))


def test_the_sentence_says_how_good_the_schedule_is() -> None:
    found = chosen_schedule(given(), Search(LIMITS))
    assert found.sentence == (
        "Simulated is the schedule that `whet plan schedule` prints; no other is better."
    )


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"skills": {"web": 1}}, "Task 'a' needs the skill 'ml', which no one has. Valid names: "
         "web. Hire, train, or change the task."),
        ({"end": "2027-01-05"}, "There is no schedule: the tasks do not fit into the plan's "
         "horizon, whatever else is left out. Look at who may do what and until when, or make the "
         "horizon longer."),
    ],
)  # fmt: skip
def test_where_not_even_a_list_can_be_made_it_is_said_why(
    person: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError) as refused:
        chosen_schedule(given(people=[ADA | person]), Search(LIMITS))
    assert str(refused.value).startswith(sentence)
