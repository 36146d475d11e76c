"""Which of two schedules is better? Goals in the order of their rank, as numbers.

Deadlines come first, then weighted delay of milestones, then the end, then how soon milestones are
reached, then cost, then how much of the last plan is kept. A goal counts only between schedules
that are equal in all goals before it.
"""

from whet.company.schedule.problem import Milestone, Person, Problem, Schedule

LATE, DELAY, MAKESPAN = "late", "delay", "makespan"
SOONER, COST, CHANGE = "sooner", "cost", "change"
"""Names of the goals in the order of their rank."""

WEIGHT_STEPS = 1000
"""Steps in which weights of milestones and costs are counted: CP-SAT takes whole numbers."""


def lateness(problem: Problem, schedule: Schedule) -> int:
    """Return by how many slots deadlines are missed in all; a plan that holds has 0."""
    placed = schedule.placed
    tasks = (
        max(0, placed[task.id].end - task.deadline)
        for task in problem.tasks
        if task.deadline is not None
    )
    milestones = (
        max(0, schedule.reached(milestone) - milestone.due)
        for milestone in problem.milestones
        if milestone.is_hard and milestone.due is not None
    )
    return sum(tasks) + sum(milestones)


def weight_of(milestone: Milestone) -> int:
    """Return the weight of a milestone's delay in whole steps; 0 where delay does not count."""
    is_wanted = milestone.due is not None and not milestone.is_hard
    return round(milestone.weight * WEIGHT_STEPS) if is_wanted else 0


def delay(problem: Problem, schedule: Schedule) -> int:
    """Return the weighted delay of all milestones, in slots times steps of weight."""
    return sum(
        weight_of(milestone) * max(0, schedule.reached(milestone) - (milestone.due or 0))
        for milestone in problem.milestones
        if weight_of(milestone)
    )


def sooner(problem: Problem, schedule: Schedule) -> int:
    """Return the weighted sum of the slots in which milestones are reached, in steps of weight.

    Without it the dates of milestones that are in time would be any in time, and the difference of
    two plans would be noise.
    """
    return sum(
        round(milestone.weight * WEIGHT_STEPS) * schedule.reached(milestone)
        for milestone in problem.milestones
    )


def cost_steps(person: Person) -> int:
    """Return a person's cost of one slot in whole steps."""
    return round(person.cost * WEIGHT_STEPS)


def cost(problem: Problem, schedule: Schedule) -> int:
    """Return what the people cost while they are on tasks, in steps of the currency."""
    steps = {person.id: cost_steps(person) for person in problem.people}
    return sum(
        steps[name] * (placed.end - placed.start)
        for placed in schedule.placed.values()
        for name in placed.people
    )


def change(schedule: Schedule, last: Schedule | None) -> int:
    """Return how far a schedule is from the last plan, in slots that starts have moved.

    Tasks that the last plan did not know do not count; each change of a person counts as a day.
    """
    if last is None:
        return 0
    moved = 0
    for task, placed in schedule.placed.items():
        old = last.placed.get(task)
        if old is not None:
            moved += abs(placed.start - old.start)
            moved += 2 * len(set(old.people) - set(placed.people))
    return moved


def goals(problem: Problem, schedule: Schedule, last: Schedule | None = None) -> tuple[int, ...]:
    """Return the value of every goal in the order of their rank; less is better."""
    return (
        lateness(problem, schedule),
        delay(problem, schedule),
        schedule.makespan,
        sooner(problem, schedule),
        cost(problem, schedule),
        change(schedule, last),
    )
