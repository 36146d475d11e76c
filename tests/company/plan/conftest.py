"""Fixtures for the plan's tests: the shortest plan, and what is wrong with a text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whet.company.plan.read import read_plan
from whet.core.errors import InputError

MINIMAL = """\
currency: EUR
start: 2026-01-05
people:
  - {id: ada, role: engineer, skills: {ml: 1}, cost_per_month: 5000}
  - {id: bo, role: engineer, skills: {data: 0.4}, cost_per_month: 4000}
projects:
  - id: one
    goal: win
    milestones: [{id: launch, deadline: 2026-03-31}]
    tasks:
      - {id: build, effort: 4, skills: {ml: 1}, milestone: launch}
"""

Complaints = Callable[[str], list[str]]


@pytest.fixture
def minimal() -> str:
    """Return a short plan that is right; its last line is line 11, a task of the last project."""
    return MINIMAL


@pytest.fixture
def complaints(tmp_path: Path) -> Complaints:
    """Return a function from a plan's text to its problems, one ``line: field: sentence`` each."""

    def complain(text: str) -> list[str]:
        path = tmp_path / "company.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_plan(path)
        return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]

    return complain
