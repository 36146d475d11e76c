"""How soon could each task end if everybody were free for it at once? Chains, with calendars.

A task of two people ends no sooner than the second fastest of those who can do it. No schedule ends
a task before its chain does, so these are lower bounds; where a chain ends after a date, the chain
says why.
"""

from collections.abc import Iterable

from whet.company.schedule.calendars import NEVER, Workforce
from whet.company.schedule.checks import ordered_ids
from whet.company.schedule.problem import Link, LinkKind, Problem, Task


class Chains:
    """The earliest start and end of every task, and the link that holds each of them."""

    def __init__(self, problem: Problem) -> None:
        self._workforce = Workforce(problem)
        self.starts: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self._held: dict[str, str | None] = {}
        before: dict[str, list[Link]] = {}
        for link in problem.links:
            before.setdefault(link.after, []).append(link)
        tasks = {task.id: task for task in problem.tasks}
        for name in ordered_ids(problem):
            self._add(tasks[name], before.get(name, []))

    def end(self, tasks: Iterable[str]) -> int:
        """Return the earliest moment at which some tasks have all ended."""
        return max((self.ends[task] for task in tasks), default=0)

    def before(self, tasks: Iterable[str]) -> set[str]:
        """Return the chain that ends last among some tasks, back to its beginning."""
        found: set[str] = set()
        name: str | None = max(tasks, key=lambda task: (self.ends[task], task), default=None)
        while name is not None:
            found.add(name)
            name = self._held[name]
        return found

    def _add(self, task: Task, links: list[Link]) -> None:
        """Find the earliest time of a task whose predecessors are known."""
        start, least_end = max(task.release, task.pinned_start or 0), 0
        held: str | None = None
        for link in links:
            from_end = link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH)
            moment = (self.ends if from_end else self.starts)[link.before] + link.lag
            if link.kind in (LinkKind.FINISH_START, LinkKind.START_START):
                if moment > start:
                    start, held = moment, link.before
            elif moment > max(least_end, self._done(task, start)):
                least_end, held = moment, link.before
        self.starts[task.id] = start
        self.ends[task.id] = max(least_end, self._done(task, start))
        self._held[task.id] = held

    def _done(self, task: Task, start: int) -> int:
        """Return the earliest end of a task that starts at `start` or later."""
        if not task.skills:
            return start + task.duration
        ends = []
        for person in self._workforce.candidates(task):
            table = self._workforce.ends(person.id, task)
            ends.append(table[start] if start < len(table) else NEVER)
        ends.sort()
        return ends[task.people_needed - 1] if len(ends) >= task.people_needed else NEVER


def before(problem: Problem, tasks: Iterable[str]) -> set[str]:
    """Return tasks and all that come before them."""
    earlier: dict[str, list[str]] = {}
    for link in problem.links:
        earlier.setdefault(link.after, []).append(link.before)
    stack, found = list(tasks), set()
    while stack:
        task = stack.pop()
        if task not in found:
            found.add(task)
            stack += earlier.get(task, ())
    return found
