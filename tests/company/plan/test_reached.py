"""Tests for whet.company.plan.reached: dates that no schedule moves."""

from datetime import date

from whet.company.plan.reached import known_dates
from whet.company.plan.read import plan_of_text

PLAN = """\
currency: EUR
start: 2027-01-04
people: [{id: ada, role: r, skills: {ml: 1}, cost_per_month: 1}]
projects:
  - id: p
    goal: g
    milestones:
      - {id: fair, deadline: 2027-02-10}
      - {id: alpha, deadline: 2026-12-01}
      - {id: beta, deadline: 2027-03-01}
      - {id: both, after: [{task: alpha, lag_days: 5}, fair]}
      - {id: unknown}
    tasks:
      - {id: a, effort: 1, skills: {ml: 1}, finished: 2026-11-20, milestone: alpha}
      - {id: b, effort: 1, skills: {ml: 1}, finished: 2026-12-03, milestone: alpha}
      - {id: c, effort: 1, skills: {ml: 1}, milestone: beta, after: [alpha]}
"""


def test_what_is_finished_and_what_needs_nothing_have_their_dates() -> None:
    assert known_dates(plan_of_text(PLAN, "plan")) == {
        "a": date(2026, 11, 20),
        "b": date(2026, 12, 3),
        "fair": date(2027, 2, 10),
        "alpha": date(2026, 12, 3),
        "both": date(2027, 2, 10),
    }


def test_a_plan_with_a_finished_milestone_of_the_past_is_accepted() -> None:
    assert plan_of_text(PLAN, "plan").milestones[1].deadline == date(2026, 12, 1)
