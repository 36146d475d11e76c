"""Tests for whet.company.plan.checks.awaited: money that waits for a milestone."""

import pytest
from tests.company.plan.conftest import Complaints

from whet.company.plan.read import plan_of_text

PLAN = """\
currency: EUR
start: 2026-01-05
people:
  - {{id: ada, role: engineer, skills: {{ml: 1}}, cost_per_month: 5000}}
projects:
  - id: one
    goal: win
    milestones: [{{id: launch{more}}}]
    tasks:
      - {{id: build, effort: 4, skills: {{ml: 1}}{task}}}
cash:
  balance: 9000
  rounds: [{{id: seed, amount: 10, expected: 2026-03-01, needs: launch}}]
revenue:
  - {{id: sales, kind: data, price: 10, units_per_month: 3, starts: launch}}
"""


def test_money_that_waits_for_what_has_no_date_is_refused(complaints: Complaints) -> None:
    said = (
        "must be a milestone that is reached at some time: {} waits for 'launch', which has "
        "neither tasks nor a deadline. Give it one of them."
    )
    assert complaints(PLAN.format(more="", task="")) == [
        f"13: cash.rounds[0].needs: {said.format('the round')}",
        f"15: revenue[0].starts: {said.format('revenue')}",
    ]


@pytest.mark.parametrize(
    ("more", "task"),
    [(", deadline: 2026-06-01", ""), (", after: [build]", ""), ("", ", milestone: launch")],
)
def test_a_deadline_or_a_task_says_when(more: str, task: str) -> None:
    plan = plan_of_text(PLAN.format(more=more, task=task), "plan")
    assert plan.revenue[0].starts == "launch"
