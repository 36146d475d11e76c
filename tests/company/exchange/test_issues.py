"""Issues of GitHub and GitLab, as gh and the REST APIs give them."""

import json
from datetime import date
from typing import Any

import pytest

from whet.company.exchange.draft import plan_of
from whet.company.exchange.issues import import_issues, is_issues
from whet.company.exchange.items import Mapped
from whet.company.exchange.yaml_out import plan_values
from whet.core.errors import InputError

GH: list[dict[str, Any]] = [
    {"number": 3, "title": "Crash", "state": "CLOSED", "stateReason": "COMPLETED",
     "closedAt": "2028-02-29T23:59:00Z", "labels": [{"name": "Bug"}, {"name": "estimate: 2"}],
     "assignees": [{"login": "ann"}],
     "milestone": {"title": "v1", "dueOn": "2028-04-01T00:00:00Z"}},
    {"number": 4, "title": "Faster", "state": "OPEN", "stateReason": "", "closedAt": None,
     "labels": [], "assignees": [], "milestone": None, "body": "Blocked by #3 and #99."},
    {"number": 5, "title": "No", "state": "CLOSED", "stateReason": "NOT_PLANNED",
     "closedAt": "2028-01-01T00:00:00Z"},
]  # fmt: skip
REST: list[dict[str, Any]] = [
    {"number": 3, "title": "Crash", "state": "closed", "state_reason": "completed",
     "closed_at": "2028-02-29T23:59:00Z", "labels": [{"name": "Bug"}, {"name": "estimate: 2"}],
     "assignees": [{"login": "ann"}],
     "milestone": {"title": "v1", "due_on": "2028-04-01T07:00:00Z"}},
    {"number": 4, "title": "Faster", "state": "open", "body": "blocked by #3, #99"},
    {"number": 5, "title": "PR", "state": "open", "pull_request": {"url": "x"}},
]  # fmt: skip
GITLAB: list[dict[str, Any]] = [
    {"iid": 7, "title": "Crash", "state": "opened", "labels": ["bug"], "weight": 3,
     "time_stats": {"time_estimate": 57600, "total_time_spent": 28800},
     "assignees": [{"username": "ann"}], "milestone": {"title": "v1", "due_date": "2028-04-01"},
     "due_date": "2028-03-31"},
]  # fmt: skip


def read(issues: Any, tool: str = "github") -> Any:
    mapped = Mapped({"bug": "backend"}, 1.5, "1 to 4")
    return import_issues(json.dumps(issues).encode(), "i.json", tool, mapped)


@pytest.mark.parametrize("issues", [GH, REST])
def test_issues_of_github(issues: Any) -> None:
    draft = read(issues)
    plan = plan_of(draft, "i.json", today=date(2028, 1, 1))
    assert is_issues(issues) == "github"
    assert plan_values(plan)["projects"] == [
        {
            "id": "work",
            "goal": "Work",
            "milestones": [{"id": "v1", "title": "v1", "deadline": date(2028, 4, 1)}],
            "tasks": [
                {
                    "id": "issue-3", "title": "Crash", "effort": 3, "skills": {"backend": 1},
                    "milestone": "v1", "finished": date(2028, 2, 29), "by": ["ann"],
                },
                {"id": "issue-4", "title": "Faster", "effort": [1, 2, 4], "after": ["issue-3"]},
            ],
        }
    ]  # fmt: skip
    assert draft.notes[-2:] == (
        "i.json: issues that others wait for are not in the file: 99.",
        "i.json: 1 left out: pull requests, and issues closed as not to be done.",
    )


def test_issues_of_gitlab() -> None:
    plan = plan_of(read(GITLAB, "gitlab"), "i.json", today=date(2028, 1, 1))
    assert is_issues(GITLAB) == "gitlab"
    assert plan_values(plan.tasks[0]) == {
        "id": "issue-7", "title": "Crash", "effort": 2, "skills": {"backend": 1}, "milestone": "v1",
        "deadline": date(2028, 3, 31), "only": ["ann"], "spent": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("issues", "said"),
    [
        ({"a": 1}, "i.json: must be a list of issues in JSON; found a mapping."),
        ([{"number": 3, "state": "open"}],
         "i.json: issue 3: must have 'title'; it has none. Export the issues again."),
        ([{"number": 3, "title": "x", "state": "closed"}],
         "i.json: issue 3: must have 'closedAt'; it has none. Export the issues again."),
        ([{"number": 3, "title": "x", "state": "closed", "closedAt": "today"}],
         "i.json: issue 3: 'closedAt' must be a time such as 2028-02-29T10:00:00Z; found 'today'. "
         "Export the issues again."),
        (["x"], "i.json: entry 1: must have the fields that GitHub gives; found 'x'. "
         "Export the issues again."),
    ],
)  # fmt: skip
def test_issues_that_are_refused(issues: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(issues)
    assert str(caught.value) == said


def test_a_file_that_is_no_json_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        import_issues(b"[\n{,", "i.json", "github", Mapped())
    assert str(caught.value) == (
        "i.json:2: must be JSON; found: Expecting property name enclosed in double quotes."
    )
