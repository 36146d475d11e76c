"""How much work of each skill does a plan need in each month?

Work has no dates before it is scheduled. Each task may lie anywhere between the earliest start that
the order allows and the latest end that its milestones' deadlines allow; its work is spread evenly
over the working days between. Where there is no deadline, or it cannot be held, work is asked for
as early as the order allows. The schedule gives the dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from whet.company.plan.schema import Plan
from whet.company.plan.work import Milestone, Task
from whet.company.team.months import Month

_WEEK = 7 / 5
"""Calendar days per working day."""


@dataclass(frozen=True)
class Workload:
    """Person-days per skill and month, and the tasks whose work is not known yet."""

    demand: Mapping[str, tuple[float, ...]]
    unknown: tuple[str, ...]


def workload(plan: Plan, months: Sequence[Month]) -> Workload:
    """Return the work that is left, in person-days of somebody fully productive.

    Estimates are multiplied by the plan's `assumptions.bias`. A task that needs several people
    shares its effort among their skills. Work beyond the last month is left out. What the file
    leaves to learning curves is counted where the plan has been filled (`labels/tasks.py`).
    """
    demand: dict[str, list[float]] = {}
    parts = work_by_task(plan, months)
    for task in plan.tasks:
        people = sum(task.skills.values())
        if task.id not in parts or not people:
            continue
        for skill, count in task.skills.items():
            row = demand.setdefault(skill, [0.0] * len(months))
            for t, days in enumerate(parts[task.id]):
                row[t] += days * count / people
    unknown = tuple(
        task.id for task in plan.tasks if _days_left(task, plan) is None and task.kind != "wait"
    )
    return Workload({skill: tuple(row) for skill, row in demand.items()}, unknown)


def work_by_task(plan: Plan, months: Sequence[Month]) -> dict[str, tuple[float, ...]]:
    """Return the person-days of each task with work left in each month, as `workload` counts."""
    efforts = {task.id: _days_left(task, plan) for task in plan.tasks}
    windows = _windows(plan, efforts)
    return {
        name: tuple(effort * part for part in _spread(windows[name], months))
        for name, effort in efforts.items()
        if effort
    }


def _days_left(task: Task, plan: Plan) -> float | None:
    """Return the person-days that are left; None where only a learning curve can tell.

    Where nothing else is said of a training it is one.
    """
    if task.finished or task.kind == "wait":
        return 0.0
    bias = plan.assumptions.bias
    if task.remaining:
        return task.remaining.likely * bias
    whole = task.effort.likely if task.effort else None
    targets = {target.id: target for target in plan.quality}
    if whole is None and task.kind == "train" and task.target in targets:
        whole = targets[task.target].train_days
    return None if whole is None else max(0.0, whole * bias - task.spent)


def _windows(plan: Plan, efforts: Mapping[str, float | None]) -> dict[str, tuple[date, date]]:
    """Return the first and last day on which each task may be worked on."""
    nodes: dict[str, Task | Milestone] = {node.id: node for node in plan.tasks}
    nodes.update((node.id, node) for node in plan.milestones)
    before = {name: [link.task for link in node.after] for name, node in nodes.items()}
    for task in plan.tasks:
        if task.milestone:
            before[task.milestone].append(task.id)
    length = {name: _length(node, efforts.get(name)) for name, node in nodes.items()}
    order = _ordered(before)
    end: dict[str, float] = {}
    for name in order:
        ready = max((end[other] for other in before[name]), default=0.0)
        end[name] = max(ready, _day(nodes[name], "not_before", plan.start, 0.0)) + length[name]
    latest = {
        name: _day(node, "deadline", plan.start, float("inf")) for name, node in nodes.items()
    }
    for name in reversed(order):
        for other in before[name]:
            latest[other] = min(latest[other], latest[name] - length[name])
    windows = {}
    for task in plan.tasks:
        first = end[task.id] - length[task.id]
        last = max(end[task.id], latest[task.id] if latest[task.id] < float("inf") else 0.0)
        windows[task.id] = (
            plan.start + timedelta(days=int(first)),
            plan.start + timedelta(days=max(int(first), round(last) - 1)),
        )
    return windows


def _length(node: Task | Milestone, effort: float | None) -> float:
    """Return the calendar days that a task takes with the people that it asks for."""
    if isinstance(node, Milestone) or node.finished:
        return 0.0
    if node.kind == "wait":
        return node.days.likely * _WEEK if node.days else 0.0
    return (effort or 0.0) / max(1, sum(node.skills.values())) * _WEEK


def _day(node: Task | Milestone, field: str, start: date, otherwise: float) -> float:
    """Return the days from the start to the date in a field of a task or milestone."""
    day: date | None = getattr(node, field, None)
    if day is None:
        return otherwise
    return max(0.0, float((day - start).days + (field == "deadline")))


def _ordered(before: Mapping[str, Sequence[str]]) -> list[str]:
    """Return names so that each stands after those before it; a checked plan has no cycle."""
    done: dict[str, None] = {}
    waiting = [(name, False) for name in reversed(list(before))]
    while waiting:
        name, is_ready = waiting.pop()
        if is_ready:
            done[name] = None
        elif name not in done:
            waiting.append((name, True))
            waiting.extend((other, False) for other in before[name] if other not in done)
    return list(done)


def _spread(window: tuple[date, date], months: Sequence[Month]) -> list[float]:
    """Return the part of a window's working days that lies in each month."""
    total = max(1, _working_days(*window))
    return [_working_days(max(window[0], m.first), min(window[1], m.last)) / total for m in months]


def _working_days(first: date, last: date) -> int:
    """Return how many days from Monday to Friday there are; at least 1 in a window of one day.

    >>> _working_days(date(2026, 12, 4), date(2026, 12, 7))
    2
    """
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((first.weekday() + i) % 7 < 5 for i in range(rest))
