"""How does a schedule of people look to CP-SAT? Tasks, teams, working time, and one goal at a time.

A task has one interval and, per candidate, an optional interval over the same time. Each candidate
fills at most one place of the task. How long the task takes with a person depends on its start only
around absences and while the person is new: a few stretches of starts, each with its own length
(`calendars.py`). A table over all starts would make a model a hundred times as large.

Source: OR-Tools' documentation, scheduling recipes, intervals that span breaks; Young, Feydy and
Schutt (2017), Constraint programming applied to the multi-skill project scheduling problem, CP.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from whet.company.schedule import goals
from whet.company.schedule.calendars import NEVER, Piece, Workforce, pieces, share_of_work
from whet.company.schedule.checks import ordered_ids
from whet.company.schedule.problem import (
    Link,
    LinkKind,
    Milestone,
    Person,
    Placed,
    Problem,
    Schedule,
    Task,
)


@dataclass(frozen=True)
class Requirement:
    """One thing that was asked, which an explanation may leave out to see what conflicts."""

    kind: str
    """`deadline`, `milestone`, `pin`, `people`, `release`, `order`, `skill` or `away`."""
    about: tuple[str, ...]
    """Ids of what it is about: a task, a milestone, two tasks, a task and a skill, a person."""


def requirements(problem: Problem) -> list[Requirement]:
    """Return all that was asked of a schedule, apart from one task at a time for each person."""
    found = []
    for task in problem.tasks:
        kinds = {
            "deadline": task.deadline is not None,
            "pin": task.pinned_start is not None,
            "people": bool(task.pinned_people),
            "release": task.release > 0,
        }
        found += [Requirement(kind, (task.id,)) for kind, asked in kinds.items() if asked]
        found += [Requirement("skill", (task.id, skill)) for skill in sorted(task.skills)]
    found += [
        Requirement("milestone", (milestone.id,))
        for milestone in problem.milestones
        if milestone.is_hard and milestone.due is not None
    ]
    found += [Requirement("order", (link.before, link.after)) for link in problem.links]
    found += [
        Requirement("away", (person.id,))
        for person in problem.people
        if len(set(person.capacity)) > 1
    ]
    return found


@dataclass
class _Parts:
    """The variables of one task."""

    start: cp_model.IntVar
    end: cp_model.IntVar
    length: cp_model.LinearExprT
    interval: cp_model.IntervalVar
    fills: dict[tuple[str, str], cp_model.IntVar] = field(default_factory=dict)
    """Whether a person fills a place of a skill."""
    does: dict[str, cp_model.IntVar] = field(default_factory=dict)
    """Whether a person is assigned."""


class TeamModel:
    """All schedules of a problem, and its goals as expressions."""

    def __init__(self, problem: Problem, dropped: Collection[Requirement] = ()) -> None:
        """Build the model; `dropped` requirements are left out, for explanations."""
        self.problem = problem
        self.model = cp_model.CpModel()
        self._dropped = frozenset(dropped)
        self._workforce = Workforce(problem)
        self._pieces: dict[tuple[tuple[int, ...], int], list[Piece]] = {}
        self.parts: dict[str, _Parts] = {}
        self._on: dict[str, list[cp_model.IntervalVar]] = {p.id: [] for p in problem.people}
        for task in problem.tasks:
            self.parts[task.id] = self._task(task)
        for intervals in self._on.values():
            self.model.add_no_overlap(intervals)
        self._order()
        self._resources()
        self._skills_in_all()
        for milestone in problem.milestones:
            if milestone.is_hard and milestone.due is not None:
                self._hard(milestone, milestone.due)

    # Requirements -------------------------------------------------------------------------------

    def _keeps(self, kind: str, *about: str) -> bool:
        """Return whether a requirement is part of this model."""
        return Requirement(kind, about) not in self._dropped

    def _task(self, task: Task) -> _Parts:
        """Add the variables of a task and what binds it alone."""
        horizon = self.problem.horizon
        first = task.release if self._keeps("release", task.id) else 0
        last = horizon
        if task.deadline is not None and self._keeps("deadline", task.id):
            last = max(0, min(horizon, task.deadline))
        if first > last:  # no time at all: an explanation may ask for this
            self.model.add_bool_or([])
            first = last
        start = self.model.new_int_var(first, last, f"start {task.id}")
        end = self.model.new_int_var(first, last, f"end {task.id}")
        if task.pinned_start is not None and self._keeps("pin", task.id):
            self.model.add(start == task.pinned_start)
        length = self._length(task)
        interval = self.model.new_interval_var(start, length, end, task.id)
        parts = _Parts(start, end, length, interval)
        self._team(task, parts)
        return parts

    def _length(self, task: Task) -> cp_model.LinearExprT:
        """Return the length of a task: a number where it is the same with everyone at any time."""
        if not task.skills:
            return task.duration
        able = [
            person
            for skill in task.skills
            for person in self._workforce.able(task, skill)
            if self._keeps("skill", task.id, skill)
        ]
        least = self._workforce.least_length(task)
        is_held = any(
            link.after == task.id and link.kind in (LinkKind.FINISH_FINISH, LinkKind.START_FINISH)
            for link in self.problem.links
        )
        lengths = {piece.most for person in able for piece in self._lengths(task, person)}
        if not self._dropped and not is_held and lengths == {least}:
            return least
        low = 0 if self._dropped else min(least, self.problem.horizon)
        return self.model.new_int_var(low, self.problem.horizon, f"length {task.id}")

    def _team(self, task: Task, parts: _Parts) -> None:
        """Let people fill the places of a task."""
        for skill, count in task.skills.items():
            asked = self._keeps("skill", task.id, skill)
            able = self._workforce.able(task, skill) if asked else list(self.problem.people)
            for person in able:
                fills = self.model.new_bool_var(f"{person.id} is {skill} in {task.id}")
                parts.fills[person.id, skill] = fills
            filled = [parts.fills[person.id, skill] for person in able]
            self.model.add(sum(filled) == count)
        for person in self.problem.people:
            own = [var for (name, _), var in parts.fills.items() if name == person.id]
            if own:
                self._member(task, person, parts, own)
        if self._keeps("people", task.id):
            for name in task.pinned_people:
                if name in parts.does:
                    self.model.add(parts.does[name] == 1)

    def _member(
        self, task: Task, person: Person, parts: _Parts, fills: list[cp_model.IntVar]
    ) -> None:
        """Let one person be part of a task's team, for its whole length."""
        does = fills[0]
        if len(fills) > 1:
            does = self.model.new_bool_var(f"{person.id} does {task.id}")
            self.model.add(sum(fills) == does)
        parts.does[person.id] = does
        interval = self.model.new_optional_interval_var(
            parts.start, parts.length, parts.end, does, f"{person.id} on {task.id}"
        )
        self._on[person.id].append(interval)
        self._working_time(task, person, parts, does)

    def _working_time(
        self, task: Task, person: Person, parts: _Parts, does: cp_model.IntVar
    ) -> None:
        """Hold the end of a task until a member of its team has done an even part."""
        length_at = self._lengths(task, person)
        start, end, horizon = parts.start, parts.end, self.problem.horizon
        usual = min(piece.least for piece in length_at)
        if usual > horizon:
            self.model.add(does == 0)
            return
        self.model.add(end >= start + usual).only_enforce_if(does)
        if len(length_at) == 1:
            return
        inside = []
        for piece in length_at:
            here = self.model.new_bool_var("")
            inside.append(here)
            self.model.add(start >= piece.first).only_enforce_if(here)
            self.model.add(start <= piece.last).only_enforce_if(here)
            if piece.is_flat:
                least_end = piece.first + piece.most
                if least_end > horizon:
                    self.model.add_implication(here, does.negated())
                else:
                    self.model.add(end >= least_end).only_enforce_if([here, does])
            elif piece.least > usual:
                self.model.add(end >= start + piece.least).only_enforce_if([here, does])
        # Only a member of the team must know in which stretch the task starts.
        self.model.add(sum(inside) == does)

    def _lengths(self, task: Task, person: Person) -> list[Piece]:
        """Return how long a person's part of a task takes, by stretches of its start."""
        part = share_of_work(task.work, task.people_needed)
        if self._keeps("away", person.id):
            key = (person.capacity, part)
            if key not in self._pieces:
                self._pieces[key] = pieces(self._workforce.ends(person.id, task))
            return self._pieces[key]
        fastest = max(person.capacity)
        length = -(-part // fastest) if fastest else NEVER
        return [Piece(0, self.problem.horizon, length, length)]

    def _order(self) -> None:
        """Hold the order of tasks."""
        for link in self.problem.links:
            if self._keeps("order", link.before, link.after):
                left, right = self._ends_of(link)
                self.model.add(right >= left + link.lag)

    def _ends_of(self, link: Link) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        """Return the two ends of tasks that a link holds."""
        before, after = self.parts[link.before], self.parts[link.after]
        from_end = link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH)
        to_start = link.kind in (LinkKind.FINISH_START, LinkKind.START_START)
        return before.end if from_end else before.start, after.start if to_start else after.end

    def _resources(self) -> None:
        """Hold the units of every resource."""
        for name, capacity in self.problem.resources.items():
            users = [task for task in self.problem.tasks if task.uses.get(name)]
            if sum(task.uses[name] for task in users) > capacity:
                self.model.add_cumulative(
                    [self.parts[task.id].interval for task in users],
                    [task.uses[name] for task in users],
                    capacity,
                )

    def _skills_in_all(self) -> None:
        """Say what follows from the rest, for stronger bounds: a skill is only so many people."""
        if self._dropped:
            return
        for skill, people in self._workforce.skilled.items():
            users = [task for task in self.problem.tasks if task.skills.get(skill)]
            if sum(task.skills[skill] for task in users) > len(people):
                self.model.add_cumulative(
                    [self.parts[task.id].interval for task in users],
                    [task.skills[skill] for task in users],
                    len(people),
                )
        users = [task for task in self.problem.tasks if task.skills]
        if len(self._workforce.skilled) > 1 and users:
            self.model.add_cumulative(
                [self.parts[task.id].interval for task in users],
                [task.people_needed for task in users],
                len(self.problem.people),
            )

    def _hard(self, milestone: Milestone, due: int) -> None:
        """Hold a milestone that must not be late."""
        if self._keeps("milestone", milestone.id):
            for task in milestone.tasks:
                self.model.add(self.parts[task].end <= due)

    # Goals --------------------------------------------------------------------------------------

    def goal(self, name: str, last: Schedule | None = None) -> cp_model.LinearExprT | None:
        """Return the expression of a goal, or None where it is the same for every schedule."""
        if name == goals.DELAY:
            return self._delay()
        if name == goals.MAKESPAN:
            end = self.model.new_int_var(0, self.problem.horizon, "makespan")
            for parts in self.parts.values():
                self.model.add(end >= parts.end)
            return end
        if name == goals.SOONER:
            return self._sooner()
        if name == goals.COST:
            return self._cost()
        return self._change(last) if last is not None else None

    def _delay(self) -> cp_model.LinearExprT | None:
        """Return the weighted delay of milestones."""
        terms = []
        for milestone in self.problem.milestones:
            weight = goals.weight_of(milestone)
            if weight and milestone.tasks and milestone.due is not None:
                late = self.model.new_int_var(0, self.problem.horizon, f"late {milestone.id}")
                for task in milestone.tasks:
                    self.model.add(late >= self.parts[task].end - milestone.due)
                terms.append(weight * late)
        return sum(terms) if terms else None

    def _sooner(self) -> cp_model.LinearExprT | None:
        """Return the weighted sum of the moments at which milestones are reached."""
        terms = []
        for milestone in self.problem.milestones:
            weight = round(milestone.weight * goals.WEIGHT_STEPS)
            if weight and milestone.tasks:
                name = f"reached {milestone.id}"
                reached = self.model.new_int_var(0, self.problem.horizon, name)
                for task in milestone.tasks:
                    self.model.add(reached >= self.parts[task].end)
                terms.append(weight * reached)
        return sum(terms) if terms else None

    def _cost(self) -> cp_model.LinearExprT | None:
        """Return what people cost while they are on tasks."""
        terms = []
        for task in self.problem.tasks:
            parts = self.parts[task.id]
            for name, does in parts.does.items():
                steps = goals.cost_steps(self._workforce.people[name])
                if steps:
                    if isinstance(parts.length, int):
                        terms.append(steps * parts.length * does)
                        continue
                    own = self.model.new_int_var(0, self.problem.horizon, "")
                    self.model.add(own >= parts.length).only_enforce_if(does)
                    # The same said linearly, without which the bound of the cost would be 0.
                    least = min(p.least for p in self._lengths(task, self._workforce.people[name]))
                    self.model.add(own >= min(least, self.problem.horizon) * does)
                    terms.append(steps * own)
        return sum(terms) if terms else None

    def _change(self, last: Schedule) -> cp_model.LinearExprT | None:
        """Return how far a schedule is from the last plan."""
        terms: list[cp_model.LinearExprT] = []
        for task, parts in self.parts.items():
            old = last.placed.get(task)
            if old is None:
                continue
            moved = self.model.new_int_var(0, self.problem.horizon, f"moved {task}")
            self.model.add(moved >= parts.start - old.start)
            self.model.add(moved >= old.start - parts.start)
            terms.append(moved)
            kept = [parts.does[name] for name in old.people if name in parts.does]
            terms.append(2 * (len(old.people) - sum(kept)))
        return sum(terms) if terms else None

    # Schedules ----------------------------------------------------------------------------------

    def hint(self, schedule: Schedule) -> None:
        """Give the solver a schedule to begin with."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for task, parts in self.parts.items():
            placed = schedule.placed[task]
            self.model.add_hint(parts.start, placed.start)
            self.model.add_hint(parts.end, placed.end)
            for (name, skill), fills in parts.fills.items():
                self.model.add_hint(fills, placed.people.get(name) == skill)

    def schedule(self, solver: cp_model.CpSolver) -> Schedule:
        """Return the schedule that a solver found, each task ended as soon as it can be."""
        placed = {}
        for task in self.problem.tasks:
            parts = self.parts[task.id]
            people = {
                name: skill for (name, skill), var in parts.fills.items() if solver.value(var)
            }
            placed[task.id] = Placed(solver.value(parts.start), solver.value(parts.end), people)
        return shrunk(self.problem, self._workforce, Schedule(placed))


def shrunk(problem: Problem, workforce: Workforce, schedule: Schedule) -> Schedule:
    """Return a schedule in which no task lasts longer than its people and links ask for.

    A solver may leave an end late where that costs nothing.
    """
    tasks = {task.id: task for task in problem.tasks}
    held: dict[str, list[Link]] = {}
    for link in problem.links:
        if link.kind in (LinkKind.FINISH_FINISH, LinkKind.START_FINISH):
            held.setdefault(link.after, []).append(link)
    placed = dict(schedule.placed)
    for name in ordered_ids(problem):
        at = placed[name]
        if not at.people:
            continue
        end = max(workforce.ends(person, tasks[name])[at.start] for person in at.people)
        for link in held.get(name, ()):
            before = placed[link.before]
            from_end = link.kind is LinkKind.FINISH_FINISH
            end = max(end, (before.end if from_end else before.start) + link.lag)
        placed[name] = Placed(at.start, min(end, at.end), at.people)
    return Schedule(placed)
