"""Fixtures for the formats' tests: the example plan, and a short one with rows."""

from datetime import date
from pathlib import Path

import pytest

from whet.company.exchange.rows import Row
from whet.company.plan.read import plan_of_text, read_plan
from whet.company.plan.schema import Plan

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"

SHORT = """\
company: "Oak; #1: Labs"
currency: EUR
start: 2028-02-28
people:
  - {id: ada, name: Ada Lo, role: engineer, skills: {ml: 1}, cost_per_month: 5000}
projects:
  - id: one
    goal: Win
    milestones: [{id: launch, title: "Launch: now", deadline: 2028-03-31, hard: true}]
    tasks:
      - {id: build, title: "click here: 50%", effort: [2, 3, 5], skills: {ml: 1}, milestone: launch}
      - {id: ship, effort: 1, after: [{task: build, lag_days: 0.5}], milestone: launch}
"""


@pytest.fixture(scope="session")
def example() -> Plan:
    """Return the example's plan."""
    return read_plan(EXAMPLE)


@pytest.fixture
def short() -> Plan:
    """Return a plan over a leap day."""
    return plan_of_text(SHORT, "short.yaml")


@pytest.fixture
def rows() -> list[Row]:
    """Return the rows of the short plan."""
    return [
        Row("build", "click here: 50%", "one", date(2028, 2, 28), date(2028, 3, 1), ("ada",),
            is_critical=True),
        Row("ship", "ship", "one", date(2028, 3, 2), date(2028, 3, 2), ("ada",)),
        Row("launch", "Launch: now", "one", date(2028, 3, 2), date(2028, 3, 2), is_milestone=True),
    ]  # fmt: skip
