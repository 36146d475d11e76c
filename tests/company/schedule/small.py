"""Small problems that several tests of the schedule share, and an exact answer by brute force."""

import itertools
from collections.abc import Mapping
from random import Random

from whet.company.schedule.problem import Link, Milestone, Person, Problem, Task

HORIZON = 60


def person(
    name: str, *skills: str, capacity: tuple[int, ...] | None = None, cost: float = 1.0
) -> Person:
    """Return somebody who works full time unless told otherwise."""
    return Person(name, frozenset(skills), capacity or (100,) * HORIZON, cost)


def task(name: str, work: int, skill: str = "code", **fields: object) -> Task:
    """Return a task for one person."""
    return Task(name, work=work, skills={skill: 1}, **fields)  # type: ignore[arg-type]


def company(
    tasks: tuple[Task, ...],
    people: tuple[Person, ...],
    links: tuple[Link, ...] = (),
    milestones: tuple[Milestone, ...] = (),
) -> Problem:
    """Return a problem on the common horizon."""
    return Problem(tasks, links, people, milestones=milestones, horizon=HORIZON)


def random_classical(seed: int, tasks: int = 6) -> Problem:
    """Return a random project with two resources."""
    random = Random(seed)
    capacities = {"R1": 5, "R2": 4}
    made = tuple(
        Task(
            f"t{j}",
            duration=random.randint(0, 5),
            uses={r: u for r, c in capacities.items() if (u := random.randint(0, c))},
        )
        for j in range(tasks)
    )
    pairs = itertools.combinations(range(tasks), 2)
    links = tuple(Link(f"t{i}", f"t{j}") for i, j in pairs if random.random() < 0.25)
    return Problem(made, links, resources=capacities, horizon=sum(t.duration for t in made))


def shortest_by_force(problem: Problem) -> int:
    """Return the least makespan: among serial schedules of all orders there is always one.

    Source: Sprecher, Kolisch and Drexl (1995), Semi-active, active and non-delay schedules.
    """
    tasks = {t.id: t for t in problem.tasks}
    before: Mapping[str, list[str]] = {
        name: [link.before for link in problem.links if link.after == name] for name in tasks
    }
    best = problem.horizon + 1
    for order in itertools.permutations(tasks):
        ends: dict[str, int] = {}
        used: dict[tuple[str, int], int] = {}
        for name in order:
            if any(other not in ends for other in before[name]):
                break
            start = max((ends[other] for other in before[name]), default=0)
            length, uses = tasks[name].duration, tasks[name].uses
            while any(
                used.get((r, slot), 0) + units > problem.resources[r]
                for slot in range(start, start + length)
                for r, units in uses.items()
            ):
                start += 1
            for slot in range(start, start + length):
                for r, units in uses.items():
                    used[r, slot] = used.get((r, slot), 0) + units
            ends[name] = start + length
        else:
            best = min(best, max(ends.values(), default=0))
    return best
