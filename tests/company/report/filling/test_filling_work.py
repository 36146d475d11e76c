"""Tests for whet.company.report.filling.work: half days to dates, loads by hand."""

import math
from datetime import date

from whet.company.plan.schema import Plan
from whet.company.report.filling.work import assignments, late_milestones, load_section, what_if
from whet.company.schedule.dates import working_grid
from whet.company.schedule.problem import Milestone, Person, Placed, Problem, Schedule, Task
from whet.company.schedule.what_if import Priced

MONDAY = date(2027, 3, 1)
PLAN = Plan(currency="EUR", start=MONDAY)


def test_half_days_become_calendar_days_from_the_start_over_the_weekend() -> None:
    grid = working_grid(MONDAY, 20)
    schedule = Schedule({"a": Placed(0, 3, {"ada": "ml"}), "b": Placed(3, 12), "c": Placed(4, 4)})
    found = assignments(PLAN, schedule, grid)
    assert found["a"].people == ("ada",)
    assert found["a"].times == (0.0, 1.5)
    assert found["b"].times == (1.5, 8.0)  # ends on the evening of the second Monday
    assert found["c"].times == (2.0, 2.0)


def test_load_counts_half_days_that_a_person_has() -> None:
    grid = working_grid(MONDAY, 30)
    full, away = (100,) * 30, (0,) * 10 + (50,) * 10 + (0,) * 10
    problem = Problem(
        (Task("a", work=8, skills={"ml": 1}), Task("b", work=5, skills={"ml": 1})),
        people=(Person("ada", frozenset({"ml"}), full), Person("bo", frozenset({"ml"}), away)),
        horizon=30,
    )
    schedule = Schedule({"a": Placed(0, 8, {"ada": "ml"}), "b": Placed(10, 15, {"bo": "ml"})})
    found = load_section(PLAN, problem, schedule, grid)
    assert found.monday == MONDAY
    assert found.loads[0] == (0.8, 0.0)
    assert math.isnan(found.loads[1][0])
    assert found.loads[1][1] == 0.5


def test_only_milestones_that_are_late_are_told_in_a_what_if() -> None:
    problem = Problem(
        (Task("a", duration=6),), milestones=(Milestone("m", ("a",), 4), Milestone("n", ("a",), 9))
    )
    late = late_milestones(problem, Schedule({"a": Placed(0, 6)}))
    assert late == {"m"}
    priced = Priced("+1 person with ml", {"m": -10, "n": -10}, -10, 0.0, 0.0, True)
    found = what_if(PLAN, priced, late)
    assert (found.change, found.days) == ("+1 person with ml", -7.0)
    assert found.moved == (("m", -7.0),)
