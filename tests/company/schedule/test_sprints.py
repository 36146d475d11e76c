"""Sprints: what falls into each, and who is how busy."""

import pytest
from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.schedule.problem import Placed, Schedule, Task
from whet.company.schedule.sprints import fill_sprints
from whet.core.errors import InputError

AWAY = (100,) * 10 + (0,) * 5 + (100,) * (HORIZON - 15)
PROBLEM = company(
    (task("a", 6), task("b", 8), Task("wait", duration=4), Task("done", duration=0)),
    (person("anna", "code", capacity=AWAY),),
)
SCHEDULE = Schedule(
    {
        "a": Placed(0, 6, {"anna": "code"}),
        "b": Placed(6, 19, {"anna": "code"}),
        "wait": Placed(8, 12),
        "done": Placed(19, 19),
    }
)


def test_work_is_shared_by_what_is_done_in_each_sprint() -> None:
    first, second = fill_sprints(PROBLEM, SCHEDULE, 10)
    assert [(p.task, p.share, p.is_done) for p in first.portions] == [
        ("a", 1.0, True),
        ("b", 0.5, False),
        ("wait", 0.5, False),
    ]
    # Five of the ten slots are a vacation: four of the five that are left are filled.
    assert [(p.task, p.share, p.is_done) for p in second.portions] == [
        ("b", 0.5, True),
        ("wait", 0.5, True),
        ("done", 1.0, True),
    ]
    assert (first.load, second.load) == ({"anna": 1.0}, {"anna": 0.8})


def test_shares_of_a_task_add_up_to_all_of_it() -> None:
    total: dict[str, float] = {}
    for sprint in fill_sprints(PROBLEM, SCHEDULE, 3):
        for portion in sprint.portions:
            total[portion.task] = total.get(portion.task, 0) + portion.share
    assert total == pytest.approx({"a": 1, "b": 1, "wait": 1, "done": 1})


def test_a_sprint_without_length_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        fill_sprints(PROBLEM, SCHEDULE, 0)
    assert str(refused.value) == "A sprint must be at least one half-day long; found 0."
