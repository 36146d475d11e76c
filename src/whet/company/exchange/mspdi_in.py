"""What does a project of MS Project say that a plan can hold? Tasks, order, people, calendars.

Source: Microsoft's schema of Project 2007 and later (MSPDI). Summaries of the first level become
projects, tasks without work and with the milestone's mark become milestones, who is assigned is who
may do it (`only`). What a plan cannot hold is noted; it stays in the file, from which an export
takes it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from whet.company.exchange.draft import NO_CURRENCY, Draft
from whet.company.exchange.mspdi_calendars import closed_days, closing, week_of
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

Values = dict[str, Any]

FINISH_TO_START = "1"
_ELAPSED = ("4", "6", "8", "10", "12", "36", "38", "40", "42", "44")
"""Formats of a duration that runs day and night."""
_PERCENT = ("19", "20", "51", "52")
_MUST_START, _MUST_FINISH, _NOT_BEFORE, _NOT_AFTER = "2", "3", "4", "7"
_OTHER_CONSTRAINTS = {"1": "as late as possible", "5": "start no later", "6": "finish no earlier"}
_LINKS = {"0": "finish to finish", "2": "start to finish", "3": "start to start"}


@dataclass(frozen=True)
class Node:
    """One line of the project's outline."""

    uid: str
    """MS Project's number, which never changes."""
    element: Element
    """Its element."""
    level: int
    """Depth in the outline; 1 is the outermost."""
    parent: str | None
    """The summary around it, by uid."""
    is_summary: bool
    """Whether others stand below it."""


@dataclass
class Read:
    """A project file, and what its parts are called in the plan."""

    root: Element
    """The whole file."""
    minutes: float
    """Minutes of work of a day."""
    nodes: dict[str, Node] = field(default_factory=dict)
    """The outline by uid, in the file's order."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Ids of tasks and milestones, by uid."""
    projects: dict[str, str] = field(default_factory=dict)
    """Ids of projects, by the uid of their summary; "" for tasks outside of every summary."""
    people: dict[str, str] = field(default_factory=dict)
    """Ids of people, by uid."""
    calendars: dict[str, str] = field(default_factory=dict)
    """Ids of calendars, by uid."""
    assigned: dict[str, list[str]] = field(default_factory=dict)
    """Uids of the resources of each task, by the task's uid."""
    notes: list[str] = field(default_factory=list)
    """What a plan cannot hold."""

    def leaves(self, uid: str) -> list[str]:
        """Return the tasks behind a uid: itself, or all that stand below a summary."""
        if uid in self.tasks:
            return [uid]
        return [leaf for leaf in self.tasks if uid in self.above(leaf)]

    def above(self, uid: str) -> list[str]:
        """Return the summaries around a task, the innermost first."""
        found = []
        parent = self.nodes[uid].parent
        while parent is not None:
            found.append(parent)
            parent = self.nodes[parent].parent
        return found

    def project_of(self, uid: str) -> str:
        """Return the project of a task: its outermost summary, or that of all the others."""
        around = [uid for uid in self.above(uid) if uid in self.projects]
        return self.projects[around[-1] if around else ""]


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
    calendars = _calendars(found)
    people = _people(found)
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


# Calendars and people ----------------------------------------------------------------------------


def _calendars(found: Read) -> list[Values]:
    """Return the calendars that others refer to, the project's own one first."""
    own = text(found.root, "CalendarUID")
    elements = children(child(found.root, "Calendars"), "Calendar")
    bases = [e for e in elements if text(e, "IsBaseCalendar", "1") == "1"]
    ids = Ids()
    entries = []
    for element in sorted(bases, key=lambda e: text(e, "UID") != own):
        uid = text(element, "UID")
        found.calendars[uid] = ids.take(text(element, "Name"), "calendar")
        closed, other = closed_days(element)
        _note_exceptions(found, f"calendar {found.calendars[uid]}", other)
        week = week_of(element, found.minutes)
        entries.append({"id": found.calendars[uid], **week, **closing(closed)})
    return entries


