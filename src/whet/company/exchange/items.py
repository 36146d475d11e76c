"""How do issues of any tracker become the tasks of a plan? Labels to skills, points to days.

Each reader makes items of what its tool says; here items become projects, milestones, tasks and
people. What nobody said (costs, roles, estimates) is not made up: a note names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from whet.company.exchange.draft import Draft
from whet.company.exchange.names import Ids, slug

Values = dict[str, Any]

_HOURS_PER_DAY = 8


@dataclass(frozen=True)
class Item:
    """One issue."""

    key: str
    """How its tool calls it, such as `12` or `ABC-12`."""
    title: str
    """What is to be done."""
    project: str = ""
    """Its project; empty where its tool has one only."""
    labels: tuple[str, ...] = ()
    """Labels, as they are written."""
    seconds: float | None = None
    """Estimated work; None where nobody estimated it."""
    points: float | None = None
    """Story points or a weight; None without."""
    spent: float = 0.0
    """Seconds of work so far."""
    milestone: str = ""
    """Milestone, version or module."""
    milestone_due: date | None = None
    """Day by which the milestone is wanted."""
    due: date | None = None
    """Day by which the issue is wanted."""
    started: date | None = None
    """Day on which work began."""
    finished: date | None = None
    """Day on which it was closed as done; None while it is open."""
    people: tuple[str, ...] = ()
    """Who is assigned, by name."""
    after: tuple[str, ...] = ()
    """Keys of the issues that must be done before."""


@dataclass(frozen=True)
class Mapped:
    """What the words of a tracker mean in a plan."""

    skills: Mapping[str, str] = field(default_factory=dict)
    """Skill that a label stands for, by the label in small letters."""
    days_per_point: float | None = None
    """Person-days of a point; points are not read without."""
    effort: Any = None
    """Effort of what nobody estimated, as company.yaml has it; none without."""
    project: str = ""
    """Title of the project of issues that name none."""


def draft_of(items: Sequence[Item], mapped: Mapped, name: str) -> Draft:
    """Return the plan's part that items are; `name` is the file's, for notes."""
    ids, people, marks = Ids(), Ids(), Ids()
    keys = {item.key: ids.take(_wanted(item.key), "task") for item in items}
    who = {person: people.take(person, "person") for item in items for person in item.people}
    projects: dict[str, Values] = {}
    milestones: dict[str, Values] = {}
    for item in items:
        project = projects.setdefault(
            item.project, _project(item.project or mapped.project or "Work")
        )
        task = _task(item, keys, who, mapped)
        if item.milestone:
            if item.milestone not in milestones:
                milestones[item.milestone] = _milestone(item, ids)
                project["milestones"].append(milestones[item.milestone])
            task["milestone"] = milestones[item.milestone]["id"]
        project["tasks"].append(task)
    for project in projects.values():
        project["id"] = marks.take(project["goal"], "project")
    values: Values = {"projects": list(projects.values())} if projects else {}
    if who:
        values["people"] = [_person(name_, id_, items, mapped) for name_, id_ in who.items()]
    done = [d for item in items for d in (item.finished, item.started) if d]
    if done:
        values["start"] = max(done)
    return Draft(values, tuple(f"{name}: {note}" for note in _notes(items, keys, who, mapped)))


def _wanted(key: str) -> str:
    """Return the id that an issue's key asks for: `ABC-12` is abc-12, `12` is issue-12."""
    return f"issue-{key}" if key.isdigit() else slug(key, "task")


def _project(title: str) -> Values:
    """Return an empty project."""
    return {"id": "", "goal": title, "milestones": [], "tasks": []}


def _milestone(item: Item, ids: Ids) -> Values:
    """Return the milestone that an item names."""
    values: Values = {"id": ids.take(slug(item.milestone, "milestone")), "title": item.milestone}
    if item.milestone_due:
        values["deadline"] = item.milestone_due
    return values


def _task(item: Item, keys: Mapping[str, str], who: Mapping[str, str], mapped: Mapped) -> Values:
    """Return the task that an item is."""
    values: Values = {"id": keys[item.key], "title": item.title}
    effort = _effort(item, mapped)
    if effort is not None:
        values["effort"] = effort
    skills = {skill: 1 for skill in _skills(item, mapped)}
    if skills:
        values["skills"] = skills
    after = [keys[key] for key in dict.fromkeys(item.after) if key in keys and key != item.key]
    if after:
        values["after"] = after
    if item.due:
        values["deadline"] = item.due
    if item.spent:
        values["spent"] = _days(item.spent)
    for field_ in ("started", "finished"):
        if getattr(item, field_):
            values[field_] = getattr(item, field_)
    people = [who[person] for person in item.people]
    if people:
        values["by" if item.finished else "only"] = people
    return values


def _effort(item: Item, mapped: Mapped) -> Any:
    """Return the effort of an item in person-days, or what stands for one."""
    if item.seconds is not None:
        return _days(item.seconds)
    if item.points is not None and mapped.days_per_point is not None:
        return round(item.points * mapped.days_per_point, 3)
    return mapped.effort


def _days(seconds: float) -> float:
    """Return seconds of work in days of eight hours."""
    return round(seconds / 3600 / _HOURS_PER_DAY, 3)


def _skills(item: Item, mapped: Mapped) -> list[str]:
    """Return the skills that an item's labels stand for."""
    found = (mapped.skills.get(label.lower()) for label in item.labels)
    return list(dict.fromkeys(skill for skill in found if skill))


def _person(title: str, name: str, items: Sequence[Item], mapped: Mapped) -> Values:
    """Return a person who can do what was assigned to them, and of whom nothing else is known."""
    mine = [item for item in items if title in item.people]
    skills = {skill: 0.5 for item in mine for skill in _skills(item, mapped)}
    values: Values = {"id": name, "name": title, "role": "team", "cost_per_month": 0}
    return {**values, "skills": skills} if skills else values


def _notes(
    items: Sequence[Item], keys: Mapping[str, str], who: Mapping[str, str], mapped: Mapped
) -> list[str]:
    """Return what a person must still say, or should know."""
    notes = []
    bare = [keys[i.key] for i in items if _effort(i, mapped) is None]
    if bare:
        only_points = [i for i in items if i.seconds is None and i.points is not None]
        more = "" if mapped.days_per_point or not only_points else " or --days-per-point"
        notes.append(f"no estimate of {_some(bare)}. Give --effort{more}, or write them in.")
    if who:
        skilled = (
            " and the skills of what was assigned to them at level 0.5" if mapped.skills else ""
        )
        notes.append(f"people have no costs, the role `team`{skilled}. Write in what is right.")
    lost = sorted({key for i in items for key in i.after if key not in keys})
    if lost:
        notes.append(f"issues that others wait for are not in the file: {_some(lost)}.")
    return notes


def _some(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list, the first few of many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
