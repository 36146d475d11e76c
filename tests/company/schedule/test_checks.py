"""What is wrong with a problem, said before any search, all at once."""

from dataclasses import replace

import pytest
from tests.company.schedule.small import company, person, task

from whet.company.schedule.checks import check_problem
from whet.company.schedule.problem import Link, Milestone, Problem, Task
from whet.core.errors import InputError

ANNA, BO = person("anna", "code"), person("bo", "design")


def refusal(problem: Problem) -> str:
    with pytest.raises(InputError) as refused:
        check_problem(problem)
    return str(refused.value)


def test_a_cycle_and_a_missing_skill_are_said_together() -> None:
    problem = company(
        (task("a", 2), task("b", 2, "desing")),
        (ANNA, BO),
        (Link("a", "b"), Link("b", "a")),
    )
    assert refusal(problem).splitlines() == [
        "Task 'b' needs the skill 'desing', which no one has. Did you mean 'design'? "
        "Hire, train, or change the task.",
        "The order of tasks must have no cycle; found a → b → a. Take one of these links out.",
    ]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (
            task("a", 2, deadline=0),
            "Task 'a' must have a deadline in the future; found one before the "
            "plan begins. Move it, or take the task out if it is done.",
        ),
        (
            task("a", 6, release=2, deadline=6),
            "Task 'a' takes at least 6 half-days from slot 2 on, so it cannot end by slot 5.",
        ),
        (
            task("a", 2, release=4, pinned_start=2),
            "Task 'a' is pinned to slot 2, before it is released on slot 4.",
        ),
        (task("a", -1), "Task 'a' must have a work of 0 or more; found -1."),
        (
            Task("a", work=2),
            "Task 'a' has work, so it must name the skills that it needs. Name "
            "one, or give it a duration instead.",
        ),
        (
            Task("a", work=2, skills={"code": 2}),
            "Task 'a' needs 2 people with 'code'; only anna has it.",
        ),
        (
            task("a", 2, pinned_people=("bo",)),
            "Task 'a' is pinned to 'bo', who cannot do it: it needs code.",
        ),
        (
            task("a", 2, pinned_people=("ana",)),
            "Task 'a' must name a person of the plan; found 'ana'. Did you mean 'anna'?",
        ),
        (
            task("a", 2, only=("bo",)),
            "Task 'a' needs the skill 'code', which none of bo has. Let somebody else do it too.",
        ),
        (
            Task("a", duration=2, uses={"gpu": 1}),
            "Task 'a' must use a resource of the plan; found 'gpu'. Valid names: .",
        ),
    ],
)
def test_each_mistake_has_its_sentence(made: Task, sentence: str) -> None:
    assert refusal(company((made,), (ANNA, BO))) == sentence


def test_more_pinned_work_than_time_is_said_with_the_window() -> None:
    away = person("anna", "code", capacity=(100,) * 4 + (0,) * 6 + (100,) * 50)
    tasks = (
        task("a", 4, pinned_people=("anna",), deadline=10),
        task("b", 3, pinned_people=("anna",), deadline=10),
        task("c", 30, pinned_people=("anna",)),
    )
    assert refusal(company(tasks, (away,))) == (
        "'anna' is pinned to 3.5 days of work ('a', 'b') between slot 0 and slot 9, and has 2 "
        "days. Pin less, or move a deadline."
    )


def test_names_are_looked_up_before_anything_else() -> None:
    problem = company(
        (task("a", 2), task("a", 3)),
        (ANNA,),
        (Link("a", "z"),),
        (Milestone("m", ("q",)),),
    )
    assert refusal(problem).splitlines() == [
        "Every task must have an id of its own; found 'a' 2 times.",
        "A link must name a task; found 'z'. Valid names: a.",
        "Milestone 'm' must name tasks; found 'q'. Valid names: a.",
    ]


def test_a_capacity_that_does_not_cover_the_horizon_is_refused() -> None:
    short = replace(ANNA, capacity=(100,))
    assert refusal(company((task("a", 1),), (short,))) == (
        "Person 'anna' must have a capacity for each of the 60 slots; found 1."
    )


def test_a_sound_problem_passes() -> None:
    check_problem(company((task("a", 2, deadline=2),), (ANNA, BO)))
