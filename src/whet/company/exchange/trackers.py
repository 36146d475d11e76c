"""How do tasks stand in the CSV files of Jira, OpenProject and Plane, both ways?

Each tool has its own columns, unit of estimates and word for done; the rest is one reader and one
writer.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from whet.company.exchange.cells import Line, csv_text, read_lines
from whet.company.exchange.draft import Draft
from whet.company.exchange.items import Item, Mapped, draft_of
from whet.company.exchange.rows import Row, by_id
from whet.company.plan.schema import Plan
from whet.company.plan.work import Task
from whet.core.errors import InputError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(r"([0-9]{1,2})[/ -]([A-Za-z]{3})[a-z]*[/ -]([0-9]{2}|[0-9]{4})\b.*")
_PARTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([wdhms])")
_SECONDS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60, "s": 1}
_DONE = ("done", "closed", "resolved", "completed", "complete", "finished", "rejected", "cancelled")
_DROPPED = ("rejected", "cancelled", "won't do", "won't fix", "duplicate")


@dataclass(frozen=True)
class Tool:
    """The columns of one tool: what is written first, then what is also read."""

    title: str
    """The tool's name."""
    columns: dict[str, tuple[str, ...]]
    """Names of the column of each field, in small letters; the first one is written."""
    needed: tuple[str, ...]
    """Columns by which the tool is known."""
    unit: str
    """Unit of a bare number of work: `s`, `h`, or `points`."""


TOOLS: dict[str, Tool] = {
    "jira": Tool(
        "Jira",
        {
            "key": ("issue key", "key"),
            "title": ("summary",),
            "type": ("issue type",),
            "status": ("status",),
            "people": ("assignee",),
            "due": ("due date",),
            "started": (),
            "finished": ("resolved",),
            "labels": ("labels", "component/s", "components"),
            "work": ("original estimate", "σ original estimate"),
            "spent": ("time spent",),
            "points": ("custom field (story points)", "custom field (story point estimate)",
                       "story points"),
            "milestone": ("fix versions", "fix version/s", "fix version"),
            "project": ("project name", "project key", "project"),
            "after": ("inward issue link (blocks)",),
            "outcome": ("resolution",),
        },
        ("summary", "issue key"),
        "s",
    ),
    "openproject": Tool(
        "OpenProject",
        {
            "key": ("id",),
            "title": ("subject",),
            "type": ("type",),
            "status": ("status",),
            "people": ("assignee", "accountable"),
            "start": ("start date",),
            "due": ("finish date", "due date"),
            "labels": ("category",),
            "work": ("work", "estimated time"),
            "spent": ("spent time",),
            "points": ("story points",),
            "milestone": ("version", "target version"),
            "project": ("project",),
            "after": ("follows", "predecessors"),
        },
        ("id", "subject"),
        "h",
    ),
    "plane": Tool(
        "Plane",
        {
            "key": ("id", "sequence id"),
            "title": ("name",),
            "status": ("state", "state name", "state group"),
            "people": ("assignee", "assignees"),
            "start": ("start date",),
            "due": ("target date", "due date"),
            "finished": ("completed at",),
            "labels": ("labels", "label"),
            "points": ("estimate", "estimate point"),
            "milestone": ("module name", "module", "modules", "cycle name"),
            "project": ("project", "project name"),
        },
        ("name", "state"),
        "points",
    ),
}  # fmt: skip
"""Columns as their exports have them; Jira repeats `labels` and the links, a column for each."""


def tool_of(columns: Sequence[str]) -> str | None:
    """Return the tool whose export has such columns, or None."""
    return next((n for n, tool in TOOLS.items() if set(tool.needed) <= set(columns)), None)


# In ----------------------------------------------------------------------------------------------


def import_tracker(data: bytes, name: str, tool: str, mapped: Mapped) -> Draft:
    """Return what a tool's CSV says of a plan.

    Raises:
        InputError: a column is missing or a cell is not what it must be; with file, row, column.
    """
    columns, lines = read_lines(data, name)
    preset = TOOLS[tool]
    missing = [column for column in preset.needed if column not in columns]
    if missing:
        raise InputError(
            f"{name}: row 1: an export of {preset.title} has the columns "
            f"{', '.join(preset.needed)}; {', '.join(missing)} is missing."
        )
    items = [item for line in lines if (item := _item(line, preset)) is not None]
    keys = [item.key for item in items]
    for item, line in zip(items, lines, strict=False):
        if keys.count(item.key) > 1 and len(keys) < 1000:
            raise line.wrong(preset.columns["key"][0], "a key that no other row has", item.key)
    draft = draft_of(items, mapped, name)
    if len(items) == len(lines):
        return draft
    note = f"{name}: {len(lines) - len(items)} rows left out: they are not to be done."
    return Draft(draft.values, (*draft.notes, note))


