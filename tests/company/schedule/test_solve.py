"""Schedules of people: by hand, against brute force, and what is said when there is none."""

import itertools
from dataclasses import replace
from random import Random

import pytest
from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.schedule import goals
from whet.company.schedule.calendars import Workforce
from whet.company.schedule.chains import Chains
from whet.company.schedule.checker import violations
from whet.company.schedule.limits import Limits
from whet.company.schedule.list_schedule import ListScheduler
from whet.company.schedule.problem import (
    Link,
    LinkKind,
    Milestone,
    Placed,
    Problem,
    Schedule,
    Task,
)
from whet.company.schedule.solve import Plan, solve
from whet.core.errors import InputError

LIMITS = Limits(seconds=4, workers=1)


def solved(problem: Problem, last: Schedule | None = None) -> Plan:
    plan = solve(problem, limits=LIMITS, last=last)
    assert violations(problem, plan.schedule) == []
    return plan


def test_the_weighted_milestone_is_served_first() -> None:
    anna = person("anna", "code")
    tasks = (task("a", 4), task("b", 6))
    milestones = (
        Milestone("small", ("a",), due=4, weight=1),
        Milestone("big", ("b",), due=6, weight=5),
    )
    plan = solved(company(tasks, (anna,), milestones=milestones))
    assert plan.schedule.placed["b"].end == 6
    assert (plan.level("delay").value, plan.level("makespan").value) == (6.0, 10)
    assert plan.is_proved


def test_work_goes_round_a_vacation() -> None:
    away = person("anna", "code", capacity=(100,) * 2 + (0,) * 6 + (100,) * (HORIZON - 8))
    plan = solved(company((task("a", 4),), (away,), milestones=(Milestone("m", ("a",), due=3),)))
    assert plan.schedule.placed["a"] == Placed(0, 10, {"anna": "code"})
    assert plan.level("delay") == type(plan.level("delay"))("delay", 7.0, 7.0)


def test_a_part_time_person_is_left_out_where_that_is_sooner_and_cost_decides_ties() -> None:
    half = person("half", "code", capacity=(50,) * HORIZON, cost=1)
    dear, cheap = person("dear", "code", cost=9), person("cheap", "code", cost=2)
    plan = solved(
        company((task("a", 4),), (half, dear, cheap), milestones=(Milestone("m", ("a",), 4),))
    )
    assert plan.schedule.placed["a"].people == {"cheap": "code"}
    assert plan.level("cost").value == 8.0


def test_a_team_starts_together_and_each_fills_one_place() -> None:
    both = person("both", "code", "design")
    coder = person("coder", "code")
    tasks = (task("solo", 3), Task("pair", work=8, skills={"code": 1, "design": 1}))
    plan = solved(company(tasks, (both, coder), milestones=(Milestone("m", ("pair",), 4),)))
    assert plan.schedule.placed["pair"] == Placed(0, 4, {"coder": "code", "both": "design"})
    assert plan.schedule.makespan == 7


def test_pins_are_kept() -> None:
    people = (person("anna", "code"), person("bo", "code"))
    tasks = (
        task("a", 2, pinned_start=5),
        task("b", 3, pinned_people=("bo",)),
        task("c", 2, only=("bo",)),
    )
    placed = solved(company(tasks, people)).schedule.placed
    assert placed["a"].start == 5
    assert set(placed["b"].people) == set(placed["c"].people) == {"bo"}


def test_the_last_plan_is_kept_where_nothing_better_speaks_against_it() -> None:
    people = (person("anna", "code"), person("bo", "code"))
    tasks = tuple(task(name, 3) for name in "abcd")
    last = Schedule(
        {
            "a": Placed(3, 6, {"bo": "code"}),
            "b": Placed(0, 3, {"bo": "code"}),
            "c": Placed(3, 6, {"anna": "code"}),
            "d": Placed(0, 3, {"anna": "code"}),
        }
    )
    plan = solved(company(tasks, people), last)
    assert plan.schedule == last
    assert plan.level("change").value == 0


