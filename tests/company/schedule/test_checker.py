"""The checker finds every way to break a schedule."""

from dataclasses import replace

import pytest
from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.schedule.checker import violations
from whet.company.schedule.problem import (
    Link,
    LinkKind,
    Milestone,
    Placed,
    Problem,
    Schedule,
    Task,
)

AWAY = (100,) * 2 + (0,) * 4 + (100,) * (HORIZON - 6)
PROBLEM = replace(
    company(
        (
            task("a", 3, release=1, deadline=8, pinned_start=1),
            task("b", 2, "design", pinned_people=("bo",)),
            Task("c", duration=2, uses={"gpu": 2}),
            Task("d", duration=2, uses={"gpu": 1}),
        ),
        (person("anna", "code", capacity=AWAY), person("bo", "design", "code")),
        (Link("a", "b"), Link("c", "d", LinkKind.START_START, 2)),
        (Milestone("m", ("b",), due=10, is_hard=True),),
    ),
    resources={"gpu": 2},
)
RIGHT = {
    "a": Placed(1, 8, {"anna": "code"}),
    "b": Placed(8, 10, {"bo": "design"}),
    "c": Placed(0, 2),
    "d": Placed(2, 4),
}


def test_a_right_schedule_has_no_violations() -> None:
    assert violations(PROBLEM, Schedule(RIGHT)) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"a": Placed(1, 7, {"anna": "code"})},
            "a ends at 7 before anna has done an even part of its work.",
        ),
        (
            {"a": Placed(1, 9, {"anna": "code"}), "b": Placed(9, 11, {"bo": "design"})},
            "a ends at 9, after its deadline 8.",
        ),
        ({"a": Placed(2, 8, {"anna": "code"})}, "a starts at 2; it is pinned to 1."),
        ({"b": Placed(7, 9, {"bo": "design"})}, "b comes too early after a (FS, lag 0)."),
        ({"b": Placed(8, 10, {"bo": "code"})}, "b needs {'design': 1}; found {'bo': 'code'}."),
        ({"b": Placed(8, 10, {"anna": "design"})}, "b is pinned to bo, who is not assigned."),
        ({"b": Placed(9, 11, {"bo": "design"})}, "m is reached at 11, after 10."),
        (
            {"c": Placed(0, 3)},
            "c takes 2 slots and no people; found Placed(start=0, end=3, people={}).",
        ),
        ({"d": Placed(1, 3)}, "3 of 2 units of gpu are used in slot 1."),
        ({"d": Placed(1, 3)}, "d comes too early after c (SS, lag 2)."),
        (
            {"a": Placed(1, 4, {"bo": "code"}), "b": Placed(3, 5, {"bo": "design"})},
            "bo does a and b at once in slot 3.",
        ),
    ],
)
def test_each_broken_rule_is_found(changed: dict[str, Placed], sentence: str) -> None:
    assert sentence in violations(PROBLEM, Schedule(RIGHT | changed))


def test_a_missing_task_is_found() -> None:
    placed = {name: at for name, at in RIGHT.items() if name != "c"}
    assert violations(PROBLEM, Schedule(placed)) == ["c is not in the schedule."]


def test_a_task_of_two_people_may_not_have_one() -> None:
    pair = Task("p", work=4, skills={"code": 2})
    problem: Problem = company((pair,), (person("anna", "code"), person("bo", "code")))
    alone = Schedule({"p": Placed(0, 4, {"anna": "code"})})
    assert violations(problem, alone) == ["p needs {'code': 2}; found {'anna': 'code'}."]
