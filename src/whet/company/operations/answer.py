"""What is the whole answer to "what does running it take"? The plan, its prices, and other choices.

Prices of an integer programme are no multipliers: each is the cost of the problem solved again with
one thing changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from whet.company.conflict import sentence
from whet.company.operations.infeasible import SECONDS, conflict
from whet.company.operations.needs import dials, forms
from whet.company.operations.problem import Operations, Service
from whet.company.operations.programme import NoRun, Run, cheapest
from whet.core.errors import InputError

_POINT = 0.01
_SURE = 1 - 1e-4


@dataclass(frozen=True)
class Change:
    """What the plan would cost with one thing changed."""

    what: str
    """The change, in words."""
    cost: float | None
    """Money over all months by which the plan gets dearer; None where no plan was found then."""
    low: float | None = None
    """The cheapest plans of both differ by at least this; None where no plan was found."""
    high: float | None = None
    """They differ by at most this."""
    is_impossible: bool = False
    """Whether it is proved that there is no plan then; else a plan was found, or time ran out."""
    is_proved: bool = True
    """Whether nothing about it is open: `cost` between proved plans, or there is none at all."""


@dataclass(frozen=True)
class Answer:
    """The cheapest operating plan and what follows from it."""

    problem: Operations
    """What was asked."""
    run: Run
    """The plan."""
    prices: tuple[Change, ...]
    """One more unit of demand, 10 % more, a point of service level more or less."""
    others: tuple[Change, ...]
    """Each other form for all months, each setting of the dial for all months."""


def operate(problem: Operations, *, seconds: float = 30.0) -> Answer:
    """Return the cheapest way to run everything.

    Raises:
        InputError: there is nothing to run, or no plan meets all requirements; the text names a
            smallest set that conflicts.
    """
    if not problem.services and problem.support is None:
        raise InputError("`operations:` needs a service or `support:`; found neither. Add one.")
    run = cheapest(problem, seconds=seconds)
    if isinstance(run, NoRun):
        raise InputError(_why_not(problem, run, seconds))
    each = seconds / 10
    prices = tuple(_priced(what, other, run, each) for what, other in _changes(problem))
    others = tuple(_priced(what, other, run, each) for what, other in _fixed(problem))
    return Answer(problem, run, prices, others)


def _why_not(problem: Operations, found: NoRun, seconds: float) -> str:
    """Return why there is no plan, and what to do."""
    if found is NoRun.unknown:
        return (
            f"No operating plan was found within {seconds:g} seconds, and none is known to be "
            "impossible. Give the solver more --seconds."
        )
    why = conflict(problem, seconds=min(seconds, SECONDS))
    if why is None:
        return (
            "No operating plan is possible, and nothing that could be given up makes one possible. "
            "Give other forms, or smaller demand."
        )
    words = [one.words for one in why.kept]
    return sentence("No operating plan meets", words, is_smallest=why.is_smallest)


def _priced(what: str, other: Operations, run: Run, seconds: float) -> Change:
    """Return by how much another problem's plan is dearer, and between which amounts that lies."""
    found = cheapest(other, seconds=seconds)
    if isinstance(found, NoRun):
        is_impossible = found is NoRun.impossible
        return Change(what, None, is_impossible=is_impossible, is_proved=is_impossible)
    low, high = found.bound - run.cost, found.cost - run.bound
    is_proved = run.is_proved and found.is_proved
    return Change(what, found.cost - run.cost, low, high, is_proved=is_proved)


def _changes(problem: Operations) -> Iterator[tuple[str, Operations]]:
    """Yield the changes that are priced."""
    for service in problem.services:
        more = (("1,000 more requests a month", 1000.0, 1.0), ("10 % more requests", 0.0, 1.1))
        for what, plus, times in more:
            requests = tuple(one * times + plus for one in service.requests)
            yield f"{service.id}: {what}", _with(problem, replace(service, requests=requests))
        yield from _levels(
            service.id,
            service.answered,
            partial(_at_level, problem, service),
        )
    support = problem.support
    if support is not None:
        for what, plus, times in (
            ("1 more contact a month", 1.0, 1.0),
            ("10 % more contacts", 0.0, 1.1),
        ):
            contacts = tuple(one * times + plus for one in support.contacts)
            yield f"support: {what}", replace(problem, support=replace(support, contacts=contacts))
        yield from _levels(
            "support",
            support.answered,
            lambda level: replace(problem, support=replace(support, answered=level)),
        )


def _levels(
    name: str, level: float, changed: Callable[[float], Operations]
) -> Iterator[tuple[str, Operations]]:
    """Yield a point of service level more and less."""
    for sign in (1, -1):
        other = min(max(level + sign * _POINT, 0.01), _SURE)
        what = f"{name}: service level of {100 * other:.4g} % instead of {100 * level:.4g} %"
        yield what, changed(other)


def _fixed(problem: Operations) -> Iterator[tuple[str, Operations]]:
    """Yield the problem with each form, and each setting of the dial, for all months."""
    for service in problem.services:
        for form in forms(service) if len(forms(service)) > 1 else ():
            yield (
                f"{service.id}: {form.id} all the time",
                _with(problem, replace(service, forms=(form,))),
            )
    support = problem.support
    for dial in dials(support) if support and len(dials(support)) > 1 else ():
        if support:
            yield (
                f"support: {dial.name} all the time",
                replace(problem, support=replace(support, only=dial)),
            )


def _at_level(problem: Operations, service: Service, level: float) -> Operations:
    """Return the problem in which a service promises another level."""
    return _with(problem, replace(service, answered=level))


def _with(problem: Operations, service: Service) -> Operations:
    """Return the problem with one service replaced by its namesake."""
    services = tuple(service if one.id == service.id else one for one in problem.services)
    return replace(problem, services=services)
