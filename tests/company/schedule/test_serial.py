"""Serial schedules against the checker and brute force."""

import pytest
from tests.company.schedule.small import random_classical

from whet.company.schedule.checker import violations
from whet.company.schedule.network import Network, as_network
from whet.company.schedule.problem import Link, LinkKind, Placed, Problem, Schedule, Task
from whet.company.schedule.serial import by_start, justify, makespan, pack, place


def as_schedule(network: Network, names: list[str], starts: list[int]) -> Schedule:
    first = min(starts, default=0)
    rows = zip(names, starts, network.durations, strict=True)
    return Schedule({n: Placed(s - first, s - first + d) for n, s, d in rows})


def test_a_task_waits_for_the_first_gap_that_is_long_enough() -> None:
    tasks = (
        Task("a", duration=2, uses={"R": 2}),
        Task("b", duration=3, uses={"R": 1}),
        Task("c", duration=3, uses={"R": 2}),
        Task("d", duration=3, uses={"R": 1}),
    )
    network, names = as_network(Problem(tasks, (Link("a", "b"),), resources={"R": 2}))
    assert names == ["a", "c", "d", "b"]
    starts = place(pack(network), [0, 3, 1, 2])
    # The last one listed, d, goes back beside b; c needs both units and waits for it.
    assert dict(zip(names, starts, strict=True)) == {"a": 0, "b": 2, "c": 5, "d": 2}


@pytest.mark.parametrize("seed", range(30))
def test_schedules_of_lists_keep_the_problem_and_justification_never_lengthens(seed: int) -> None:
    problem = random_classical(seed, 12)
    network, names = as_network(problem)
    packed, mirrored = pack(network), pack(network.mirrored)
    starts = place(packed, range(network.size))
    assert violations(problem, as_schedule(network, names, starts)) == []
    justified = justify(packed, mirrored, starts)
    assert violations(problem, as_schedule(network, names, justified)) == []
    assert makespan(network, justified) <= makespan(network, starts)


@pytest.mark.parametrize("kind", list(LinkKind))
@pytest.mark.parametrize("lag", [-2, 0, 3])
def test_justification_keeps_links_of_every_kind(kind: LinkKind, lag: int) -> None:
    tasks = (
        Task("a", duration=6, uses={"R": 1}),
        Task("b", duration=2, uses={"R": 1}),
        Task("c", duration=3, uses={"R": 1}),
    )
    links = (Link("a", "b", kind, lag), Link("b", "c", kind, lag))
    problem = Problem(tasks, links, resources={"R": 2})
    network, names = as_network(problem)
    packed = pack(network)
    starts = justify(packed, pack(network.mirrored), place(packed, [0, 1, 2]))
    assert violations(problem, as_schedule(network, names, starts)) == []
    assert sorted(by_start(packed, starts)) == [0, 1, 2]