def _note_exceptions(found: Read, whose: str, other: list[str]) -> None:
    """Note exceptions of a calendar that a plan cannot hold."""
    found.notes += [
        f"{whose}: the exception {name!r} opens days or comes again by a rule; a plan has no such "
        "thing. Write its days as holidays."
        for name in other
    ]


def _people(found: Read) -> list[Values]:
    """Return the resources that are people; material and costs stay in the file."""
    ids, entries = Ids(), []
    for element in children(child(found.root, "Resources"), "Resource"):
        uid, name = text(element, "UID"), text(element, "Name")
        if not name or text(element, "IsNull") == "1":
            continue
        if text(element, "Type", "1") != "1" or text(element, "IsCostResource") == "1":
            found.notes.append(f"resource {name!r} is no person; it was left out.")
            continue
        code = text(element, "Code")
        found.people[uid] = ids.take(code if is_id(code) else name, "person")
        entries.append(_person(found, element, found.people[uid], name))
    return entries


def _person(found: Read, element: Element, name: str, title: str) -> Values:
    """Return one person; a rate is per hour, whatever it is shown in."""
    share = min(1.0, number(element, "MaxUnits", 1) or 1)
    month = number(found.root, "DaysPerMonth", 20) * found.minutes / 60
    values: Values = {"id": name, "name": title, "role": text(element, "Group", "team")}
    if share < 1:
        values["share"] = share
    values["cost_per_month"] = round(number(element, "StandardRate") * month * share, 2)
    for key, tag in (("start", "AvailableFrom"), ("end", "AvailableTo")):
        if (at := day(element, tag)) is not None and 1984 < at.year < 2049:
            values[key] = at
    own = _calendar(found, text(element, "CalendarUID"))
    if own is not None:
        base = found.calendars.get(
            text(own, "BaseCalendarUID"), found.calendars.get(text(own, "UID"))
        )
        if base and base != next(iter(found.calendars.values())):
            values["calendar"] = base
        if text(own, "IsBaseCalendar", "1") != "1":
            values |= _own_days(found, own, name)
    return values


def _own_days(found: Read, calendar: Element, name: str) -> Values:
    """Return when somebody is away, from a calendar of their own."""
    closed, other = closed_days(calendar)
    _note_exceptions(found, name, other)
    if week_of(calendar, found.minutes):
        found.notes.append(
            f"{name} has days of the week of their own; a plan has them in calendars only. Add a "
            "calendar and name it."
        )
    away = [{"first": p.first, "last": p.last, **({"why": p.why} if p.why else {})} for p in closed]
    return {"away": away} if away else {}


def _calendar(found: Read, uid: str) -> Element | None:
    """Return a calendar by its uid."""
    elements = children(child(found.root, "Calendars"), "Calendar")
    return next((e for e in elements if text(e, "UID") == uid), None)


# Outline -----------------------------------------------------------------------------------------


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
    order = {uid: list(_after(found, uid)) for uid in found.tasks}
    reached = _belonging(found, marks, order)
    for uid, name in found.tasks.items():
        project = entries[found.project_of(uid)]
        if uid in marks:
            after = [a for p, a in order[uid] if reached.get(p) != uid]
            project["milestones"].append(_milestone(found, uid, name, after))
        else:
            values = _task(found, uid, name, [a for _, a in order[uid]])
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


def _after(found: Read, uid: str) -> Iterator[tuple[str, Any]]:
    """Yield what a task waits for: uid and value, also what the summaries around it wait for."""
    seen: set[str] = set()
    for holder in (uid, *found.above(uid)):
        for link in children(found.nodes[holder].element, "PredecessorLink"):
            lag = _lag(found, link, uid)
            for leaf in found.leaves(text(link, "PredecessorUID")) if lag is not None else ():
                if leaf not in seen and leaf != uid:
                    seen.add(leaf)
                    name = found.tasks[leaf]
                    yield leaf, {"task": name, "lag_days": lag} if lag else name