@pytest.mark.parametrize("kind", list(LinkKind))
def test_links_of_every_kind_are_kept(kind: LinkKind) -> None:
    people = (person("anna", "code"), person("bo", "code"))
    problem = company((task("a", 5), task("b", 2)), people, (Link("a", "b", kind, 1),))
    expected = {"FS": 8, "SS": 5, "FF": 6, "SF": 5}[kind]
    assert solved(problem).schedule.makespan == expected


def by_force(problem: Problem) -> tuple[int, int]:
    """Return the best delay and makespan over all orders and assignments of one-person tasks."""
    scheduler, best = ListScheduler(problem), (10**9, 10**9)
    choices = [scheduler.workforce.candidates(each) for each in problem.tasks]
    for chosen in itertools.product(*choices):
        fixed = tuple(
            replace(each, only=(one.id,)) for each, one in zip(problem.tasks, chosen, strict=True)
        )
        fixed_scheduler = ListScheduler(replace(problem, tasks=fixed))
        for order in itertools.permutations([each.id for each in fixed]):
            found = fixed_scheduler.place({name: float(rank) for rank, name in enumerate(order)})
            if found is not None:
                rank = goals.goals(problem, found)
                best = min(best, (rank[1], rank[2]))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_delay_and_end_are_those_of_brute_force(seed: int) -> None:
    random = Random(seed)
    capacities = [(100,) * HORIZON, (50,) * HORIZON]
    capacities.append(tuple(0 if 4 <= slot < 9 else 100 for slot in range(HORIZON)))
    people = (
        person("anna", "code", capacity=random.choice(capacities)),
        person("bo", "code", "design", capacity=random.choice(capacities)),
    )
    tasks = tuple(
        task(f"t{j}", random.randint(1, 6), random.choice(("code", "design"))) for j in range(5)
    )
    pairs = itertools.combinations(range(5), 2)
    links = tuple(Link(f"t{i}", f"t{j}") for i, j in pairs if random.random() < 0.3)
    milestones = (Milestone("m", ("t4",), due=5, weight=2), Milestone("n", ("t1", "t2"), due=7))
    problem = company(tasks, people, links, milestones)
    plan = solved(problem)
    delay, makespan = by_force(problem)
    assert plan.level("delay").value * goals.WEIGHT_STEPS == delay
    assert plan.level("makespan").value == makespan
    assert plan.level("delay").is_proved and plan.level("makespan").is_proved


def test_one_seed_gives_one_schedule() -> None:
    problem = company(
        tuple(task(f"t{j}", 2 + j % 4) for j in range(8)),
        (person("anna", "code"), person("bo", "code", capacity=(60,) * HORIZON)),
        milestones=(Milestone("m", ("t3", "t5"), due=4),),
    )
    first, second = (solve(problem, limits=Limits(2, workers=1)) for _ in range(2))
    assert (first.schedule, first.levels) == (second.schedule, second.levels)


def test_a_chain_that_cannot_end_in_time_is_explained() -> None:
    tasks = (task("a", 6), task("b", 6, deadline=10), task("c", 20))
    problem = company(tasks, (person("anna", "code"), person("bo", "code")), (Link("a", "b"),))
    with pytest.raises(InputError) as refused:
        solve(problem, limits=LIMITS)
    assert str(refused.value) == (
        "There is no schedule that keeps all of these: task b must end by slot 9; task b comes "
        "after a. It is so whoever does what. Leave out any one of these and there is one."
    )


