"""How does company.yaml become a network to simulate? Tasks, people, calendars and risks.

Who does what, and in which order, comes from a schedule (`Assignment`s by task); without one,
`greedy` gives each task to the people with the skills who have the least to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from whet.company.plan.estimate import Estimate
from whet.company.plan.people import Person
from whet.company.plan.reached import known_dates
from whet.company.plan.risks import Impact as PlanImpact
from whet.company.plan.risks import Risk as PlanRisk
from whet.company.plan.schema import Plan
from whet.company.plan.work import After, Milestone, Task
from whet.company.plan.workdays import WorkDays
from whet.company.simulation.calendars import Capacity, together
from whet.company.simulation.estimates import ThreePoint, certain, mean_of, scaled
from whet.company.simulation.network import Activity, Link, Network
from whet.company.simulation.ordering import serial_times, with_people_order
from whet.company.simulation.risks import Action, Impact, Risk
from whet.core.errors import InputError

WAIT = "(waiting)"
"""Crew of what passes by itself on working days: deliveries, and the lags between tasks."""
_DAYS_BEYOND = 3 * 365
_MONTH = 365.2425 / 12
_MINUTE = 1 / (24 * 60)
_WEEK = 7 / 5
"""Calendar days of a working day."""


@dataclass(frozen=True)
class Assignment:
    """Who does a task, and when the plan has it."""

    people: tuple[str, ...]
    """People by id, who share the effort."""
    times: tuple[float, float] | None = None
    """Planned start and finish in calendar days from the plan's start; None: not planned yet."""


@dataclass(frozen=True)
class Given:
    """What the plan's other parts know of its work: curves, a schedule, past estimates."""

    learnt: Mapping[str, ThreePoint] = field(default_factory=dict)
    """Person-days by task, of those that the file leaves to learning curves."""
    assigned: Mapping[str, Assignment] | None = None
    """Who does each task, and when; None: `greedy` decides."""
    factors: Mapping[str, float] | None = None
    """Real effort over estimate by person, under the empty name of anyone else; None: the plan's
    one `bias`."""
    notes: tuple[str, ...] = ()
    """What was assumed, for people."""


@dataclass(frozen=True)
class Work:
    """The plan's work, ready to be simulated."""

    network: Network
    """Tasks and milestones in the order of the plan."""
    efforts: Mapping[str, ThreePoint]
    """Person-days that are left of each task; working days of what waits."""
    deadlines: Mapping[str, date | None]
    """Milestones, and when they are wanted."""
    people: Mapping[str, tuple[str, ...]]
    """Who does each task."""


def three(estimate: Estimate) -> ThreePoint:
    """Return an estimate of the file as one of the simulation."""
    return ThreePoint(estimate.low, estimate.likely, estimate.high)


def work_of_plan(plan: Plan, given: Given | None = None) -> Work:
    """Return the network of a plan.

    Raises:
        InputError: nobody has the skills for a task, or an effort is missing.
    """
    given = given or Given()
    efforts = dict(_efforts(plan, given.learnt))
    daily = {person.id: _daily(person, plan) for person in plan.people}
    assigned = greedy(plan, efforts) if given.assigned is None else given.assigned
    people = {t: assigned[t].people for t in efforts if t in assigned and assigned[t].people}
    for name, crew in people.items():
        efforts[name] = scaled(efforts[name], crew_factor(crew, given.factors or {}))
    capacities = {WAIT: Capacity(WAIT, _waiting(plan))}
    over = {name: _evening(day, plan.start) for name, day in known_dates(plan).items()}
    needs = _needs(plan)
    activities = [_milestone(mark, needs[mark.id], over) for mark in plan.milestones]
    for task in plan.tasks:
        crew_name = _crew(task, people, efforts)
        if crew_name is not None and crew_name not in capacities:
            capacities[crew_name] = together(crew_name, [daily[p] for p in people[task.id]])
        activities.append(_task(task, plan, crew_name, over))
    activities, lags = _with_lags(activities, plan)
    efforts |= lags
    network = Network(tuple(activities), capacities)
    times = _planned(network, people, efforts, assigned=assigned, plan=plan)
    ordered = Network(with_people_order(network.activities, people, times), capacities)
    return Work(ordered, efforts, {m.id: m.deadline for m in plan.milestones}, people)


def crew_factor(crew: Sequence[str], factors: Mapping[str, float]) -> float:
    """Return real effort over estimate of a crew: the geometric mean of its people's.

    `factors` are by person, under the empty name of anyone else; nobody's is 1.
    """
    if not crew:
        return 1.0
    known = [factors.get(person, factors.get("", 1.0)) for person in crew]
    return float(np.exp(np.mean(np.log(known))))


