"""How is one value of a plan written into a project file? New projects, texts, days, bounds."""

from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree as ET

from whet.company.exchange.draft import NO_CURRENCY
from whet.company.exchange.mspdi_order import LINK, PROJECT, RESOURCE, TASK
from whet.company.exchange.mspdi_read import FINISH_TO_START
from whet.company.exchange.mspdi_xml import (
    NAMESPACE,
    Element,
    child,
    children,
    drop,
    insert,
    number,
    put,
    text,
    to_bytes,
)
from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Project, Task

DAYS_FORMAT = "7"
_MINUTES, _DAYS_PER_MONTH = 480, 22


def new_project(plan: Plan) -> bytes:
    """Return a project without tasks and people."""
    root = ET.Element(f"{{{NAMESPACE}}}Project")
    currency = {} if plan.currency == NO_CURRENCY else {"CurrencyCode": plan.currency}
    fields = {
        "SaveVersion": "14",
        "Title": plan.company or "Plan",
        "Company": plan.company,
        "ScheduleFromStart": "1",
        "StartDate": f"{plan.start}T08:00:00",
        **currency,
        "DefaultStartTime": "08:00:00",
        "DefaultFinishTime": "17:00:00",
        "MinutesPerDay": str(_MINUTES),
        "MinutesPerWeek": str(5 * _MINUTES),
        "DaysPerMonth": str(_DAYS_PER_MONTH),
    }
    for name, value in fields.items():
        if value:
            put(root, name, value, PROJECT)
    for name in ("Calendars", "Tasks", "Resources", "Assignments"):
        insert(root, name, PROJECT)
    return to_bytes(root)


def put_if(
    element: Element, name: str, new: str, old: str | None, order: tuple[str, ...] = RESOURCE
) -> None:
    """Write a text where it is not what the file says."""
    if new != old:
        put(element, name, new, order)


def put_day(
    element: Element, name: str, at: date | None, clock: str, order: tuple[str, ...]
) -> None:
    """Write a day with a time of day; remove it where there is none."""
    if at is None:
        drop(element, name)
    else:
        put(element, name, f"{at}T{clock}", order)


def put_bounds(element: Element, entry: Task | Milestone) -> None:
    """Write constraint and deadline of a task or milestone."""
    kind, at, clock, deadline = "0", None, "08:00:00", entry.deadline
    if isinstance(entry, Milestone):
        if entry.hard and entry.deadline:
            kind, at, clock = "7", entry.deadline, "17:00:00"
    elif entry.pin and entry.pin.start:
        kind, at = "2", entry.pin.start
        deadline = min((d for d in (entry.pin.end, entry.deadline) if d), default=None)
    elif entry.pin and entry.pin.end:
        kind, at, clock = "3", entry.pin.end, "17:00:00"
    elif entry.not_before:
        kind, at = "4", entry.not_before
    put(element, "ConstraintType", kind, TASK)
    put_day(element, "ConstraintDate", at, clock, TASK)
    put_day(element, "Deadline", deadline, "17:00:00", TASK)


def number_all(tasks: Element, resources: Element, *, is_new: bool) -> None:
    """Give tasks and people the numbers that follow from where they stand."""
    levels: list[int] = []
    is_first_zero = len(tasks) > 0 and number(tasks[0], "OutlineLevel", 1) < 1
    for index, task in enumerate(children(tasks, "Task"), 1):
        level = int(number(task, "OutlineLevel", 1))
        if level < 1:
            continue
        levels = [*levels[:level], *[0] * (level - len(levels))]
        levels[level - 1] += 1
        if is_new or child(task, "OutlineNumber") is not None or child(task, "ID") is None:
            put(task, "OutlineNumber", ".".join(map(str, levels)), TASK)
        put(task, "ID", str(index - is_first_zero), TASK)
    for index, resource in enumerate(children(resources, "Resource"), 1):
        if child(resource, "ID") is None:
            put(resource, "ID", str(index), RESOURCE)


def put_links(element: Element, wanted: Mapping[str, float], minutes: float) -> None:
    """Write the uids that a task waits for, with lags in working days; other kinds of link stay."""
    for link in children(element, "PredecessorLink"):
        is_ours = text(link, "Type", FINISH_TO_START) == FINISH_TO_START
        if is_ours and text(link, "CrossProject") != "1" and number(link, "LinkLag") >= 0:
            element.remove(link)
    for uid, lag in wanted.items():
        link = insert(element, "PredecessorLink", TASK)
        put(link, "PredecessorUID", uid, LINK)
        put(link, "Type", FINISH_TO_START, LINK)
        put(link, "CrossProject", "0", LINK)
        put(link, "LinkLag", str(round(lag * minutes * 10)), LINK)
        put(link, "LagFormat", DAYS_FORMAT, LINK)


def swapped(names: dict[str, str]) -> dict[str, str]:
    """Return uids by id."""
    return {name: uid for uid, name in names.items()}


def entries_of(project: Project) -> list[Task | Milestone]:
    """Return tasks and milestones of a project."""
    return [*project.tasks, *project.milestones]