def _lag(found: Read, link: Element, uid: str) -> float | None:
    """Return the working days that a link adds; None, with a note, where no plan has such."""
    name, before = found.tasks[uid], text(link, "PredecessorUID")
    kind = text(link, "Type", FINISH_TO_START)
    if kind != FINISH_TO_START or text(link, "CrossProject") == "1" or before not in found.nodes:
        words = _LINKS.get(kind, "from another project")
        found.notes.append(
            f"{name}: the link {words} from task {before} is none that a plan has (end to start)."
        )
        return None
    form, lag = text(link, "LagFormat", "7"), number(link, "LinkLag")
    if form in _PERCENT or lag < 0:
        what = "a share of a task" if form in _PERCENT else "an overlap"
        found.notes.append(f"{name}: a lag that is {what} is none that a plan has; 0 was taken.")
        return 0.0
    minutes = 1440 * 7 / 5 if form in _ELAPSED else found.minutes
    return round(lag / 10 / minutes, 3)


# Tasks -------------------------------------------------------------------------------------------


def _milestone(found: Read, uid: str, name: str, after: list[Any]) -> Values:
    """Return a milestone; a constraint on its end is a hard deadline, a deadline a soft one."""
    element = found.nodes[uid].element
    values: Values = {"id": name, **_title(element, name)}
    deadline = day(element, "Deadline")
    if text(element, "ConstraintType") in (_MUST_FINISH, _NOT_AFTER, _MUST_START):
        deadline = day(element, "ConstraintDate") or deadline
        values["hard"] = True
    if deadline:
        values["deadline"] = deadline
    else:
        values.pop("hard", None)
    if after:
        values["after"] = after
    return values


def _task(found: Read, uid: str, name: str, after: list[Any]) -> Values:
    """Return a task."""
    element = found.nodes[uid].element
    people = [found.people[r] for r in found.assigned.get(uid, ()) if r in found.people]
    values: Values = {"id": name, **_title(element, name), **_effort(found, element)}
    if after:
        values["after"] = after
    values |= _bounds(found, element, name)
    values |= _progress(found, element, people)
    if people and "finished" not in values and values.get("kind") != "wait":
        values["only"] = people
    return values


def _title(element: Element, name: str) -> Values:
    """Return what a task is called, where its id does not say it."""
    title = text(element, "Name")
    return {"title": title} if title != name else {}


def _effort(found: Read, element: Element) -> Values:
    """Return the effort in person-days: the work, or the duration where nobody is assigned yet."""
    per_day = found.minutes / 60
    length = hours(element, "Duration") or 0.0
    if text(element, "DurationFormat") in _ELAPSED and not hours(element, "Work"):
        return {"kind": "wait", "days": round(length / 24 * 5 / 7, 3)}
    work = hours(element, "Work") or length
    return {"effort": round(work / per_day, 3)} if work else {}


def _bounds(found: Read, element: Element, name: str) -> Values:
    """Return first day, deadline and pins, from the constraint and the deadline."""
    values: Values = {}
    kind, at = text(element, "ConstraintType", "0"), day(element, "ConstraintDate")
    deadline = day(element, "Deadline")
    if kind in _OTHER_CONSTRAINTS:
        words = _OTHER_CONSTRAINTS[kind]
        found.notes.append(f"{name}: the constraint {words!r} is none that a plan has.")
    elif at and kind == _MUST_START:
        values["pin"] = {"start": at}
    elif at and kind == _MUST_FINISH:
        values["pin"] = {"end": at}
    elif at and kind == _NOT_BEFORE:
        values["not_before"] = at
    elif at and kind == _NOT_AFTER:
        deadline = min(at, deadline or at)
    if deadline:
        values["deadline"] = deadline
    return values


def _progress(found: Read, element: Element, people: list[str]) -> Values:
    """Return what is done of a task."""
    values: Values = {}
    done = hours(element, "ActualWork") or 0.0
    if done:
        values["spent"] = round(done / (found.minutes / 60), 3)
    started, finished = day(element, "ActualStart"), day(element, "ActualFinish")
    if started:
        values["started"] = started
    if finished and number(element, "PercentComplete", 100) >= 100:
        values["finished"] = finished
    if people and (done or "finished" in values):
        values["by"] = people
    return values
