"""Factors of estimates: shrunk where little is known, right where much is."""

import math

import numpy as np
import pytest
from tests.company.schedule.small import company, person, task

from whet.company.schedule.calibration import Done, calibrated, factors
from whet.company.schedule.problem import Task
from whet.core.errors import InputError


def test_without_a_past_nothing_is_changed() -> None:
    assert factors([])[""].value == 1.0
    assert factors([], bias=1.2)[""].value == pytest.approx(1.2)


def test_one_late_task_moves_the_factor_a_little() -> None:
    found = factors([Done("anna", 2, 4)])
    assert 1.0 < found[""].value < found["anna"].value < 1.5


def test_many_tasks_speak_for_themselves_and_others_follow_part_of_the_way() -> None:
    found = factors([Done("anna", 10, 15)] * 60)
    assert found["anna"].value == pytest.approx(1.5, rel=0.02)
    assert 1.05 < found[""].value < 1.4
    assert (found["anna"].tasks, found[""].tasks) == (60, 0)


def test_the_interval_of_a_next_task_holds_four_of_five() -> None:
    random = np.random.default_rng(0)
    inside = []
    for _ in range(400):
        team = random.normal(0.1, 0.2)
        past = []
        for name in "abcd":
            own = random.normal(team, 0.2)
            past += [Done(name, 1, math.exp(random.normal(own, 0.4))) for _ in range(8)]
            if name == "d":
                truth = math.exp(random.normal(own, 0.4))
        found = factors(past)["d"]
        inside.append(found.low <= truth <= found.high)
    assert 0.75 < np.mean(inside) < 0.88


def test_work_is_moved_by_the_factors_of_who_may_do_it() -> None:
    people = (person("anna", "code"), person("bo", "code"))
    either = task("either", 10)
    tasks = (task("hers", 10, only=("anna",)), either, task("pinned", 10, pinned_people=("anna",)))
    problem = company((*tasks, Task("wait", duration=3)), people)
    found = factors([Done("anna", 10, 15)] * 60)
    moved = {each.id: each for each in calibrated(problem, found).tasks}
    assert (moved["hers"].work, moved["pinned"].work) == (15, 15)
    assert moved["either"].work == math.ceil(10 * math.sqrt(found["anna"].value * found[""].value))
    assert moved["wait"] == problem.tasks[3]


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_efforts_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(InputError) as refused:
        factors([Done("anna", 2, value)])
    assert str(refused.value) == (
        "The actual effort of a done task must be a positive number of person-days; found "
        f"{value!r} of 'anna'."
    )
