"""Tests for whet.company.labels.tasks: one answer to how long label and train tasks take."""

from dataclasses import replace
from pathlib import Path

import pytest

from whet.company.cash.sources import sources
from whet.company.labels.from_plan import task_efforts
from whet.company.labels.tasks import learnt_efforts, rule_of_thumb
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.company.report.computation import Question
from whet.company.report.steps import efforts
from whet.company.schedule.from_plan import asked
from whet.company.simulation.estimates import ThreePoint, certain

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"

HEAD = """\
currency: EUR
start: 2026-11-02
people: [{id: ann, role: a, skills: {ml: 1}, cost_per_month: 5000}]
quality: [{id: q, value: 0.9, labels_per_day: 100, train_days: 4}]
projects:
  - id: p
    goal: g
    tasks:
      - {id: l, kind: label, target: q, skills: {ml: 1}}
      - {id: t, kind: train, target: q, skills: {ml: 1}}
      - {id: own, kind: train, target: q, effort: 9, skills: {ml: 1}}
"""


def plan(**target: object) -> Plan:
    found = plan_of_text(HEAD, "company.yaml")
    return found.model_copy(update={"quality": [found.quality[0].model_copy(update=target)]})


def test_the_example_takes_its_efforts_from_its_curves() -> None:
    read = read_plan(EXAMPLE)
    learnt = learnt_efforts(read, None)
    assert set(learnt.days) == {"e-label", "e-train", "m-label", "m-train"}
    assert learnt.refused == {}
    assert learnt.days["e-label"] == ThreePoint(*task_efforts(read, None).days["e-label"])
    assert learnt.days["e-train"].likely >= 6


@pytest.mark.parametrize("target", [{}, {"card": "never-built"}, {"value": 84.0}])
def test_schedule_simulation_and_report_take_the_same_efforts(target: dict[str, object]) -> None:
    read = plan(**target)
    learnt = learnt_efforts(read, None)
    work = {task.id: task.work / 2 for task in asked(read).problem.tasks}
    assert work["l"] == learnt.days["l"].likely and work["t"] == learnt.days["t"].likely
    assert sources(read).learnt == learnt.days
    assert efforts(Question(read, EXAMPLE)).days == learnt.days


def test_the_rule_of_thumb_doubles_the_labels_as_far_as_they_can_be_had() -> None:
    assert rule_of_thumb(plan(labels_today=1200)) == {
        "l": ThreePoint(6, 12, 36),
        "t": ThreePoint(4, 4, 8),  # a round for each doubling begun
    }
    assert rule_of_thumb(plan())["l"] == ThreePoint(5, 10, 30)  # of a thousand labels
    assert rule_of_thumb(plan(labels_today=0))["l"] == ThreePoint(5, 10, 30)
    assert rule_of_thumb(plan(labels_today=1200, most_labels=2000))["l"] == ThreePoint(6, 8, 8)
    assert rule_of_thumb(plan(labels_today=1200, most_labels=1200))["l"] == certain(0)
    assert rule_of_thumb(plan(labels_today=1200, stages=1))["t"] == certain(4)
    assert rule_of_thumb(plan(labels_today=1200, unit="gpu_hours"))["l"] == certain(0)


def test_a_card_that_was_never_built_goes_by_the_rule_of_thumb_and_is_told() -> None:
    notes = learnt_efforts(plan(card="faq"), None).notes(plan(card="faq"))
    assert notes == (
        "l takes 10 person-days (5 to 30) by a rule of thumb for q.",
        "t takes 4 person-days (4 to 8) by a rule of thumb for q.",
        "The curve of q says nothing: The quality target 'q' must have a learning curve: 'faq' was "
        "not built in this workspace. Build it with `whet build CARD`, or write the points under "
        "`measured`.",
    )


def test_a_target_that_the_planned_work_may_miss_says_with_which_probability() -> None:
    read = read_plan(EXAMPLE)
    learnt = learnt_efforts(read, None)
    assert set(learnt.within_reach) == {"extract-f1", "match-ap"}
    chance = learnt.within_reach["extract-f1"]
    assert 0.2 < chance < 0.9
    assert (
        f"extract-f1 reaches 0.84 with a probability of {chance:.0%}; its tasks end after two "
        "doublings at the latest, met or not."
    ) in learnt.notes(read)
    done = read.model_copy(update={"projects": []})  # nobody works for it: nothing to tell
    assert learnt.notes(done) == ()
    sure = replace(learnt, within_reach={"extract-f1": 1.0, "match-ap": 0.999})
    assert not [note for note in sure.notes(read) if "reaches" in note]


def test_one_target_without_a_curve_leaves_the_others_theirs() -> None:
    read = read_plan(EXAMPLE)
    first, second = read.quality
    broken = read.model_copy(update={"quality": [first, second.model_copy(update={"value": 84})]})
    learnt = learnt_efforts(broken, None)
    assert set(learnt.refused) == {"match-ap"}
    assert learnt.days["e-label"] == learnt_efforts(read, None).days["e-label"]
    assert learnt.days["m-label"] == rule_of_thumb(broken)["m-label"]


def test_an_effort_that_past_estimates_move_is_told_as_it_is_planned() -> None:
    read = plan(labels_today=1200)
    learnt = learnt_efforts(read, None)
    told = learnt.notes(read, {"l": 14.0, "t": 4.2})
    assert told[0] == (
        "l takes 12 person-days (6 to 36) by a rule of thumb for q; it is planned with 14, as past "
        "estimates were off."
    )
    assert told[1] == "t takes 4 person-days (4 to 8) by a rule of thumb for q."
    begun = plan_of_text(HEAD.replace("kind: label,", "kind: label, spent: 2,"), "company.yaml")
    assert "; what is left is planned with 14, as past " in learnt.notes(begun, {"l": 14.0})[0]
    assert learnt.notes(begun, {"l": 10.2})[0].endswith("by a rule of thumb for q.")


def test_what_has_spent_its_estimate_and_is_not_done_is_told() -> None:
    begun = plan_of_text(HEAD.replace("kind: label,", "kind: label, spent: 40,"), "company.yaml")
    told = learnt_efforts(begun, None).notes(begun, {"l": 0.0})[0]
    assert told.endswith("; 40 are spent, so nothing is planned for it: give `remaining`.")


def test_what_is_done_or_estimated_again_is_not_told() -> None:
    read = plan_of_text(
        HEAD.replace("kind: label, target: q,", "kind: label, target: q, remaining: 3,").replace(
            "kind: train, target: q, skills",
            "kind: train, target: q, finished: 2026-10-01, by: [ann], spent: 3, skills",
        ),
        "company.yaml",
    )
    assert learnt_efforts(read, None).notes(read) == ()


def test_a_plan_without_such_tasks_asks_no_curve() -> None:
    text = HEAD.replace("- {id: l, kind: label, target: q,", "- {id: l, effort: 2,")
    text = text.replace("- {id: t, kind: train, target: q,", "- {id: t, effort: 2,")
    learnt = learnt_efforts(plan_of_text(text, "company.yaml"), None)
    assert (learnt.days, learnt.refused, learnt.notes(plan())) == ({}, {}, ())
    assert replace(learnt).likely() == {}
