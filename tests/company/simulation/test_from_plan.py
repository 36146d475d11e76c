import re
from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.plan.schema import Plan
from whet.company.simulation.calendars import day_of
from whet.company.simulation.estimates import ThreePoint
from whet.company.simulation.from_plan import Assignment, Given, Work, risks_of_plan, work_of_plan
from whet.company.simulation.network import run
from whet.core.errors import InputError

ADA = {"id": "ada", "role": "ml", "skills": {"ml": 1}, "cost_per_month": 5000}
BOB = {"id": "bob", "role": "data", "skills": {"data": 0.9, "ml": 0.4}, "cost_per_month": 4000}


def plan(tasks: list[dict[str, Any]], **changes: Any) -> Plan:
    project = {
        "id": "p",
        "goal": "sold",
        "tasks": tasks,
        "milestones": [{"id": "goal", "deadline": "2027-03-01"}],
    }
    given = {
        "currency": "EUR",
        "start": "2027-01-04",  # a Monday
        "months": 6,
        "people": [ADA, BOB],
        "projects": [project],
    }
    return Plan.model_validate(given | changes)


def task(name: str, effort: Any = 4, **more: Any) -> dict[str, Any]:
    return {"id": name, "effort": effort, "skills": {"ml": 1}, "milestone": "goal"} | more


