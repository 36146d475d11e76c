"""Who can start what first? Tasks of people with calendars, placed one after another.

Each task gets the people with whom it ends first, in gaps of their time too. Many lists are tried:
the rule of latest finish times, then random moves of the best list so far. It answers for 10,000
tasks, and gives CP-SAT its first schedule.
"""

import heapq
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from whet.company.schedule.calendars import NEVER, Workforce
from whet.company.schedule.checks import ordered_ids
from whet.company.schedule.goals import goals
from whet.company.schedule.heuristic import Effort
from whet.company.schedule.problem import Link, LinkKind, Person, Placed, Problem, Schedule, Task
from whet.core.seeds import derived_seed

_MOVED, _REACH = 0.15, 0.3
"""Share of the tasks that a move touches, and how far, as a share of the project's length."""


class ListScheduler:
    """Places the tasks of one problem by priorities, again and again."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.workforce = Workforce(problem)
        self.tasks = {task.id: task for task in problem.tasks}
        self.order = ordered_ids(problem)
        self.lengths = {task.id: self.workforce.least_length(task) for task in problem.tasks}
        self.before: dict[str, list[Link]] = {name: [] for name in self.order}
        self.after: dict[str, list[Link]] = {name: [] for name in self.order}
        for link in problem.links:
            self.before[link.after].append(link)
            self.after[link.before].append(link)
        self._candidates = {task.id: self.workforce.candidates(task) for task in problem.tasks}

    def latest_ends(self) -> dict[str, float]:
        """Return by when each task should end: from deadlines and wanted dates, backwards.

        Tasks without any date follow by the length of the chain behind them.
        """
        far = float(self.problem.horizon)
        latest = dict.fromkeys(self.order, far)
        for milestone in self.problem.milestones:
            if milestone.due is not None and (milestone.weight or milestone.is_hard):
                for name in milestone.tasks:
                    latest[name] = min(latest[name], float(milestone.due))
        for name in reversed(self.order):
            deadline = self.tasks[name].deadline
            if deadline is not None:
                latest[name] = min(latest[name], float(deadline))
            for link in self.after[name]:
                begin = latest[link.after] - self.lengths[link.after]
                latest[name] = min(latest[name], begin - link.lag)
        return latest

    def place(self, priorities: dict[str, float]) -> Schedule | None:
        """Return the schedule of a list, or None when a task does not fit into the horizon.

        Tasks with a pinned start are placed first, so that nobody else takes their people; the
        caller checks whether those before them were done in time.
        """
        run = _Run(self, self._candidates)
        pinned = [name for name in self.order if self.tasks[name].pinned_start is not None]
        for name in pinned:
            if not run.add(self.tasks[name]):
                return None
        waiting = {name: len(self.before[name]) for name in self.order}
        ready = [(priorities[name], name) for name in self.order if not waiting[name]]
        heapq.heapify(ready)
        while ready:
            name = heapq.heappop(ready)[1]
            if name not in run.placed and not run.add(self.tasks[name]):
                return None
            for link in self.after[name]:
                waiting[link.after] -= 1
                if not waiting[link.after]:
                    heapq.heappush(ready, (priorities[link.after], link.after))
        return Schedule(run.placed)


class _Run:
    """One schedule in the making: who is busy when, what is used when."""

    def __init__(self, scheduler: ListScheduler, candidates: dict[str, list[Person]]) -> None:
        self._scheduler, self._candidates = scheduler, candidates
        self.placed: dict[str, Placed] = {}
        self._busy: dict[str, list[tuple[int, int]]] = {
            person.id: [] for person in scheduler.problem.people
        }
        horizon = scheduler.problem.horizon
        self._free = {
            name: [units] * (horizon + 1) for name, units in scheduler.problem.resources.items()
        }

    def add(self, task: Task) -> bool:
        """Place a task as early as it can be done; return whether it fits."""
        earliest, least_end = self._limits(task)
        if task.pinned_start is not None:
            earliest = task.pinned_start
        start = earliest
        while start <= self._scheduler.problem.horizon:
            found, later = self._at(task, start, least_end)
            if found is not None:
                self._take(task, found)
                return True
            if task.pinned_start is not None:
                return False
            start = max(later, start + 1)
        return False

    def _limits(self, task: Task) -> tuple[int, int]:
        """Return the earliest start and the earliest end that the tasks before leave."""
        start, end = task.release, 0
        for link in self._scheduler.before[task.id]:
            before = self.placed.get(link.before)
            if before is None:
                continue
            from_end = link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH)
            moment = (before.end if from_end else before.start) + link.lag
            if link.kind in (LinkKind.FINISH_START, LinkKind.START_START):
                start = max(start, moment)
            else:
                end = max(end, moment)
        return start, end

    def _at(self, task: Task, start: int, least_end: int) -> tuple[Placed | None, int]:
        """Return the task placed at `start`, or None and the next slot at which to try."""
        if not task.skills:
            found = Placed(start, start + task.duration)
            if found.end < least_end:
                return None, least_end - task.duration
        elif task.people_needed == 1:
            found = self._alone(task, start, least_end)
        else:
            team, later = self._team(task, start, least_end)
            if team is None:
                return None, later
            found = team
        if found.end > self._scheduler.problem.horizon:
            return None, NEVER
        full = self._full(task, found)
        return (found, 0) if full is None else (None, full + 1)

    def _alone(self, task: Task, start: int, least_end: int) -> Placed:
        """Return the task with the person who ends it first, from `start` on.

        Of those who end at once, who costs less, then who can do less else.
        """
        (skill,) = task.skills
        best: tuple[int, float, int] | None = None
        chosen = Placed(start, NEVER)
        for person in self._candidates[task.id]:
            if task.pinned_people and person.id not in task.pinned_people:
                continue
            ends = self._scheduler.workforce.ends(person.id, task)
            begin, end = self._gap(person.id, start, ends, least_end)
            if task.pinned_start is not None and begin != start:
                continue
            rank = (end, person.cost, len(person.skills))
            if end < NEVER and (best is None or rank < best):
                best, chosen = rank, Placed(begin, end, {person.id: skill})
        return chosen

    def _gap(self, person: str, start: int, ends: Sequence[int], least_end: int) -> tuple[int, int]:
        """Return the first stretch of a person's free time in which work can be done."""
        busy = self._busy[person]
        at = max(0, bisect_right(busy, (start, NEVER)) - 1)
        while start < len(ends):
            end = max(ends[start], least_end) if ends[start] < NEVER else NEVER
            while at < len(busy) and busy[at][1] <= start:
                at += 1
            if at >= len(busy) or busy[at][0] >= end:
                return start, end
            start = busy[at][1]
        return start, NEVER

    def _team(self, task: Task, start: int, least_end: int) -> tuple[Placed | None, int]:
        """Return the task with a whole team at `start`, or None and the next slot to try."""
        ready: list[tuple[int, int, Person]] = []
        later = NEVER
        for person in self._candidates[task.id]:
            begin, end = self._gap(
                person.id, start, self._scheduler.workforce.ends(person.id, task), least_end
            )
            if end >= NEVER:
                continue
            if begin == start:
                ready.append((end, len(person.skills), person))
            else:
                later = min(later, begin)
        ready.sort(key=lambda entry: entry[:2])
        people = matched([person for _, _, person in ready], task)
        if people is None:
            return None, later
        end = max(end for end, _, person in ready if person.id in people)
        blocked = [moment for name in people if (moment := self._blocked(name, start, end))]
        if blocked:  # someone is free for the own part, but not until the slowest has finished
            return None, min([later, *blocked])
        return Placed(start, end, people), 0

    def _blocked(self, person: str, start: int, end: int) -> int | None:
        """Return when the task ends that keeps a person from working until `end`, if any."""
        for begin, until in self._busy[person]:
            if begin < end and until > start:
                return until
        return None

    def _full(self, task: Task, found: Placed) -> int | None:
        """Return the last slot in which a resource is short for the task, None when there is none.

        The caller goes on behind that slot.
        """
        for name, units in task.uses.items():
            free = self._free[name]
            for slot in range(found.end - 1, found.start - 1, -1):
                if free[slot] < units:
                    return slot
        return None

    def _take(self, task: Task, found: Placed) -> None:
        """Keep the place of a task."""
        self.placed[task.id] = found
        if found.end > found.start:
            for name in found.people:
                held(self._busy[name], found.start, found.end)
        for name, units in task.uses.items():
            free = self._free[name]
            for slot in range(found.start, found.end):
                free[slot] -= units