def greedy(plan: Plan, efforts: Mapping[str, ThreePoint]) -> dict[str, Assignment]:
    """Return people for each task: those with the skill who have the least to do so far.

    Raises:
        InputError: nobody may and can do a task.
    """
    load = {person.id: 0.0 for person in plan.people}
    found = {}
    for task in plan.tasks:
        if task.id not in efforts or task.kind == "wait":
            continue
        crew = list(task.pin.people) if task.pin else []
        for skill in [s for s, count in task.skills.items() for _ in range(count)][len(crew) :]:
            able = [
                p
                for p in plan.people
                if p.skills.get(skill, 0.0) >= task.level
                and p.id not in crew
                and (not task.only or p.id in task.only)
            ]
            if not able:
                raise InputError(
                    f"Nobody is left who can do {task.id!r}: it needs {skill!r} at a level of "
                    f"{task.level:g}. Add the skill to someone, or lower the level."
                )
            crew.append(min(able, key=lambda p: (p.end is not None, load[p.id], p.id)).id)
        if not crew:
            crew = [min(plan.people, key=lambda p: (load[p.id], p.id)).id]
        for person in crew:
            load[person] += mean_of(efforts[task.id]) / len(crew)
        found[task.id] = Assignment(tuple(crew))
    return found


def risks_of_plan(plan: Plan, work: Work) -> tuple[Risk, ...]:
    """Return the plan's register; closed risks are left out, those that happened are certain."""
    return tuple(_risk(risk, plan, work) for risk in plan.risks if risk.status != "closed")


def _efforts(plan: Plan, learnt: Mapping[str, ThreePoint]) -> Iterator[tuple[str, ThreePoint]]:
    """Yield what is left of each task that is not finished."""
    for task in plan.tasks:
        if task.finished is not None:
            continue
        if task.remaining is not None:
            yield task.id, three(task.remaining)
        elif task.kind == "wait" and task.days is not None:
            yield task.id, three(task.days)
        elif task.effort is not None:
            yield task.id, _left(_spread(task.effort, plan.assumptions.spread), task.spent)
        elif task.id in learnt:
            yield task.id, _left(learnt[task.id], task.spent)
        else:
            raise InputError(
                f"The task {task.id!r} has no effort, and no learning curve gives one. Give it an "
                "effort, or a quality target with measured points."
            )


def _spread(effort: Estimate, spread: Estimate) -> ThreePoint:
    """Return an effort; one that is a single number is spread as the plan assumes."""
    if not effort.is_certain:
        return three(effort)
    factor = effort.likely / spread.likely if spread.likely > 0 else 0.0
    return scaled(three(spread), factor)


def _left(effort: ThreePoint, spent: float) -> ThreePoint:
    """Return what is left of an effort after some is spent."""
    low, likely, high = (max(x - spent, 0.0) for x in (effort.low, effort.likely, effort.high))
    return ThreePoint(low, likely, high)


def _days(plan: Plan) -> int:
    """Return the calendar days of capacities: the horizon and three years beyond it."""
    return plan.months * 31 + _DAYS_BEYOND


def _daily(person: Person, plan: Plan) -> NDArray[np.float64]:
    """Return a person's capacity on each day: calendar, share, learning, and mentoring others."""
    days = WorkDays(person, plan.calendars)
    first = plan.start
    daily = np.array([days.on(first + timedelta(days=i)) for i in range(_days(plan))])
    if person.start is not None:
        daily *= _ramp(person, (person.start - first).days, len(daily))
    for other in plan.people:
        if other.mentor == person.id and other.start is not None and other.ramp_up:
            begin = (other.start - first).days
            end = begin + len(other.ramp_up) * _MONTH
            day = np.arange(len(daily))
            daily *= 1 - other.mentor_share * ((day >= begin) & (day < end))
    return daily


def _ramp(person: Person, begin: int, days: int) -> NDArray[np.float64]:
    """Return the share of full output on each day, from the months of the ramp-up."""
    month = ((np.arange(days) - begin) / _MONTH).astype(int)
    levels = np.array([*person.ramp_up, 1.0])
    found: NDArray[np.float64] = levels[np.clip(month, 0, len(levels) - 1)]
    return found


def _waiting(plan: Plan) -> NDArray[np.float64]:
    """Return the working days of the plan's first calendar."""
    days = WorkDays(Person(id="nobody", role="", cost_per_month=0), plan.calendars)
    on = (days.on(plan.start + timedelta(days=i)) for i in range(_days(plan)))
    return np.array([1.0 if part > 0 else 0.0 for part in on])


def _crew(
    task: Task, people: Mapping[str, Sequence[str]], efforts: Mapping[str, ThreePoint]
) -> str | None:
    """Return the name of a task's crew; None where nothing is left to do."""
    if task.id not in efforts:
        return None
    return WAIT if task.kind == "wait" else " + ".join(people[task.id])


def _evening(day: date, start: date) -> float:
    """Return the evening of a day in days from the plan's start; at most 0 in the past."""
    return float((day - start).days + 1)


def _needs(plan: Plan) -> dict[str, dict[str, After]]:
    """Return what each milestone waits for, by id of what comes before."""
    needs = {mark.id: {after.task: after for after in mark.after} for mark in plan.milestones}
    for task in plan.tasks:
        if task.milestone in needs:
            needs[task.milestone].setdefault(task.id, After(task=task.id))
    return needs


