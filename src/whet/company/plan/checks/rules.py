"""Do the fields of one entry fit together, and does it fit the plan's first day?

A rule looks at one entry that its model accepts and yields the place of a field with a sentence.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from whet.company.plan.checks.lines import check_channel, check_scenarios_add_up, check_tiers
from whet.company.plan.checks.scores import check_scores
from whet.company.plan.entries import first_day, valid
from whet.company.plan.market import PriceTest
from whet.company.plan.money import Cost, Pilot, Round
from whet.company.plan.people import Calendar, Person
from whet.company.plan.quality import Target
from whet.company.plan.revenue import Usage
from whet.company.plan.strategy import Channel
from whet.company.plan.work import Task
from whet.core.yaml.document import Document, Problem, Where

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
"""Years in which a plan may begin; any other is a slip of the pen."""

Found = Iterator[tuple[Where, str]]
"""Fields with what is wrong with them."""


def check_rules(document: Document) -> Iterator[Problem]:
    """Every rule holds of every entry."""
    day = first_day(document)
    if document.get("start") == day and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        sentence = f"must lie between {_FIRST_YEAR} and {_LAST_YEAR}; found {day}"
        yield document.problem(("start",), sentence)
    for kind, (model, rule) in RULES.items():
        for where, entry in valid(document, kind, model):
            for field, sentence in rule(entry, day):
                yield document.problem((*where, *field), sentence)
    yield from _check_cash(document)
    yield from _check_mentors(document)
    for where, sentence in check_scenarios_add_up(document):
        yield document.problem(where, sentence)


def _task(task: Task, start: date) -> Found:
    """A task has what its kind needs, and dates that can be kept."""
    if task.kind == "wait":
        if task.days is None:
            yield ("days",), "must be given where kind is 'wait': the working days that pass"
        for field in ("effort", "skills"):
            if getattr(task, field):
                yield (field,), "is of no use where kind is 'wait': nobody works on it. Delete it."
    elif task.days is not None:
        yield ("days",), f"is for tasks of the kind 'wait'; found it where kind is {task.kind!r}"
    if task.kind == "work" and task.effort is None:
        yield ("effort",), "must be given: work in person-days of somebody fully productive"
    if task.kind in ("label", "train") and task.effort is None and task.target is None:
        yield (
            ("target",),
            f"must be given where kind is {task.kind!r}, or else `effort`: the quality target "
            "whose learning curve tells the effort",
        )
    if task.effort and 0 < task.effort.likely <= task.spent and _is_left_open(task):
        yield (
            ("remaining",),
            f"must be given: {task.spent:g} of {task.effort.likely:g} person-days are spent, and "
            "it is not finished. Say how many it still takes, or when it was `finished`.",
        )
    yield from _task_dates(task, start)


def _is_left_open(task: Task) -> bool:
    """Return whether a task goes on and nobody has said how much of it is left."""
    return task.finished is None and task.remaining is None


def _task_dates(task: Task, start: date) -> Found:
    """The dates of a task follow each other; what is done may lie in the past."""
    if task.finished is not None:
        if task.finished > start:
            yield ("finished",), _future(task.finished, start)
        if task.started is not None and task.finished < task.started:
            yield ("finished",), f"ends ({task.finished}) before it starts ({task.started})"
        return
    if task.deadline is not None and task.deadline < start:
        yield ("deadline",), _past(task.deadline, start)
    if task.deadline and task.not_before and task.deadline < task.not_before:
        sentence = f"ends ({task.deadline}) before it may start ({task.not_before})"
        yield ("deadline",), f"{sentence}. Move one of them."
    if task.started is not None and task.started > start:
        yield ("started",), _future(task.started, start)
    if task.pin and task.pin.start and task.pin.start < start and task.started is None:
        yield (
            ("pin", "start"),
            f"lies in the past: the plan starts on {start}; found {task.pin.start}. Give `started` "
            "if it was begun, or move the pin.",
        )


def _target(target: Target, start: date) -> Found:
    """A target is still to be reached, and its points are of the metric."""
    if isinstance(target.by, date) and target.by < start:
        yield ("by",), _past(target.by, start)
    if target.most_labels is not None and target.most_labels < (target.labels_today or 0):
        found = f"{target.most_labels:g} of {target.labels_today:g} at hand"
        yield ("most_labels",), f"must be at least the labels at hand; found {found}"
    yield from check_scores(target)


def _person(person: Person, _: date) -> Found:
    """Nobody leaves before the first day, or is their own mentor."""
    if person.start and person.end and person.end < person.start:
        yield ("end",), f"ends ({person.end}) before it starts ({person.start}). Swap the two."
    if person.mentor == person.id:
        yield ("mentor",), f"must be somebody else; {person.id!r} would be their own mentor"


def _calendar(calendar: Calendar, _: date) -> Found:
    """Half days are days of work."""
    for i, day in enumerate(calendar.half_days):
        if day not in calendar.work_days:
            yield ("half_days", i), f"must be one of work_days; found {day!r}"


def _round(round_: Round, start: date) -> Found:
    """Money that came before the plan's first day is in the balance."""
    if round_.expected < start:
        yield (
            ("expected",),
            f"lies in the past: the plan starts on {start}; found {round_.expected}. What came is "
            "part of cash.balance; move what is late.",
        )


