"""What does a project of MS Project say that a plan can hold? Tasks, order, people, calendars.

Source: Microsoft's schema of Project 2007 and later (MSPDI). Summaries of the first level become
projects, tasks without work and with the milestone's mark become milestones, who is assigned is who
may do it (`only`). What a plan cannot hold is noted; it stays in the file, from which an export
takes it again.
"""

from typing import Any

from whet.company.exchange.draft import NO_CURRENCY, Draft
from whet.company.exchange.mspdi_people import read_calendars, read_people
from whet.company.exchange.mspdi_read import Node, Read, Values
from whet.company.exchange.mspdi_tasks import links_of, read_milestone, read_task
from whet.company.exchange.mspdi_xml import (
    Element,
    child,
    children,
    day,
    hours,
    number,
    parse_project,
    text,
)
from whet.company.exchange.names import Ids, is_id
from whet.company.plan.people import Calendar
from whet.company.plan.workdays import MONDAY_TO_FRIDAY
from whet.core.errors import InputError


def import_mspdi(data: bytes, name: str) -> tuple[Draft, Read]:
    """Return what a project file says of a plan, and how its parts are called there.

    Raises:
        InputError: it is no project file, or a value in it cannot be read; with the task's name.
    """
    root = parse_project(data, name)
    found = Read(root, number(root, "MinutesPerDay", 480) or 480)
    try:
        values = _values(found)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    return Draft(values, tuple(f"{name}: {note}" for note in found.notes)), found


def _values(found: Read) -> Values:
    """Return the values of a plan."""
    root = found.root
    values: Values = {"currency": text(root, "CurrencyCode", NO_CURRENCY).upper()}
    company = text(root, "Company")
    if company:
        values["company"] = company
    calendars = read_calendars(found)
    people = read_people(found)
    for assignment in children(child(root, "Assignments"), "Assignment"):
        resources = found.assigned.setdefault(text(assignment, "TaskUID"), [])
        if (resource := text(assignment, "ResourceUID")) not in resources:
            resources.append(resource)
    _outline(found)
    projects = _projects(found)
    done = [task["finished"] for p in projects for task in p["tasks"] if "finished" in task]
    started = [task["started"] for p in projects for task in p["tasks"] if "started" in task]
    first = [d for d in (day(root, "StartDate"), day(root, "StatusDate")) if d]
    if first or done or started:
        values["start"] = max([*first, *done, *started])
    if [Calendar.model_validate(entry) for entry in calendars] == [MONDAY_TO_FRIDAY]:
        calendars = []  # what a plan without calendars has
    for section, entries in (("calendars", calendars), ("people", people), ("projects", projects)):
        if entries:
            values[section] = entries
    return values


def _outline(found: Read) -> None:
    """Read the outline, and give every task, milestone and project its id."""
    elements = [
        element
        for element in children(child(found.root, "Tasks"), "Task")
        if text(element, "IsNull") != "1" and number(element, "OutlineLevel", 1) >= 1
    ]
    stack: list[str] = []
    for index, element in enumerate(elements):
        level = int(number(element, "OutlineLevel", 1))
        below = index + 1 < len(elements) and number(elements[index + 1], "OutlineLevel", 1) > level
        del stack[level - 1 :]
        uid = text(element, "UID")
        if not uid or uid in found.nodes:
            raise InputError(f"every task must have a <UID> of its own; found {uid!r} twice.")
        is_summary = below or text(element, "Summary") == "1"
        found.nodes[uid] = Node(uid, element, level, stack[-1] if stack else None, is_summary)
        stack.append(uid)
    _give_ids(found)


def _give_ids(found: Read) -> None:
    """Give ids: those that a code (WBS) holds, or such as are made from names."""
    ids, projects = Ids(), Ids()
    for node in found.nodes.values():
        code = text(node.element, "WBS")
        wanted = code if is_id(code) else text(node.element, "Name")
        if not node.is_summary:
            if text(node.element, "Active", "1") == "0":
                found.notes.append(f"task {wanted!r} is not active; it was left out.")
                continue
            found.tasks[node.uid] = ids.take(wanted, "task")
        elif node.parent is None:
            found.projects[node.uid] = projects.take(wanted, "project")
        else:
            found.notes.append(
                f"summary {wanted!r}: a plan has projects and tasks, with nothing between them; "
                "its tasks stand in the project around it."
            )
    if any(not set(found.above(uid)) & set(found.projects) for uid in found.tasks):
        title = text(found.root, "Title") or text(found.root, "Name").removesuffix(".xml")
        found.projects[""] = projects.take(title, "project")


def _projects(found: Read) -> list[Values]:
    """Return the projects with their tasks and milestones."""
    title = text(found.root, "Title") or text(found.root, "Name") or "Work"
    entries: dict[str, Values] = {
        name: {"id": name, "goal": text(found.nodes[uid].element, "Name") if uid else title,
               "milestones": [], "tasks": []}
        for uid, name in found.projects.items()
    }  # fmt: skip
    marks = {uid for uid in found.tasks if is_milestone(found.nodes[uid].element)}
    order = {uid: list(links_of(found, uid)) for uid in found.tasks}
    reached = _belonging(found, marks, order)
    for uid, name in found.tasks.items():
        project = entries[found.project_of(uid)]
        if uid in marks:
            after = [a for p, a in order[uid] if reached.get(p) != uid]
            project["milestones"].append(read_milestone(found, uid, name, after))
        else:
            values = read_task(found, uid, name, [a for _, a in order[uid]])
            if uid in reached:
                values["milestone"] = found.tasks[reached[uid]]
            project["tasks"].append(values)
    return [entry for entry in entries.values() if entry["tasks"] or entry["milestones"]]


def is_milestone(element: Element) -> bool:
    """Return whether a task is a milestone: marked as one, and without a duration."""
    return text(element, "Milestone") == "1" and not hours(element, "Duration")


def _belonging(
    found: Read, marks: set[str], order: dict[str, list[tuple[str, Any]]]
) -> dict[str, str]:
    """Return the milestone of each task that exactly one milestone follows without a lag."""
    followed: dict[str, list[str]] = {}
    for mark in marks:
        for before, after in order[mark]:
            if isinstance(after, str) and before not in marks:
                followed.setdefault(before, []).append(mark)
    return {before: names[0] for before, names in followed.items() if len(names) == 1}
