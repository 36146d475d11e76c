"""How does a plan look in MS Project? Its XML, made anew or written into the file it came from.

Into a file that it came from only what the plan changed is written: what nobody here knows, notes,
costs, baselines, links that a plan has no word for, all stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from whet.company.exchange.mspdi_calendars import (
    CALENDAR,
    closed_days,
    periods_of,
    week_of,
    working_days,
    write_closed,
    write_week,
)
from whet.company.exchange.mspdi_fields import (
    DAYS_FORMAT,
    entries_of,
    new_project,
    number_all,
    put_bounds,
    put_day,
    put_if,
    put_links,
    swapped,
)
from whet.company.exchange.mspdi_in import import_mspdi
from whet.company.exchange.mspdi_order import ASSIGNMENT, PROJECT, RESOURCE, TASK
from whet.company.exchange.mspdi_read import Read
from whet.company.exchange.mspdi_xml import (
    Element,
    child,
    children,
    duration,
    insert,
    number,
    put,
    text,
    to_bytes,
)
from whet.company.exchange.rows import Row, by_id
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.people import Calendar, Period, Person
from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Project, Task
from whet.company.plan.workdays import MONDAY_TO_FRIDAY

Values = dict[str, Any]


def export_mspdi(plan: Plan, rows: Sequence[Row] = (), base: bytes | None = None) -> bytes:
    """Return a plan as MS Project's XML; `base` is the file that it came from, if it came from one.

    Without rows nothing says when tasks run, so that MS Project schedules them itself.

    Raises:
        InputError: the base is no project file.
    """
    root = base if base is not None else new_project(plan)
    draft, read = import_mspdi(root, "base")
    writer = _Writer(plan, read, by_id(rows))
    writer.known = _by_id(draft.values)
    writer.write(is_new=base is None)
    return to_bytes(read.root)


def _by_id(values: Values) -> dict[str, Values]:
    """Return what the base says of each entry, by kind and id."""
    found = {f"calendar {c['id']}": c for c in values.get("calendars", ())}
    found |= {f"person {p['id']}": p for p in values.get("people", ())}
    for project in values.get("projects", ()):
        for entry in (*project["tasks"], *project["milestones"]):
            found[f"task {entry['id']}"] = entry
    return found


@dataclass
class _Writer:
    """Writes a plan into a project file."""

    plan: Plan
    """What is written."""
    read: Read
    """The file, and what its parts are called."""
    rows: dict[str, Row]
    """When tasks run."""
    known: dict[str, Values] = field(default_factory=dict)
    """What the file says already."""
    _elements: dict[str, Element] = field(default_factory=dict)
    """Elements of tasks by uid."""
    _largest: dict[str, int] = field(default_factory=dict)
    """Largest uid of each kind of element."""
    _ends: dict[str, Element] = field(default_factory=dict)
    """Last task that was added below each project, by its uid."""

    def write(self, *, is_new: bool) -> None:
        """Write everything."""
        self.tasks, self.people = swapped(self.read.tasks), swapped(self.read.people)
        self.projects, self.calendars = swapped(self.read.projects), swapped(self.read.calendars)
        self._elements = {text(e, "UID"): e for e in children(self._holder("Tasks"), "Task")}
        self._members: dict[str, list[str]] = {}
        for task in self.plan.tasks:
            self._members.setdefault(task.milestone or "", []).append(task.id)
        self._belonged: dict[str, list[str]] = {}
        for name, values in self.known.items():
            held = self._belonged.setdefault(values.get("milestone") or "", [])
            held.append(name.removeprefix("task "))
        self._calendars()
        for person in self.plan.people:
            self._person(person)
        self._remove_gone()
        for project in self.plan.projects:
            self._project(project)
        for project in self.plan.projects:  # links and people need everybody's uid
            for entry in entries_of(project):
                self._links(entry)
                self._assign(entry)
        number_all(self._holder("Tasks"), self._holder("Resources"), is_new=is_new)

    def _holder(self, name: str) -> Element:
        """Return the element around all tasks, resources and the like."""
        found = child(self.read.root, name)
        return insert(self.read.root, name, PROJECT) if found is None else found

    def _new(self, holder: str, name: str, order: tuple[str, ...]) -> tuple[Element, str]:
        """Return a new element at the end of a holder, and its uid: one more than the largest."""
        around = self._holder(holder)
        if name not in self._largest:
            uids = [int(number(other, "UID")) for other in children(around, name)]
            self._largest[name] = max(uids, default=0)
        self._largest[name] += 1
        made = insert(around, name, (name,))
        uid = str(self._largest[name])
        put(made, "UID", uid, order)
        if name == "Task":
            self._elements[uid] = made
        return made, uid

    # Calendars and people ------------------------------------------------------------------------

    def _calendars(self) -> None:
        """Write the calendars; the first one is the project's."""
        for calendar in self.plan.calendars or [MONDAY_TO_FRIDAY]:
            is_known = calendar.id in self.calendars
            if not is_known and not self.plan.calendars and self.calendars:
                return  # the plan has no calendar of its own: that of the file stays
            element = self._calendar(self.calendars.get(calendar.id))
            if element is None:
                element, uid = self._new("Calendars", "Calendar", CALENDAR)
                put(element, "Name", calendar.id, CALENDAR)
                put(element, "IsBaseCalendar", "1", CALENDAR)
                put(element, "BaseCalendarUID", "-1", CALENDAR)
                self.calendars[calendar.id] = uid
            self._days(element, calendar)
        if self.plan.calendars or not text(self.read.root, "CalendarUID"):
            first = (self.plan.calendars or [MONDAY_TO_FRIDAY])[0].id
            put(self.read.root, "CalendarUID", self.calendars[first], PROJECT)

    def _days(self, element: Element, calendar: Calendar) -> None:
        """Write the days of a calendar where they are not what the file says."""
        week = week_of(element, self.read.minutes)
        usual = Calendar(id=calendar.id)
        old = (week.get("work_days", usual.work_days), week.get("half_days", []))
        if not week or old != (calendar.work_days, calendar.half_days):
            write_week(element, calendar)
        wanted = periods_of(calendar)
        if set(map(str, closed_days(element)[0])) != set(map(str, wanted)):
            write_closed(element, wanted)

    def _calendar(self, uid: str | None) -> Element | None:
        """Return a calendar of the file."""
        elements = children(self._holder("Calendars"), "Calendar")
        return next((e for e in elements if text(e, "UID") == uid), None)

    def _person(self, person: Person) -> None:
        """Write one person as a resource."""
        values = plan_values(person)
        old = self.known.get(f"person {person.id}", {})
        if person.id not in self.people:
            element, uid = self._new("Resources", "Resource", RESOURCE)
            put(element, "Type", "1", RESOURCE)
            put(element, "Code", person.id, RESOURCE)
            self.people[person.id] = uid
        element = self._resource(person.id)
        put_if(element, "Name", person.name or person.id, old.get("name"))
        put_if(element, "Group", person.role, old.get("role"))
        put_if(element, "MaxUnits", f"{person.share:g}", f"{old.get('share', 1):g}" if old else "")
        for name, tag in (("start", "AvailableFrom"), ("end", "AvailableTo")):
            if values.get(name) != old.get(name):
                clock = "00:00:00" if name == "start" else "23:59:00"
                put_day(element, tag, values.get(name), clock, RESOURCE)
        if values["cost_per_month"] != old.get("cost_per_month"):
            days = number(self.read.root, "DaysPerMonth", 20)
            rate = person.cost_per_month / person.share / (days * self.read.minutes / 60)
            put(element, "StandardRate", f"{rate:.10g}", RESOURCE)
            put(element, "StandardRateFormat", "2", RESOURCE)
        if values.get("away") != old.get("away") or values.get("calendar") != old.get("calendar"):
            self._own_calendar(element, person)

    def _resource(self, name: str) -> Element:
        """Return the resource of a person."""
        uid = self.people[name]
        return next(
            e for e in children(self._holder("Resources"), "Resource") if text(e, "UID") == uid
        )

    def _own_calendar(self, resource: Element, person: Person) -> None:
        """Write the calendar of one person: the absences, on top of a calendar of all."""
        named = person.calendar or next(iter(self.calendars))
        own = self._calendar(text(resource, "CalendarUID") or None)
        if own is None or text(own, "IsBaseCalendar") == "1":
            own, uid = self._new("Calendars", "Calendar", CALENDAR)
            put(own, "Name", person.name or person.id, CALENDAR)
            put(own, "IsBaseCalendar", "0", CALENDAR)
            put(resource, "CalendarUID", uid, RESOURCE)
        put(own, "BaseCalendarUID", self.calendars.get(named, "-1"), CALENDAR)
        write_closed(own, [Period(first=p.first, last=p.last, why=p.why) for p in person.away])

    # Tasks ---------------------------------------------------------------------------------------

    def _remove_gone(self) -> None:
        """Remove tasks of the file that the plan has no more, and what refers to them."""
        kept = {task.id for task in self.plan.tasks} | {mark.id for mark in self.plan.milestones}
        gone = {uid for name, uid in self.tasks.items() if name not in kept}
        holder, assignments = self._holder("Tasks"), self._holder("Assignments")
        for task in children(holder, "Task"):
            if text(task, "UID") in gone:
                holder.remove(task)
            for link in children(task, "PredecessorLink"):
                if text(link, "PredecessorUID") in gone:
                    task.remove(link)
        for assignment in children(assignments, "Assignment"):
            if text(assignment, "TaskUID") in gone:
                assignments.remove(assignment)
        for uid in gone:
            del self.tasks[self.read.tasks[uid]]

    def _project(self, project: Project) -> None:
        """Write a project as a summary, and what is below it."""
        if project.id not in self.projects:
            element, uid = self._new("Tasks", "Task", TASK)
            self.projects[project.id] = uid
            for name, value in (("WBS", project.id), ("OutlineLevel", "1"), ("Summary", "1")):
                put(element, name, value, TASK)
        if uid := self.projects[project.id]:
            put(self._task_element(uid), "Name", project.goal, TASK)
        for entry in entries_of(project):
            if entry.id not in self.tasks:
                self._add(entry, self.projects[project.id])
            self._entry(entry)

    def _task_element(self, uid: str) -> Element:
        """Return a task's element by its uid."""
        return self._elements[uid]

    def _add(self, entry: Task | Milestone, project: str) -> None:
        """Add a task at the end of a project's summary."""
        element, uid = self._new("Tasks", "Task", TASK)
        self.tasks[entry.id] = uid
        holder = self._holder("Tasks")
        level = 1
        if project:
            level = int(number(self._task_element(project), "OutlineLevel", 1)) + 1
            holder.remove(element)
            rows = list(holder)
            at = rows.index(self._ends.get(project, self._task_element(project))) + 1
            while at < len(rows) and number(rows[at], "OutlineLevel", 1) >= level:
                at += 1
            holder.insert(at, element)
            self._ends[project] = element
        put(element, "WBS", entry.id, TASK)
        put(element, "OutlineLevel", str(level), TASK)
        if isinstance(entry, Milestone):
            put(element, "Duration", duration(0), TASK)
            put(element, "Milestone", "1", TASK)

    def _entry(self, entry: Task | Milestone) -> None:
        """Write what changed of a task or milestone."""
        element = self._task_element(self.tasks[entry.id])
        old, new = self.known.get(f"task {entry.id}", {}), plan_values(entry)
        said = old.get("title", entry.id) if old else None
        put_if(element, "Name", entry.title or entry.id, said, TASK)
        self._dates(element, entry.id)
        if any(new.get(n) != old.get(n) for n in ("deadline", "hard", "not_before", "pin")):
            put_bounds(element, entry)
        if isinstance(entry, Task):
            self._work(element, entry, old, new)

    def _dates(self, element: Element, name: str) -> None:
        """Write the days of a task where they are not those of the file."""
        row = self.rows.get(name)
        if row is None:
            return
        hours = ("17:00:00", "17:00:00") if row.is_milestone else ("08:00:00", "17:00:00")
        is_same = text(element, "Start")[:10] == str(row.first) and text(element, "Finish")[
            :10
        ] == str(row.last)
        if not is_same:
            put(element, "Start", f"{row.first}T{hours[0]}", TASK)
            put(element, "Finish", f"{row.last}T{hours[1]}", TASK)
            if not row.is_milestone:
                calendar = (self.plan.calendars or [MONDAY_TO_FRIDAY])[0]
                days = max(0.5, working_days(calendar, row.first, row.last))
                put(element, "Duration", duration(days * self.read.minutes / 60), TASK)
                put(element, "DurationFormat", DAYS_FORMAT, TASK)
        put(element, "Critical", str(int(row.is_critical)), TASK)

    def _work(self, element: Element, task: Task, old: Values, new: Values) -> None:
        """Write effort and what is done."""
        per_day = self.read.minutes / 60
        if task.kind == "wait":
            if task.days and new.get("days") != old.get("days"):
                put(element, "Duration", duration(task.days.likely * 7 / 5 * 24), TASK)
                put(element, "DurationFormat", "8", TASK)  # elapsed days: nobody works on it
            return
        effort = task.effort.likely if task.effort else None
        if effort is not None and effort != old.get("effort"):
            put(element, "Work", duration(effort * per_day), TASK)
            if child(element, "Duration") is None:
                put(element, "Duration", duration(effort * per_day), TASK)
                put(element, "DurationFormat", DAYS_FORMAT, TASK)
        if task.spent != old.get("spent", 0):
            put(element, "ActualWork", duration(task.spent * per_day), TASK)
        if task.started != old.get("started"):
            put_day(element, "ActualStart", task.started, "08:00:00", TASK)
        if task.finished != old.get("finished"):
            put_day(element, "ActualFinish", task.finished, "17:00:00", TASK)
            put(element, "PercentComplete", "100" if task.finished else "0", TASK)

    # Order and people ----------------------------------------------------------------------------

    def _links(self, entry: Task | Milestone) -> None:
        """Write what a task waits for, where that changed; links that no plan has stay."""
        element = self._task_element(self.tasks[entry.id])
        wanted = dict(self._waits(entry))
        if wanted == self._waited(entry.id):
            return
        uids = {self.tasks[name]: lag for name, lag in wanted.items()}
        put_links(element, uids, self.read.minutes)

    def _waits(self, entry: Task | Milestone) -> Iterable[tuple[str, float]]:
        """Yield what an entry waits for, with its lag; a milestone waits for those that name it."""
        if isinstance(entry, Milestone):
            for task in self._members.get(entry.id, ()):
                yield task, 0.0
        for after in entry.after:
            if after.task in self.tasks:
                yield after.task, after.lag_days

    def _waited(self, name: str) -> dict[str, float]:
        """Return what an entry waits for in the file."""
        old = self.known.get(f"task {name}", {})
        found = dict.fromkeys(self._belonged.get(name, ()), 0.0)
        for after in old.get("after", ()):
            is_plain = isinstance(after, str)
            found[after if is_plain else after["task"]] = 0.0 if is_plain else after["lag_days"]
        return found

    def _assign(self, entry: Task | Milestone) -> None:
        """Write who does a task, where that changed: who is bound to it, or was chosen."""
        if isinstance(entry, Milestone):
            return
        row = self.rows.get(entry.id)
        bound = entry.pin.people if entry.pin else []
        names = list(bound or entry.by or (row.people if row else ()) or entry.only)
        if row is None and not names:
            return  # nothing says who does it: whoever the file names stays
        uid = self.tasks[entry.id]
        old = set(self.read.assigned.get(uid, ()))
        new = [self.people[name] for name in names if name in self.people]
        others = old - set(self.people.values())  # material and costs, which no plan has
        if old - others == set(new):
            return
        holder = self._holder("Assignments")
        for assignment in children(holder, "Assignment"):
            is_here = text(assignment, "TaskUID") == uid
            if is_here and text(assignment, "ResourceUID") not in {*others, *new}:
                holder.remove(assignment)
        for person in (p for p in new if p not in old):
            self._assignment(uid, person, entry, len(new))

    def _assignment(self, uid: str, person: str, task: Task, count: int) -> None:
        """Add one assignment, with an even part of the work."""
        element, _ = self._new("Assignments", "Assignment", ASSIGNMENT)
        put(element, "TaskUID", uid, ASSIGNMENT)
        put(element, "ResourceUID", person, ASSIGNMENT)
        put(element, "Units", "1", ASSIGNMENT)
        if task.effort:
            hours = task.effort.likely * self.read.minutes / 60 / count
            put(element, "Work", duration(hours), ASSIGNMENT)
