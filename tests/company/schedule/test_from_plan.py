"""company.yaml as a problem of scheduling: calendars, ramp-up, links, milestones, efforts."""

from datetime import date
from pathlib import Path

import pytest

from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.company.schedule.checker import violations
from whet.company.schedule.from_plan import asked, capacity, hired
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Link, Milestone
from whet.company.schedule.solve import solve
from whet.core.errors import InputError

HEAD = """\
currency: EUR
start: 2026-11-02
months: 3
calendars:
  - id: week
    holidays: [2026-11-04]
  - id: four
    work_days: [mon, tue, wed, thu]
    half_days: [thu]
people:
  - {id: anna, role: a, skills: {code: 0.9}, cost_per_month: 5000, mentor: bo, mentor_share: 0.2,
     start: 2026-11-03, ramp_up: [0.5]}
  - {id: bo, role: b, skills: {code: 0.5, design: 1}, share: 0.5, cost_per_month: 3000}
  - {id: cy, role: c, calendar: four, skills: {code: 1}, cost_per_month: 4000,
     away: [{first: 2026-11-09, last: 2026-11-10}]}
"""


def plan_of(projects: str) -> Plan:
    return plan_of_text(HEAD + projects, "company.yaml")


PROJECT = """\
projects:
  - id: p
    goal: g
    milestones:
      - {id: alpha, deadline: 2026-11-13, weight: 2}
      - {id: beta, deadline: 2026-12-04, hard: true, after: [alpha]}
    tasks:
      - {id: done, effort: 4, skills: {code: 1}, finished: 2026-10-30, spent: 4, by: [cy]}
      - {id: a, effort: 3, spent: 1, skills: {code: 1}, level: 0.8, after: [done], milestone: alpha}
      - {id: b, effort: [1, 1.2, 2], skills: {code: 1}, after: [{task: a, lag_days: 1.5}],
         milestone: alpha}
      - {id: c, kind: wait, days: 2, after: [alpha], milestone: beta}
      - {id: d, effort: 1, skills: {code: 1}, only: [anna, cy], not_before: 2026-11-07,
         pin: {end: 2026-11-20, people: [cy]}}
"""


def test_capacities_follow_calendar_share_ramp_up_and_mentoring() -> None:
    plan = plan_of(PROJECT)
    grid = asked(plan).grid
    by_day = {
        person.id: capacity(plan, person, grid)[grid.first_slot(date(2026, 11, 2)) :]
        for person in plan.people
    }
    # Monday to Friday of the first week; the holiday is worked by the four-day calendar alone.
    assert grid.days[:5] == tuple(date(2026, 11, day) for day in (2, 3, 4, 5, 6))
    assert by_day["anna"][:10:2] == (0, 50, 0, 50, 50)
    assert by_day["bo"][:10:2] == (50, 40, 0, 40, 40)
    assert by_day["cy"][:10] == (100, 100, 100, 100, 100, 100, 100, 0, 0, 0)
    assert by_day["cy"][10:16] == (0, 0, 0, 0, 100, 100)
    december = grid.first_slot(date(2026, 12, 3))
    assert by_day["anna"][december - 2] == 50  # 2 December is still the first month
    assert (by_day["anna"][december], by_day["bo"][december]) == (100, 50)


def test_tasks_links_and_milestones() -> None:
    found = asked(plan_of(PROJECT))
    problem = found.problem
    tasks = {task.id: task for task in problem.tasks}
    assert list(tasks) == ["a", "b", "c", "d"]
    assert (tasks["a"].work, tasks["b"].work, tasks["c"].duration) == (4, 3, 4)
    assert tasks["a"].skills == {"code at 0.8": 1}
    able = [person.id for person in problem.people if "code at 0.8" in person.skills]
    assert able == ["anna", "cy"]
    assert (tasks["d"].only, tasks["d"].pinned_people) == (("anna", "cy"), ("cy",))
    grid = found.grid
    assert grid.day(tasks["d"].release) == date(2026, 11, 9)
    assert tasks["d"].deadline == grid.end_slot(date(2026, 11, 20))
    assert set(problem.links) == {Link("a", "b", lag=3), Link("a", "c"), Link("b", "c")}
    alpha, beta = problem.milestones
    assert alpha == Milestone(
        "alpha", ("a", "b"), grid.end_slot(date(2026, 11, 13)), 2.0, due_day="2026-11-13"
    )
    assert (beta.tasks, beta.is_hard) == (("a", "b", "c"), True)


