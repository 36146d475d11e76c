"""What is the whole answer to "what does running it take"? The plan, its prices, and other choices.

Prices of an integer programme are no multipliers: each is the cost of the problem solved again with
one thing changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from whet.company.operations.infeasible import conflict
from whet.company.operations.needs import dials, forms
from whet.company.operations.problem import Operations, Service
from whet.company.operations.programme import Run, cheapest
from whet.core.errors import InputError

_POINT = 0.01
_SURE = 1 - 1e-4


@dataclass(frozen=True)
class Change:
    """What the plan would cost with one thing changed."""

    what: str
    """The change, in words."""
    cost: float | None
    """Money over all months by which the plan gets dearer; None where there is no plan then."""


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
    if run is None:
        _explain(problem, seconds)
        raise AssertionError("unreachable")
    each = seconds / 10
    prices = tuple(_priced(what, other, run, each) for what, other in _changes(problem))
    others = tuple(_priced(what, other, run, each) for what, other in _fixed(problem))
    return Answer(problem, run, prices, others)


def _explain(problem: Operations, seconds: float) -> None:
    """Raise with the reason why there is no plan."""
    found = conflict(problem)
    if not found:
        raise InputError(
            f"No operating plan was found within {seconds:g} seconds, and nothing that could be "
            "given up makes one possible. Give the solver more --seconds, or other forms."
        )
    if len(found) == 1:
        raise InputError(f"No operating plan meets this: {found[0]}. Relax it.")
    raise InputError(
        f"No operating plan meets all of these at once: {'; '.join(found)}. Each of them is needed "
        "for the conflict: relax any one."
    )


def _priced(what: str, other: Operations, run: Run, seconds: float) -> Change:
    """Return by how much another problem's plan is dearer."""
    found = cheapest(other, seconds=seconds)
    return Change(what, None if found is None else found.cost - run.cost)


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
