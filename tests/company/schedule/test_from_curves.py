"""Efforts of label and train tasks from learning curves, or the reason why there are none."""

from pathlib import Path

from whet.company.plan.read import plan_of_text, read_plan
from whet.company.schedule.from_curves import learnt_efforts
from whet.company.schedule.from_plan import asked

EXAMPLE = Path("examples/company/company.yaml")

HEAD = """\
currency: EUR
start: 2026-11-02
people: [{id: ann, role: a, skills: {ml: 1}, cost_per_month: 5000}]
quality: [{id: q, value: 0.9, train_days: 3}]
projects:
  - id: p
    goal: g
    tasks: [{id: t, kind: train, target: q, skills: {ml: 1}}]
"""


def test_the_example_takes_its_efforts_from_its_curves() -> None:
    plan = read_plan(EXAMPLE)
    efforts, notes = learnt_efforts(plan, None)
    assert set(efforts) == {"e-label", "e-train", "m-label", "m-train"}
    assert efforts["e-train"] >= 6
    assert any(n.startswith("e-label takes ") and "curve of extract-f1" in n for n in notes)
    problem = asked(plan, efforts).problem
    work = {task.id: task.work for task in problem.tasks}
    assert work["e-label"] >= 2 * efforts["e-label"]


def test_a_target_without_a_curve_says_so_and_the_rule_of_thumb_counts() -> None:
    plan = plan_of_text(HEAD, "company.yaml")
    efforts, notes = learnt_efforts(plan, None)
    assert efforts == {}
    assert notes[0].startswith("The quality target 'q' must have a learning curve: ")
    assert asked(plan, efforts).problem.tasks[0].work == 6


def test_a_plan_without_such_tasks_asks_no_curve() -> None:
    text = HEAD.replace("kind: train, target: q", "effort: 2")
    assert learnt_efforts(plan_of_text(text, "company.yaml"), None) == ({}, [])
