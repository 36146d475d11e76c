"""The changes of a plan that get a price."""

from datetime import date

from whet.company.plan.read import plan_of_text
from whet.company.schedule.from_plan import asked
from whet.company.schedule.plan_changes import plan_changes

TEXT = """\
currency: EUR
start: 2026-11-02
months: 6
people:
  - {id: anna, role: a, skills: {code: 1}, cost_per_month: 4000}
hires:
  - {id: dev, role: d, skills: {code: 0.8}, cost_per_month: 6000, earliest: 2026-12-07, ramp_up: []}
  - {id: seller, role: s, skills: {sales: 1}, cost_per_month: 5000}
projects:
  - id: p
    goal: g
    milestones: [{id: m}, {id: n}]
    tasks:
      - {id: a, effort: 4, skills: {code: 1}, milestone: m}
      - {id: b, effort: 2, skills: {code: 1}, milestone: n, optional: true}
"""


def test_openings_that_help_and_optional_tasks_are_among_them() -> None:
    plan = plan_of_text(TEXT, "company.yaml")
    problem = asked(plan)
    changes = {change.name: change.problem for change in plan_changes(plan, problem)}
    assert list(changes) == [
        "+1 person with code",
        "+1 week",
        "-m",
        "-n",
        "+1 dev from 2026-12-07",
        "-b",
    ]
    dev = changes["+1 dev from 2026-12-07"].people[-1]
    first = problem.grid.first_slot(date(2026, 12, 7))
    assert (dev.capacity[first - 1], dev.capacity[first]) == (0, 100)
    assert [task.id for task in changes["-b"].tasks] == ["a"]
