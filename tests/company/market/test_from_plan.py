"""Tests for whet.company.market.from_plan: what the file says becomes inputs of this folder."""

from datetime import date
from pathlib import Path

import pytest

from whet.company.market.from_plan import (
    cases_of,
    ladder_of,
    meter_of,
    rule_milestones,
    rules_of,
    segment_maps,
    with_rule_milestones,
)
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan
from whet.company.schedule.from_plan import asked

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"


@pytest.fixture(scope="module")
def example() -> Plan:
    return read_plan(EXAMPLE)


def plan_of(text: str) -> Plan:
    return plan_of_text("currency: EUR\nstart: 2027-02-01\n" + text, "company.yaml")


def test_maps_hold_our_offer_and_the_rivals_that_sell_in_its_place(example: Plan) -> None:
    shops, firms = segment_maps(example)
    assert [(place.offer, place.price) for place in shops.places] == [
        ("Fennel Triage", 240),
        ("Routewise", 290),
    ]
    # Weights .4, .2, .2 without the price: routing .9 and api 1 of 1.
    assert shops.places[1].value == pytest.approx((0.4 * 0.9 + 0.2) / 0.8)
    assert [gap.feature for gap in firms.gaps] == ["on-premises"]


def test_price_tests_come_from_a_file_or_the_plan(example: Plan) -> None:
    by_file, by_counts = example.market.price_tests
    meter = meter_of(by_file, EXAMPLE.parent)
    assert meter is not None and meter.answers == 30
    assert ladder_of(by_file) is None and meter_of(by_counts, EXAMPLE.parent) is None
    ladder = ladder_of(by_counts)
    assert ladder is not None and (ladder.best, ladder.unit_cost) == (400, 60)


def test_scenarios_scale_the_buyers(example: Plan) -> None:
    shops, firms = example.market.segments
    assert cases_of(example, shops) == ()
    cases = cases_of(example, firms)
    assert [case.name for case in cases] == ["slump", "steady", "boom"]
    assert [case.curve.market for case in cases] == pytest.approx([63, 90, 126])


def test_without_scenarios_the_sizes_are_the_cases() -> None:
    plan = plan_of(
        "market: {segments: [{id: s, customers: [10, 20, 40], adoption: {share: 0.5}}]}\n"
    )
    cases = cases_of(plan, plan.market.segments[0])
    assert [(case.probability, case.curve.market) for case in cases] == [
        (0.3, 5),
        (0.4, 10),
        (0.3, 20),
    ]


def test_rules_take_their_lead_from_their_tasks(example: Plan) -> None:
    certificate, deletion = rules_of(example)
    assert certificate.due == date(2027, 3, 31)
    # Pessimistic person-days 9, 2 and 1.5, a tenth more, in calendar days.
    assert certificate.lead_days == 20
    assert (deletion.owner, deletion.lead_days) == ("Jonas Wirth", 14)


def test_a_rule_without_tasks_and_one_whose_tasks_are_done() -> None:
    plan = plan_of(
        "people: [{id: ana, role: law, skills: {law: 1}, cost_per_month: 1}]\n"
        "projects: [{id: p, goal: g, tasks: [{id: t, effort: 3, spent: 3, skills: {law: 1},\n"
        "  started: 2027-01-04, finished: 2027-01-08}]}]\n"
        "market:\n"
        "  rules:\n"
        "    - {id: a, title: A, holds_from: 2027-06-01}\n"
        "    - {id: b, title: B, holds_from: 2027-06-01, lead_days: 7}\n"
        "    - {id: c, title: C, holds_from: 2027-01-31, tasks: [t]}\n"
    )
    a, b, c = rules_of(plan)
    assert (a.lead_days, b.lead_days, c.is_done) == (90, 7, True)


def test_rules_become_milestones_of_the_evening_before(example: Plan) -> None:
    found = rule_milestones(example)[0]
    assert (found.id, found.deadline) == ("rule-certificate", date(2027, 3, 30))
    assert [link.task for link in found.after] == ["a-policies", "a-training", "a-visit"]


def test_rules_join_the_milestones_of_the_project_of_their_tasks(example: Plan) -> None:
    found = with_rule_milestones(example)
    homes = {mark.id: project.id for project in found.projects for mark in project.milestones}
    assert (homes["rule-certificate"], homes["rule-deletion"]) == ("audit", "extract-1")
    assert with_rule_milestones(found) == found
    reached = {mark.id: mark.tasks for mark in asked(found).problem.milestones}
    assert reached["rule-certificate"] == ("a-policies", "a-training", "a-visit")
