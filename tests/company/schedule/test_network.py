"""Links as distances of starts, heads, tails, and the mirror image."""

import pytest

from whet.company.schedule.network import as_network, distance
from whet.company.schedule.problem import Link, LinkKind, Problem, Task


@pytest.mark.parametrize(("kind", "expected"), [("FS", 7), ("SS", 2), ("FF", 4), ("SF", -1)])
def test_each_kind_of_link_is_a_distance_of_starts(kind: str, expected: int) -> None:
    assert distance(Link("a", "b", LinkKind(kind), lag=2), 5, 3) == expected


def test_heads_tails_and_the_longest_chain() -> None:
    tasks = (Task("b", duration=3), Task("a", duration=2), Task("c", duration=4))
    network, names = as_network(Problem(tasks, (Link("a", "b", lag=1), Link("a", "c"))))
    assert names == ["a", "b", "c"]
    assert network.heads == (0, 3, 2)
    assert network.tails == (4, 0, 0)
    assert network.critical_path == 6


def test_the_mirror_image_of_the_mirror_image_is_the_project() -> None:
    tasks = tuple(Task(f"t{j}", duration=j + 1, uses={"R": j % 2}) for j in range(4))
    links = (Link("t0", "t1"), Link("t0", "t2", LinkKind.START_START, 1), Link("t2", "t3", lag=2))
    network, _ = as_network(Problem(tasks, links, resources={"R": 1}))
    twice = network.mirrored.mirrored
    assert twice == network
    assert network.mirrored.critical_path == network.critical_path