def held(busy: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a stretch to those in which somebody is busy; stretches that touch become one.

    A person whose days are full is then one stretch, not hundreds to walk along.
    """
    at = bisect_right(busy, (start, NEVER))
    if at and busy[at - 1][1] >= start:
        at -= 1
        start, end = busy[at][0], max(end, busy[at][1])
        del busy[at]
    while at < len(busy) and busy[at][0] <= end:
        end = max(end, busy[at][1])
        del busy[at]
    busy.insert(at, (start, end))


def matched(people: Sequence[Person], task: Task) -> dict[str, str] | None:
    """Return the skill that each chosen person fills, or None when not all places can be filled.

    People at the front are preferred; those pinned to the task are always among the chosen.
    Source: Kuhn (1955), The Hungarian method, for augmenting paths of unweighted matchings.
    """
    places = [skill for skill, count in sorted(task.skills.items()) for _ in range(count)]
    filled: dict[int, Person] = {}
    pinned = [person for person in people if person.id in task.pinned_people]
    if len(pinned) < len(task.pinned_people):
        return None
    if not all(_settle(person, places, filled, set()) for person in pinned):
        return None
    for person in people:
        if len(filled) < len(places) and person.id not in task.pinned_people:
            _settle(person, places, filled, set())
    if len(filled) < len(places):
        return None
    return {person.id: places[index] for index, person in sorted(filled.items())}


def _settle(
    person: Person, places: Sequence[str], filled: dict[int, Person], tried: set[int]
) -> bool:
    """Give a person a place, moving others to other places where needed."""
    for index, skill in enumerate(places):
        if skill in person.skills and index not in tried:
            tried.add(index)
            if index not in filled or _settle(filled[index], places, filled, tried):
                filled[index] = person
                return True
    return False


def started_early(problem: Problem, schedule: Schedule) -> Schedule:
    """Return a schedule with the same people in which tasks start as soon as they can.

    A solver leaves tasks anywhere that costs no goal; people want them done. Where starting sooner
    would cost a goal, such as holding somebody over a vacation, the schedule is left as it is.
    """
    tasks = tuple(
        replace(task, only=tuple(schedule.placed[task.id].people)) for task in problem.tasks
    )
    scheduler = ListScheduler(replace(problem, tasks=tasks))
    starts = {name: float(placed.start) for name, placed in schedule.placed.items()}
    found = scheduler.place(starts)
    if found is None or goals(problem, found) > goals(problem, schedule):
        return schedule
    return found


def best_list(
    problem: Problem,
    *,
    effort: Effort,
    seed: int = 0,
    last: Schedule | None = None,
    enough: tuple[int, ...] = (),
) -> Schedule | None:
    """Return the best schedule of many lists, or None when none fits into the horizon.

    It may miss deadlines: the caller looks at its lateness. One list is always tried; no more are
    when the first goals are as good as those of `enough`.
    """
    scheduler = ListScheduler(problem)
    random = Random(derived_seed(seed, "list"))
    until = time.monotonic() + effort.seconds
    best_priorities = scheduler.latest_ends()
    best = scheduler.place(best_priorities)
    best_rank = None if best is None else goals(problem, best, last)
    names = scheduler.order
    reach = _REACH * (best.makespan if best is not None else problem.horizon)
    tried = 1
    while tried < effort.schedules and time.monotonic() < until:
        if enough and best_rank is not None and best_rank[: len(enough)] <= enough:
            break
        tried += 1
        priorities = dict(best_priorities)
        for name in names:
            if random.random() < _MOVED:
                priorities[name] += random.uniform(-reach, reach)
        found = scheduler.place(priorities)
        if found is None:
            continue
        rank = goals(problem, found, last)
        if best_rank is None or rank <= best_rank:
            best, best_rank, best_priorities = found, rank, priorities
    return best