def test_more_than_a_thousand_tasks_are_answered_and_the_missing_proof_is_said() -> None:
    people = tuple(person(f"p{i}", f"s{i % 3}", "any", capacity=(100,) * 4000) for i in range(12))
    tasks = tuple(task(f"t{j}", 1 + j % 5, f"s{j % 3}") for j in range(2_000))
    links = tuple(Link(f"t{j}", f"t{j + 7}") for j in range(0, 1_990, 3))
    problem = replace(company(tasks, people, links), horizon=4000)
    plan = solve(problem, limits=Limits(seconds=1))
    assert violations(problem, plan.schedule) == []
    assert plan.notes[0].startswith("2,000 tasks are more than the 1,000 for which a proof")
    least = max(max(Chains(problem).ends.values()), Workforce(problem).least_end(tasks))
    assert plan.level("makespan").bound == least


def large(due: int) -> Problem:
    """Return more tasks than CP-SAT is asked about, some of them before a hard date."""
    people = tuple(person(f"p{i}", "code", capacity=(100,) * 2000) for i in range(4))
    tasks = tuple(task(f"t{j}", 4) for j in range(1_100))
    links = tuple(Link(f"t{j}", f"t{j + 1}") for j in range(0, 9))
    marks = (Milestone("m", tuple(f"t{j}" for j in range(10)), due, is_hard=True),)
    return replace(company(tasks, people, links, marks), horizon=2000)


def test_in_a_large_plan_too_a_chain_that_is_too_long_is_explained() -> None:
    with pytest.raises(InputError) as refused:
        solve(large(39), limits=Limits(seconds=1))
    assert str(refused.value).startswith(
        "There is no schedule that keeps all of these: milestone m (t0, t1, t2, t3 and 6 more; 20 "
        "days of work) is due on slot 38; task t1 comes after t0; "
    )


def test_a_large_plan_that_misses_a_date_is_shown_with_what_it_misses() -> None:
    problem = large(40)
    everything = Milestone("m", tuple(each.id for each in problem.tasks), 1_090, is_hard=True)
    plan = solve(replace(problem, milestones=(everything,)), limits=Limits(seconds=1))
    # 1,100 tasks of four slots for four people.
    assert plan.level("late").value == 10
    assert plan.notes[0].endswith("Deadlines are missed by 10 half-days in all.")


def ten_people(seed: int) -> Problem:
    """Return ten people, sixty tasks and five milestones, with absences, shares and a ramp-up."""
    random, horizon = Random(seed), 700
    skills = ("ml", "data", "backend", "frontend", "design", "ops")
    people = []
    for i in range(10):
        capacity = [60 if i % 4 == 1 else 100] * horizon
        if i % 3 == 0:
            away = random.randrange(20, 120)
            capacity[away : away + 20] = [0] * 20
        if i == 8:
            capacity[:40], capacity[40:80] = [0] * 40, [50] * 40
        own = {skills[i % 6], skills[(i * 5 + 1) % 6], random.choice(skills)}
        people.append(person(f"p{i}", *sorted(own), capacity=tuple(capacity), cost=100 + 10 * i))
    tasks, links = [], []
    for j in range(60):
        needed = random.sample(skills, 2 if j % 12 == 11 else 1)
        work = random.randint(3, 30) * len(needed)
        tasks.append(Task(f"t{j}", work=work, skills=dict.fromkeys(needed, 1)))
        before = {random.randrange(max(0, j - 12), j) for _ in range(random.choice((0, 1, 2))) if j}
        links += [Link(f"t{i}", f"t{j}") for i in sorted(before)]
    marks = tuple(
        Milestone(
            f"m{k}", tuple(f"t{j}" for j in range(12 * k, 12 * k + 12)), 35 * (k + 1), 1 + k % 3
        )
        for k in range(5)
    )
    return Problem(tuple(tasks), tuple(links), tuple(people), milestones=marks, horizon=horizon)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_ten_people_with_sixty_tasks_have_a_schedule_and_a_gap(seed: int) -> None:
    problem = ten_people(seed)
    plan = solve(problem, limits=Limits(seconds=6))
    assert violations(problem, plan.schedule) == []
    assert [level.name for level in plan.levels] == ["delay", "makespan", "sooner", "cost"]
    assert all(level.bound <= level.value for level in plan.levels)
    assert plan.level("makespan").gap < 0.25
