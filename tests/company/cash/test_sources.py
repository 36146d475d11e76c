"""Tests for whet.company.cash.sources: what a simulation takes from curves and a schedule."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from whet.company.cash.company import simulate
from whet.company.cash.from_plan import company_of_plan
from whet.company.cash.sources import given_by, sources
from whet.company.labels.tasks import Learnt, learnt_efforts
from whet.company.plan.read import read_plan
from whet.company.plan.schema import Plan
from whet.company.schedule.answer import schedule_facts
from whet.company.schedule.dates import working_grid
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Placed, Problem, Schedule
from whet.company.schedule.solve import solve
from whet.company.simulation.estimates import ThreePoint
from whet.core.errors import InputError

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"
CURVE = [
    {"size": size, "score": 1 - 0.9 * (size / 100) ** -0.35 + 0.002 * seed, "seed": seed}
    for size in (125, 250, 500, 1000, 2000, 4000)
    for seed in (-1, 0, 1)
]


def plan(measured: list[dict[str, Any]], tasks: list[dict[str, Any]] | None = None) -> Plan:
    for point in measured:
        point["seed"] = point["seed"] % 3
    given = {
        "currency": "EUR",
        "start": "2027-01-04",
        "months": 12,
        "people": [{"id": "ada", "role": "ml", "skills": {"ml": 1}, "cost_per_month": 1000}],
        "quality": [
            {
                "id": "f1",
                "metric": "f1",
                "value": 0.78,
                "by": "goal",
                "labels_per_day": 100,
                "test_rows": 2000,
                "train_days": 3,
                "measured": measured,
            }
        ],
        "projects": [
            {
                "id": "p",
                "goal": "g",
                "milestones": [{"id": "goal"}],
                "tasks": tasks
                or [
                    {"id": "l", "kind": "label", "target": "f1", "milestone": "goal"},
                    {
                        "id": "t",
                        "kind": "train",
                        "target": "f1",
                        "after": ["l"],
                        "milestone": "goal",
                    },
                ],
            }
        ],
        "cash": {"balance": 9000},
    }
    return Plan.model_validate(given)


def test_a_worse_curve_moves_the_milestone_and_the_money_at_once() -> None:
    good = plan([dict(point) for point in CURVE])
    worse = plan([point | {"score": point["score"] - 0.02} for point in CURVE])
    ends, labels = [], []
    for one in (good, worse):
        one = one.model_copy(update={"prices": one.prices.model_copy(update={"label": 1.0})})
        world = simulate(company_of_plan(one, sources(one)), draws=1000)
        ends.append(world.times.of("goal").mean())
        labels.append(world.accounts.flows["labels"].sum(axis=1).mean())
    assert ends[1] > ends[0] + 3
    assert labels[1] < labels[0] - 300


def test_a_curve_that_says_nothing_gives_way_to_a_rule_of_thumb_and_is_told() -> None:
    found = sources(plan([dict(point) for point in CURVE[:9]]))
    assert found.learnt["l"] == ThreePoint(2.5, 5, 15)
    assert found.notes[0] == "l takes 5 person-days (2.5 to 15) by a rule of thumb for f1."
    assert found.notes[2].startswith("The curve of f1 says nothing: The curve f1 must have ")


def test_the_schedule_says_who_and_when() -> None:
    found = sources(plan([dict(point) for point in CURVE]))
    assert found.assigned is not None and found.factors is not None
    assert found.assigned["l"].people == ("ada",)
    label, train = found.assigned["l"].times, found.assigned["t"].times
    assert label is not None and train is not None
    assert label[0] == 0.0 and label[1] <= train[0] < train[1]


def test_half_days_become_calendar_days_from_the_start_over_the_weekend() -> None:
    monday = date(2027, 3, 1)
    given = Plan(currency="EUR", start=monday)
    problem = Asked(Problem(()), working_grid(monday, 20), {}, {}, ())
    schedule = Schedule({"a": Placed(0, 3, {"ada": "ml"}), "b": Placed(3, 12), "c": Placed(4, 4)})
    found = given_by(given, Learnt({}, {}), problem, schedule).assigned
    assert found is not None
    assert found["a"].people == ("ada",)
    assert found["a"].times == (0.0, 1.5)
    assert found["b"].times == (1.5, 8.0)  # ends on the evening of the second Monday
    assert found["c"].times == (2.0, 2.0)


def test_the_same_seed_gives_the_same() -> None:
    read = read_plan(EXAMPLE)
    assert sources(read, seed=3) == sources(read, seed=3)


def test_a_solved_schedule_is_kept(tmp_path: Path) -> None:
    import json

    read = read_plan(EXAMPLE)
    problem = asked(read, learnt_efforts(read, None).likely())
    solved = solve(problem.problem, limits=Limits(seconds=0.2, workers=1), naming=problem.naming)
    path = tmp_path / "schedule.json"
    path.write_text(json.dumps(schedule_facts(read, problem, solved)))
    found = sources(read, solved=path)
    assert found.assigned is not None
    for name, placed in solved.schedule.placed.items():
        assert found.assigned[name].people == tuple(sorted(placed.people))
    world = simulate(company_of_plan(read, found), draws=50)
    assert world.times.end.min() > 0


def test_a_schedule_of_another_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    path.write_text('{"tasks": []}')
    sentence = (
        f"The schedule {path} must be one of this plan; it has no 'l'. Solve it again: "
        "`whet plan schedule --json`."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        sources(plan([dict(point) for point in CURVE]), solved=path)


def test_a_plan_whose_work_is_done_needs_no_schedule() -> None:
    done = {"id": "a", "effort": 4, "spent": 5, "finished": "2026-12-01", "by": ["ada"]}
    found = sources(plan([dict(point) for point in CURVE], [done]))
    assert found.assigned is None
