"""Lists of tasks for people: gaps, pins, teams by matching, and only valid schedules."""

from random import Random

import pytest
from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.schedule.checker import violations
from whet.company.schedule.heuristic import Effort
from whet.company.schedule.list_schedule import (
    ListScheduler,
    best_list,
    matched,
    started_early,
)
from whet.company.schedule.problem import Link, Placed, Problem, Schedule, Task


def random_company(seed: int) -> Problem:
    random = Random(seed)
    skills = ("code", "design", "ml")
    people = tuple(
        person(
            f"p{i}",
            *random.sample(skills, 2),
            capacity=tuple(random.choice((0, 50, 100, 100)) for _ in range(400)),
        )
        for i in range(4)
    )
    people += (person("all", *skills, capacity=(100,) * 400),)
    tasks = []
    for j in range(25):
        chosen = random.sample(skills, random.choice((1, 1, 2)))
        tasks.append(
            Task(
                f"t{j}",
                work=random.randint(1, 8),
                skills=dict.fromkeys(chosen, 1),
                uses={"gpu": random.randint(0, 2)},
                release=random.choice((0, 0, 10)),
            )
        )
    tasks.append(Task("wait", duration=5))
    links = tuple(
        Link(f"t{i}", f"t{j}", lag=random.choice((0, 2)))
        for j in range(25)
        for i in range(j)
        if random.random() < 0.08
    )
    return Problem(tuple(tasks), links, people, {"gpu": 3}, horizon=400)


@pytest.mark.parametrize("seed", range(15))
def test_every_list_gives_a_schedule_that_keeps_the_problem(seed: int) -> None:
    problem = random_company(seed)
    found = best_list(problem, effort=Effort(schedules=5), seed=seed)
    assert found is not None
    assert violations(problem, found) == []


def test_no_more_lists_are_tried_when_the_first_goals_are_good_enough() -> None:
    problem = random_company(0)
    first = best_list(problem, effort=Effort(schedules=1))
    assert first is not None
    again = best_list(problem, effort=Effort(), enough=(0, 0, first.makespan))
    assert again == first


def test_a_short_task_goes_into_a_gap() -> None:
    anna = person("anna", "code")
    tasks = (task("late", 3, release=4), task("short", 3))
    scheduler = ListScheduler(company(tasks, (anna,)))
    found = scheduler.place({"late": 0.0, "short": 1.0})
    assert found is not None
    assert found.placed["short"] == Placed(0, 3, {"anna": "code"})


def test_a_team_is_matched_though_the_first_choice_takes_the_wrong_place() -> None:
    both, coder = person("both", "code", "design"), person("coder", "code")
    pair = Task("pair", work=2, skills={"code": 1, "design": 1})
    assert matched([both, coder], pair) == {"coder": "code", "both": "design"}
    assert matched([coder], pair) is None


def test_nothing_fits_into_a_horizon_that_is_too_short() -> None:
    problem = company((task("a", HORIZON + 1),), (person("anna", "code"),))
    assert best_list(problem, effort=Effort(schedules=3)) is None


def test_tasks_that_wait_for_nothing_are_started_early_with_the_same_people() -> None:
    people = (person("anna", "code"), person("bo", "code"))
    problem = company((task("a", 3), task("b", 2)), people)
    late = Schedule({"a": Placed(4, 7, {"bo": "code"}), "b": Placed(0, 2, {"bo": "code"})})
    assert started_early(problem, late).placed == {
        "b": Placed(0, 2, {"bo": "code"}),
        "a": Placed(2, 5, {"bo": "code"}),
    }