def test_what_done_tasks_say_moves_efforts_and_is_told() -> None:
    late = PROJECT.replace("spent: 4, by: [cy]", "spent: 8, by: [cy]")
    found = asked(plan_of(late))
    assert found.factors["cy"].value > found.factors[""].value > 1
    assert found.problem.tasks[1].work > 3
    assert found.notes[0].startswith("Efforts are multiplied by what 1 done task say: cy 1.")


def test_the_bias_of_the_plan_counts_where_nothing_is_done() -> None:
    text = PROJECT.replace("finished: 2026-10-30, spent: 4, by: [cy]", "kind: work")
    found = asked(plan_of(text + "assumptions: {bias: 1.5}\n"))
    assert [task.work for task in found.problem.tasks][:2] == [12, 6]
    assert found.notes == ("Efforts are multiplied by 1.50, the plan's assumed bias.",)


def test_a_plan_without_open_tasks_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        asked(plan_of(""))
    assert str(refused.value) == (
        "A plan must have a task that is not finished to be scheduled; found none. Add tasks to a "
        "project."
    )


def test_the_horizon_grows_until_the_work_fits() -> None:
    long = "projects: [{id: p, goal: g, tasks: [{id: a, effort: 200, skills: {design: 1}}]}]\n"
    found = asked(plan_of(long))
    assert found.problem.horizon > 2 * 3 * 43
    assert violations(found.problem, solve(found.problem, limits=Limits(2, 1)).schedule) == []


HIRE = """\
hires:
  - {id: dev, role: d, skills: {code: 0.8}, cost_per_month: 6000, earliest: 2026-11-30,
     ramp_up: [0.3]}
"""


def test_an_opening_brings_somebody_who_starts_later_and_ramps_up() -> None:
    plan = plan_of(PROJECT + HIRE)
    grid = asked(plan).grid
    person, start = hired(plan, plan.hires[0], grid)
    assert start == date(2026, 11, 30)
    first = grid.first_slot(start)
    assert (person.capacity[first - 1], person.capacity[first]) == (0, 30)
    assert "code at 0.8" in person.skills


def test_efforts_from_learning_curves_take_the_place_of_assumptions() -> None:
    path = Path("examples/company/company.yaml")
    plan = read_plan(path)
    assumed, given = asked(plan), asked(plan, {"e-label": 40.0})
    work = {task.id: task.work for task in given.problem.tasks}
    before = {task.id: task.work for task in assumed.problem.tasks}
    assert work["e-label"] > before["e-label"]
    # 4,000 more labels at 160 a day are 25 person-days, in half days and times 1.19 or so.
    assert 50 < before["e-label"] < 70


def test_a_task_waits_for_the_date_of_a_milestone_without_tasks() -> None:
    project = {
        "id": "p",
        "goal": "g",
        "milestones": [{"id": "fair", "deadline": "2027-01-20"}],
        "tasks": [{"id": "a", "effort": 1, "skills": {"ml": 1}, "after": ["fair"]}],
    }
    ada = {"id": "ada", "role": "r", "skills": {"ml": 1}, "cost_per_month": 1}
    read = Plan.model_validate(
        {"currency": "EUR", "start": "2027-01-04", "people": [ada], "projects": [project]}
    )
    found = asked(read)
    (only,) = found.problem.tasks
    assert found.naming(only.release) == "2027-01-21"


def test_past_sprints_move_the_estimates_of_everybody_unless_their_tasks_do() -> None:
    def factor(past: list[dict[str, object]], **done: object) -> float:
        open_task = {"id": "a", "effort": 4, "skills": {"ml": 1}}
        tasks = [open_task, {"id": "b", "effort": 2, "skills": {"ml": 1}, **done}]
        sprints = {"start": "2027-01-04", "past": past}
        project = {"id": "p", "goal": "g", "tasks": tasks, "sprints": sprints}
        ada = {"id": "ada", "role": "r", "skills": {"ml": 1}, "cost_per_month": 1}
        given = {"currency": "EUR", "start": "2027-01-04", "people": [ada], "projects": [project]}
        return asked(Plan.model_validate(given)).factors[""].value

    slow = [{"first": "2026-12-07", "planned": 10, "done": 5}]
    before = factor([])
    assert before < factor(slow) < 2 * before
    assert factor(slow * 3) > factor(slow)
    assert factor([{"first": "2026-12-07", "planned": 10, "done": 0}]) == before
    told = {"finished": "2026-12-11", "spent": 2, "by": ["ada"]}
    assert factor(slow, **told) == factor([], **told)