def _cost(cost: Cost, _: date) -> Found:
    """A cost is paid at some time."""
    if cost.per_month is None and cost.once is None:
        yield ("per_month",), "must be given, or else `once`: the money that is paid"
    if cost.first and cost.last and cost.last < cost.first:
        yield ("last",), f"ends ({cost.last}) before it starts ({cost.first}). Swap the two."


def _pilot(pilot: Pilot, _: date) -> Found:
    """Good is better than bad, and no more were won than asked."""
    if pilot.good <= pilot.bad:
        yield ("good",), f"must be above `bad` ({pilot.bad:g}); found {pilot.good:g}"
    if pilot.won > pilot.asked:
        yield ("won",), f"must be at most `asked` ({pilot.asked}); found {pilot.won}"


def _price_test(test: PriceTest, _: date) -> Found:
    """A price test has answers, and no more bought than were asked."""
    if not (test.file or test.answers or test.points):
        yield (), "must hold answers: `file`, `answers` or `points`"
    for i, point in enumerate(test.points):
        if point.bought > point.asked:
            sentence = f"must be at most `asked` ({point.asked}); found {point.bought}"
            yield ("points", i, "bought"), sentence


def _check_cash(document: Document) -> Iterator[Problem]:
    """There is cash to plan with."""
    balance = document.get("cash", "balance")
    if isinstance(balance, int | float) and not isinstance(balance, bool) and balance <= 0:
        sentence = (
            f"the cash is already gone: must be above 0; found {balance:,.10g}. A plan starts from "
            "money in the bank: add what shareholders or a bank lend to it."
        )
        yield document.problem(("cash", "balance"), sentence)


def _check_mentors(document: Document) -> Iterator[Problem]:
    """Who helps somebody new is here before."""
    people = {person.id: (where, person) for where, person in valid(document, "person", Person)}
    for where, person in people.values():
        _, mentor = people.get(person.mentor or "", (None, None))
        if mentor is None or mentor is person or person.start is None:
            continue
        if mentor.end is not None and mentor.end < person.start:
            sentence = f"is gone ({mentor.end}) before {person.id!r} comes ({person.start})"
        elif mentor.start is not None and mentor.start >= person.start:
            sentence = f"comes ({mentor.start}) no earlier than {person.id!r} ({person.start})"
        else:
            continue
        yield document.problem((*where, "mentor"), f"{mentor.id!r} {sentence}. Name another.")


def _past(day: date, start: date) -> str:
    """Return the sentence for a deadline that is over."""
    return f"lies in the past: the plan starts on {start}; found {day}. Move it, or take it out."


def _future(day: date, start: date) -> str:
    """Return the sentence for something done that is still to come."""
    return f"must not be after the plan's first day, {start}; found {day}. Move `start` on."


RULES: dict[str, tuple[type[Any], Callable[[Any, date], Found]]] = {
    "task": (Task, _task),
    "quality target": (Target, _target),
    "person": (Person, _person),
    "calendar": (Calendar, _calendar),
    "revenue": (Usage, check_tiers),
    "channel": (Channel, check_channel),
    "team line": (Channel, check_channel),
    "round": (Round, _round),
    "cost": (Cost, _cost),
    "pilot": (Pilot, _pilot),
    "price test": (PriceTest, _price_test),
}
"""Model and rule of each kind of entry; an entry of another model is passed over."""