def _task(task: Task, plan: Plan, crew: str | None, over: Mapping[str, float]) -> Activity:
    """Return a task as an activity; what is finished takes no time and waits for nothing."""
    if crew is None:
        return Activity(task.id)
    starts = [task.not_before, task.pin.start if task.pin else None]
    earliest = [float((day - plan.start).days) for day in starts if day]
    links, passed = _waits(task.after, over)
    return Activity(task.id, links, crew, max([0.0, *earliest, *passed]))


def _waits(
    needed: Iterable[After], over: Mapping[str, float]
) -> tuple[tuple[Link, ...], list[float]]:
    """Return links to what is open, and the times before which what has a date lets nothing start.

    Of a lag that began in the past only the rest is left.
    """
    links, passed = [], []
    for after in needed:
        if after.task in over:
            passed.append(over[after.task] + after.lag_days * _WEEK)
        else:
            links.append(Link(after.task, after.lag_days))
    return tuple(links), passed


def _milestone(
    milestone: Milestone, needs: Mapping[str, After], over: Mapping[str, float]
) -> Activity:
    """Return a milestone as an activity that waits for all that it needs.

    One that is over, or that is a date of its own, is reached then, whatever is simulated; what was
    reached on the evening before the first morning, 0, is put a minute before it.
    """
    if milestone.id in over:
        evening = over[milestone.id]
        return Activity(milestone.id, earliest=evening - (_MINUTE if evening <= 0 else 0.0))
    links, passed = _waits(needs.values(), over)
    return Activity(milestone.id, links, earliest=max([0.0, *passed]))


def _with_lags(
    activities: Sequence[Activity], plan: Plan
) -> tuple[list[Activity], dict[str, ThreePoint]]:
    """Return activities whose lags, which are in working days, are activities that wait."""
    found: list[Activity] = []
    lags: dict[str, ThreePoint] = {}
    for activity in activities:
        links = []
        for link in activity.after:
            if link.lag_days == 0:
                links.append(link)
                continue
            name = f"lag: {link.id} → {activity.id}"
            lags[name] = certain(link.lag_days)
            found.append(Activity(name, (Link(link.id),), WAIT))
            links.append(Link(name))
        found.append(Activity(activity.id, tuple(links), activity.crew, activity.earliest))
    return found, lags


def _planned(
    network: Network,
    people: Mapping[str, tuple[str, ...]],
    efforts: Mapping[str, ThreePoint],
    *,
    assigned: Mapping[str, Assignment],
    plan: Plan,
) -> Mapping[str, tuple[float, float]]:
    """Return planned times: the schedule's, or those of a serial schedule where one is missing."""
    known = {t: a.times for t, a in assigned.items() if a.times is not None}
    if set(people) <= set(known):
        return known
    wanted = {task.id: task.deadline for task in plan.tasks}
    wanted |= {milestone.id: milestone.deadline for milestone in plan.milestones}
    due = {x: float((day - plan.start).days + 1) for x, day in wanted.items() if day is not None}
    days = {task: mean_of(effort) for task, effort in efforts.items()}
    return serial_times(network, people, days, due=due)


def _risk(risk: PlanRisk, plan: Plan, work: Work) -> Risk:
    """Return one line of the register."""
    actions = tuple(
        Action(a.what, a.cost, a.probability, a.impact, a.by, a.decided, a.days)
        for a in risk.actions
    )
    if risk.status == "happened":  # nothing prevents it any more
        actions = tuple(replace(action, probability=None) for action in actions)
    return Risk(
        risk.id,
        1.0 if risk.status == "happened" else risk.probability,
        tuple(_impacts(risk.impact, plan, work)),
        actions,
        risk.first,
        risk.last,
        risk.owner or "",
        risk.review,
        risk.title,
    )


def _impacts(impact: PlanImpact, plan: Plan, work: Work) -> Iterator[Impact]:
    """Yield what a risk does; work that is finished cannot be hit any more."""
    tasks = tuple(task for task in _hit(impact.hits, plan, work) if task in work.efforts)
    if impact.effort is not None and tasks:
        yield Impact("effort_factor", three(impact.effort), tasks)
    if impact.days is not None and tasks:
        yield Impact("effort_days", three(impact.days), tasks)
    if impact.cash is not None:
        yield Impact("cash", three(impact.cash))
    if impact.demand is not None:
        yield Impact("demand", three(impact.demand), tuple(impact.revenue), impact.months)


def _hit(hits: Sequence[str], plan: Plan, work: Work) -> Iterator[str]:
    """Yield the tasks that are meant by tasks, milestones, projects and people; all for nothing."""
    for project in plan.projects:
        for task in project.tasks:
            names = {task.id, task.milestone, project.id, *work.people.get(task.id, ())}
            if not hits or names & set(hits):
                yield task.id
