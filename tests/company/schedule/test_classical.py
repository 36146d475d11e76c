"""Shortest projects against brute force, and shared instances against the best known."""

import csv
import os
from pathlib import Path

import pytest
from tests.company.schedule.small import random_classical, shortest_by_force

from whet.company.schedule.checker import violations
from whet.company.schedule.heuristic import Effort, improve
from whet.company.schedule.limits import Limits
from whet.company.schedule.network import as_network
from whet.company.schedule.problem import Link, Problem, Task
from whet.company.schedule.psplib import read_sm
from whet.company.schedule.solve import solve

REPEATABLE = Limits(seconds=2, workers=1)


@pytest.mark.parametrize("seed", range(25))
def test_the_shortest_schedule_is_found_and_proved(seed: int) -> None:
    problem = random_classical(seed)
    plan = solve(problem, limits=REPEATABLE)
    level = plan.level("makespan")
    assert plan.schedule.makespan == shortest_by_force(problem) == level.bound
    assert level.is_proved
    assert violations(problem, plan.schedule) == []


def test_both_ways_to_search_agree() -> None:
    problem = random_classical(7, 14)
    assert (
        solve(problem, limits=Limits(5, workers=2)).schedule.makespan
        == solve(problem, limits=REPEATABLE).schedule.makespan
    )


def test_one_seed_gives_one_schedule() -> None:
    problem = random_classical(3, 20)
    first, second = (solve(problem, limits=REPEATABLE) for _ in range(2))
    assert (first.schedule, first.levels) == (second.schedule, second.levels)


def test_a_search_that_is_cut_short_still_answers() -> None:
    network, _ = as_network(random_classical(1, 20))
    found = improve(network, effort=Effort(seconds=0))
    assert (found.schedules, len(found.starts)) == (1, 20)


def test_an_empty_project_ends_at_once() -> None:
    plan = solve(Problem(()))
    assert (plan.schedule.makespan, plan.is_proved) == (0, True)


def test_ten_thousand_tasks_are_answered_and_the_missing_proof_is_said() -> None:
    tasks = tuple(Task(f"t{j}", duration=1 + j % 3, uses={"R": 1}) for j in range(10_000))
    links = tuple(Link(f"t{j}", f"t{j + 50}") for j in range(9_950))
    problem = Problem(tasks, links, resources={"R": 20}, horizon=20_000)
    plan = solve(problem, limits=Limits(seconds=1))
    assert violations(problem, plan.schedule) == []
    assert plan.notes == (
        "10,000 tasks are more than the 2,000 for which a proof is tried: the schedule is the "
        "heuristic's, the bound that of the longest chain and of work.",
    )


def instances(name: str) -> list[tuple[Path, int]]:
    folder = os.environ.get("WHET_DATA")
    if not folder:
        pytest.skip("needs public data: set WHET_DATA to their folder")
    root = Path(folder) / "psplib" / name
    with (root / "bounds.csv").open(newline="", encoding="utf-8") as file:
        return [(root / row["instance"], int(row["upper_bound"])) for row in csv.DictReader(file)]


@pytest.mark.data
@pytest.mark.slow
def test_all_shared_instances_of_thirty_jobs_are_proved() -> None:
    for path, best in instances("j30"):
        problem = read_sm(path)
        plan = solve(problem, limits=Limits(seconds=30))
        assert (plan.schedule.makespan, plan.is_proved) == (best, True), path.name
        assert violations(problem, plan.schedule) == []


@pytest.mark.data
@pytest.mark.slow
def test_the_heuristic_alone_is_near_the_best_known_for_120_jobs() -> None:
    gaps = []
    for path, best in instances("j120"):
        network, _ = as_network(read_sm(path))
        found = improve(network, effort=Effort(schedules=1500), bound=network.critical_path)
        gaps.append(found.makespan / best - 1)
    assert sum(gaps) / len(gaps) < 0.03
