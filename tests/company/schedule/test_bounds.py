"""Lower bounds by hand, and never above the shortest schedule."""

import pytest
from tests.company.schedule.small import random_classical, shortest_by_force

from whet.company.schedule.bounds import energy_bounds, lower_bound
from whet.company.schedule.network import as_network
from whet.company.schedule.problem import Link, Problem, Task


def test_work_between_a_head_and_a_tail() -> None:
    middle = tuple(Task(f"m{j}", duration=2, uses={"R": 1}) for j in range(5))
    tasks = (Task("first", duration=3), *middle, Task("last", duration=4))
    links = tuple(Link("first", t.id) for t in middle) + tuple(Link(t.id, "last") for t in middle)
    network, _ = as_network(Problem(tasks, links, resources={"R": 2}))
    # 3 before, ten units of work by two at a time, 4 after.
    assert energy_bounds(network) == [12]
    assert network.critical_path == 9


@pytest.mark.parametrize("seed", range(20))
def test_no_bound_is_above_the_shortest_schedule(seed: int) -> None:
    problem = random_classical(seed)
    assert lower_bound(as_network(problem)[0]) <= shortest_by_force(problem)


def test_an_empty_project_takes_no_time() -> None:
    assert lower_bound(as_network(Problem(()))[0]) == 0