def risk(name: str, impact: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": "t", "probability": 0.2, "impact": impact} | more


def finish(work: Work, **efforts: float) -> dict[str, float]:
    """Return when each activity ends, with likely efforts where none is given."""
    days = {name: three.likely for name, three in work.efforts.items()} | efforts
    times = run(work.network, {name: np.array([x]) for name, x in days.items()})
    return {a.id: float(times.of(a.id)[0]) for a in work.network.activities}


def test_work_goes_to_those_who_can_and_waits_for_what_it_must() -> None:
    work = work_of_plan(plan([task("a"), task("b", after=["a"]), task("c", 2, skills={"data": 1})]))
    assert work.people == {"a": ("ada",), "b": ("ada",), "c": ("bob",)}
    ends = finish(work)
    assert (ends["a"], ends["b"], ends["c"]) == (4.0, 10.0, 2.0)
    assert ends["goal"] == 10.0
    assert str(work.deadlines["goal"]) == "2027-03-01"


def test_one_person_does_one_thing_at_a_time_the_urgent_first() -> None:
    urgent = task("b", deadline="2027-01-08")
    assert finish(work_of_plan(plan([task("a"), urgent]))) == {"goal": 10.0, "b": 4.0, "a": 10.0}


def test_two_people_share_the_effort() -> None:
    both = work_of_plan(plan([task("a", 4, skills={"ml": 1, "data": 1})]))
    assert both.people["a"] == ("ada", "bob")
    assert finish(both)["a"] == 2.0


def test_a_lag_counts_working_days() -> None:
    lagged = task("b", 1, after=[{"task": "a", "lag_days": 2}])
    # a until Thursday; Friday and Monday pass; b on Tuesday, the eighth day.
    assert finish(work_of_plan(plan([task("a"), lagged])))["b"] == 9.0


def test_of_a_lag_after_finished_work_only_the_rest_is_left() -> None:
    done = task("a", finished="2027-01-01")  # three days before the start
    late = task("b", 1, after=[{"task": "a", "lag_days": 5}])
    soon = task("c", 1, after=[{"task": "a", "lag_days": 1}], skills={"data": 1})
    ends = finish(work_of_plan(plan([done, late, soon])))
    # Five working days are seven days, of which two have passed: b begins on Saturday, day 5.
    assert (ends["b"], ends["c"]) == (8.0, 1.0)


def test_waiting_takes_working_days_and_nobody() -> None:
    wait = {"id": "w", "kind": "wait", "days": 6, "milestone": "goal"}
    work = work_of_plan(plan([task("a", 9), wait]))
    assert "w" not in work.people
    assert finish(work)["w"] == 8.0


def test_what_is_done_takes_no_time_and_what_is_spent_is_taken_off() -> None:
    done = task("a", finished="2026-12-01", spent=4)
    half = task("b", [3, 6, 9], spent=4)
    anew = task("c", 9, remaining=1)
    work = work_of_plan(plan([done, half, anew]))
    assert work.efforts == {"b": ThreePoint(0, 2, 5), "c": ThreePoint(1, 1, 1)}
    assert finish(work)["a"] == 0.0


def test_a_single_number_is_spread_as_the_plan_assumes() -> None:
    spread = {"spread": [0.5, 1, 2]}
    assert work_of_plan(plan([task("a", 10)], assumptions=spread)).efforts["a"] == ThreePoint(
        5, 10, 20
    )
    assert work_of_plan(plan([task("a", [1, 2, 3])], assumptions=spread)).efforts[
        "a"
    ] == ThreePoint(1, 2, 3)


def test_calendars_shares_ramps_and_mentors_count() -> None:
    calendars = [{"id": "c", "half_days": ["fri"], "holidays": ["2027-01-06"]}]
    new = ADA | {"start": "2027-01-04", "ramp_up": [0.5], "mentor": "bob"}
    people = [new, BOB | {"mentor_share": 0}]
    work = work_of_plan(
        plan([task("a", 1), task("b", 3.5, skills={"data": 1})], calendars=calendars, people=people)
    )
    ends = finish(work)
    assert ends["a"] == 2.0  # at half of full output
    # Bob gives a tenth of his days to Ada: Mon, Tue, Thu, half of Friday make 3.15; the rest Mon.
    assert ends["b"] == pytest.approx(7 + 0.35 / 0.9)


def test_days_before_which_work_may_not_begin_and_pins() -> None:
    work = work_of_plan(
        plan(
            [
                task("a", 1, not_before="2027-01-07"),
                task("b", 1, pin={"start": "2027-01-12", "people": ["bob"]}),
            ]
        )
    )
    ends = finish(work)
    assert (ends["a"], ends["b"]) == (4.0, 9.0)
    assert work.people["b"] == ("bob",)


def test_a_schedule_says_who_and_in_which_order() -> None:
    tasks = [task("a"), task("b"), task("c", skills={"data": 1})]
    assigned = {
        "a": Assignment(("ada",), (6.0, 10.0)),
        "b": Assignment(("ada",), (0.0, 4.0)),
        "c": Assignment(("bob",), (0.0, 4.0)),
    }
    ends = finish(work_of_plan(plan(tasks), Given(assigned=assigned)))
    assert (ends["b"], ends["a"]) == (4.0, 10.0)


def test_efforts_of_a_learning_curve_are_used_where_the_file_has_none() -> None:
    target = {"id": "f1", "metric": "f1", "value": 0.9, "by": "goal"}
    tasks = [task("l", None, kind="label", target="f1", skills={"data": 1})]
    learnt = {"l": ThreePoint(2, 3, 7)}
    assert work_of_plan(plan(tasks, quality=[target]), Given(learnt)).efforts["l"] == learnt["l"]
    sentence = (
        "The task 'l' has no effort, and no learning curve gives one. Give it an effort, or a "
        "quality target with measured points."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        work_of_plan(plan(tasks, quality=[target]))


def test_a_task_that_nobody_can_do_is_refused() -> None:
    sentence = (
        "Nobody is left who can do 'a': it needs 'law' at a level of 0.5. Add the skill to "
        "someone, or lower the level."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        work_of_plan(plan([task("a", skills={"law": 1})]))


def test_risks_hit_what_they_name() -> None:
    tasks = [task("a"), task("b", skills={"data": 1}), task("c", finished="2026-12-01")]
    half = {"what": "x", "probability": 0.1, "impact": 0.5, "decided": True}
    found = plan(
        tasks,
        risks=[
            risk("r1", {"effort": 1.5}),
            risk("r2", {"hits": ["bob"], "days": 3}),
            risk("r3", {"hits": ["c"], "days": 3, "cash": 5}),
            risk("r4", {"cash": 5}, status="closed"),
            risk("r5", {"hits": ["goal"], "days": 1}, status="happened", actions=[half]),
        ],
    )
    risks = {risk.id: risk for risk in risks_of_plan(found, work_of_plan(found))}
    assert risks["r1"].impacts[0].targets == ("a", "b")
    assert risks["r2"].impacts[0].targets == ("b",)
    assert [impact.kind for impact in risks["r3"].impacts] == ["cash"]
    assert "r4" not in risks
    assert risks["r5"].probability == 1.0 and risks["r5"].actions[0].probability is None
    assert risks["r5"].impacts[0].targets == ("a", "b")


def with_milestones(*marks: dict[str, Any], tasks: list[dict[str, Any]]) -> Work:
    project = {"id": "p", "goal": "sold", "tasks": tasks, "milestones": list(marks)}
    return work_of_plan(plan([], projects=[project]))


def test_a_milestone_without_tasks_is_reached_on_its_own_date() -> None:
    fair = {"id": "fair", "deadline": "2027-01-20"}  # day 16 of the plan, done at 17.0
    follows = task("a", 2, after=["fair"], milestone=None)
    ends = finish(with_milestones(fair, tasks=[follows]))
    assert (ends["fair"], ends["a"]) == (17.0, 19.0)


def test_a_finished_milestone_keeps_its_recorded_date_and_what_follows_may_start() -> None:
    done = task("a", milestone="alpha", finished="2026-12-30")
    follows = task("b", 2, after=["alpha"], milestone=None)
    eve = task("c", milestone="eve", finished="2027-01-03")
    marks = [{"id": "alpha", "deadline": "2026-12-01"}, {"id": "eve"}]
    ends = finish(with_milestones(*marks, tasks=[done, follows, eve]))
    start = date(2027, 1, 4)
    assert [str(day_of(start, ends[name])) for name in ("alpha", "eve")] == [
        "2026-12-30",
        "2027-01-03",
    ]
    assert ends["b"] == 2.0
