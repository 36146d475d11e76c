"""Why is there no schedule? The smallest set of requirements that contradict each other, in words.

A deletion filter takes requirements out one by one: those without which there is still no schedule
stay out. What is left is minimal: without any one of it there is a schedule.

Source: Chinneck and Dravnieks (1991), Locating minimal infeasible constraint sets in linear
programs, ORSA Journal on Computing 3(2), for the deletion filter.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ortools.sat.python import cp_model

from whet.company.schedule.calendars import Workforce
from whet.company.schedule.chains import Chains, before
from whet.company.schedule.checks import Naming, plain_slot
from whet.company.schedule.problem import Milestone, Person, Problem
from whet.company.schedule.team_model import Requirement, TeamModel, requirements

LARGEST = 1_000
"""Tasks of people above which CP-SAT is not asked for a whole schedule."""
_MOST_ASKED = 1_000
"""Requirements of a likely set that is asked about in a problem above that size."""
_SECONDS_EACH = 2.0
"""Deterministic seconds for one question; where they do not suffice, the requirement is kept."""
_SECONDS_IN_ALL = 30.0
_DATES = ("milestone", "deadline", "pin")
"""Requirements that hold a task to a time from above."""
_ORDER = ("order", "away", "release", "skill", "people", *_DATES[::-1])
"""What is tried first to be left out, after the dates; told in the other direction."""
_TOLD, _NAMED = 10, 4
"""Requirements, and tasks of a milestone, that are named; others are counted."""
_TRIED = 8
"""Dates of each kind of likely set that are tried."""


def conflict(
    problem: Problem, *, seed: int = 0, seconds: float = _SECONDS_IN_ALL
) -> tuple[list[Requirement], bool]:
    """Return requirements that contradict each other, and whether the set is proved minimal.

    The filter starts from the smallest of some likely sets that has no schedule: one chain before
    one date, all before one date, all before the first dates, everything.
    """
    until = time.monotonic() + seconds
    everything = requirements(problem)
    likely = [*_likely(problem, everything), everything]
    if is_large(problem):
        likely = [one for one in likely if len(one) <= _MOST_ASKED]
    for one in likely:
        if _status(problem, one, seed) == cp_model.INFEASIBLE:
            return _filtered(problem, one, seed, until)
    return everything, False


def is_large(problem: Problem) -> bool:
    """Return whether a problem has more tasks than CP-SAT is asked about as a whole."""
    return len(problem.tasks) > LARGEST


def _filtered(
    problem: Problem, kept: list[Requirement], seed: int, until: float
) -> tuple[list[Requirement], bool]:
    """Return what is left of a set without a schedule when all goes that can go.

    What cannot go as a whole is halved, so that most goes in a few questions.
    """
    is_minimal = True
    groups = [[r for r in kept if r.kind == kind] for kind in _ORDER]
    stack = [group for group in groups[::-1] if group]
    while stack:
        group = stack.pop()
        if time.monotonic() > until:
            return kept, False
        rest = [requirement for requirement in kept if requirement not in group]
        status = _status(problem, rest, seed)
        if status == cp_model.INFEASIBLE:
            kept = rest
        elif len(group) > 1:
            middle = len(group) // 2
            stack += [group[middle:], group[:middle]]
        elif status == cp_model.UNKNOWN:
            is_minimal = False
    return kept, is_minimal


def _likely(problem: Problem, everything: list[Requirement]) -> Iterator[list[Requirement]]:
    """Yield sets of requirements that are likely to have no schedule, small ones first."""
    dates = sorted(
        (r for r in everything if r.kind in _DATES), key=lambda r: (_moment(problem, r), r.about)
    )
    chains = Chains(problem)
    late = [date for date in dates if chains.end(_dated(problem, date)) > _moment(problem, date)]
    for date in late[:_TRIED]:
        yield _about(problem, everything, [date], chains.before(_dated(problem, date)))
    needed = {date: before(problem, _dated(problem, date)) for date in dates}
    for date in dates[:_TRIED]:
        yield _about(problem, everything, [date], needed[date])
    for count in range(2, min(len(dates), _TRIED) + 1):
        first = dates[:count]
        yield _about(problem, everything, first, set().union(*(needed[date] for date in first)))


def _about(
    problem: Problem,
    everything: Sequence[Requirement],
    dates: Sequence[Requirement],
    tasks: set[str],
) -> list[Requirement]:
    """Return some dates and all that is asked of some tasks and of those who can do them."""
    workforce = Workforce(problem)
    people = {
        person.id
        for task in problem.tasks
        if task.id in tasks
        for person in workforce.candidates(task)
    }
    return [
        r
        for r in everything
        if r in dates
        or (r.kind == "away" and r.about[0] in people)
        or (r.kind == "skill" and r.about[0] in tasks)
        or (r.kind not in (*_DATES, "away", "skill") and set(r.about) <= tasks)
    ]


def _moment(problem: Problem, date: Requirement) -> int:
    """Return the slot by which a date wants its tasks to have ended, or started where pinned."""
    if date.kind == "milestone":
        return next(m.due or 0 for m in problem.milestones if m.id == date.about[0])
    task = next(task for task in problem.tasks if task.id == date.about[0])
    if date.kind == "deadline":
        return task.deadline or 0
    # A pinned task ends, at the soonest, so much after its start.
    return (task.pinned_start or 0) + Workforce(problem).least_length(task)


def _dated(problem: Problem, date: Requirement) -> tuple[str, ...]:
    """Return the tasks that a date holds."""
    if date.kind == "milestone":
        return next(m.tasks for m in problem.milestones if m.id == date.about[0])
    return date.about


def _status(problem: Problem, kept: Sequence[Requirement], seed: int) -> int:
    """Return whether there is a schedule of the tasks that some requirements are about.

    Other tasks are left out: with fewer tasks a schedule is only easier.
    """
    named = {name for requirement in kept for name in requirement.about}
    marks = tuple(m for m in problem.milestones if Requirement("milestone", (m.id,)) in kept)
    named |= {task for mark in marks for task in mark.tasks}
    tasks = tuple(task for task in problem.tasks if task.id in named)
    ids = {task.id for task in tasks}
    links = tuple(link for link in problem.links if {link.before, link.after} <= ids)
    part = replace(problem, tasks=tasks, links=links, milestones=marks)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _SECONDS_EACH
    return int(solver.solve(TeamModel(part, set(requirements(part)) - set(kept)).model))


def infeasible(problem: Problem, *, seed: int = 0, naming: Naming = plain_slot) -> str:
    """Return the sentence that says why a problem has no schedule."""
    found, is_minimal = conflict(problem, seed=seed)
    return sentence(problem, found, is_minimal=is_minimal, naming=naming)


def sentence(
    problem: Problem,
    found: Sequence[Requirement],
    *,
    is_minimal: bool,
    naming: Naming = plain_slot,
) -> str:
    """Return the sentence for requirements that contradict each other."""
    if not any(requirement.kind in _DATES for requirement in found):
        return (
            "There is no schedule: the tasks do not fit into the plan's horizon, whatever else is "
            "left out. Look at who may do what and until when, or make the horizon longer."
        )
    smallest = (
        "Leave out any one of these and there is one."
        if is_minimal
        else "Perhaps not all of these are to blame: the time for the search was over."
    )
    if not any(requirement.kind == "skill" for requirement in found):
        smallest = f"It is so whoever does what. {smallest}"
    sentences = in_words(problem, found, naming)
    more = f"; and {len(sentences) - _TOLD} more" if len(sentences) > _TOLD else ""
    all_of = "; ".join(sentences[:_TOLD]) + more
    return f"There is no schedule that keeps all of these: {all_of}. {smallest}"


def in_words(
    problem: Problem, found: Sequence[Requirement], naming: Naming = plain_slot
) -> list[str]:
    """Return requirements as clauses: those that belong to dates first, then people, then order."""
    ranked = sorted(found, key=lambda r: (-_ORDER.index(r.kind), r.about))
    return [_clause(problem, requirement, naming) for requirement in ranked]


def _clause(problem: Problem, requirement: Requirement, naming: Naming) -> str:
    """Return one requirement in words."""
    about = requirement.about
    tasks = {task.id: task for task in problem.tasks}
    task = tasks.get(about[0])
    if requirement.kind == "milestone":
        mark = next(m for m in problem.milestones if m.id == about[0])
        return _milestone_clause(problem, mark, naming)
    if requirement.kind == "away":
        return _away(next(p for p in problem.people if p.id == about[0]), naming)
    if requirement.kind == "order":
        return f"task {about[1]} comes after {about[0]}"
    assert task is not None
    if requirement.kind == "skill":
        having = [person.id for person in Workforce(problem).able(task, about[1])]
        count = task.skills[about[1]]
        many = "" if count == 1 else f"{count} people with "
        only = f"only {having[0]} has it" if len(having) == 1 else f"{', '.join(having)} have it"
        return f"task {about[0]} ({task.work / 2:g} days) needs {many}{about[1]} and {only}"
    if requirement.kind == "deadline":
        day = task.deadline_day or naming(max(0, (task.deadline or 0) - 1))
        return f"task {about[0]} must end by {day}"
    if requirement.kind == "release":
        return f"task {about[0]} may start on {naming(task.release)}"
    if requirement.kind == "pin":
        return f"task {about[0]} is pinned to start on {naming(task.pinned_start or 0)}"
    return f"task {about[0]} is pinned to {' and '.join(task.pinned_people)}"


def _milestone_clause(problem: Problem, milestone: Milestone, naming: Naming) -> str:
    """Return a hard milestone in words, with the work that comes before it."""
    day = milestone.due_day or naming(max(0, (milestone.due or 0) - 1))
    named = ", ".join(milestone.tasks[:_NAMED])
    if len(milestone.tasks) > _NAMED:
        named += f" and {len(milestone.tasks) - _NAMED} more"
    needed = before(problem, milestone.tasks)
    days = sum(task.work for task in problem.tasks if task.id in needed) / 2
    return f"milestone {milestone.id} ({named}; {days:g} days of work) is due on {day}"


def _away(person: Person, naming: Naming) -> str:
    """Return in words when a person does not work, or not fully."""
    spans = []
    slot = 0
    most = max(person.capacity)
    for percent, group in groupby(person.capacity):
        length = len(list(group))
        if percent == 0:
            ends_plan = slot + length == len(person.capacity)
            until = "on" if ends_plan else f"to {naming(slot + length - 1)}"
            spans.append(f"away from {naming(slot)} {until}")
        slot += length
    if any(0 < percent < most for percent in person.capacity):
        spans.append("not always working at full pace")
    return f"{person.id} is {', '.join(spans)}"
