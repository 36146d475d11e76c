"""Tests for whet.company.team.workload: where work may lie, what it adds up to, the unknown."""

import pytest

from whet.company.labels.tasks import with_efforts
from whet.company.plan.read import plan_of_text
from whet.company.plan.schema import Plan
from whet.company.simulation.estimates import certain
from whet.company.team.months import months_of
from whet.company.team.workload import Workload, workload

HEAD = """\
currency: EUR
start: 2027-01-04
months: 6
people:
  - {id: ana, role: ml, skills: {ml: 1, web: 1, label: 1}, cost_per_month: 1}
  - {id: bo, role: ml, skills: {ml: 1, web: 1}, cost_per_month: 1}
"""


def work_of(projects: str, rest: str = "", learnt: dict[str, float] | None = None) -> Workload:
    plan: Plan = plan_of_text(HEAD + projects + rest, "company.yaml")
    days = {task: certain(one) for task, one in (learnt or {}).items()}
    return workload(with_efforts(plan, days), months_of(plan.start, plan.months))


def project(tasks: str, milestones: str = "") -> str:
    return f"projects: [{{id: p, goal: g, milestones: [{milestones}], tasks: [{tasks}]}}]\n"


def test_work_lies_between_earliest_start_and_deadline() -> None:
    # Ten days until the end of February: 20 working days in January (from the 4th), 20 in February.
    found = work_of(
        project(
            "{id: a, effort: 10, skills: {ml: 1}, milestone: m}", "{id: m, deadline: 2027-02-28}"
        )
    )
    assert found.demand["ml"][:3] == pytest.approx((5, 5, 0))


def test_order_moves_work_and_without_deadline_it_is_as_early_as_can_be() -> None:
    # a takes 20 working days, 28 days, to the end of January; b follows.
    found = work_of(
        project(
            "{id: a, effort: 20, skills: {ml: 1}}, {id: b, effort: 5, skills: {web: 1}, after: [a]}"
        )
    )
    assert found.demand["ml"][:2] == pytest.approx((20, 0))
    assert found.demand["web"][:2] == pytest.approx((0, 5))


def test_a_deadline_that_cannot_be_held_does_not_hide_work() -> None:
    found = work_of(project("{id: a, effort: 30, skills: {ml: 1}, deadline: 2027-01-10}"))
    assert sum(found.demand["ml"]) == pytest.approx(30)


def test_people_share_the_effort_and_what_is_done_is_gone() -> None:
    tasks = (
        "{id: a, effort: 9, skills: {ml: 1, web: 1}},"
        "{id: b, effort: 8, spent: 3, skills: {web: 1}},"
        "{id: c, effort: 8, spent: 8, started: 2027-01-01, finished: 2027-01-02, skills: {web: 1}},"
        "{id: d, effort: 8, remaining: 2, skills: {web: 1}}"
    )
    found = work_of(project(tasks))
    assert sum(found.demand["ml"]) == pytest.approx(4.5)
    assert sum(found.demand["web"]) == pytest.approx(4.5 + 5 + 2)


def test_bias_lengthens_estimates_but_not_what_is_spent() -> None:
    found = work_of(
        project("{id: a, effort: 10, spent: 3, skills: {ml: 1}}"), "assumptions: {bias: 1.2}\n"
    )
    assert sum(found.demand["ml"]) == pytest.approx(12 - 3)


def test_work_that_a_learning_curve_decides_is_named() -> None:
    tasks = (
        "{id: lab, kind: label, target: t, skills: {label: 1}},"
        "{id: tr, kind: train, target: t, skills: {ml: 1}, after: [lab]}"
    )
    quality = "quality: [{id: t, value: 0.9, train_days: 4}]\n"
    found = work_of(project(tasks), quality)
    assert found.unknown == ("lab",)
    assert sum(found.demand["ml"]) == pytest.approx(4)


def test_what_a_learning_curve_says_counts_for_labels_and_for_trainings_and_is_biased_as_well() -> (
    None
):
    tasks = (
        "{id: lab, kind: label, target: t, spent: 2, skills: {label: 1}},"
        "{id: tr, kind: train, target: t, skills: {ml: 1}, after: [lab]},"
        "{id: own, kind: train, target: t, effort: 5, skills: {web: 1}}"
    )
    rest = "quality: [{id: t, value: 0.9, train_days: 4}]\nassumptions: {bias: 1.5}\n"
    found = work_of(project(tasks), rest, {"lab": 20, "tr": 12, "own": 99})
    assert found.unknown == ()
    assert sum(found.demand["label"]) == pytest.approx(20 * 1.5 - 2)
    assert sum(found.demand["ml"]) == pytest.approx(12 * 1.5)  # three trainings, not one
    assert sum(found.demand["web"]) == pytest.approx(5 * 1.5)
