"""Which tasks do the issues of GitHub and GitLab hold? As their APIs and `gh` give them, in JSON.

GitHub: `gh issue list --state all --json number,title,body,labels,milestone,state,stateReason,
assignees,closedAt`, or its REST API. GitLab: `glab api projects/:id/issues`, its REST API.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from whet.company.exchange.draft import Draft
from whet.company.exchange.items import Item, Mapped, draft_of
from whet.core.errors import InputError

MOST_BYTES = 50_000_000
_WAITS = re.compile(
    r"(?:blocked by|depends on)[ :]+((?:#[0-9]+(?:,| and|, and)? ?)+)", re.IGNORECASE
)
_POINTS = re.compile(r"(?:estimate|points|size|sp)\s*[:/ ]\s*([0-9]+(?:\.[0-9]+)?)", re.IGNORECASE)
_NOT_DONE = ("not_planned", "duplicate")

Issue = dict[str, Any]


def is_issues(found: Any) -> str | None:
    """Return `github` or `gitlab` for a list of issues of theirs, None for anything else."""
    if isinstance(found, list) and all(isinstance(issue, dict) for issue in found):
        if all("iid" in issue for issue in found):
            return "gitlab" if found else "github"
        if all("number" in issue for issue in found):
            return "github"
    return None


def import_issues(data: bytes, name: str, tool: str, mapped: Mapped) -> Draft:
    """Return what a file of issues says of a plan; `tool` is `github` or `gitlab`.

    Raises:
        InputError: the file is no list of such issues, or a field is not what it must be; with the
            issue's number.
    """
    found = load_json(data, name)
    if not isinstance(found, list):
        raise InputError(f"{name}: must be a list of issues in JSON; found {_kind(found)}.")
    items, left_out = [], 0
    for index, issue in enumerate(found, 1):
        try:
            item = _READERS[tool](issue)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InputError(_sentence(name, index, issue, tool, error)) from error
        if item is None:
            left_out += 1
        else:
            items.append(item)
    draft = draft_of(items, mapped, name)
    if not left_out:
        return draft
    note = f"{name}: {left_out} left out: pull requests, and issues closed as not to be done."
    return Draft(draft.values, (*draft.notes, note))


def load_json(data: bytes, name: str) -> Any:
    """Return what a JSON file holds.

    Raises:
        InputError: it is no JSON, or too large.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: a file holds at most {MOST_BYTES:,} bytes; found {len(data):,}.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: must be UTF-8. Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: must be JSON; found: {error.msg}.") from error
    except RecursionError as error:
        raise InputError(f"{name}: is nested too deeply for what it should be.") from error


def _kind(value: Any) -> str:
    """Return what a JSON value is."""
    return "a mapping" if isinstance(value, dict) else type(value).__name__


def _sentence(name: str, index: int, issue: Any, tool: str, error: Exception) -> str:
    """Return what is wrong with an issue."""
    title = "GitHub" if tool == "github" else "GitLab"
    if isinstance(error, KeyError):
        what = f"must have {error.args[0]!r}; it has none"
    elif isinstance(error, ValueError):
        what = str(error)
    else:
        what = f"must have the fields that {title} gives; found {str(issue)[:60]!r}"
    key = issue.get("number") or issue.get("iid") if isinstance(issue, dict) else None
    number = f"issue {key}" if key else f"entry {index}"
    return f"{name}: {number}: {what}. Export the issues again."


def _day(issue: Mapping[str, Any], *names: str) -> date | None:
    """Return the day of the first of some fields that has one, as it is written."""
    for name in names:
        if value := issue.get(name):
            try:
                found = date.fromisoformat(str(value)[:10])
            except ValueError:
                must = f"{name!r} must be a time such as 2028-02-29T10:00:00Z"
                raise ValueError(f"{must}; found {value!r}") from None
            return found if found.year > 1 else None
    return None


def _after(body: str | None) -> tuple[str, ...]:
    """Return the issues that a text says it is blocked by.

    >>> _after("Blocked by #3, #4 and #5. See #6")
    ('3', '4', '5')
    """
    return tuple(n for part in _WAITS.findall(body or "") for n in re.findall(r"[0-9]+", part))


def _points(labels: tuple[str, ...]) -> float | None:
    """Return the points that a label such as `estimate: 3` says."""
    found = [match for label in labels if (match := _POINTS.fullmatch(label.strip()))]
    return float(found[0][1]) if found else None


def _github(issue: Issue) -> Item | None:
    """Return an issue of GitHub; None for a pull request and what was closed as not to be done."""
    reason = str(issue.get("stateReason") or issue.get("state_reason") or "").lower()
    if issue.get("pull_request") or reason in _NOT_DONE:
        return None
    labels = tuple(x if isinstance(x, str) else x["name"] for x in issue.get("labels") or ())
    milestone = issue.get("milestone") or {}
    is_closed = str(issue["state"]).lower() == "closed"
    return Item(
        str(issue["number"]),
        str(issue["title"]),
        labels=labels,
        points=_points(labels),
        milestone=milestone.get("title") or "",
        milestone_due=_day(milestone, "due_on", "dueOn"),
        finished=_closed(issue, "closed_at", "closedAt") if is_closed else None,
        people=tuple(person["login"] for person in issue.get("assignees") or ()),
        after=_after(issue.get("body")),
    )


def _closed(issue: Issue, *names: str) -> date:
    """Return the day on which a closed issue was closed."""
    found = _day(issue, *names)
    if found is None:
        raise KeyError(names[-1])
    return found


def _gitlab(issue: Issue) -> Item:
    """Return an issue of GitLab."""
    times = issue.get("time_stats") or {}
    labels = tuple(x if isinstance(x, str) else x["name"] for x in issue.get("labels") or ())
    milestone = issue.get("milestone") or {}
    is_closed = issue["state"] == "closed"
    weight = issue.get("weight")
    return Item(
        str(issue["iid"]),
        str(issue["title"]),
        labels=labels,
        seconds=times.get("time_estimate") or None,
        points=_points(labels) if weight is None else float(weight),
        spent=float(times.get("total_time_spent") or 0),
        milestone=milestone.get("title") or "",
        milestone_due=_day(milestone, "due_date"),
        due=None if is_closed else _day(issue, "due_date"),
        finished=_closed(issue, "closed_at") if is_closed else None,
        people=tuple(person["username"] for person in issue.get("assignees") or ()),
        after=_after(issue.get("description")),
    )


_READERS: dict[str, Callable[[Issue], Item | None]] = {"github": _github, "gitlab": _gitlab}
