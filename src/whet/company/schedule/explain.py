"""Why is there no schedule? The smallest set of requirements that contradict each other, in words.

A deletion filter takes requirements out one by one: those without which there is still no schedule
stay out. What is left is minimal: without any one of it there is a schedule.

Source: Chinneck and Dravnieks (1991), Locating minimal infeasible constraint sets in linear
programs, ORSA Journal on Computing 3(2), for the deletion filter.
"""

import time
from collections.abc import Collection, Sequence
from itertools import groupby

from ortools.sat.python import cp_model

from whet.company.schedule.calendars import Workforce
from whet.company.schedule.checks import Naming, plain_slot
from whet.company.schedule.problem import Milestone, Person, Problem
from whet.company.schedule.team_model import Requirement, TeamModel, requirements

_SECONDS_EACH = 2.0
"""Deterministic seconds for one question; where they do not suffice, the requirement is kept."""
_SECONDS_IN_ALL = 30.0
_ORDER = ("order", "away", "release", "skill", "people", "pin", "milestone", "deadline")
"""What is tried first to be left out: a short reason should be about dates and people."""


def conflict(
    problem: Problem, *, seed: int = 0, seconds: float = _SECONDS_IN_ALL
) -> tuple[list[Requirement], bool]:
    """Return requirements that contradict each other, and whether the set is proved minimal.

    Groups of requirements of one kind are tried first, then halves of what is left of them, so
    that most of a plan goes in a few questions.
    """
    kept = sorted(requirements(problem), key=lambda r: (_ORDER.index(r.kind), r.about))
    everything, is_minimal = frozenset(kept), True
    until = time.monotonic() + seconds
    stack = [list(group) for _, group in groupby(kept, key=lambda r: r.kind)][::-1]
    while stack:
        group = [requirement for requirement in stack.pop() if requirement in kept]
        rest = [requirement for requirement in kept if requirement not in group]
        if not group:
            continue
        if time.monotonic() > until:
            return kept, False
        status = _status(problem, everything - set(rest), seed)
        if status == cp_model.INFEASIBLE:
            kept = rest
        elif len(group) > 1:
            middle = len(group) // 2
            stack += [group[middle:], group[:middle]]
        elif status == cp_model.UNKNOWN:
            is_minimal = False
    return kept, is_minimal


def _status(problem: Problem, dropped: Collection[Requirement], seed: int) -> int:
    """Return whether there is a schedule when some requirements are left out."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _SECONDS_EACH
    return int(solver.solve(TeamModel(problem, dropped).model))


def infeasible(problem: Problem, *, seed: int = 0, naming: Naming = plain_slot) -> str:
    """Return the sentence that says why a problem has no schedule."""
    found, is_minimal = conflict(problem, seed=seed)
    if not found:
        return (
            "There is no schedule: the tasks do not fit into the plan's horizon, whatever else is "
            "left out. Make the horizon longer."
        )
    smallest = (
        "Leave out any one of these and there is one."
        if is_minimal
        else "Perhaps not all of these are to blame: the time for the search was over."
    )
    sentences = "; ".join(in_words(problem, found, naming))
    return f"There is no schedule that keeps all of these: {sentences}. {smallest}"


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
        return _milestone_clause(next(m for m in problem.milestones if m.id == about[0]), naming)
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
        return f"task {about[0]} must end by {naming(max(0, (task.deadline or 0) - 1))}"
    if requirement.kind == "release":
        return f"task {about[0]} may start on {naming(task.release)}"
    if requirement.kind == "pin":
        return f"task {about[0]} is pinned to start on {naming(task.pinned_start or 0)}"
    return f"task {about[0]} is pinned to {' and '.join(task.pinned_people)}"


def _milestone_clause(milestone: Milestone, naming: Naming) -> str:
    """Return a hard milestone in words."""
    day = naming(max(0, (milestone.due or 0) - 1))
    return f"milestone {milestone.id} ({', '.join(milestone.tasks)}) is due on {day}"


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
