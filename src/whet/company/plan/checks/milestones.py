"""Can every milestone still be reached? Those of the past are, and those to come have a date."""

from collections.abc import Iterator

from whet.company.plan.entries import entries, first_day, valid
from whet.company.plan.reached import dates_of
from whet.company.plan.work import Milestone, Task
from whet.core.yaml.document import Document, Problem


def check_milestones(document: Document) -> Iterator[Problem]:
    """A deadline of the past is that of a milestone that was reached.

    What is done stays in the file when the plan is rolled forward, so a milestone whose tasks are
    all finished may lie in the past, and so may one that needs nothing: it is a date.
    """
    start = first_day(document)
    tasks = [task for _, task in valid(document, "task", Task)]
    marks = list(valid(document, "milestone", Milestone))
    reached = dates_of(tasks, [mark for _, mark in marks])
    refused = {e.id for e in entries(document, "task")} - {task.id for task in tasks}
    for where, mark in marks:
        is_over = mark.deadline is not None and mark.deadline < start
        if is_over and mark.id not in reached and not refused:
            open_tasks = [task.id for task in tasks if _is_open(task, mark)]
            what = f"; {open_tasks[0]!r} is not finished" if open_tasks else ""
            yield document.problem(
                (*where, "deadline"),
                f"lies in the past: the plan starts on {start}; found {mark.deadline}{what}. "
                "Move it, take it out, or say when its tasks were `finished`.",
            )


def _is_open(task: Task, mark: Milestone) -> bool:
    """Return whether a task is still to do for a milestone."""
    needed = {after.task for after in mark.after}
    return task.finished is None and (task.milestone == mark.id or task.id in needed)