def _item(line: Line, tool: Tool) -> Item | None:
    """Return the item of a row; None for what is not to be done."""
    columns = {name: tool.columns.get(name, ()) for name in _FIELDS}
    status = line.text(*columns["status"]).lower()
    if status in _DROPPED or line.text(*columns["outcome"]).lower() in _DROPPED:
        return None
    title = line.text(*columns["title"])
    if not title:
        raise line.wrong(tool.columns["title"][0], "what is to be done", title)
    is_done = status in _DONE
    due = _day(line, columns["due"])
    finished = (_day(line, columns["finished"]) or due) if is_done else None
    if is_done and finished is None:
        found = (columns["finished"] or columns["due"])[0]
        raise line.wrong(found, f"the day on which it was done, where the status is {status!r}", "")
    return Item(
        line.text(*columns["key"]) or title,
        title,
        project=line.text(*columns["project"]),
        labels=tuple(line.texts(*columns["labels"])),
        seconds=_seconds(line, columns["work"], tool.unit),
        points=_number(line, columns["points"]),
        spent=_seconds(line, columns["spent"], tool.unit) or 0.0,
        milestone=line.text(*columns["milestone"]),
        due=None if is_done else due,
        finished=finished,
        people=tuple(line.texts(*columns["people"])),
        after=tuple(line.texts(*columns["after"])),
    )


_FIELDS = (
    "key", "title", "status", "outcome", "people", "due", "finished", "labels", "work", "spent",
    "points", "milestone", "project", "after",
)  # fmt: skip


def _day(line: Line, columns: Sequence[str]) -> date | None:
    """Return a day: ISO, or with the name of a month as Jira has it, such as 12/Feb/27 5:30 PM."""
    cell = line.text(*columns)
    if not cell:
        return None
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        pass
    match = _WORDED.fullmatch(cell)
    if match and match[2].lower() in _MONTHS:
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        try:
            return date(year, _MONTHS.index(match[2].lower()) + 1, int(match[1]))
        except ValueError:
            pass
    raise line.wrong(columns[0], "a day such as 2028-02-29 or 29/Feb/28", cell)


def _seconds(line: Line, columns: Sequence[str], unit: str) -> float | None:
    """Return work in seconds: a number in the tool's unit, or with units such as `2d 4h`."""
    cell = line.text(*columns).lower()
    if not cell:
        return None
    try:
        found = float(cell) * _SECONDS.get(unit, 1)
    except ValueError:
        parts = _PARTS.findall(cell)
    else:
        if math.isfinite(found):
            return found
        parts = []
    if not parts or _PARTS.sub("", cell).strip(" ,"):
        raise line.wrong(columns[0], "a time of work such as 2d 4h, or a number", cell)
    return float(sum(float(value) * _SECONDS[letter] for value, letter in parts))


def _number(line: Line, columns: Sequence[str]) -> float | None:
    """Return a number of points."""
    cell = line.text(*columns)
    try:
        found = float(cell) if cell else None
    except ValueError:
        found = math.inf
    if found is None or math.isfinite(found):
        return found
    raise line.wrong(columns[0], "a number of points", cell)


# Out ---------------------------------------------------------------------------------------------


def export_tracker(plan: Plan, tool: str, rows: Sequence[Row] = ()) -> str:
    """Return the tasks of a plan as CSV in the columns of a tool."""
    preset, placed = TOOLS[tool], by_id(rows)
    width = max((len(task.skills) for task in plan.tasks), default=1) or 1
    links = max((len(task.after) for task in plan.tasks), default=1) or 1
    again = {"labels": width, "after": links} if tool == "jira" else {}
    fields = [f for f, names in preset.columns.items() if names for _ in range(again.get(f, 1))]
    head = [preset.columns[name][0].title() for name in fields]
    goals = {task.id: project.id for project in plan.projects for task in project.tasks}
    lines = []
    for task in plan.tasks:
        cells = _cells(plan, task, goals[task.id], placed.get(task.id), preset.unit)
        lines.append([_take(cells, name, many=name in again) for name in fields])
    return csv_text(head, lines)


def _take(cells: dict[str, list[str]], name: str, *, many: bool) -> str:
    """Return the next cell of a column that is repeated, or all of one that is not."""
    found = cells.get(name, [])
    if many:
        return found.pop(0) if found else ""
    return ", ".join(found)


def _cells(
    plan: Plan, task: Task, project: str, row: Row | None, unit: str
) -> dict[str, list[str]]:
    """Return the cells of a task, by field."""
    names = {person.id: person.name or person.id for person in plan.people}
    marks = {mark.id: mark.title or mark.id for mark in plan.milestones}
    people = task.by or (task.pin.people if task.pin else []) or (row.people if row else task.only)
    due = task.finished or task.deadline or (row.last if row else None)
    first = task.started or (row.first if row else None)
    effort = task.effort.likely if task.effort else None
    found = {
        "key": [task.id],
        "title": [task.title or task.id],
        "type": ["Task"],
        "status": ["Done" if task.finished else "To Do"],
        "people": [names.get(name, name) for name in people],
        "start": [str(first or "")],
        "due": [str(due or "")],
        "finished": [str(task.finished or "")],
        "labels": list(task.skills),
        "work": [_work(effort, unit)],
        "spent": [_work(task.spent or None, unit)],
        "points": [f"{effort:g}" if effort is not None and unit == "points" else ""],
        "milestone": [marks.get(task.milestone or "", "")],
        "project": [project],
        "after": [after.task for after in task.after],
        "outcome": ["Done" if task.finished else ""],
    }
    return {name: [cell for cell in cells if cell] for name, cells in found.items()}


def _work(days: float | None, unit: str) -> str:
    """Return person-days in the unit of a tool."""
    if days is None or unit == "points":
        return ""
    return f"{days * 8 * 3600 / _SECONDS[unit]:.10g}"
