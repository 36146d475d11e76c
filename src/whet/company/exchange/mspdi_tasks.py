"""What does a project file say of tasks, milestones and links? Effort, bounds, order, progress."""

from collections.abc import Iterator
from typing import Any

from whet.company.exchange.mspdi_read import ELAPSED, FINISH_TO_START, Read, Values
from whet.company.exchange.mspdi_xml import Element, children, day, hours, number, text

_PERCENT = ("19", "20", "51", "52")
_MUST_START, _MUST_FINISH, _NOT_BEFORE, _NOT_AFTER = "2", "3", "4", "7"
_OTHER_CONSTRAINTS = {"1": "as late as possible", "5": "start no later", "6": "finish no earlier"}
_LINKS = {"0": "finish to finish", "2": "start to finish", "3": "start to start"}


def links_of(found: Read, uid: str) -> Iterator[tuple[str, Any]]:
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
    minutes = 1440 * 7 / 5 if form in ELAPSED else found.minutes
    return round(lag / 10 / minutes, 3)


def read_milestone(found: Read, uid: str, name: str, after: list[Any]) -> Values:
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


def read_task(found: Read, uid: str, name: str, after: list[Any]) -> Values:
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
    if text(element, "DurationFormat") in ELAPSED and not hours(element, "Work"):
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
